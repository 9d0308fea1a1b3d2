"""The map as a picture: SVG for the page and for print, PNG for everything else.

The SVG is self-contained: no script, no font, no address. Each point carries `data-paper-id` and
`data-theme`, and shows title, theme and first sentence as its native tooltip.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from app.themes.model import ThemeMap
from app.themes.scene import (
    FONT_SIZE,
    HEIGHT,
    LINE,
    WIDTH,
    Name,
    Point,
    Scene,
    colour,
    corners,
    ink,
    make_scene,
)
from ingest.text import counted

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

FONTS = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
OPENING_LENGTH = 240
# A PNG is drawn larger and scaled down, which smooths its edges.
OVERSAMPLING = 2


def to_svg(themes: ThemeMap) -> str:
    """The map as one SVG element; every text of a record is escaped."""
    scene = make_scene(themes)
    labels = [theme.label for theme in themes.themes]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" '
        f'class="theme-map" font-family="{FONTS}" '
        f'aria-label="Map of {counted(themes.papers, "paper")} in {counted(len(labels), "theme")}">',
        "<style>.theme-map [data-paper-id]{cursor:pointer}"
        ".theme-map [data-paper-id]:hover{stroke:#000;stroke-width:2;fill-opacity:1}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *(_svg_point(point, scene.radius, labels[point.theme]) for point in scene.points),
        *(_svg_name(name) for name in scene.names),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def to_png(themes: ThemeMap) -> bytes:
    """The map as PNG bytes, 1200 by 800 pixels."""
    from PIL import Image, ImageDraw

    size = (WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING)
    image = Image.new("RGB", size, "#ffffff")
    scene = make_scene(themes)
    draw = ImageDraw.Draw(image, "RGBA")
    for point in scene.points:
        _draw_point(draw, point, scene.radius)
    _draw_names(draw, scene)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    stream = BytesIO()
    small.save(stream, format="PNG", optimize=True)
    return stream.getvalue()


# Ending of a file -> what makes its content.
DRAWN: dict[str, Callable[[ThemeMap], bytes]] = {
    ".svg": lambda themes: to_svg(themes).encode(),
    ".png": to_png,
}


def _svg_point(point: Point, radius: float, label: str) -> str:
    opening = point.paper.opening
    if len(opening) > OPENING_LENGTH:
        opening = opening[:OPENING_LENGTH].rsplit(" ", 1)[0] + " …"
    tip = escape("\n".join(filter(None, (point.paper.paper.title, label, opening))))
    if outline := corners(point, radius):
        path = " L".join(f"{x:.1f} {y:.1f}" for x, y in outline)
        tag, where = "path", f'd="M{path}Z"'
    else:
        tag, where = "circle", f'cx="{point.x}" cy="{point.y}" r="{radius:.1f}"'
    return (
        f'<{tag} {where} fill="{colour(point.theme)}" fill-opacity=".8" '
        'stroke="#fff" stroke-width=".6" '
        f'data-paper-id="{escape(point.paper.paper_id)}" data-theme="{point.theme}" '
        'role="button" tabindex="-1">'
        f"<title>{tip}</title></{tag}>"
    )


def _svg_name(name: Name) -> str:
    step = FONT_SIZE * LINE
    spans = "".join(
        f'<tspan x="{name.x}" y="{name.y + index * step:.1f}">{escape(line)}</tspan>'
        for index, line in enumerate(name.lines)
    )
    return (
        f'<text font-size="{FONT_SIZE}" font-weight="700" '
        'text-anchor="middle" dominant-baseline="central" '
        f'fill="{ink(name.theme)}" stroke="#fff" '
        'stroke-width="4" stroke-linejoin="round" paint-order="stroke" pointer-events="none">'
        f"{spans}</text>"
    )


def _draw_point(draw: ImageDraw, point: Point, radius: float) -> None:
    fill = (*bytes.fromhex(colour(point.theme)[1:]), 205)
    x, y, r = (OVERSAMPLING * length for length in (point.x, point.y, radius))
    if outline := corners(point, radius):
        scaled = [(across * OVERSAMPLING, down * OVERSAMPLING) for across, down in outline]
        draw.polygon(scaled, fill=fill, outline="#ffffff")
    else:
        draw.ellipse((x - r, y - r, x + r, y + r), fill=fill, outline="#ffffff")


def _draw_names(draw: ImageDraw, scene: Scene) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(FONT_SIZE * OVERSAMPLING)
    for name in scene.names:
        for index, line in enumerate(name.lines):
            y = (name.y + index * FONT_SIZE * LINE) * OVERSAMPLING
            draw.text(
                (name.x * OVERSAMPLING, y),
                line,
                fill=ink(name.theme),
                font=font,
                anchor="mm",
                stroke_width=2 * OVERSAMPLING,
                stroke_fill="#ffffff",
            )
