from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import InputError
from ingest.readers.decoding import NotTextError, decode
from ingest.readers.registry import EXTENSIONS, choose_reader, read_path
from ingest.text import clean_text


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_folder_is_walked_in_order_and_bad_files_are_named(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", "- Paper B\n")
    write(tmp_path / "a" / "c.jsonl", '{"title": "Paper C"}\n{"title": ""}\n')
    write(tmp_path / "z.csv", b"title\x00\xff")
    write(tmp_path / "empty.md", "  \n")
    write(tmp_path / "README.md", "- Not a paper\n")
    write(tmp_path / ".hidden" / "d.txt", "- Not a paper\n")
    write(tmp_path / "image.png", b"\x89PNG")
    result = read_path(tmp_path)
    assert [(p.title, p.source) for p in result.papers] == [
        ("Paper C", "a/c.jsonl"),
        ("Paper B", "b.txt"),
    ]
    assert [(r.source, r.record) for r in result.rejected] == [
        ("a/c.jsonl", 2),
        ("empty.md", 0),
        ("z.csv", 0),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.txt", None, "no such file"),
        ("empty.txt", "", "empty"),
        ("binary.txt", b"\x00\x01\x02", "not a text file"),
        ("paper.pdf", b"%PDF-1.7\x00\xff", "broken, or cut short"),
        ("page.pdf", "<html><title>Log in</title></html>", "not a PDF"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel file: save it as"),
        ("table.csv", "a,b\n1,2\n", "title"),
        ("broken.json", "{", "broken JSON"),
    ],
)
def test_a_named_file_that_cannot_be_used_is_one_clear_error(
    tmp_path: Path, name: str, content: str | bytes | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        write(path, content)
    with pytest.raises(InputError, match=message) as caught:
        read_path(path)
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_a_folder_without_readable_files_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "image.png", b"x")
    with pytest.raises(InputError, match="no readable files"):
        read_path(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.txt", "- Über Lesesäle\r\n- Second\r\n".encode(encoding))
    assert [p.title for p in read_path(path).papers] == ["Über Lesesäle", "Second"]


@pytest.mark.parametrize(
    ("encoding", "title", "name"),
    [
        ("cp1252", "Über “Lesesäle” – Bo’s", "Windows-1252"),
        ("latin-1", "Über Lesesäle \x81", "Latin-1"),
    ],
)
def test_single_byte_text_is_read_with_a_warning(tmp_path, encoding, title, name) -> None:
    result = read_path(write(tmp_path / "a.txt", f"- {title}\n".encode(encoding)))
    assert [p.title for p in result.papers] == [title.rstrip(" \x81")]
    assert name in result.warnings[0]


def test_control_and_bidi_characters_are_removed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "- Re\u202everse\u2066d\x1b[31m Ti\u200btle\ufeff\n")
    (paper,) = read_path(path).papers
    assert paper.title == "Reversed [31m Title"
    assert "\u202e" not in paper.raw


@pytest.mark.parametrize(
    ("name", "text", "reader"),
    [
        ("a.txt", "- One\n", "reading list"),
        ("a.txt", "@article{k,\n title={T}}\n", "BibTeX"),
        ("a.txt", "TY  - JOUR\nTI  - One\nER  -\n", "RIS"),
        ("a.txt", '{"title": "One"}\n{"title": "Two"}\n', "JSON lines"),
        ("a.txt", '[{"title": "One"}]', "JSON"),
        ("a.txt", "title\tabstract\nOne\tx\n", "table"),
        ("a.json", '{"title": "One"}\n{"title": "Two"}\n', "JSON lines"),
        ("a.csv", "title\nOne\n", "table"),
        ("a.md", "- [One](https://example.org)\n", "reading list"),
        ("noextension", "- One\n", "reading list"),
    ],
)
def test_the_reader_is_chosen_by_extension_and_content(name: str, text: str, reader: str) -> None:
    assert choose_reader(name, text).name == reader


def test_a_csv_with_one_column_is_a_table(tmp_path: Path) -> None:
    assert len(read_path(write(tmp_path / "a.csv", "title\nOne\nTwo\n")).papers) == 2


def test_a_folder_is_read_in_sorted_order(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", "- B\n- Bb\n")
    write(tmp_path / "a.txt", "- Aa\n- A b\n")
    assert [p.source for p in read_path(tmp_path).papers] == ["a.txt", "a.txt", "b.txt", "b.txt"]


def test_every_extension_has_a_dot() -> None:
    assert all(extension.startswith(".") for extension in EXTENSIONS)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_are_refused(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except NotTextError:
        return
    cleaned = clean_text(text)
    assert cleaned == clean_text(cleaned)
    cleaned.encode("utf-8")


def test_only_files_and_folders_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.txt")
    for path in (tmp_path / "p.txt", Path("/dev/zero")):
        with pytest.raises(InputError, match="neither a file nor a folder"):
            read_path(path)
    write(tmp_path / "a.txt", "- Paper A\n")
    result = read_path(tmp_path)
    assert [p.title for p in result.papers] == ["Paper A"]
    assert [(r.source, r.reason) for r in result.rejected] == [("p.txt", "not a regular file")]


def test_links_that_leave_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "outside" / "secret.txt", "- A secret\n")
    folder = write(tmp_path / "in" / "a.txt", "- Paper A\n").parent
    (folder / "b.txt").symlink_to(secret)
    (folder / "c.txt").symlink_to(folder / "a.txt")
    (folder / "d").symlink_to(secret.parent)
    (folder / "e.txt").symlink_to(folder / "gone.txt")
    result = read_path(folder)
    assert [(p.title, p.source) for p in result.papers] == [
        ("Paper A", "a.txt"), ("Paper A", "c.txt")
    ]  # fmt: skip
    assert [(s.source, s.reason) for s in result.skipped] == [
        ("b.txt", "a link out of the folder"), ("d", "a link to a folder"),
    ]  # fmt: skip
    assert [r.source for r in result.rejected] == ["e.txt"]


@pytest.mark.parametrize("name", ["n" * 5000, "a\0b", "~nobody-of-this-name/a.txt"])
def test_a_path_that_cannot_be_is_one_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot use"):
        read_path(tmp_path / name if name[0] != "~" else name)


@pytest.mark.parametrize(
    "text",
    [
        "--AU-- Lee, Ann\n--TI-- A paper on rooms\n--RT-- article\n",
        "TI- A paper on rooms\nAU- Lee, Ann\n    Bo Ray\nPY- 1992\n",
        "Record.*INSPEC.*\n\nTI ~ A paper on rooms\nAU ~ Lee, Ann\nPY ~ 1992\n",
        "<12>\nAuthor\n  Lee, Ann\nTitle\n  A paper on rooms\n",
    ],
)
def test_tagged_records_of_a_form_that_is_not_known_are_refused(tmp_path, text):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(InputError, match="not read"):
        read_path(tmp_path / "a.txt")


def test_acronyms_before_a_dash_are_no_tags(tmp_path):
    (tmp_path / "a.txt").write_text("BERT - Rooms for words\nGPT - Rooms that talk\nT5 - A room\n")
    assert len(read_path(tmp_path / "a.txt").papers) == 3
