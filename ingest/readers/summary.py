"""Summaries as exports leave them: without labels, tails of links and topics in front."""

from __future__ import annotations

import re

from ingest.text import clean_field

_TOPIC = re.compile(r"^\[\[(?:[^\]|]*\|)?([^\]]+)\]\]\s*")
# What exports leave in front of a summary. The tail of a link or image, an image, a label.
_ARTEFACTS = (
    re.compile(r"^(?:[^\[\]\n]{0,120})\]\((?:[^()\s]|%20)*\)\s*"),
    re.compile(r"^!\[[^\]]*\]\([^)]*\)\s*"),
    # Not "Abstract-level reasoning", "ABSTRACT DATA TYPES".
    re.compile(
        r"^(?:Abstract|ABSTRACT)(?:\s*[—–:.]+\s*|\s*-+(?=\s|[A-Z])\s*|\s*\n\s*|(?=[A-Z][a-z]|[AI]\s))"
    ),
    re.compile(r"^ABSTRACT\s+(?![A-Z]{4,}\b)"),
    re.compile(r"^(?:Summary|TL;DR)\s*:\s*", re.IGNORECASE),
)


def clean_summary(summary: str) -> tuple[str, tuple[str, ...]]:
    """(summary without the artefacts in front of it, topics that were linked there)."""
    topics: list[str] = []
    changed = True
    while changed:
        changed = False
        topic = _TOPIC.match(summary)
        if topic:
            topics.append(clean_field(topic.group(1)))
            summary, changed = summary[topic.end() :], True
        for artefact in _ARTEFACTS:
            match = artefact.match(summary)
            if match and match.end():
                summary, changed = summary[match.end() :], True
    lines = (line.strip() for line in summary.replace("\t", " ").split("\n"))
    return " ".join(line for line in lines if line), tuple(topics)
