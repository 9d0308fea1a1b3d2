"""What the map shows and where, in pixels: shared by the SVG and the PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.themes.model import ThemedPaper, ThemeMap

WIDTH, HEIGHT, MARGIN = 1200, 800, 70
FONT_SIZE = 17
# Mean width of a letter of a bold sans-serif face, in font sizes.
LETTER = 0.57
LINE = 1.2
WRAP = 22
# A name keeps this far from points, in pixels.
CLEAR = 6.0
# Colours that stay apart under the common kinds of colour blindness: Okabe & Ito (2008) without
# black and yellow, then dark tones of Tol's muted scheme (2021). Shapes part them further.
PALETTE = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
    "#882255", "#332288", "#999933", "#44AA99", "#AA4499", "#661100",
)  # fmt: skip
SHAPES = ("circle", "square", "triangle", "diamond", "cross")


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
        Point(_across(paper.x), _down(paper.y), index, paper)
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


def shape(theme: int) -> str:
    """The theme's mark: neighbours in the list differ in colour and, sooner or later, in shape."""
    return SHAPES[(theme + theme // len(PALETTE)) % len(SHAPES)]


def wrap(text: str) -> tuple[str, ...]:
    """The text in lines of at most about WRAP letters."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < WRAP:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def _across(x: float) -> float:
    return round(MARGIN + (x + 1.0) / 2.0 * (WIDTH - 2 * MARGIN), 1)


def _down(y: float) -> float:
    return round(MARGIN + (1.0 - y) / 2.0 * (HEIGHT - 2 * MARGIN), 1)


Box = tuple[float, float, float, float]


def _names(themes: ThemeMap, points: Sequence[Point]) -> tuple[Name, ...]:
    taken: list[Box] = []
    names: list[Name] = []
    dots = _thinned(points)
    for index, theme in enumerate(themes.themes):
        own = [point for point in points if point.theme == index]
        lines = wrap(theme.label)
        x = _median([point.x for point in own])
        y = _median([point.y for point in own])
        box = _best_box((x, y), lines, taken, dots)
        taken.append(box)
        middle = (box[0] + box[2]) / 2
        names.append(Name(round(middle, 1), round(box[1] + FONT_SIZE * LINE / 2, 1), index, lines))
    return tuple(names)


def _thinned(points: Sequence[Point]) -> list[Point]:
    step = max(1, len(points) // 1500)
    return list(points[::step])


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _best_box(
    centre: tuple[float, float], lines: Sequence[str], taken: Sequence[Box], dots: Sequence[Point]
) -> Box:
    """The place near the centre that covers no name, few points, and is not far."""
    x, y = centre
    width = max(map(len, lines)) * FONT_SIZE * LETTER
    height = len(lines) * FONT_SIZE * LINE
    best: tuple[float, Box] | None = None
    for ring in range(9):
        for side in range(1 if ring == 0 else 8):
            dx, dy = _DIRECTIONS[side]
            left = min(max(x + dx * ring * 26 - width / 2, 6), WIDTH - width - 6)
            top = min(max(y + dy * ring * 20 - height / 2, 6), HEIGHT - height - 6)
            box = (left, top, left + width, top + height)
            hidden = sum(_covers(box, dot) for dot in dots) * (400.0 / len(dots))
            clashes = sum(_overlap(box, other) for other in taken)
            cost = 1e4 * clashes + 12.0 * hidden + 8.0 * ring
            if best is None or cost < best[0]:
                best = (cost, box)
    assert best is not None
    return best[1]


_DIRECTIONS = ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))


def _covers(box: Box, dot: Point) -> bool:
    return box[0] - CLEAR < dot.x < box[2] + CLEAR and box[1] - CLEAR < dot.y < box[3] + CLEAR


def _overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] + 4
        and other[0] < one[2] + 4
        and one[1] < other[3] + 2
        and other[1] < one[3] + 2
    )
