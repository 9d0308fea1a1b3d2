"""From what was typed to one Query that every gate reads."""

from app.query.model import Facet, Intent, Query, Turn

__all__ = ["Facet", "Intent", "Query", "Turn"]
