"""Chooses the reader of a file, and reads files, folders and archives."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath

from ingest.errors import InputError
from ingest.readers.base import FileReader, LineReader, Reader, ReadResult, Skipped
from ingest.readers.bibtex import BibtexReader
from ingest.readers.decoding import NotTextError, decode, stream_lines
from ingest.readers.html_list import HtmlReader
from ingest.readers.json_records import JsonLinesReader, JsonReader
from ingest.readers.not_read import advice, advice_on_ole, is_ole
from ingest.readers.notes import NoteReader
from ingest.readers.pdf import PdfReader
from ingest.readers.reading_list import ReadingListReader
from ingest.readers.references import ReferencesReader
from ingest.readers.tables import TableReader
from ingest.readers.tagged import READERS as TAGGED
from ingest.readers.workbook import WorkbookReader
from ingest.readers.xml_records import XmlReader
from ingest.readers.zipped import ArchiveError, members, open_zip, unpack
from ingest.text import clean_text

# In the order in which content is tried; the reading list takes any text and so comes last.
READERS: tuple[Reader, ...] = (
    NoteReader(),
    *TAGGED,
    XmlReader(),
    HtmlReader(),
    BibtexReader(),
    JsonLinesReader(),
    JsonReader(),
    TableReader(),
    ReferencesReader(),
    ReadingListReader(),
)
FILE_READERS: tuple[FileReader, ...] = (PdfReader(), WorkbookReader())
# Bytes that tell a format; larger files are read line by line where their format lets it.
_LARGE = 2**20
_ZIP = ".zip"
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
EXTENSIONS = tuple(
    sorted(
        {
            _ZIP,
            *(extension for reader in READERS for extension in reader.extensions),
            *(extension for reader in FILE_READERS for extension in reader.extensions),
        }
    )
)
_HINT = f"give a file or folder with one of {', '.join(EXTENSIONS)}"
_SHOWN = 80
_RECORDS_HINT = "a list has `- ` items or one paper a line; a table needs a column called title"
# The folder that Obsidian keeps in each of its own.
_VAULT = ".obsidian"
_NOT_A_NOTE = "a note whose properties are not a paper's; give its path to read it as a list"
_NOT_PAPERS = frozenset(
    "readme license licence notice changelog contributing security support codeofconduct".split()
)


class _UnreadableError(Exception):
    """A file cannot be used; the message says why, for one file as for one of many."""


def read_path(path: str | Path) -> ReadResult:
    """The papers of a file, or of all files with a known extension below a folder, in sorted order.

    Raises:
        InputError: the path does not exist, or nothing in it can be read. Inside a folder, a file
            that cannot be read is rejected and the rest is read.
    """
    path = located(path)
    if path.is_dir():
        return _read_folder(path)
    try:
        result = _read_file(path, path.name)
    except _UnreadableError as error:
        raise InputError(f"cannot read {path}: {error}", hint=_HINT) from error
    if not result.papers and all(rejected.record == 0 for rejected in result.rejected):
        reasons = [
            f"{r.source}: {r.reason}" if r.source != path.name else r.reason
            for r in result.rejected
        ]
        reason = reasons[0] if reasons else "there are no records in it"
        raise InputError(f"cannot read {path}: {reason}", hint=_RECORDS_HINT)
    return result


def located(path: str | Path) -> Path:
    """A path as it was meant, `~` resolved.

    Raises:
        InputError: it is neither a file nor a folder: a device or a pipe may never end.
    """
    try:
        path = Path(path).expanduser()
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise InputError(f"no such file or folder: {path}", hint=_HINT) from error
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot use {str(path)[:_SHOWN]!r}: {reason}", hint=_HINT) from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise InputError(f"{path} is neither a file nor a folder", hint=_HINT)
    return path


def choose_reader(name: str, text: str) -> Reader | None:
    """The reader for a file's name and content; None if no format is recognised.

    The extension decides, unless the content is not of its format and is of another one. Plain text
    can hold any format, so there the content decides; of an unknown extension it must be known.
    """
    extension = Path(name).suffix.lower()
    plain = READERS[-1]
    default = None if extension else plain
    named = next((reader for reader in READERS if extension in reader.extensions), default)
    if named not in (None, plain) and named.accepts(text):
        return named
    return next((reader for reader in READERS[:-1] if reader.accepts(text)), named)


def _read_folder(folder: Path) -> ReadResult:
    files, skipped = _files(folder)
    if not files:
        raise InputError(f"no readable files in {folder}", hint=_HINT)
    result = ReadResult(skipped=skipped)
    is_vault = (folder / _VAULT).is_dir()
    for path in files:
        source = path.relative_to(folder).as_posix()
        try:
            result.extend(_read_file(path, source, is_vault=is_vault))
        except _UnreadableError as error:
            result.reject(source, 0, str(error))
    return result


def _files(folder: Path) -> tuple[list[Path], list[Skipped]]:
    """Files below a folder that may hold papers, and those passed over; hidden ones are neither."""
    found: dict[str, Path] = {}
    skipped: list[Skipped] = []
    root = folder.resolve()

    def is_shut(error: OSError) -> None:
        source = Path(error.filename).relative_to(folder).as_posix()
        skipped.append(Skipped(source, error.strerror or "it cannot be opened"))

    for place, folders, names in os.walk(folder, onerror=is_shut):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if Path(place, name).is_symlink()]
        for path in (Path(place, name) for name in (*names, *links) if not name.startswith(".")):
            source = path.relative_to(folder).as_posix()
            if path.name in links:
                skipped.append(Skipped(source, "a link to a folder"))
            elif path.is_symlink() and not path.resolve().is_relative_to(root):
                skipped.append(Skipped(source, "a link out of the folder"))
            elif reason := _why_not(path):
                skipped.append(Skipped(source, reason))
            else:
                found[source] = path
    return [found[source] for source in sorted(found)], sorted(skipped, key=lambda s: s.source)


def _why_not(path: PurePath) -> str:
    """Why a file of a folder or an archive is passed over by its name; "" if it is not."""
    if path.stem.lower().replace("-", "").replace("_", "") in _NOT_PAPERS:
        return "a file about the folder, not a list"
    if path.suffix.lower() in EXTENSIONS:
        return ""
    return advice(path) or f"{path.suffix or 'a file without extension'} is not read"


def _read_file(path: Path, source: str, *, is_vault: bool = False) -> ReadResult:
    if not os.path.isfile(path):  # noqa: PTH113 - `Path.is_file` raises on what is shut
        raise _UnreadableError("not a regular file")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _UnreadableError(error.strerror or "it cannot be opened") from error
    if data.startswith(_ZIPPED) and not WorkbookReader().accepts(data):
        return _read_archive(data, source)
    return _read_bytes(data, source, is_vault=is_vault)


def _read_archive(data: bytes, source: str) -> ReadResult:
    """The papers of all files in a zip, read as those of a folder are."""
    result = ReadResult()
    try:
        archive = open_zip(data)
        is_vault = any(_VAULT in name.split("/") for name in archive.namelist())
        for name, member in members(archive):
            inside = f"{source}/{name}"
            if reason := _why_not(PurePath(name)):
                result.skipped.append(Skipped(inside, reason))
                continue
            try:
                content = unpack(archive, member, name)
                result.extend(_read_bytes(content, inside, is_vault=is_vault))
            except (ArchiveError, _UnreadableError) as error:
                result.reject(inside, 0, str(error))
    except ArchiveError as error:
        raise _UnreadableError(str(error)) from error
    return result


def _read_bytes(data: bytes, source: str, *, is_vault: bool = False) -> ReadResult:
    """The papers of a file's content; in a vault, a list that is no note on a paper is none."""
    extension = PurePath(source).suffix.lower()
    for file_reader in FILE_READERS:
        if file_reader.accepts(data):
            return file_reader.read(data, source)
    if data.startswith(_ZIPPED):
        raise _UnreadableError("an archive in an archive is not opened: unpack the outer one first")
    if is_ole(data):
        raise _UnreadableError(advice_on_ole(data, PurePath(source)))
    if extension in (_ZIP, *PdfReader.extensions):
        raise _UnreadableError(f"not a {extension[1:].upper()} file, whatever its name says")
    if len(data) > _LARGE and (by_lines := _read_by_lines(data, source)):
        return by_lines
    try:
        text, warning = decode(data)
    except NotTextError as error:
        raise _UnreadableError(f"not a text file ({error})") from error
    text = clean_text(text)
    if not text.strip():
        raise _UnreadableError("the file is empty")
    reader = choose_reader(source, text)
    if reader is None:
        raise _UnreadableError(f"{extension} is no format that is read")
    if is_vault and reader is READERS[-1]:
        return ReadResult(skipped=[Skipped(source, _NOT_A_NOTE)])
    result = reader.read(text, source)
    if warning:
        result.warnings.insert(0, f"{source}: {warning}")
    return result


def _read_by_lines(data: bytes, source: str) -> ReadResult | None:
    """The papers of a large file, never held as text; None where format or encoding wants it."""
    reader = choose_reader(source, clean_text(data[:_LARGE].decode("utf-8-sig", "replace")))
    if not isinstance(reader, LineReader):
        return None
    try:
        return reader.read_lines(stream_lines(data), source)
    except (NotTextError, UnicodeDecodeError):  # which `decode` tells apart
        return None
