"""`reading-room`: the command line."""

from app.surfaces.cli.commands import app, main

__all__ = ["app", "main"]
