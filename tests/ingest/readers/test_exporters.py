"""Small twins of what reference managers, indexes and list makers write."""

from __future__ import annotations

import json

import pytest

from ingest.errors import InputError
from ingest.readers.registry import choose_reader, read_path
from ingest.readers.tables import TableReader

NBIB = """
PMID- 31234567
OWN - NLM
DP  - 2019 May 3
TI  - On the care of reading rooms: a randomised
      trial.
LID - S0140-6736(19)30001-2 [pii]
LID - 10.1000/rooms.1 [doi]
AB  - BACKGROUND: Rooms are read in.
      RESULTS: They help.
FAU - Lee, Ann
AU  - Lee A
FAU - Ray, Bo
AU  - Ray B
JT  - Journal of rooms
MH  - Reading

PMID- 31234568
TI  - A second record.
"""

CIW = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Lee, A
   Ray, B
AF Lee, Ann
   Ray, Bo
TI On the care of reading rooms: a
   randomised trial
SO JOURNAL OF ROOMS
DE reading; rooms
ID CARE
AB Rooms are read in.
PY 2019
DI 10.1000/rooms.1
UT WOS:000000000000001
ER

PT J
TI A second record
ER

EF
"""

PUBMED = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://a.example/p.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><Article>
<Journal><JournalIssue><PubDate><Year>2019</Year></PubDate></JournalIssue>
<Title>Journal of rooms</Title></Journal>
<ArticleTitle>On the care of <i>reading</i> rooms.</ArticleTitle>
<ELocationID EIdType="pii">S01</ELocationID><ELocationID EIdType="doi">10.1000/rooms.1</ELocationID>
<Abstract><AbstractText Label="BACKGROUND">Rooms are read in.</AbstractText>
<AbstractText>They help &amp; last.</AbstractText></Abstract>
<AuthorList><Author><LastName>Lee</LastName><ForeName>Ann</ForeName></Author>
<Author><CollectiveName>The Group</CollectiveName></Author></AuthorList></Article></MedlineCitation>
<PubmedData><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/other</ArticleId>
</ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>"""

ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record>
<contributors><authors><author><style face="normal">Lee, Ann</style></author></authors>
<secondary-authors><author>Editor, An</author></secondary-authors></contributors>
<titles><title><style>On the care of reading rooms</style></title>
<secondary-title>Journal of rooms</secondary-title></titles>
<dates><year>2019</year></dates><electronic-resource-num>10.1000/rooms.1</electronic-resource-num>
<abstract>Rooms are read in.</abstract></record></records></xml>"""

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
<title>ArXiv Query</title><entry><id>http://arxiv.org/abs/1904.11093v2</id>
<published>2019-04-24T00:00:00Z</published><title>On the care
  of reading rooms</title><summary>Rooms are read in.</summary>
<author><name>Ann Lee</name></author><arxiv:doi>10.1000/rooms.1</arxiv:doi>
<link href="http://arxiv.org/abs/1904.11093v2" rel="alternate"/><category term="cs.CL"/></entry></feed>"""

OPML = """<opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="Rooms"><outline text="On the care of reading rooms" htmlUrl="https://a.example/1"/>
<outline text="A second one" _note="It is about rooms."/></outline></body></opml>"""

HTML = """<!DOCTYPE html><html><head><title>List</title><script>var x = "- no";</script></head><body>
<nav><ul><li><a href="/">Home</a></li></ul></nav><h2>Rooms</h2><p>Some words about the list.</p>
<ul><li><a href="https://a.example/1">On the care of reading rooms</a>. Rooms are read in.</li>
<li><a href="https://a.example/2">A second one</a></li></ul>
<table><tr><th>Title</th><th>Year</th></tr><tr><td>A third &amp; last one</td><td>2020</td></tr></table>
</body></html>"""


def read(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return read_path(path)


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [("a.nbib", NBIB, 2), ("a.ciw", CIW, 2), ("a.txt", NBIB, 2), ("a.txt", CIW, 2),
     ("a.xml", PUBMED, 1), ("a.xml", ENDNOTE, 1), ("a.xml", ATOM, 1), ("a.txt", ATOM, 1)],
)  # fmt: skip
def test_records_of_indexes_and_managers(tmp_path, name, text, count):
    result = read(tmp_path, name, text)
    assert (len(result.papers), result.rejected) == (count, [])
    paper = result.papers[0]
    assert paper.title.startswith("On the care of reading rooms")
    assert paper.title.rstrip(".").endswith(("rooms", "a randomised trial"))
    assert (paper.year, paper.doi, paper.authors[0]) == (2019, "10.1000/rooms.1", "Ann Lee")
    assert "Editor" not in " ".join(paper.authors)
    assert "ooms are read in." in paper.summary


def test_what_each_format_says_besides(tmp_path):
    (nbib, _) = read(tmp_path, "a.nbib", NBIB).papers
    assert (nbib.venue, nbib.authors) == ("Journal of rooms", ("Ann Lee", "Bo Ray"))
    (wos, _) = read(tmp_path, "a.ciw", CIW).papers
    assert wos.tags == ("reading", "rooms", "CARE")
    (pubmed,) = read(tmp_path, "a.xml", PUBMED).papers
    assert pubmed.summary == "Background: Rooms are read in. They help & last."
    assert pubmed.authors == ("Ann Lee", "The Group")
    (atom,) = read(tmp_path, "a.atom", ATOM).papers
    assert (atom.arxiv_id, atom.tags) == ("1904.11093", ("cs.CL",))


def test_outlines_and_pages(tmp_path):
    first, second = read(tmp_path, "a.opml", OPML).papers
    assert (first.title, first.url, first.tags) == (
        "On the care of reading rooms",
        "https://a.example/1",
        ("Rooms",),
    )
    assert second.summary == "It is about rooms."
    result = read(tmp_path, "a.html", HTML)
    assert {(p.title, p.url, p.year) for p in result.papers} == {
        ("On the care of reading rooms", "https://a.example/1", None),
        ("A second one", "https://a.example/2", None),
        ("A third & last one", "", 2020),
    }


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.xml", '<?xml version="1.0"?><config><a/></config>', "config"),
        ("a.xml", "<PubmedArticleSet><Pub", "broken XML"),
        ("a.yaml", "papers:\n  - title: One\n", "no format"),
        ("a.log", "2020-01-01 started\n", "no format"),
        ("a.xml", '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><feed>&c;</feed>', "not read"),
        ("a.html", "<html><body><p>Only text.</p></body></html>", "no list"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_reason(tmp_path, name, text, word):
    with pytest.raises(InputError, match=word):
        read(tmp_path, name, text)


def test_titles_in_a_row_are_papers_each(tmp_path):
    titles = ["Attention is all you need", "Deep residual learning for image recognition"]
    titles += ["Grokking: generalization beyond overfitting", "Toy models of superposition"]
    for text in ("\n".join(titles), "\n".join((*titles[:2], "", *titles[2:]))):
        assert [p.title for p in read(tmp_path, "a.txt", text).papers] == titles
    block = "On the Care of Reading Rooms\nWe study how rooms are read in. This paper shows that\nit helps to be quiet, and that we read more in them."
    (paper,) = read(tmp_path, "a.txt", block).papers
    assert paper.summary.startswith("We study how rooms are read in.")


def test_ids_alone_are_no_papers(tmp_path):
    result = read(
        tmp_path, "a.txt", "2301.05217\narXiv:1706.03762v2\nhttps://a.example/x\nA title\n"
    )
    assert [p.title for p in result.papers] == ["A title"]
    assert [r.record for r in result.rejected] == [1, 2, 3]
    assert "a title is needed" in result.rejected[0].reason


AWESOME = """# Awesome rooms [![Awesome](https://a.example/badge.svg)](https://a.example)

## Contents
- [Papers](#papers)
  - [Old](#old)
- [Contributing](#contributing)

## Papers
- [One room](https://a.example/1) [[arxiv]](https://arxiv.org/abs/1904.11093) [[code](https://a.example/c)]
- **Two rooms**, *Ann Lee*. [[paper]](https://a.example/2) ![stars](https://a.example/s.svg)
- ![badge](https://a.example/b.svg)

<!-- - [Not shown](https://a.example/x) -->

| Date | Paper | Venue |
|:----:|-------|-------|
| 2020 | [Three rooms](https://a.example/3) | ICRR |
| 2021 | **Four \\| rooms** [[pdf]](https://a.example/4.pdf) | - |

```bibtex
@misc{us, title = {Awesome Rooms}}
```
"""


def test_an_awesome_list(tmp_path):
    result = read(tmp_path, "a.md", AWESOME)
    papers = {p.title: p for p in result.papers}
    assert set(papers) == {"One room", "Two rooms", "Three rooms", "Four | rooms"}
    assert papers["One room"].url == "https://a.example/1"
    assert papers["One room"].summary == ""
    assert papers["Two rooms"].url == "https://a.example/2"
    assert papers["Three rooms"].url == "https://a.example/3"
    assert papers["Three rooms"].year == 2020
    assert papers["Four | rooms"].url == "https://a.example/4.pdf"


def test_a_section_with_its_papers_below_it(tmp_path):
    text = "- Rooms\n  - [One room](https://a.example/1)\n  - [Two rooms](https://a.example/2)\n- Doors\n  - [One door](https://a.example/3)\n"
    papers = read(tmp_path, "a.md", text).papers
    assert [(p.title, p.tags) for p in papers] == [
        ("One room", ("Rooms",)),
        ("Two rooms", ("Rooms",)),
        ("One door", ("Doors",)),
    ]


def test_marks_escaped_in_markdown(tmp_path):
    (paper,) = read(
        tmp_path, "a.md", r"- [One\_room \[v2\]](https://a.example/1) \[ICRR 2020\] x"
    ).papers
    assert (paper.title, paper.summary) == ("One_room [v2]", "[ICRR 2020] x")


def test_a_table_row_links_to_the_paper_not_to_the_badge(tmp_path):
    text = "## Rooms\n\n| Title | Code |\n|---|---|\n| ![s](https://img.example/s.svg) One room | [c](https://a.example/c) |\n"
    (paper,) = read(tmp_path, "a.md", text).papers
    assert (paper.title, paper.url, paper.tags) == ("One room", "https://a.example/c", ("Rooms",))


def test_works_of_openalex_and_crossref(tmp_path):
    work = {
        "display_name": "On rooms", "publication_year": 2020, "doi": "https://doi.org/10.1000/r",
        "authorships": [{"author": {"display_name": "Ann Lee"}}, {"author": None}],
        "primary_location": {"source": {"display_name": "Journal"}},
        "abstract_inverted_index": {"read": [1, 3], "Rooms": [0], "and": [2]},
    }  # fmt: skip
    (paper,) = read(tmp_path, "a.json", json.dumps({"results": [work]})).papers
    assert (paper.title, paper.authors, paper.year) == ("On rooms", ("Ann Lee",), 2020)
    assert (paper.venue, paper.doi, paper.summary) == (
        "Journal",
        "10.1000/r",
        "Rooms read and read",
    )
    table = "display_name,authorships.author.display_name,publication_year\nOn rooms,Ann Lee|Bo Ray,2020\n"
    (paper,) = read(tmp_path, "a.csv", table).papers
    assert paper.authors == ("Ann Lee", "Bo Ray")
    item = {
        "title": ["On rooms"],
        "author": [{"given": "Ann", "family": "Lee"}],
        "DOI": "10.1000/R",
    }
    (paper,) = read(tmp_path, "b.json", json.dumps({"message": {"items": [item]}})).papers
    assert (paper.title, paper.authors, paper.doi) == ("On rooms", ("Ann Lee",), "10.1000/r")


def test_readers_are_told_apart():
    assert choose_reader("a.txt", "PT cruisers are cars\nand more\n").name == "reading list"
    assert choose_reader("a.unknown", "- One\n") is None


def test_pubmed_keeps_dates_authors_and_languages_apart(tmp_path):
    text = """<PubmedArticleSet><PubmedArticle><Article><Journal><JournalIssue><PubDate><Year>2019</Year>
    <Month>11</Month></PubDate></JournalIssue></Journal><ArticleTitle>On rooms</ArticleTitle>
    <Abstract><AbstractText>They help.</AbstractText></Abstract><AuthorList>
    <Author><LastName>Lee</LastName><Initials>AB</Initials><AffiliationInfo><Affiliation>Here</Affiliation>
    </AffiliationInfo></Author><Author><CollectiveName>The Group</CollectiveName><AffiliationInfo>
    <Affiliation>Here</Affiliation></AffiliationInfo></Author></AuthorList></Article>
    <OtherAbstract Language="fre"><AbstractText>Elles aident.</AbstractText></OtherAbstract>
    </PubmedArticle></PubmedArticleSet>"""
    for written in (text, text.replace("\n", "").replace("    ", "")):
        (paper,) = read(tmp_path, "a.xml", written).papers
        assert (paper.year, paper.summary) == (2019, "They help.")
        assert paper.authors == ("AB Lee", "The Group")


def test_an_atom_entry_links_to_its_page(tmp_path):
    text = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>On rooms</title>
    <link rel="self" href="https://a.example/feed/1"/><link rel="related" href="https://a.example/1.pdf"/>
    <link href="https://a.example/1"/></entry></feed>"""
    assert read(tmp_path, "a.xml", text).papers[0].url == "https://a.example/1"


def test_words_of_a_page_stay_apart_and_bars_in_cells_whole(tmp_path):
    text = """<html><body><ul><li><p>On the care of rooms</p><p>They are read in.</p></li>
    <li><h3>A second one</h3><div>It<br>is <b>bold</b>er.</div></li></ul><table>
    <tr><th>Title</th><th>Abstract</th></tr>
    <tr><td>P(a|b) of rooms</td><td><p>One.</p><p>Two.</p></td></tr></table></body></html>"""
    assert [(p.title, p.summary) for p in read(tmp_path, "a.html", text).papers] == [
        ("P(a|b) of rooms", "One. Two."),
        ("On the care of rooms", "They are read in."),
        ("A second one", "It is bolder."),
    ]


def test_a_table_of_markdown_is_read_as_one(tmp_path):
    text = "| Title | Year |\n|---|---|\n| [B](https://b.example) | 2021 |\n| P(a\\|b) | 2020 |\n"
    papers = read(tmp_path, "a.md", text).papers
    assert [(p.title, p.url) for p in papers] == [("B", "https://b.example"), ("P(a|b)", "")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dimensions.csv", '"About the data: Exported on May 03, 2023."\n"Rank","DOI","Title","Abstract","Source title","PubYear","Authors"\n1,10.1000/a,Rooms of Lists,We study,J Rooms,2020,"Lee, Ann; Ray, Bo"\n'),
        ("excel.csv", "sep=;\nTitle;Author;Year;Journal;DOI;Abstract\nRooms of Lists;Lee, Ann and Ray, Bo;2020;J Rooms;10.1000/a;We study\n"),
        ("scopus.csv", 'Authors,Author full names,Title,Year,Source title,DOI,Abstract\nLee A.; Ray B.,"Lee, Ann (571); Ray, Bo (572)",Rooms of Lists,2020,J Rooms,10.1000/a,We study\n'),
        ("ebsco.csv", 'Article Title,Author,Journal Title,Publication Date,Abstract,DOI\nRooms of Lists,"Lee, Ann; Ray, Bo",J Rooms,20200501,We study,10.1000/a\n'),
        ("acm.csv", 'Authors,Title,Publication,DOI,Year,Abstract\n"Lee, Ann and Ray, Bo",Rooms of Lists,J Rooms,10.1000/a,2020,We study\n'),
        ("savedrecs.txt", "PT\tAU\tAF\tTI\tSO\tPY\tAB\tDI\nJ\tLee, A; Ray, B\tLee, Ann; Ray, Bo\tRooms of Lists\tJ Rooms\t2020\tWe study\t10.1000/a\n"),
        ("s2.csv", 'paperId,title,year,authors,venue,abstract,externalIds\nabc,Rooms of Lists,2020,"Ann Lee, Bo Ray",J Rooms,We study,"DOI:10.1000/a,ArXiv:2001.00001"\n'),
        ("s2.jsonl", '{"paperId": "abc", "title": "Rooms of Lists", "year": 2020, "venue": "J Rooms", "abstract": "We study", "externalIds": {"DOI": "10.1000/A"}, "authors": [{"name": "Ann Lee"}, {"name": "Bo Ray"}]}\n'),
    ],
)  # fmt: skip
def test_what_exporters_add_to_a_table_loses_nothing(name: str, text: str) -> None:
    reader = choose_reader(name, text)
    assert reader is not None
    result = reader.read(text, name)
    assert result.rejected == []
    (paper,) = result.papers
    assert (paper.title, paper.authors, paper.year) == (
        "Rooms of Lists",
        ("Ann Lee", "Bo Ray"),
        2020,
    )
    assert (paper.venue, paper.doi, paper.summary) == ("J Rooms", "10.1000/a", "We study")


def test_names_that_pubmed_ends_with_a_stop_and_several_addresses_are_taken_apart() -> None:
    text = 'Title,Authors,Journal/Book,URLs\nRooms,"Lee A, Ray B.",J Rooms,https://a.org/x;https://b.org/y\n'
    (paper,) = TableReader().read(text, "pubmed.csv").papers
    assert (paper.authors, paper.venue, paper.url) == (
        ("Lee A", "Ray B"),
        "J Rooms",
        "https://a.org/x",
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.bib", "@misc{k, title={One room}, keywords={red; light blue}}"),
        ("a.ris", "TY  - JOUR\nTI  - One room\nKW  - red\nKW  - light blue\nER  - \n"),
        ("a.json", '[{"title": "One room", "keyword": "red; light blue"}]'),
        ("a.json", '[{"title": "One room", "tags": [{"tag": "red"}, {"tag": "light blue", "type": 1}]}]'),
        ("a.json", '[{"display_name": "One room", "keywords": [{"id": "x/1", "display_name": "red"}, {"id": "x/2", "display_name": "light blue"}]}]'),
        ("a.csv", 'Title,Manual Tags,Automatic Tags\nOne room,red,light blue; red\n'),
    ],
)  # fmt: skip
def test_keywords_are_tags(name, text):
    (paper,) = choose_reader(name, text).read(text, name).papers
    assert paper.tags == ("red", "light blue")
