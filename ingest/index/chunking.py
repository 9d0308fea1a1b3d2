"""Paper -> Chunks, cut by LlamaIndex's sentence splitter over our sentence spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.paper import TITLE_END, Chunk, Paper
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from llama_index.core.node_parser import SentenceSplitter


class Chunker:
    """Cuts summaries into chunks of at most `size` word pieces with `overlap` shared.

    The title is put in front of each chunk's embedded text, so that every vector knows what paper
    it belongs to; it is not part of the chunk's own text unless the record is only a title.
    """

    def __init__(self, size: int, overlap: int, tokenize: Callable[[str], list[int]]) -> None:
        self._size = size
        self._overlap = min(overlap, size // 2)
        self._tokenize = tokenize
        self._splitter: SentenceSplitter | None = None

    def chunks(self, papers: Iterable[Paper]) -> Iterator[Chunk]:
        """Chunks of all papers, in order; every paper has at least one."""
        for paper in papers:
            yield from self.chunk(paper)

    def chunk(self, paper: Paper) -> list[Chunk]:
        """Chunks of one paper; texts are verbatim slices of `paper.text`."""
        spans = self._summary_spans(paper) if paper.summary else [(0, len(paper.title))]
        out = []
        for ordinal, (start, end) in enumerate(spans):
            text = paper.text[start:end]
            embed_text = f"{paper.title}{TITLE_END}{text}" if paper.summary else text
            out.append(
                Chunk(paper.paper_id, ordinal, text, start, end, embed_text, paper.content_hash)
            )
        return out

    def _summary_spans(self, paper: Paper) -> list[tuple[int, int]]:
        offset = paper.summary_start
        if len(self._tokenize(paper.summary)) <= self._size:
            return [(offset, offset + len(paper.summary))]
        spans: list[tuple[int, int]] = []
        cursor = 0
        for piece in self._load().split_text(paper.summary):
            at = paper.summary.find(piece, cursor)
            if at < 0:  # the splitter re-joined pieces with other white space
                at = cursor
            spans.append((offset + at, offset + min(at + len(piece), len(paper.summary))))
            cursor = at + 1
        return spans

    def _load(self) -> SentenceSplitter:
        if self._splitter is None:
            from llama_index.core.node_parser import SentenceSplitter

            self._splitter = SentenceSplitter(
                chunk_size=self._size,
                chunk_overlap=self._overlap,
                tokenizer=self._tokenize,
                chunking_tokenizer_fn=_sentences,
            )
        return self._splitter


def _sentences(text: str) -> list[str]:
    """Contiguous pieces, one a sentence, trailing white space kept, so that a join is verbatim."""
    starts = [start for start, _ in sentence_spans(text)]
    bounds = [0, *starts[1:], len(text)]
    return [text[a:b] for a, b in pairwise(bounds) if b > a]
