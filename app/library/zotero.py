"""Zotero as a source: a library or a collection of the Zotero that runs on this machine.

What it gave is kept in `home/zotero/`, so that later runs ask for the list of versions and then
only for the items that changed. Nothing but loopback is asked, and only when a run names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import InputError
from ingest.files import replace_file
from ingest.paper import digest
from ingest.readers.base import ReadResult, Skipped
from ingest.readers.json_records import JsonReader
from ingest.readers.registry import choose_reader
from ingest.readers.zotero import NOT_PAPERS, item_data
from ingest.text import clean_text

if TYPE_CHECKING:
    import httpx

    from ingest.settings import IndexSettings

_PAGE = 100
# The API takes so many keys at once.
_KEYS = 50
_SECONDS = 60.0
# What Zotero copies as the link of a collection, and the short forms of it.
_ADDRESS = re.compile(
    r"zotero:(?://select/)?(?:library/?|groups/(?P<group>\d+)/?)?(?:collections/)?(?P<collection>.*)"
)
_EXPORT = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?/better-bibtex/export/\S+")
_SWITCH = (
    "in Zotero: Settings, Advanced, "
    "`Allow other applications on this computer to communicate with Zotero`"
)

Item = dict[str, Any]


def is_zotero(path: str) -> bool:
    """Whether what is to be read is no file but Zotero's."""
    return path.startswith("zotero:") or _EXPORT.fullmatch(path) is not None


@dataclass(frozen=True, slots=True)
class ZoteroSource:
    """One library or collection. origin: what its papers are known to come from."""

    origin: str
    base: str
    collection: str
    kept: Path

    def read(self, *, dry_run: bool) -> ReadResult:
        """All its papers; asks for what changed since the last run, which `dry_run` does not note.

        Raises:
            InputError: Zotero does not answer, or not with what it should.
        """
        if self.origin.startswith("http:"):
            return self._export()
        items = self._fresh(_read_kept(self.kept))
        if not dry_run:
            self.kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self.kept, json.dumps(items).encode())
        data = [found for item in items.values() if (found := item_data(item))]
        papers = [d for d in data if d["itemType"] not in NOT_PAPERS]
        papers.sort(key=lambda d: (str(d.get("dateAdded", "")), str(d.get("key", ""))))
        result = JsonReader().read(json.dumps(papers), self.origin)
        if rest := len(data) - len(papers):
            reason = f"{rest} notes and attachments that belong to no item are not read"
            result.skipped.append(Skipped(self.origin, reason))
        return result

    def _export(self) -> ReadResult:
        name = self.origin.rsplit("/", 1)[-1]
        text = clean_text(_get(self.origin, {}).text)
        reader = choose_reader(name, text) if text.strip() else None
        return reader.read(text, name) if reader else ReadResult()

    def _fresh(self, kept: Mapping[str, Item]) -> dict[str, Item]:
        """The items there are now: those kept, but for what is gone, new or changed."""
        place = f"{self.base}/collections/{self.collection}" if self.collection else self.base
        versions = _json(f"{place}/items/top", {"format": "versions"}, dict)
        items = dict(kept)
        # By date: what was edited here and is not synchronised yet has its old version still.
        for item in _edited_since(place, max(map(_modified, kept.values()), default="")):
            items[str(item.get("key"))] = item
        stale = [k for k, version in versions.items() if items.get(k, {}).get("version") != version]
        for first in range(0, len(stale), _KEYS):
            keys = ",".join(stale[first : first + _KEYS])
            for item in _json(f"{self.base}/items", {"itemKey": keys}, list):
                items[str(item.get("key"))] = item
        return {key: items[key] for key in versions if key in items}


def zotero_source(address: str, settings: IndexSettings) -> ZoteroSource:
    """The library or collection that an address names.

    It is `zotero:`, `zotero:KEY`, `zotero:Name`, a link as Zotero copies it
    (`zotero://select/groups/1/collections/KEY`), or an export address of Better BibTeX.

    Raises:
        InputError: Zotero does not answer, or has no such collection.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return ZoteroSource(address, "", "", Path())
    group, name = match["group"] or "", match["collection"].strip()
    base = f"http://127.0.0.1:{settings.zotero_port}/api/"
    base += f"groups/{group}" if group else "users/0"
    key = _collection(base, name) if name else ""
    origin = "zotero:" + (f"groups/{group}/" if group else "") + key
    return ZoteroSource(origin, base, key, settings.home / "zotero" / f"{digest(origin, 16)}.json")


def _collection(base: str, name: str) -> str:
    """The key of a collection that is named by its key or its name."""
    found = [
        c["data"] for c in _pages(f"{base}/collections", {}) if isinstance(c.get("data"), dict)
    ]
    keys = [c["key"] for c in found if c["key"] == name] or [
        c["key"] for c in found if str(c.get("name", "")).casefold() == name.casefold()
    ]
    if len(keys) == 1:
        return str(keys[0])
    names = ", ".join(sorted(f"{c.get('name')} ({c['key']})" for c in found)) or "none"
    problem = f"has {len(keys)} collections called {name}" if keys else f"has no collection {name}"
    raise InputError(f"Zotero {problem}", hint=f"its collections: {names}")


def _edited_since(place: str, date: str) -> Iterator[Item]:
    for item in _pages(f"{place}/items/top", {"sort": "dateModified", "direction": "desc"}):
        if _modified(item) < date:
            return
        yield item


def _modified(item: Item) -> str:
    return str((item_data(item) or {}).get("dateModified", ""))


def _pages(url: str, asked: Mapping[str, str]) -> Iterator[Item]:
    """Items of a list page by page; addresses of further pages are not taken from the answer."""
    start = 0
    while True:
        page = _json(url, {**asked, "limit": str(_PAGE), "start": str(start)}, list)
        yield from page
        start += len(page)
        if len(page) < _PAGE:
            return


def _json(url: str, asked: Mapping[str, str], kind: type) -> Any:
    with suppress(ValueError):
        value = _get(url, asked).json()
        if isinstance(value, kind):
            return value
    raise _not_zotero(url)


def _get(url: str, asked: Mapping[str, str]) -> httpx.Response:
    import httpx

    try:
        # Neither a proxy nor another address than the one that was asked.
        with httpx.Client(trust_env=False, timeout=_SECONDS) as client:
            found = client.get(url, params=asked or None, headers={"Zotero-API-Version": "3"})
    except httpx.ConnectError as error:
        raise InputError("Zotero is not running", hint="start Zotero and run this again") from error
    except httpx.HTTPError as error:
        raise InputError(
            f"Zotero did not answer: {type(error).__name__}", hint="try again"
        ) from error
    if found.status_code == httpx.codes.FORBIDDEN:
        raise InputError("Zotero lets no other program read it", hint=_SWITCH)
    if found.status_code != httpx.codes.OK:
        raise _not_zotero(url, found.status_code)
    return found


def _not_zotero(url: str, status: int = 0) -> InputError:
    said = f" (status {status})" if status else ""
    return InputError(
        f"{url.split('?', maxsplit=1)[0]} does not answer as Zotero does{said}",
        hint="Zotero 7 or newer is needed; for Better BibTeX's addresses, its add-on",
    )


def _read_kept(path: Path) -> dict[str, Item]:
    """What an earlier run kept; nothing if it cannot be read: then all is asked for."""
    with suppress(OSError, ValueError):
        kept = json.loads(path.read_bytes())
        if isinstance(kept, dict) and all(isinstance(item, dict) for item in kept.values()):
            return kept
    return {}
