"""Events become exchanges; exchanges become history, sources, Markdown, examples."""

from __future__ import annotations

import threading
import time

import pytest

from app.answering.events import (
    BlockStarted,
    Delta,
    Notice,
    Restarted,
    SentenceChecked,
    Stage,
)
from app.passages import Block, Citation, Sentence
from app.surfaces.chat.examples import common_phrase, example_questions
from app.surfaces.chat.streaming import Stop, batches
from app.surfaces.conversation import Exchange, Listener, cited_sources, history
from app.surfaces.render.markdown import plain, to_markdown, to_text
from ingest.paper import Paper
from tests.support.scripted_room import EVIL, ScriptedRoom, papers


@pytest.fixture
def room(tmp_path):
    return ScriptedRoom(tmp_path)


def finished(room, question="What is found?"):
    listener = Listener(question)
    listener.take(room.ask(question))
    return listener.now(running=False)


def cite(n, paper_id, start=0, end=4, text="Text."):
    return Sentence(text, "verbatim", (Citation(n, paper_id, "T", "Text", start, end, 0.5),))


def test_a_draft_is_shown_until_its_sentence_is_checked():
    listener = Listener("q")
    listener.take([Stage("writing"), Delta("The "), Delta("draft")])
    assert listener.now().draft == "The draft"
    listener.take([SentenceChecked(cite(1, "a"))])
    assert listener.now().draft == ""
    assert listener.now().stage == "writing"


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
    exchange = finished(room)
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
    exchange = finished(room)
    # A follow-up finds the papers shown by their titles.
    said = exchange.answer.answer
    named = "; ".join(f"“{s.title}”" for s in exchange.answer.sources if s.title not in said)
    assert history([exchange, Exchange("stopped one")]) == [
        {"role": "user", "content": exchange.question},
        {"role": "assistant", "content": f"{exchange.answer.answer}\nSources: {named}"},
        {"role": "user", "content": "stopped one"},
        {"role": "assistant", "content": ""},
    ]


def test_markdown_carries_the_sources_and_the_cited_words(room):
    text = to_markdown([finished(room)], room.paper, room.model_line)
    first = papers()[0]
    assert f"1. **{first.title}**, Ada Byron, Carl Gauss, Journal of Examples, 2024" in text
    assert "We train sparse autoencoders on activations. They find readable features." in text
    assert "(word for word)" in text
    assert "\\[1\\]" in text


def test_markdown_of_a_record_stays_asleep_in_the_export(room):
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark")
    html = markdown.render(to_markdown([finished(room, EVIL)], room.paper, EVIL))
    for tag in ("<img", "<script", "<a ", "<iframe"):
        assert tag not in html
    assert plain("<b> ![x](y)") == "\\<b\\> \\!\\[x\\](y)"


def test_markdown_keeps_tables_lists_and_paragraphs(room):
    cells = (cite(1, "a", text="One | 1"), Sentence("", "verbatim"))
    blocks = (
        Block("note", (cite(1, "a", text="A note."),)),
        Block("entries", (cite(1, "a", text="- first"), cite(2, "b", text="second"))),
        Block("table", cells, ("Paper", "Finding")),
    )
    text = to_markdown([Exchange("q", None, blocks)], room.paper, "")
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    html = markdown.render(text)
    assert (html.count("<table>"), html.count("<td>"), html.count("<th>")) == (1, 2, 2)
    assert html.count("<li>") >= 2
    assert "not stated" in html
    assert to_text(Exchange("q", None, blocks)).count("\n\n") >= 2


def test_the_clipboard_gets_marks_and_their_titles(room):
    text = to_text(finished(room))
    assert "[1]" in text
    assert text.endswith(f"[2] {EVIL}")


def test_examples_fit_the_list():
    questions = example_questions(papers())
    assert "Which papers are about sparse autoencoders?" in questions
    assert len(set(questions)) == 4
    assert example_questions([]) == []


def test_examples_for_a_list_without_common_words():
    questions = example_questions([Paper("One"), Paper("Two")])
    assert questions == ["What are the main themes of this list?", "How many papers are there?"]
    assert common_phrase(["of the", "of the", "in the"]) == ""


def test_events_arrive_in_order_and_end(room):
    events = [event for batch in batches(lambda: room.ask("q"), Stop()) for event in batch]
    assert [type(e).__name__ for e in events] == [
        "Stage", "Delta", "BlockStarted", "SentenceChecked", "SentenceChecked", "Notice", "Done",
    ]  # fmt: skip


def test_stopping_ends_the_stream_and_closes_what_is_behind_it(room):
    stop = Stop()
    for batch in batches(lambda: room.ask("slow"), stop):
        assert batch
        stop.set()
    assert eventually(lambda: room.closed == 1)


def test_a_stop_does_not_wait_for_the_next_event():
    release = threading.Event()

    def stuck():
        yield Stage("searching")
        release.wait(20)

    stop = Stop()
    stream = batches(stuck, stop)
    next(stream)
    threading.Timer(0.1, stop.set).start()
    assert list(stream) == []
    assert not release.is_set()
    release.set()


def test_leaving_the_stream_stops_it(room):
    stream = batches(lambda: room.ask("slow"), Stop())
    next(stream)
    stream.close()
    assert eventually(lambda: room.closed == 1)


def test_an_error_behind_the_stream_reaches_its_reader():
    def broken():
        yield Stage("searching")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(batches(broken, Stop()))


def eventually(condition) -> bool:
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.02)
    return False
