from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.references import ReferencesReader
from ingest.readers.registry import choose_reader

READER = ReferencesReader()
# The same two works as each style writes them.
STYLES = {
    "APA": (
        "He, K., Zhang, X., Ren, S., & Sun, J. (2016). Deep residual learning for images. In Proceedings of Vision (pp. 770-778). https://doi.org/10.1109/CVPR.2016.90\n"
        "LeCun, Y., & Hinton, G. E. (2015, May). Deep learning. Nature, 521(7553), 436-444.\n"
    ),
    "IEEE": (
        '[1] K. He, X. Zhang, S. Ren, and J. Sun, "Deep residual learning for images," in Proceedings of Vision, Jun. 2016, pp. 770-778, doi: 10.1109/CVPR.2016.90.\n'
        '[2] Y. LeCun and G. E. Hinton, "Deep learning," Nature, vol. 521, no. 7553, pp. 436-444, May 2015.\n'
    ),
    "ACM": (
        "K. He, X. Zhang, S. Ren, and J. Sun. 2016. Deep residual learning for images. In Proceedings of Vision, pages 770–778. doi:10.1109/CVPR.2016.90\n\n"
        "Y. LeCun and G. E. Hinton. 2015. Deep learning. Nature, 521(7553):436–444.\n"
    ),
    "Vancouver": (
        "1. He K, Zhang X, Ren S, Sun J. Deep residual learning for images. Proceedings of Vision. 2016:770-8. doi:10.1109/CVPR.2016.90\n"
        "2. LeCun Y, Hinton GE. Deep learning. Nature. 2015;521(7553):436-44.\n"
    ),
    "LNCS": (
        "1. He, K., Zhang, X., Ren, S., Sun, J.: Deep residual learning for images. In: Proceedings of Vision, pp. 770–778 (2016). https://doi.org/10.1109/CVPR.2016.90\n"
        "2. LeCun, Y., Hinton, G. E.: Deep learning. Nature 521(7553), 436–444 (2015)\n"
    ),
    "Harvard": (
        "He, K., Zhang, X., Ren, S. and Sun, J. (2016) ‘Deep residual learning for images’, in Proceedings of Vision, pp. 770–778. doi: 10.1109/CVPR.2016.90.\n"
        "LeCun, Y. and Hinton, G. E. (2015) 'Deep learning', Nature, 521(7553), pp. 436–444.\n"
    ),
    "plain, with broken lines": (
        "[HZ16] K. He, X. Zhang, S. Ren, and J. Sun. Deep residual learning\n"
        "for images. In Proceedings of Vision, pages 770–778, 2016.\n   doi: 10.1109/CVPR.2016.90\n"
        "[LH+15] Y. LeCun and G. E. Hinton. Deep learning. Nature,\n521(7553):436–444, 2015.\n"
    ),
}  # fmt: skip
FULL_NAMES = {
    "MLA": 'Lee, Ann, and Bo Ray. "Reading Rooms of the World." Journal of Rooms 3.2 (2019): 1-9.',
    "Chicago": "Lee, Ann, and Bo Ray. 2019. Reading Rooms of the World. Journal of Rooms 3.",
    "ACL": "Ann Lee and Bo Ray. 2019. Reading Rooms of the World. Journal of Rooms, 3.",
    "plain": "Ann Lee and Bo Ray. Reading Rooms of the World. Journal of Rooms, 3(2):1–9, 2019.",
}


def bare(names: tuple[str, ...]) -> list[str]:
    return [name.replace(".", "").replace(" ", "") for name in names]


@pytest.mark.parametrize("style", STYLES)
def test_references_of_every_style_are_read(style: str) -> None:
    text = STYLES[style]
    assert choose_reader("a.txt", text).name == "references"
    first, second = READER.read(text, "a.txt").papers
    assert (first.title, first.year, first.doi) == (
        "Deep residual learning for images", 2016, "10.1109/cvpr.2016.90"
    )  # fmt: skip
    assert first.venue == "Proceedings of Vision"
    assert sorted(map(sorted, bare(first.authors))) == sorted(
        map(sorted, ["KHe", "XZhang", "SRen", "JSun"])
    )
    assert (second.title, second.year, second.venue) == ("Deep learning", 2015, "Nature")
    assert len(second.authors) == 2


@pytest.mark.parametrize("style", FULL_NAMES)
def test_full_names_are_put_in_reading_order(style: str) -> None:
    (paper,) = READER.read(FULL_NAMES[style], "a.txt").papers
    assert READER.accepts(FULL_NAMES[style])
    assert paper.title == "Reading Rooms of the World"
    assert (paper.authors, paper.year, paper.venue) == (
        ("Ann Lee", "Bo Ray"),
        2019,
        "Journal of Rooms",
    )


@pytest.mark.parametrize(
    ("entry", "authors", "title"),
    [
        ("O'Brien, C., de la Cruz, M., et al. (2019). Do readers’ rooms talk? J. Rooms.", ("C. O'Brien", "M. de la Cruz"), "Do readers’ rooms talk?"),
        ("Dijkstra, E. W., and Scholten, C. S. Termination detection. Letters 11, 1980.", ("E. W. Dijkstra", "C. S. Scholten"), "Termination detection"),
        ("Boggs, D.R. et al. Pup: an internetwork architecture. IEEE Trans., 1980.", ("D.R. Boggs",), "Pup: an internetwork architecture"),
        ("J. Devlin and M.-W. Chang. BERT: Pre-training for v1.5 models. arXiv preprint arXiv:1810.04805, 2018.", ("J. Devlin", "M.-W. Chang"), "BERT: Pre-training for v1.5 models"),
    ],
)  # fmt: skip
def test_names_end_where_the_title_begins(entry: str, authors: tuple[str, ...], title: str) -> None:
    (paper,) = READER.read(entry, "a.txt").papers
    assert (paper.authors, paper.title) == (authors, title)


def test_an_entry_that_is_no_reference_is_rejected_by_its_number() -> None:
    result = READER.read(STYLES["IEEE"] + "[3] See also the web page of the group.\n", "a.txt")
    assert len(result.papers) == 2
    assert [(r.record, r.reason[:10]) for r in result.rejected] == [(3, "no authors")]


@pytest.mark.parametrize(
    "text",
    [
        "- Attention Is All You Need\n- Scaling Laws (2020). We study scaling.\n",
        "Deep Learning. Nature 2015\nScaling Laws. We study how loss falls with size, 2020.\n",
        "BERT, RoBERTa, and Friends. A survey of models (2020).\n",
        "- [Deep Learning](https://example.org) Y. LeCun, 2015\n",
        "Met Bo on Monday, May 5. We spoke of rooms in 2020.\n",
    ],
)
def test_other_lists_are_none(text: str) -> None:
    assert not READER.accepts(text)


@given(st.text(max_size=300))
def test_any_text_is_read_or_rejected(text: str) -> None:
    result = READER.read(text, "a.txt")
    assert all(paper.title and paper.year for paper in result.papers)


def test_reading_takes_time_in_proportion() -> None:
    start = time.process_time()
    result = READER.read(STYLES["APA"] * 2000 + "Lee, A., " * 20_000, "a.txt")
    assert len(result.papers) == 4000
    assert time.process_time() - start < 10
