"""How the chat looks: a theme on system fonts, one style sheet and a small script, all inline."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

_SANS = ["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]


def look() -> dict[str, Any]:
    """Theme, css and head of the page, as `gradio.mount_gradio_app` takes them."""
    folder = files("app.surfaces.chat") / "static"
    return {
        "theme": _theme(),
        "css": (folder / "chat.css").read_text("utf-8"),
        "head": f"<script>{(folder / 'chat.js').read_text('utf-8')}</script>",
    }


def _theme() -> Any:
    import gradio as gr

    ink = gr.themes.Color(
        name="ink",
        c50="#eef4f4", c100="#d5e5e5", c200="#abcbcb", c300="#7bacad", c400="#4a8a8c",
        c500="#2a6f72", c600="#1d5a5d", c700="#17494c", c800="#12393b", c900="#0d2b2d",
        c950="#081c1d",
    )  # fmt: skip
    theme = gr.themes.Base(
        primary_hue=ink,
        secondary_hue=ink,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_md,
        font=_SANS,
        font_mono=_MONO,
    )
    return theme.set(
        body_background_fill="#faf8f4",
        body_background_fill_dark="#171614",
        body_text_color="#26231f",
        body_text_color_dark="#e9e5de",
        background_fill_primary="#faf8f4",
        background_fill_primary_dark="#1c1a18",
        border_color_primary="#e3ddd2",
        border_color_primary_dark="#3a3630",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        input_background_fill="#ffffff",
        input_background_fill_dark="#211f1c",
        input_border_color="#cfc8bc",
        input_border_color_dark="#4a463f",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="#ffffff",
    )
