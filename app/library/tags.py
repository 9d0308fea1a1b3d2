"""Tags that people give and take away: kept when the files of a paper are read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.library.groups import title_key
from app.library.library import open_library
from ingest.errors import InputError
from ingest.paper import Paper
from ingest.settings import IndexSettings
from ingest.text import clean_field

_SEPARATORS = (";", "|")


def tag(name: str, paper_ids: Sequence[str], settings: IndexSettings) -> list[Paper]:
    """Give papers a tag; the papers as they are then.

    Raises:
        InputError: an id is not in the library, or the tag cannot be written to every format.
    """
    name = _checked(name)
    return _edit(f"tag {name}", paper_ids, settings, lambda paper: tagged(paper, [name]))


def untag(name: str, paper_ids: Sequence[str], settings: IndexSettings) -> list[Paper]:
    """Take a tag from papers, whoever gave it; the papers as they are then.

    Raises:
        InputError: an id is not in the library, or one of the papers has no such tag.
    """
    name = _checked(name)

    def without(paper: Paper) -> Paper:
        if name.casefold() not in map(str.casefold, paper.tags):
            has = ", ".join(paper.tags) or "none"
            raise InputError(f"{paper.paper_id} has no tag {name}", hint=f"its tags: {has}")
        return untagged(paper, [name])

    return _edit(f"untag {name}", paper_ids, settings, without)


def tagged(paper: Paper, names: Iterable[str]) -> Paper:
    """The paper with tags that are kept."""
    names = [n for n in names if n.casefold() not in map(str.casefold, paper.tags)]
    return paper.with_changes(
        tags=(*paper.tags, *names),
        tags_given=tuple(dict.fromkeys((*paper.tags_given, *names))),
        tags_taken=_without(paper.tags_taken, names),
    )


def untagged(paper: Paper, names: Iterable[str]) -> Paper:
    """The paper without tags that do not come back."""
    names = list(names)
    return paper.with_changes(
        tags=_without(paper.tags, names),
        tags_given=_without(paper.tags_given, names),
        tags_taken=tuple(dict.fromkeys((*paper.tags_taken, *names))),
    )


def with_edits_of(papers: Sequence[Paper], stored: Sequence[Paper]) -> list[Paper]:
    """The papers with what was given to them and taken from them while they were stored."""
    edited = {key: p for p in stored if p.tags_given or p.tags_taken for key in _keys(p)}
    if not edited:
        return list(papers)
    return [_edited_as(p, next((edited[k] for k in _keys(p) if k in edited), p)) for p in papers]


def _edited_as(paper: Paper, before: Paper) -> Paper:
    return tagged(untagged(paper, before.tags_taken), before.tags_given)


def _keys(paper: Paper) -> list[str]:
    """What a paper is known by when its record has changed, the surest first."""
    ids = [f"{paper.doi or paper.arxiv_id} {title_key(paper.title)}"]
    return [paper.paper_id, *ids, "|".join((title_key(paper.title), *paper.authors[:1]))]


def _edit(
    why: str, paper_ids: Sequence[str], settings: IndexSettings, change: Callable[[Paper], Paper]
) -> list[Paper]:
    with open_library(settings) as library:
        chosen = {paper.paper_id: change(paper) for paper in library.chosen(paper_ids)}
        library.sync([chosen.get(p.paper_id, p) for p in library.papers], why)
    return list(chosen.values())


def _checked(name: str) -> str:
    cleaned = clean_field(name)
    if not cleaned or any(sign in cleaned for sign in _SEPARATORS):
        raise InputError(
            f"{name!r} cannot be a tag", hint="a tag is some text without `;` and `|`: a, not a;b"
        )
    return cleaned


def _without(tags: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    gone = {name.casefold() for name in names}
    return tuple(tag for tag in tags if tag.casefold() not in gone)
