"""What the map shows and where, in pixels: shared by the SVG and the PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_high
from textwrap import wrap

from app.themes.model import ThemedPaper, ThemeMap

WIDTH, HEIGHT, MARGIN = 1200, 800, 70
FONT_SIZE = 21
# Mean width of a letter of a bold sans-serif face, in font sizes.
LETTER = 0.62
LINE = 1.2
WRAP = 22
# A name keeps this far from points, in pixels; it is tried in so many rings around its centre, with
# at most about so many points looked at.
CLEAR, RINGS, MOST_DOTS = 6.0, 9, 1500
_DIRECTIONS = ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))
# Colours that stay apart under the common kinds of colour blindness: Okabe & Ito (2008) without
# black and yellow, then dark tones of Tol's muted scheme (2021). Shapes part them further.
PALETTE = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
    "#882255", "#332288", "#999933", "#44AA99", "#AA4499", "#661100",
)  # fmt: skip
# Corners in radii of circle, which has none, square, triangle, diamond and cross.
OUTLINES: tuple[tuple[tuple[float, float], ...], ...] = (
    (),
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)),
    ((0.0, -1.3), (1.1, 0.0), (0.0, 1.3), (-1.1, 0.0)),
    (
        (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4),
        (0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
    ),
)  # fmt: skip

Dot = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """A paper on the canvas."""

    x: float
    y: float
    theme: int
    paper: ThemedPaper


@dataclass(frozen=True, slots=True)
class Name:
    """A theme's name on the canvas, centred on x; y is the middle of its first line."""

    x: float
    y: float
    theme: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """All marks of the map, in drawing order, and the radius of a point."""

    points: tuple[Point, ...]
    names: tuple[Name, ...]
    radius: float


def make_scene(themes: ThemeMap) -> Scene:
    """Points and names of a map, names moved so that none covers another."""
    points = tuple(
        Point(_pixel(paper.x, WIDTH), _pixel(-paper.y, HEIGHT), index, paper)
        for index, theme in enumerate(themes.themes)
        for paper in theme.papers
    )
    radius = max(1.6, min(7.0, 60.0 / max(len(points), 1) ** 0.5))
    return Scene(points, _names(themes, points), radius)


def colour(theme: int) -> str:
    """The theme's colour, #rrggbb."""
    return PALETTE[theme % len(PALETTE)]


def ink(theme: int) -> str:
    """The theme's colour, dark enough for text."""
    red, green, blue = (int(part * 0.6) for part in bytes.fromhex(colour(theme)[1:]))
    return f"#{red:02x}{green:02x}{blue:02x}"


def corners(point: Point, radius: float) -> list[Dot]:
    """Of the point's mark, none for a circle.

    Neighbours in the list of themes differ in colour and, sooner or later, in shape.
    """
    outline = OUTLINES[(point.theme + point.theme // len(PALETTE)) % len(OUTLINES)]
    return [(point.x + dx * radius, point.y + dy * radius) for dx, dy in outline]


def _pixel(place: float, size: int) -> float:
    return round(MARGIN + (place + 1.0) / 2.0 * (size - 2 * MARGIN), 1)


def _names(themes: ThemeMap, points: Sequence[Point]) -> tuple[Name, ...]:
    """Each theme's name near the median of its points."""
    taken: list[Box] = []
    names: list[Name] = []
    dots = [(point.x, point.y) for point in points[:: max(1, len(points) // MOST_DOTS)]]
    for index, theme in enumerate(themes.themes):
        own = [point for point in points if point.theme == index]
        x, y = median_high(point.x for point in own), median_high(point.y for point in own)
        lines = wrap(theme.label, WRAP, break_long_words=False, break_on_hyphens=False)
        left, top, right, _ = box = _best_box((x, y), lines, taken, dots)
        taken.append(box)
        middle = round(top + FONT_SIZE * LINE / 2, 1)
        names.append(Name(round((left + right) / 2, 1), middle, index, tuple(lines)))
    return tuple(names)


def _best_box(
    centre: tuple[float, float], lines: Sequence[str], taken: Sequence[Box], dots: Sequence[Dot]
) -> Box:
    """The place near the centre that covers no name, few points, and is not far."""
    width = max(map(len, lines)) * FONT_SIZE * LETTER
    height = len(lines) * FONT_SIZE * LINE

    def at(ring: int, dx: int, dy: int) -> Box:
        x, y = centre[0] + dx * ring * 26 - width / 2, centre[1] + dy * ring * 20 - height / 2
        left = min(max(x, 6), WIDTH - width - 6)
        top = min(max(y, 6), HEIGHT - height - 6)
        return left, top, left + width, top + height

    def cost(ring: int, box: Box) -> float:
        left, top, right, bottom = box
        clashes = sum(
            left < other[2] + 4
            and other[0] < right + 4
            and top < other[3] + 2
            and other[1] < bottom + 2
            for other in taken
        )
        hidden = sum(
            left - CLEAR < x < right + CLEAR and top - CLEAR < y < bottom + CLEAR for x, y in dots
        )
        return 1e4 * clashes + 12.0 * (hidden * (400.0 / len(dots))) + 8.0 * ring

    places = [(0, at(0, 0, 0))]
    places += [(ring, at(ring, *way)) for ring in range(1, RINGS) for way in _DIRECTIONS]
    return min(places, key=lambda place: cost(*place))[1]
