"""The main job with sockets blocked: nothing is fetched at run time."""

from __future__ import annotations

from app.settings import Settings
from app.wiring import open_room, run_ingest


def test_ingest_and_ask_without_a_network(tmp_path, no_sockets):
    settings = Settings(home=tmp_path / "home", llm="extractive")
    report = run_ingest(settings)
    assert (report.papers, report.rejected) == (69, [])
    with open_room(settings) as room:
        answer = room.answer("How does grokking come about?")
        assert answer.status == "answered"
        assert answer.sentences[0].citations
        assert room.find("steering vectors", 3)
        assert room.themes().to_dict()["themes"]
