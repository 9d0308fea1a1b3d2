"""Zip archives: their files, never written to the disk; bombs and names that lead out refused."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from ingest.readers.not_read import advice_on_zip

MAX_MEMBERS = 10_000
MAX_BYTES = 1 << 30  # of all files in an archive, unpacked
MAX_RATIO = 200
# Below it no ratio is a danger, and a short text of one word repeated is none.
_SMALL = 10 << 20
_MEGABYTE = 1 << 20
_ENCRYPTED = 0x1


class ArchiveError(Exception):
    """An archive, or a file in one, that is not read; the message says why."""


def open_zip(data: bytes) -> zipfile.ZipFile:
    """An archive whose stated size is bearable.

    Raises:
        ArchiveError: it is broken, or unpacks to more than any list holds.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveError("broken, or cut short: get it anew") from error
    members = archive.infolist()
    if not members:
        raise ArchiveError("no files in it")
    size = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        raise ArchiveError(f"{len(members):,} files in it, more than {MAX_MEMBERS:,}")
    if size > MAX_BYTES or (size > _SMALL and size > MAX_RATIO * len(data)):
        raise ArchiveError(
            f"{len(data):,} bytes that unpack to {size // _MEGABYTE:,} MB: a zip bomb, or too large"
        )
    return archive


def members(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """(path, member) of each file, in sorted order; hidden ones and macOS' twins are none.

    Raises:
        ArchiveError: the archive is a document of another kind.
    """
    if other := advice_on_zip(set(archive.namelist())):
        raise ArchiveError(other)
    # Windows programs write the separator of Windows.
    found = [(m.filename.replace("\\", "/"), m) for m in archive.infolist() if not m.is_dir()]
    for name, member in sorted(found, key=lambda pair: pair[0]):
        parts = PurePosixPath(name).parts
        if not any(p == "__MACOSX" or (p.startswith(".") and p != "..") for p in parts):
            yield name, member


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of a file in an archive.

    Raises:
        ArchiveError: its name leads out of the archive, it is a link, locked or broken.
    """
    is_drive = name[1:2] == ":"
    if name.startswith("/") or is_drive or ".." in PurePosixPath(name).parts:
        raise ArchiveError("its name leads out of the archive: refused")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveError("a link: refused")
    if member.flag_bits & _ENCRYPTED:
        raise ArchiveError("it is encrypted: pack it without a password")
    try:
        return archive.read(member)
    except NotImplementedError as error:
        raise ArchiveError("packed in a way that is not known: pack it anew as zip") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise ArchiveError("broken in the archive: get it anew") from error
