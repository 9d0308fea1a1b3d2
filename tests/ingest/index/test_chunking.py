from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.index.chunking import Chunker
from ingest.paper import Paper


def words(text):
    return list(range(len(text.split())))


def test_a_short_record_is_one_chunk_that_carries_its_title():
    paper = Paper(title="Grokking", summary="It comes late. It comes at once.")
    (chunk,) = Chunker(200, 32, words).chunk(paper)
    assert paper.text[chunk.start : chunk.end] == chunk.text == paper.summary
    assert chunk.embed_text == paper.text


def test_a_record_without_summary_is_its_title():
    (chunk,) = Chunker(200, 32, words).chunk(Paper(title="Only a title"))
    assert (chunk.text, chunk.embed_text) == ("Only a title", "Only a title")


sentences = st.lists(
    st.text("abcdefgh ", min_size=3, max_size=60).map(lambda s: s.strip().capitalize() or "Abc"),
    min_size=1,
    max_size=40,
)


@given(sentences)
@settings(max_examples=30, deadline=None)
def test_chunks_are_verbatim_bounded_and_cover_every_word(parts):
    paper = Paper(title="T", summary=". ".join(parts) + ".")
    chunks = Chunker(32, 8, words).chunk(paper)
    covered = set()
    for chunk in chunks:
        assert paper.text[chunk.start : chunk.end] == chunk.text
        assert len(words(chunk.text)) <= 32
        covered |= set(range(chunk.start, chunk.end))
    text = paper.text
    assert all(text[i].isspace() or i in covered for i in range(paper.summary_start, len(text)))


def test_ids_follow_what_is_embedded():
    one = Paper(title="T", summary="Same text.", year=2020)
    two = one.with_changes(year=2021)
    three = one.with_changes(summary="Other text.")
    ids = [Chunker(200, 0, words).chunk(p)[0].chunk_id for p in (one, two, three)]
    assert ids[0] == ids[1] != ids[2]
    assert one.content_hash != two.content_hash
