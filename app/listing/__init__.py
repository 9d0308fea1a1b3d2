"""Counting, listing and negation questions, computed over every record instead of a top k."""

from app.listing.grammar import ListQuery, Superlative, parse
from app.listing.result import ListResult, run

__all__ = ["ListQuery", "ListResult", "Superlative", "parse", "run"]
