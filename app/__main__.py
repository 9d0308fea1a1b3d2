"""`python -m app` is `reading-room`."""

from app.surfaces.cli import main

main()
