from __future__ import annotations

import pytest

from ingest.identity import arxiv_id_of, find_arxiv_id, find_doi, with_ids
from ingest.paper import Paper


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1000/ABC.def", "10.1000/abc.def"),
        ("doi:10.1000/abc).", "10.1000/abc"),
        ("(10.1016/S0140-6736(97)11096-0)", "10.1016/s0140-6736(97)11096-0"),
        ("https://doi.org/10.1000%2Fxyz", "10.1000/xyz"),
        ("no doi, version 10.2/3", ""),
        (
            "10.1002/(SICI)1096-987X(199803)19:4<377::AID-JCC1>3.0.CO;2-P",
            "10.1002/(sici)1096-987x(199803)19:4<377::aid-jcc1>3.0.co;2-p",
        ),
    ],
)
def test_dois_are_found_and_normalised(text: str, doi: str) -> None:
    assert find_doi(text) == doi


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("https://arxiv.org/abs/1904.11093v3", "1904.11093"),
        ("http://arxiv.org/pdf/1904.11093v3.pdf", "1904.11093"),
        ("arXiv: hep-th/9901001v2", "hep-th/9901001"),
        ("10.48550/arXiv.2301.00001", "2301.00001"),
        ("1904.11093", ""),
        ("arXiv:1904.110931", ""),
    ],
)
def test_arxiv_ids_are_found_where_they_are_marked(text: str, arxiv_id: str) -> None:
    assert find_arxiv_id(text) == arxiv_id


def test_a_bare_arxiv_id_counts_in_its_own_field() -> None:
    assert arxiv_id_of(" 1904.11093v2 ") == "1904.11093"
    assert arxiv_id_of("12345") == ""


def test_arxivs_doi_and_address_are_one_paper() -> None:
    one = with_ids(Paper("T", doi="https://doi.org/10.48550/arXiv.1904.11093"))
    two = with_ids(Paper("T", url="https://arxiv.org/abs/1904.11093v1"))
    assert one.paper_id == two.paper_id == "arxiv:1904.11093"
