"""The whole home as one archive, and back: taken while nobody writes, put in place at once."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.library.changes import repair
from app.library.home import check_writable, only_writer
from app.settings import MODELS, PROMPT_STATES
from ingest.errors import IndexMissing, IndexOutdated, InputError, StoreError
from ingest.index.chroma import let_go
from ingest.index.generations import current_generation
from ingest.index.snapshot import Index

if TYPE_CHECKING:
    from ingest.settings import IndexSettings

# Of no use elsewhere: locks, probes, what was put aside or is half written, what can be had again.
_LEFT_OUT = ("ingest.lock", "enrichment", ".write-test", "chroma.damaged-*", "*.new", "*.old-*")
_STAYS = (MODELS, PROMPT_STATES)


def back_up(settings: IndexSettings, file: Path) -> int:
    """Write the home to a gzipped tar archive; the number of papers in it.

    Raises:
        IndexMissing: there is nothing to keep. StoreError: another run is writing.
        InputError: the file cannot be written, or is there already.
    """
    if not current_generation(settings.home):
        raise IndexMissing("nothing is stored yet", hint="run `reading-room ingest` first")
    home = settings.home.resolve()
    if file.exists() or file.resolve().is_relative_to(home):
        raise InputError(
            f"{file} is there already, or in the data folder", hint="name another file"
        )
    aside = file.with_name(f"{file.name}.new")
    with only_writer(home):
        papers = Index.open(home).papers_count
        try:
            with tarfile.open(aside, "w:gz", compresslevel=3) as archive:
                archive.add(home, "home", filter=_kept)
            aside.replace(file)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise InputError(
                f"cannot write {file}: {error.strerror}", hint="name a folder that you can write to"
            ) from error
    return papers


def restore(settings: IndexSettings, file: Path) -> tuple[int, Path | None]:
    """Make the home what an archive holds: (papers, where what was there before is kept).

    Raises:
        InputError: the file is no whole archive of a home; nothing is changed then.
        StoreError: the home cannot be written to, or another run is writing.
    """
    home = settings.home.absolute()
    check_writable(home)
    with only_writer(home), tempfile.TemporaryDirectory(dir=home.parent) as folder:
        papers = _unpack(file, Path(folder), settings)
        kept = home.with_name(f"{home.name}.before-{time.time_ns()}")
        home.replace(kept)
        (Path(folder) / "home").replace(home)
        for name in _STAYS:
            if (kept / name).is_dir():
                (kept / name).replace(home / name)
        let_go()
    if current_generation(kept):
        return papers, kept
    shutil.rmtree(kept)
    return papers, None


def _unpack(file: Path, folder: Path, settings: IndexSettings) -> int:
    home = folder / "home"
    try:
        with tarfile.open(file) as archive:
            # Nothing outside the folder, no devices, no links out of it.
            archive.extractall(folder, filter="data")
        try:
            return Index.open(home).papers_count
        except IndexOutdated:
            return repair(settings.model_copy(update={"home": home}))[0]
    except (OSError, EOFError, tarfile.TarError, StoreError, ValueError) as error:
        raise InputError(
            f"{file} is no whole backup: {error}", hint="give a file that `backup` wrote"
        ) from error


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    name = Path(member.name)
    return None if any(name.match(pattern) for pattern in (*_LEFT_OUT, *_STAYS)) else member
