"""What the whole list is about: themes, their names and summaries, and a map of them."""

from app.passages import Citation, Sentence
from app.themes.model import SubTheme, Theme, ThemedPaper, ThemeMap
from app.themes.service import build_themes

__all__ = [
    "Citation",
    "Sentence",
    "SubTheme",
    "Theme",
    "ThemeMap",
    "ThemedPaper",
    "build_themes",
]
