"""Events become exchanges; exchanges become history and sources."""

from __future__ import annotations

from app.answering.events import (
    BeingChecked,
    BlockStarted,
    Delta,
    Notice,
    Restarted,
    SentenceChecked,
    Stage,
)
from app.passages import Block, Citation, Sentence
from app.surfaces.conversation import Exchange, Listener, cited_sources, history
from tests.support.scripted_room import EVIL, answered


def cite(n, paper_id, start=0, end=4, text="Text."):
    return Sentence(text, "verbatim", (Citation(n, paper_id, "T", "Text", start, end, 0.5),))


def test_a_draft_is_shown_until_its_sentence_is_checked():
    listener = Listener("q")
    listener.take([Stage("writing"), Delta("The "), Delta("draft")])
    assert listener.now().draft == "The draft"
    listener.take([SentenceChecked(cite(1, "a"))])
    assert listener.now().draft == ""
    assert listener.now().stage == "writing"


def test_what_waits_for_the_judge_replaces_the_draft_and_goes_as_it_is_decided():
    listener = Listener("q")
    waiting = (cite(1, "a"), Sentence("Text without a quote.", "unconfirmed"))
    listener.take([Delta("The draft"), BeingChecked(waiting)])
    assert (listener.now().draft, listener.now().being_checked) == ("", waiting)
    assert listener.now(running=False).being_checked == ()
    listener.take([BeingChecked(waiting[1:]), SentenceChecked(waiting[0])])
    assert listener.now().being_checked == waiting[1:]
    listener.take([Restarted()])
    assert listener.now().being_checked == ()


def test_a_second_generator_replaces_what_the_first_one_got_through():
    listener = Listener("q")
    listener.take([SentenceChecked(cite(1, "a")), SentenceChecked(cite(2, "b"))])
    listener.take([Restarted(), BlockStarted("entries"), SentenceChecked(cite(1, "c"))])
    assert listener.now().blocks == (Block("entries", (cite(1, "c"),)),)


def test_sentences_gather_in_the_block_that_was_started_last():
    listener = Listener("q")
    listener.take([BlockStarted("note"), SentenceChecked(cite(1, "a")), BlockStarted("prose")])
    listener.take([SentenceChecked(cite(2, "b")), SentenceChecked(cite(1, "a"))])
    assert [(b.kind, len(b.sentences)) for b in listener.now().blocks] == [
        ("note", 1),
        ("prose", 2),
    ]


def test_the_finished_exchange_is_the_answer_and_nothing_of_the_draft(room):
    exchange = answered(room)
    assert exchange.answer is not None
    assert exchange.blocks == exchange.answer.blocks
    assert (exchange.draft, exchange.stage) == ("", "")
    assert exchange.notices == (f"One sentence was left out: {EVIL}",)


def test_the_same_notice_is_shown_once():
    listener = Listener("q")
    listener.take([Notice("x"), Notice("x")])
    assert listener.now().notices == ("x",)


def test_sources_gather_all_places_cited_from_a_paper():
    exchange = Exchange(
        "q", None, (Block("prose", (cite(2, "b"), cite(1, "a"), cite(1, "a", 5, 9))),)
    )
    assert [(s.n, s.spans) for s in cited_sources(exchange)] == [
        (1, [(0, 4), (5, 9)]),
        (2, [(0, 4)]),
    ]


def test_history_is_plain_text_in_turns(room):
    exchange = answered(room)
    # A follow-up finds the papers shown by their titles.
    said = exchange.answer.answer
    named = "; ".join(f"“{s.title}”" for s in exchange.answer.sources if s.title not in said)
    assert history([exchange, Exchange("stopped one")]) == [
        {"role": "user", "content": exchange.question},
        {"role": "assistant", "content": f"{exchange.answer.answer}\nSources: {named}"},
        {"role": "user", "content": "stopped one"},
        {"role": "assistant", "content": ""},
    ]
