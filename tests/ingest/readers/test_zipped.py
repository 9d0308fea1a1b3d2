from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import InputError
from ingest.readers import zipped
from ingest.readers.registry import read_path
from tests.ingest.readers.test_workbook import xlsx
from tests.support.pdfs import pdf, set_lines

LIST = b"- Paper A\n- Paper B\n"


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def put(folder: Path, data: bytes) -> Path:
    path = folder / "lists.zip"
    path.write_bytes(data)
    return path


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_the_files_in_an_archive_are_read_as_those_of_a_folder(tmp_path: Path) -> None:
    abstract = ["Abstract", "We study how reading rooms are found by the people who need them."]
    page = [(18.0, 700.0, "Reading Rooms in Libraries"), *set_lines(abstract)]
    members: list[tuple[str | zipfile.ZipInfo, bytes]] = [
        ("d/b.bib", b"@article{k, title={Paper in BibTeX}}"),
        ("a.txt", LIST),
        ("d/c.xlsx", xlsx([["title"], ["Paper in Excel"]])),
        ("d/e.pdf", pdf([page])),
        ("README.md", b"- Not a paper\n"),
        ("picture.png", b"\x89PNG"),
        ("report.docx", b"PK"),
        ("empty.txt", b""),
        (".hidden/a.txt", LIST),
        ("__MACOSX/._a.txt", b"\x00\x05"),
    ]
    result = read_path(put(tmp_path, packed(*members)))
    assert [(p.title, p.source) for p in result.papers] == [
        ("Paper A", "lists.zip/a.txt"),
        ("Paper B", "lists.zip/a.txt"),
        ("Paper in BibTeX", "lists.zip/d/b.bib"),
        ("Paper in Excel", "lists.zip/d/c.xlsx"),
        ("Reading Rooms in Libraries", "lists.zip/d/e.pdf"),
    ]
    assert [s.source for s in result.skipped] == [
        "lists.zip/README.md", "lists.zip/picture.png", "lists.zip/report.docx"
    ]  # fmt: skip
    assert [r.source for r in result.rejected] == ["lists.zip/empty.txt"]


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("../evil.txt", "leads out"),
        ("d/../../evil.txt", "leads out"),
        ("..\\evil.txt", "leads out"),
        ("/etc/evil.txt", "leads out"),
        ("C:/evil.txt", "leads out"),
        (link("evil.txt"), "a link"),
        ("inner.zip", "an archive in an archive"),
        ("late.pdf", "not a PDF"),
    ],
)
def test_a_file_that_is_refused_is_named_and_the_rest_is_read(tmp_path, member, reason) -> None:
    content = packed(("a.txt", LIST)) if member == "inner.zip" else LIST
    result = read_path(put(tmp_path, packed(("a.txt", LIST), (member, content))))
    assert {paper.source for paper in result.papers} == {"lists.zip/a.txt"}
    (rejected,) = result.rejected
    assert reason in rejected.reason
    assert not list(tmp_path.parent.rglob("evil.txt"))


def test_a_locked_file_is_refused(tmp_path: Path) -> None:
    data = packed(("a.txt", LIST))
    # The flag stands in the file's own header and in the directory at the end.
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + place
        data = data[:at] + b"\x01" + data[at + 1 :]
    with pytest.raises(InputError, match=r"a\.txt: it is encrypted"):
        read_path(put(tmp_path, data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed(("a.txt", b"\n" * (20 << 20))), "a zip bomb"),
        (packed(*[(f"{n}.txt", b"") for n in range(zipped.MAX_MEMBERS + 1)]), "10,001 files"),
        (packed(("xl/workbook.xml", b" " * (20 << 20))), "a zip bomb"),
        (packed(("a.txt", LIST))[:-30], "broken, or cut short"),
        (packed(), "no files in it"),
        (b"no archive", "not a ZIP"),
        (packed(("word/document.xml", b"<a/>")), "a Word document"),
    ],
)
def test_an_archive_that_is_refused_is_one_clear_line(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = put(tmp_path, data)
    with pytest.raises(InputError, match=reason) as caught:
        read_path(path)
    assert "lists.zip" in caught.value.message
    assert caught.value.hint
    (tmp_path / "b.txt").write_bytes(LIST)
    result = read_path(tmp_path)
    assert len(result.papers) == 2
    assert [r.source for r in result.rejected] == ["lists.zip"]


def test_a_file_that_unpacks_to_more_than_it_states_is_broken(tmp_path: Path) -> None:
    data = packed(("a.txt", b"- Paper A\n" * 1000))
    small = (10).to_bytes(4, "little")
    data = data.replace((10_000).to_bytes(4, "little"), small)
    with pytest.raises(InputError, match=r"a\.txt: broken in the archive"):
        read_path(put(tmp_path, data))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_archive_gives_no_other_papers(tmp_path_factory, data) -> None:
    content = bytearray(packed(("a.txt", LIST), ("d/b.txt", LIST)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("zip")
    put(folder, bytes(content))
    assert {paper.title for paper in read_path(folder).papers} <= {"Paper A", "Paper B"}
