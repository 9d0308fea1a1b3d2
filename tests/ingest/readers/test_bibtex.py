"""BibTeX and biblatex as Zotero, JabRef, Mendeley, DBLP, ACL and Scholar write them."""

from __future__ import annotations

import pytest

from ingest.readers.bibtex import BibtexReader
from ingest.readers.registry import choose_reader


def read(text):
    return BibtexReader().read(text, "a.bib")


def paper(text):
    result = read(text)
    assert result.rejected == []
    (only,) = result.papers
    return only


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (r"{A \{brace\} and one \} more}", "A {brace} and one } more"),
        (r"{Bounds \(O(n)\) hold}", r"Bounds \(O(n)\) hold"),
        (r'"Quoted {"}words{"} here"', 'Quoted "words" here'),
        ("{Nested {{Deep} Braces}}", "Nested Deep Braces"),
        (r"{On \enquote{rooms} and method\hyphen independent}", "On rooms and method-independent"),
        ("{LeQua @ {CLEF}: mail a@b.example}", "LeQua @ CLEF: mail a@b.example"),
        (r"{A \texttt{set} of \texttt{rooms\slash doors}}", "A set of rooms/doors"),
        (r"{\href  {https://a.example} {Rooms} and doors}", "Rooms and doors"),
        (
            r"{G\"odel, Mar\'{\i}a, \'Etude, Mar\i\'a, \v{S}atka}",
            "Gödel, María, Étude, Marıá, Šatka",
        ),
        (r"{From A\textbackslash{}B to \emph{y}}", r"From A\B to y"),
        (r"{Type-{\vphantom\}}II\vphantom{\{} \textup{Rooms}}", "Type-II Rooms"),
        (r"{Rooms of 5 \mbox{$\mu$}m}", r"Rooms of 5 $\mu$m"),
        (r"{Costs \$5 \& 50\% less}", "Costs $5 & 50% less"),
    ],
)
def test_values(value, title):
    assert paper(f"@misc{{k, title = {value}}}").title == title


@pytest.mark.parametrize("kind", ["web_page", "ARTICLE", "online", "inproceedings", "thesis"])
def test_any_type_is_a_paper(kind):
    assert paper(f"@{kind}{{k, title = {{T one}}}}").title == "T one"


def test_biblatex_fields():
    entry = paper(
        """@article{lee_2019,
          title = {Reading}, subtitle = {A Study of Rooms}, date = {2019-05-03},
          journaltitle = {Journal of Rooms}, eprint = {1905.01234v2}, eprinttype = {arxiv},
          author = {Lee, Ann and {The Reading Group}},
        }"""
    )
    assert entry.title == "Reading: A Study of Rooms"
    assert (entry.year, entry.venue, entry.arxiv_id) == (2019, "Journal of Rooms", "1905.01234")
    assert entry.authors == ("Ann Lee", "The Reading Group")
    assert entry.citekey == "lee_2019"


@pytest.mark.parametrize(
    "fields",
    [
        "journal = {arXiv preprint arXiv:1706.03762}",
        "journal = {CoRR}, volume = {abs/1706.03762}",
        "note = {arXiv: 1706.03762v5 [cs]}",
        "howpublished = {\\url{https://arxiv.org/abs/1706.03762}}",
        "eprint = {1706.03762}, archiveprefix = {arXiv}",
        "doi = {10.48550/arXiv.1706.03762}",
    ],
)
def test_a_preprint_is_known_wherever_it_stands(fields):
    assert paper(f"@article{{k, title = {{T one}}, {fields}}}").arxiv_id == "1706.03762"


def test_a_chapter_takes_what_it_lacks_from_its_book():
    chapter, book = read(
        """@string{acl = "Association for Rooms"}
        @inproceedings{c, title = {A Chapter}, crossref = {B}, author = {Lee, Ann}}
        @proceedings{b, title = {The Book}, year = 2020, publisher = acl # {, Ltd}}"""
    ).papers
    assert (chapter.title, chapter.year, chapter.venue) == ("A Chapter", 2020, "The Book")
    assert (book.title, book.venue) == ("The Book", "Association for Rooms, Ltd")


def test_sets_are_no_records():
    result = read(
        "@set{s, entryset = {a,b}}\n@xdata{x, publisher = {P}}\n@book{a, title = {T one}}"
    )
    assert [p.title for p in result.papers] == ["T one"]
    assert not result.rejected


def test_an_address_in_howpublished():
    entry = paper("@misc{k, title = {T}, howpublished = {Online: \\url{https://a.example/b_c}}}")
    assert entry.url == "https://a.example/b_c"


def test_broken_entries_cost_only_themselves():
    result = read(
        "@misc{a, title = {One}}\n@misc{b, title = {Never closed\n@misc{c, title = {Three}}\n"
        "@misc{d, title = {No comma} year = 2020}\n@misc{a, title = {Same key}}\n"
        "@misc{e, title = {First}, title = {Second}}\n"
    )
    assert [p.title for p in result.papers] == ["One", "Three", "No comma", "Same key", "First"]
    assert result.papers[2].year == 2020
    assert [r.record for r in result.rejected] == [2]


@pytest.mark.parametrize(
    "entry",
    [
        "@misc(k, title = {T one}, year = 2020)",
        '@misc{k, title = "T {one}", year = "2020"}',
        "@MISC { k ,title={T one}\n,YEAR=2020,}",
        "@misc{k, year = 2020, title = {T} # { one}}",
        "@misc{k, year = 2020, title = {T {{{{one}}}}}}",
        "% a comment\n@misc{k, year = 2020, title = {T one}} another",
        "see @misc{k, year = 2020, title = {T one}}",
    ],
)
def test_one_entry_however_it_is_written(entry):
    found = paper(entry)
    assert (found.title, found.year, found.citekey) == ("T one", 2020, "k")


def test_entries_on_one_line():
    result = read("@misc{a, title = {One}} @misc{b, title = {Two}}@misc{c, title = {Three}}")
    assert [p.title for p in result.papers] == ["One", "Two", "Three"]


def test_a_list_that_says_how_to_cite_it_is_a_list():
    rows = "".join(f"- [Paper {n}](https://a.example/{n})\n" for n in range(9))
    cite = "@misc{us, title = {Our List}}\n"
    assert choose_reader("a.md", f"# List\n{rows}\n{cite}").name == "reading list"
    assert choose_reader("a.md", f"# List\n{rows}\n```\n{cite}```\n").name == "reading list"
    assert choose_reader("a.txt", f"% comment\n{cite}").name == "BibTeX"


def test_an_entry_without_a_key_is_no_ones_book() -> None:
    text = "@article{, title={Loose}, journal={Nature}}\n@inbook{b, title={B}, crossref={}}\n@misc{c, title={C}}"
    papers = BibtexReader().read(text, "a.bib").papers
    assert [(p.title, p.venue) for p in papers] == [("Loose", "Nature"), ("B", ""), ("C", "")]


def test_a_name_in_braces_is_not_turned_round() -> None:
    text = "@misc{k, title = {T}, author = {{Foo, Inc. and Bar} and Ann Lee 0002 and others}}"
    (paper,) = BibtexReader().read(text, "a.bib").papers
    assert paper.authors == ("Foo, Inc. and Bar", "Ann Lee")


def test_names_begin_with_an_accent_and_hold_an_and_between_braces():
    text = r"@misc{k, title={One room}, author={Ann Lee and \'Etienne Roux AND {Rooms and Doors} and {\"O}zt, A.}}"
    (paper,) = BibtexReader().read(text, "a.bib").papers
    assert paper.authors == ("Ann Lee", "Étienne Roux", "Rooms and Doors", "A. Özt")
