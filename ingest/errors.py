"""Every error a person can meet, as one tree. Each has a message, a hint and an exit code.

ReadingRoomError (1)
├── InputError (3)            a path or a file of the user's cannot be used
├── SettingsError (4)         a setting has a value that cannot work
├── EmbedderUnavailable (5)   the embedder cannot be loaded or reached
├── StoreError (6)            the data folder or Chroma cannot be read or written
│   ├── IndexMissing          nothing was ingested yet
│   │   └── IndexOutdated     an older version wrote the index
│   ├── IndexDamaged          a file of the index is not what was written
│   └── FingerprintMismatch   the index was built with other settings
└── AppError (7)              the read side: see app.errors
"""

from __future__ import annotations


class ReadingRoomError(Exception):
    """Base of all errors shown to people: one line and what to do about it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(ReadingRoomError):
    """A path or file given by the user cannot be used."""

    exit_code = 3


class SettingsError(ReadingRoomError):
    """A setting holds a value that cannot work."""

    exit_code = 4


class EmbedderUnavailable(ReadingRoomError):
    """The embedder cannot be loaded or reached."""

    exit_code = 5


class StoreError(ReadingRoomError):
    """The data folder or Chroma cannot be read or written."""

    exit_code = 6


class IndexMissing(StoreError):
    """Nothing was ingested yet."""


class IndexOutdated(IndexMissing):
    """An older version wrote the index; it is made anew from the store."""


class IndexDamaged(StoreError):
    """A file of the index is missing, cut short or changed."""


class FingerprintMismatch(StoreError):
    """The index was built with other settings than those in force."""
