from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.paper import normalise_title
from ingest.readers.bibtex import BibtexReader
from ingest.readers.json_records import JsonLinesReader, JsonReader
from ingest.readers.latex import plain_text
from ingest.readers.names import author_names, split_names, year_of
from ingest.readers.tables import TableReader
from ingest.readers.tagged import RIS as RIS_DIALECT
from ingest.readers.tagged import TaggedReader

BIBTEX = r"""
@comment{not a paper}
@string{tacl = "Transactions of the {ACL}"}
@article{lee2020,
  title = {{BERT} and the {\"O}resund: 50\% of $x_{i}$},
  author = {Lee, Ann and Garc{\'i}a M{\'a}rquez, Jos\'e and {\O}rsted, H. C. and others},
  journal = tacl # " (online)",
  year = 2020, month = jan,
  doi = {10.1162/TACL_a_00001},
  abstract = "A quoted {"}abstract{"} with
     two lines.",
  keywords = {probing; syntax},
}
@inproceedings(paren, title = "In Parentheses", eprint = {1904.11093v2}, archiveprefix = {arXiv})
@misc{open, title = {Never closed,
@misc{nokey-title, author = {Nobody}}
@book{last, title = {The Last One}}
"""

RIS = """TY  - JOUR
TI  - Reading Rooms
AU  - Lee, Ann
AU  - Ray, Bo
PY  - 2021/03//
T2  - Journal of Rooms
AB  - First line
 second line.
DO  - https://doi.org/10.1000/ABC
KW  - reading
KW  - rooms
ER  -
TY  - JOUR
AU  - Nobody
ER  -
TY  - CONF
T1  - Not Closed
"""


def test_bibtex_entries_become_papers_and_broken_ones_are_named() -> None:
    result = BibtexReader().read(BIBTEX, "a.bib")
    first, second, last = result.papers
    assert first.title == "BERT and the Öresund: 50% of $x_{i}$"
    assert first.authors == ("Ann Lee", "José García Márquez", "H. C. Ørsted")
    assert first.venue == "Transactions of the ACL (online)"
    assert (first.year, first.doi) == (2020, "10.1162/tacl_a_00001")
    assert first.summary == 'A quoted "abstract" with two lines.'
    assert first.tags == ("probing", "syntax")
    assert (second.title, second.arxiv_id) == ("In Parentheses", "1904.11093")
    assert last.title == "The Last One"
    assert [(r.record, r.reason.split(":")[0]) for r in result.rejected] == [
        (3, "unbalanced braces or a missing comma"),
        (4, "no title"),
    ]


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"Schr{\"o}dinger", "Schrödinger"),
        (r"\v{C}ech and \c cedilla", "Čech and çedilla"),
        (r"na\"{\i}ve", "naïve"),
        (r"{\aa}ngstr\"om", "ångström"),
        (r"\emph{Very} \textbf{bold}", "Very bold"),
        ("pages 1--2 ``quoted''", "pages 1–2 “quoted”"),
        (r"a \& b \_ c~d", "a & b _ c d"),
        (r"50% of \alpha-synuclein, a & b", "50% of α-synuclein, a & b"),
        (r"\$5, \{x\}, $\{y\}$ and \(z_1\)", r"$5, {x}, $\{y\}$ and \(z_1\)"),
        (r"{\it all} of \href{https://a.example}{this} \textless{} \LaTeX", "all of this < LaTeX"),
        (r"an \unknown command, an {\em unclosed brace", r"an \unknown command, an unclosed brace"),
        (r"Erd{\H o}s and {\ss}t \o re", "Erdős and ßt øre"),
    ],
)
def test_latex_becomes_plain_text(latex: str, plain: str) -> None:
    assert plain_text(latex) == plain


def test_ris_records_become_papers() -> None:
    result = TaggedReader(RIS_DIALECT).read(RIS, "a.ris")
    first, last = result.papers
    assert (first.title, first.authors) == ("Reading Rooms", ("Ann Lee", "Bo Ray"))
    assert (first.year, first.venue) == (2021, "Journal of Rooms")
    assert first.summary == "First line second line."
    assert (first.doi, first.tags) == ("10.1000/abc", ("reading", "rooms"))
    assert last.title == "Not Closed"
    assert [r.record for r in result.rejected] == [2]


def test_csl_json_is_read() -> None:
    item = {
        "id": "x",
        "type": "article-journal",
        "title": "Reading Rooms",
        "container-title": ["Journal of Rooms"],
        "author": [{"family": "Lee", "given": "Ann"}, {"literal": "The Group"}],
        "issued": {"date-parts": [[2019, 4]]},
        "DOI": "10.1000/xyz",
        "URL": "https://example.org",
    }
    (paper,) = JsonReader().read(json.dumps([item]), "a.json").papers
    assert paper.authors == ("Ann Lee", "The Group")
    assert (paper.year, paper.venue, paper.doi) == (2019, "Journal of Rooms", "10.1000/xyz")


@pytest.mark.parametrize(
    "value",
    [
        [{"title": "One"}, {"title": "Two"}],
        ["One", "Two"],
        {"papers": [{"name": "One"}, {"paper_title": "Two"}]},
        {"a": {"title": "One"}, "b": {"title": "Two"}},
    ],
)
def test_json_lists_come_in_several_shapes(value: object) -> None:
    papers = JsonReader().read(json.dumps(value), "a.json").papers
    assert [paper.title for paper in papers] == ["One", "Two"]


def test_a_broken_json_line_is_rejected_and_the_rest_is_read() -> None:
    text = '{"title": "One"}\n{"title": \n\n[1]\n{"abstract": "x"}\n{"title": "Two \\ud800"}\n'
    result = JsonLinesReader().read(text, "a.jsonl")
    assert [(p.title, p.record) for p in result.papers] == [("One", 1), ("Two \ufffd", 6)]
    assert [r.record for r in result.rejected] == [2, 4, 5]
    assert result.rejected[0].reason.startswith("broken JSON")


def test_markup_of_publishers_is_taken_out() -> None:
    record = {
        "title": "CO<sub>2</sub> &amp; the <i>Mask</i>: a <mask> token, p < 0.05",
        "abstract": '<jats:title>Abstract</jats:title><jats:p>50\\% of Schr{\\"o}dinger.</jats:p>',
        "journal": "R&amp;D",
    }
    (paper,) = JsonReader().read(json.dumps([record]), "a.json").papers
    assert paper.title == "CO2 & the Mask: a <mask> token, p < 0.05"
    assert paper.summary == "50% of Schrödinger."
    assert paper.venue == "R&D"


def test_a_text_that_is_the_title_is_no_abstract() -> None:
    (paper,) = JsonReader().read('[{"title": "One", "text": "One"}]', "a.json").papers
    assert paper.summary == ""


def test_a_deeply_nested_json_is_rejected() -> None:
    result = JsonReader().read("[" * 100_000, "a.json")
    assert [r.record for r in result.rejected] == [0]


def test_tables_in_several_dialects() -> None:
    text = 'Key;Title;Abstract Note;Author;Publication Year\nK;One;"A;\nb";Lee, Ann; 2020-01-02\n'
    quoted = text.replace("Lee, Ann; 2020", '"Lee, Ann; Ray, Bo";2020')
    (paper,) = TableReader().read(quoted, "a.csv").papers
    assert (paper.title, paper.summary) == ("One", "A; b")
    assert (paper.authors, paper.year) == (("Ann Lee", "Bo Ray"), 2020)
    (paper,) = TableReader().read("name\ttext\nOne\tTwo\n", "a.tsv").papers
    assert (paper.title, paper.summary) == ("One", "Two")


def test_an_unclosed_quote_costs_one_row() -> None:
    text = 'title,abstract\nOne,a\nTwo,"never closed\nThree,c\nFour,d\n'
    result = TableReader().read(text, "a.csv")
    assert [p.title for p in result.papers] == ["One", "Three", "Four"]
    assert [r.record for r in result.rejected] == [2]


def test_a_table_without_a_title_column_says_so() -> None:
    (rejected,) = TableReader().read("a,b\n1,2\n", "a.csv").rejected
    assert "title" in rejected.reason
    assert "a, b" in rejected.reason


def test_huge_fields_are_kept_and_huge_titles_reported() -> None:
    record = {"title": "t" * 600, "abstract": "a " * 200_000}
    result = JsonLinesReader().read(json.dumps(record), "a.jsonl")
    assert len(result.papers[0].summary) == 399_999
    assert result.papers[0].confidence == 0.0
    assert "600 characters" in result.warnings[0]
    table = TableReader().read(f"title,abstract\nOne,{'a' * 300_000}\n", "a.csv")
    assert len(table.papers[0].summary) == 300_000


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann Lee and Bo Ray; Cy Fox", ("Ann Lee", "Bo Ray", "Cy Fox")),
        ("Lee, Ann; Ray, Bo", ("Ann Lee", "Bo Ray")),
        ("Ann Lee, Bo Ray, and Cy Fox", ("Ann Lee", "Bo Ray", "Cy Fox")),
        ("Lee, A., Ray, B. C.", ("A. Lee", "B. C. Ray")),
        ("Lee, Ann", ("Ann Lee",)),
        ("Ann Lee 0002", ("Ann Lee",)),
        ("Ann Lee & et al.", ("Ann Lee",)),
        ("", ()),
    ],
)
def test_author_strings(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names


def test_authors_and_years_of_odd_types() -> None:
    assert author_names(None) == ()
    assert author_names({"name": "Ann Lee"}) == ("Ann Lee",)
    assert year_of("v2 of 2017-06-12") == 2017
    assert year_of(None) is None
    assert year_of(123456) is None


# A title of TeX alone has no letter to it.
titles = st.text(min_size=1, max_size=80).filter(lambda t: normalise_title(plain_text(t)))
fields = st.fixed_dictionaries(
    {"title": titles, "abstract": st.text(max_size=200)},
    optional={"year": st.integers(1900, 2100), "tags": st.lists(st.text(max_size=9), max_size=3)},
)


@given(st.lists(fields, max_size=5))
@settings(max_examples=50, deadline=None)
def test_json_lines_and_csv_give_the_same_papers(records: list[dict[str, object]]) -> None:
    lines = "\n".join(json.dumps(record) for record in records)
    from_lines = JsonLinesReader().read(lines, "a").papers
    assert len(from_lines) == len(records)
    from_list = JsonReader().read(json.dumps(records), "a").papers
    kept = [(p.title, p.summary, p.year) for p in from_list]
    assert [(p.title, p.summary, p.year) for p in from_lines] == kept


@given(st.lists(st.tuples(titles, st.text(max_size=80)), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_csv_round_trip(rows: list[tuple[str, str]]) -> None:
    plain = [(" ".join(t.split()), " ".join(a.split())) for t, a in rows]
    plain = [(t, a) for t, a in plain if t.isprintable() and a.isprintable()]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("title", "abstract"), *plain])
    result = TableReader().read(out.getvalue(), "a.csv")
    assert len(result.papers) == len(plain)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_reader_fails_on_any_text(text: str) -> None:
    for reader in (
        BibtexReader(),
        TaggedReader(RIS_DIALECT),
        JsonReader(),
        JsonLinesReader(),
        TableReader(),
    ):
        reader.accepts(text)
        reader.read(text, "x")


@given(st.text(alphabet='@article{}(),="\\ab#\n1', max_size=120))
@settings(max_examples=200, deadline=None)
def test_no_bibtex_fails(text: str) -> None:
    BibtexReader().read(text, "x")
    BibtexReader().read("@article{k, title=" + text, "x")


def test_open_quotes_are_not_read_to_the_end_again_and_again(monkeypatch) -> None:
    lines = [f'x{n},"abc' for n in range(2000)]
    text = "\n".join(["title,abstract", *lines, 'last,"a', 'b"'])
    result = TableReader().read(text, "a.csv")
    assert [r.record for r in result.rejected] == list(range(1, 2001))
    assert [(p.title, p.summary) for p in result.papers] == [("last", "a b")]


def test_a_row_of_many_lines_is_one_row() -> None:
    rows = [f'Title {n},"{"line" + chr(10) * 3}{n}"' for n in range(500)]
    result = TableReader().read("\n".join(["title,abstract", *rows]), "a.csv")
    assert len(result.papers) == 500
    assert not result.rejected


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Abstract-level reasoning is hard.", "Abstract-level reasoning is hard."),
        ("ABSTRACT DATA TYPES are old.", "ABSTRACT DATA TYPES are old."),
        ("Abstract algebra is taught.", "Abstract algebra is taught."),
        ("AbstractA new way is shown.", "A new way is shown."),
        ("Abstract - We show it.", "We show it."),
        ("ABSTRACT We show it.", "We show it."),
        ("If a <b and b> c, the <code> token ends.", "If a <b and b> c, the <code> token ends."),
        ('<p>One <i class="x">word</i>.</p><p>Two.', "One word. Two."),
        ("x<sub>i</sub> and y<sup>2</sup>", "xi and y2"),
    ],
)  # fmt: skip
def test_labels_and_tags_go_and_what_looks_like_them_stays(written: str, read: str) -> None:
    (paper,) = JsonReader().read(json.dumps([{"title": "T", "abstract": written}]), "a.json").papers
    assert paper.summary == read


@pytest.mark.parametrize(("field", "value", "count"), [
    ("Cited by", "1204", 1204), ("Times Cited", 0, 0), ("citationCount", 7, 7),
    ("Cited by", "n/a", None), ("Cited by", "", None), ("citationCount", [1, 2], None),
])  # fmt: skip
def test_a_citation_count_is_read_where_it_is_one(field, value, count):
    (paper,) = JsonReader().read(json.dumps([{"title": "A", field: value}]), "a.json").papers
    assert paper.citations == count


@pytest.mark.parametrize(("record", "is_abstract", "retracted"), [
    ({"abstract": "We find it."}, True, False),
    ({"summary": "We find it.", "is_retracted": True}, False, True),
    ({"abstract": "", "summary": "We find it.", "is_retracted": False}, False, False),
    ({"updated-by": [{"type": "retraction"}]}, False, True),
    ({"updated-by": [{"type": "correction"}, "x"]}, False, False),
])  # fmt: skip
def test_an_abstract_and_a_retraction_are_told(record, is_abstract, retracted):
    (paper,) = JsonReader().read(json.dumps([{"title": "A", **record}]), "a.json").papers
    assert (paper.is_abstract, paper.retracted) == (is_abstract, retracted)
