"""Our encoder and our retriever in LlamaIndex programs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from app.llamaindex import RoomEmbedding, RoomRetriever
from app.retrieval import Filters
from app.settings import load_settings
from app.wiring import open_room

QUESTION = "How do transformers learn implicit reasoning?"


@pytest.fixture
def room(seeded_home):
    with open_room(load_settings(home=seeded_home)) as room:
        yield room


def test_the_retriever_finds_what_the_room_finds(room):
    nodes = RoomRetriever(room, similarity_top_k=4).retrieve(QUESTION)
    hits = room.find(QUESTION, 4)
    assert [n.node.node_id for n in nodes] == [hit.paper.paper_id for hit in hits]
    assert [n.score for n in nodes] == [hit.score for hit in hits]
    best = nodes[0].node
    quote = best.text[best.metadata["start"] : best.metadata["end"]]
    assert quote
    assert quote in hits[0].paper.text


def test_filters_hold(room):
    assert RoomRetriever(room, filters=Filters(year_from=2100)).retrieve(QUESTION) == []


def test_a_query_engine_answers_from_the_records(room):
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine

    # LlamaIndex's own mock gives the prompt back, which shows what a model is given.
    engine = RetrieverQueryEngine.from_args(RoomRetriever(room, similarity_top_k=2), llm=MockLLM())
    response = engine.query(QUESTION)
    hits = room.find(QUESTION, 2)
    assert [n.node.node_id for n in response.source_nodes] == [h.paper.paper_id for h in hits]
    for hit in hits:
        assert hit.paper.text in str(response)
    assert "start:" not in str(response)


def test_the_embedding_is_the_encoder(room):
    embedding = RoomEmbedding("minilm")
    single = embedding.get_text_embedding("sparse autoencoders")
    assert single == embedding.get_query_embedding("sparse autoencoders")
    (batched,) = embedding.get_text_embedding_batch(["sparse autoencoders"])
    assert np.linalg.norm(single) == pytest.approx(1)
    assert batched == single


def test_any_llamaindex_program_can_open_the_collection(tmp_path):
    from llama_index.core import VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from app.library.pipeline import ingest
    from ingest.index.store import Store
    from ingest.settings import IndexSettings

    path = tmp_path / "a.jsonl"
    titles = ["On cats", "On steam engines"]
    path.write_text("\n".join(json.dumps({"title": title}) for title in titles), "utf-8")
    settings = IndexSettings(home=tmp_path / "home", embedder="hash")
    ingest([path], settings)
    index = VectorStoreIndex.from_vector_store(
        ChromaVectorStore(chroma_collection=Store.open(settings).collection),
        embed_model=RoomEmbedding("hash"),
    )
    (best,) = index.as_retriever(similarity_top_k=1).retrieve("steam engines")
    assert best.metadata["title"] == "On steam engines"
    assert best.text == "On steam engines"
