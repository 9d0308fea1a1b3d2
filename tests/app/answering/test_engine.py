"""The engine over the shipped list; only the hosted model is scripted."""

from __future__ import annotations

import json
import re

import pytest

from app.answering.builder import REFUSAL
from app.answering.events import BeingChecked, Delta, Done, Notice, SentenceChecked
from app.retrieval import Filters
from app.settings import Settings
from app.themes.terms import stems
from app.wiring import open_room
from tests.support.scripted_llm import Reply

QUESTION = "How are hallucinations in large language models detected with semantic entropy?"
RIGHT = "Detecting hallucinations in large language models using semantic entropy"


@pytest.fixture
def room(seeded_home, llm):
    settings = Settings(
        home=seeded_home,
        llm="openai:scripted",
        llm_base_url=llm.base_url,
        llm_timeout=5,
        llm_context_window=32_000,
    )
    with open_room(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def extractive(seeded_home):
    with open_room(Settings(home=seeded_home, llm="extractive")) as opened:
        yield opened


def number_of(title, prompt):
    """The number under which the prompt gives a record."""
    return int(re.findall(r"<record (\d+)", prompt[: prompt.find(title)] or "<record 1")[-1])


def answered(server, *texts):
    """Scripts replies in which {n} is the right record's number."""

    def reply(request):
        prompt = "\n".join(message["content"] for message in request["messages"])
        if prompt.startswith("You check"):
            return ""
        return texts[min(len(server.requests), len(texts)) - 1].format(n=number_of(RIGHT, prompt))

    server.answer = reply


def test_all_records_that_fit_are_sent_and_counted(room, llm):
    answered(llm, "The methods estimate uncertainty with entropy to detect confabulations [{n}].")
    answer = room.answer(QUESTION)
    assert (answer.considered, answer.corpus_size) == (69, 69)
    assert len(llm.requests) == 2  # one to write, one to judge
    assert answer.prompt_hash
    assert answer.tokens > 0


def test_supported_sentences_are_linked_and_invented_ones_left_out(room, llm):
    answered(
        llm,
        "The authors develop methods grounded in statistics, proposing entropy-based uncertainty "
        "estimators for LLMs [{n}]. The study was run by researchers at the University of Oxford "
        "on 4,000 GPUs [{n}].",
    )
    events = list(room.ask(QUESTION))
    answer = events[-1].answer
    assert answer.provider == "openai"
    (sentence,) = answer.sentences
    assert sentence.support in ("verbatim", "supported")
    assert [c.title for c in sentence.citations] == [RIGHT]
    assert "Oxford" not in answer.answer
    assert not any(isinstance(event, Notice) for event in events), "the answer says it"
    assert any(isinstance(e, Delta) for e in events)


def test_a_wrong_number_is_corrected_and_an_unknown_one_removed(room, llm):
    text = "Entropy-based uncertainty estimators detect a subset of hallucinations, confabulations"
    answered(llm, f"{text} [999].")
    events = list(room.ask(QUESTION))
    answer = events[-1].answer
    assert "[999]" not in answer.answer
    assert any("[999]" in e.text for e in events if isinstance(e, Notice))
    assert [source.title for source in answer.sources] == [RIGHT]
    assert [source.n for source in answer.sources] == [1]


def test_a_model_that_declines_is_believed(room, llm):
    llm.say(REFUSAL)
    answer = room.answer(QUESTION)
    assert answer.status == "refused"
    assert answer.answer.startswith(REFUSAL)
    assert answer.sources == ()


def test_a_draft_that_does_not_hold_is_replaced_by_the_records(room, llm):
    llm.say("The moon is made of green cheese. Everybody knows that.")
    events = list(room.ask(QUESTION))
    answer = events[-1].answer
    assert answer.provider == "extractive"
    assert answer.sources[0].title == RIGHT
    assert "cheese" not in answer.answer
    assert any("own sentences" in e.text for e in events if isinstance(e, Notice))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=401, error="bad key"),
        Reply(status=500),
        Reply(body=b"<html>not an answer</html>"),
        Reply(status=429, headers={"Retry-After": "99"}),
    ],
    ids=["401", "500", "garbage", "429"],
)
def test_an_endpoint_that_fails_does_not_end_the_question(room, llm, reply):
    llm.replies += [reply] * 4
    events = list(room.ask(QUESTION))
    answer = events[-1].answer
    assert (answer.status, answer.provider) == ("answered", "extractive")
    assert any(isinstance(e, Notice) for e in events)


def test_a_follow_up_takes_one_call_that_shows_the_conversation(room, llm):
    llm.answer = lambda request: REFUSAL
    room.answer("And how does that one work?", [{"role": "user", "content": QUESTION}])
    (request,) = llm.requests
    assert QUESTION in request["messages"][-1]["content"]


def test_off_topic_questions_never_reach_the_model(room, llm):
    answer = room.answer("Give me a recipe for lentil soup.")
    assert answer.status == "refused"
    assert llm.requests == []


def test_unsupported_sentences_can_be_marked_instead(seeded_home, llm):
    settings = Settings(
        home=seeded_home, llm="openai:scripted", llm_base_url=llm.base_url, unsupported="mark"
    )
    llm.say("The moon is made of green cheese.")
    with open_room(settings) as room:
        (sentence,) = room.answer(QUESTION).sentences
    assert (sentence.support, sentence.citations) == ("unconfirmed", ())


PARAPHRASE = "Statistical measures of entropy can reveal when a model confabulates."
DRAFT = json.dumps(
    {
        "sentences": [
            {
                "evidence": [
                    {"record": 0, "quote": "entropy-based uncertainty estimators for LLMs"}
                ],
                "kind": "claim",
                "sentence": PARAPHRASE,
            }
        ]
    }
)


def judging(server, draft, *lines):
    """Scripts a draft and what the judge says of it, {n} the right record's number in each prompt."""

    def reply(request):
        prompt = "\n".join(message["content"] for message in request["messages"])
        n = number_of(RIGHT, prompt)
        if prompt.startswith("You check"):
            return "\n".join(lines).replace("{n}", str(n))
        return draft.replace('"record": 0', f'"record": {n}').replace("{n}", str(n))

    server.answer = reply


def test_the_judge_decides_both_ways_in_one_more_call(room, llm):
    judging(llm, DRAFT, '1 yes [{n}] "to detect a subset of hallucinations—confabulations"')
    (sentence,) = room.answer(QUESTION).sentences
    assert (sentence.text, sentence.support) == (PARAPHRASE, "supported")
    assert [c.title for c in sentence.citations] == [RIGHT]
    assert len(llm.requests) == 2
    judging(llm, DRAFT, '1 opposite [{n}] "to detect a subset of hallucinations—confabulations"')
    answer = room.answer(QUESTION)
    assert PARAPHRASE not in answer.answer
    (left,) = answer.left_out
    assert left.reason.startswith("the record says otherwise: “to detect a subset")
    # Never a hole: the record's own words take its place.
    assert [s.support for s in answer.sentences] == ["verbatim"]


def test_a_sentence_with_its_quote_is_shown_before_the_third_is_written(room, llm):
    quote = "entropy-based uncertainty estimators for LLMs"
    texts = (PARAPHRASE, "They won 3 prizes.", "New methods are developed.")
    rows = [
        {"evidence": [{"record": 0, "quote": quote}], "kind": "claim", "sentence": text}
        for text in texts
    ]
    said = (
        '1 yes [1] "to detect a subset of hallucinations—confabulations"\n2 yes [1] "new methods"'
    )
    llm.replies = [Reply(json.dumps({"sentences": rows}), pause=0.01), Reply(said)]
    events, states = room.ask(QUESTION), []
    for event in events:
        if isinstance(event, BeingChecked):
            states.append([sentence.text for sentence in event.sentences])
            if len(states) == 1:
                (first,) = event.sentences
                assert (first.text, first.citations[0].quote) == (PARAPHRASE, quote)
                assert texts[2] not in llm.sent
    # What is vetoed is never hopeful; each leaves the queue as the judge decides it.
    first, third = PARAPHRASE, texts[2]
    assert states == [[first], [first], [first, third], [third], [third], []]
    answer = event.answer
    assert [s.text for s in answer.sentences if s.support == "supported"] == [first, third]
    assert [source.n for source in answer.sources] == [1]


def test_the_answer_tells_what_all_its_calls_cost(seeded_home, llm, tmp_path):
    prices = tmp_path / "prices.toml"
    prices.write_text('["127.0.0.1"]\nscripted = { input = 2, cached = 1, output = 10 }\n')
    settings = Settings(
        home=seeded_home, llm="openai:scripted", llm_base_url=llm.base_url, llm_context_window=32_000,
    )  # fmt: skip
    costs = []
    for changes in ({}, {"llm_prices": prices}):
        llm.replies = [Reply(DRAFT, usage=(9000, 100)), Reply("1 yes", usage=(900, 10))]
        with open_room(settings.model_copy(update=changes)) as room:
            answer = room.answer(QUESTION)
        assert answer.tokens == 10_010
        costs.append(answer.cost)
    assert costs == [None, pytest.approx(0.0209)]
    with open_room(Settings(home=seeded_home, llm="extractive")) as room:
        assert (room.answer(QUESTION).tokens, room.answer(QUESTION).cost) == (0, 0.0)


def test_words_that_stand_nowhere_confirm_nothing(room, llm):
    judging(llm, DRAFT, '1 yes [{n}] "entropy reveals every confabulation"')
    (sentence,) = room.answer(QUESTION).sentences
    assert sentence.support == "unconfirmed"


def test_a_smaller_wording_is_checked_again(room, llm):
    said = '1 no [{n}] "to detect a subset of hallucinations—confabulations"\n1 smaller: '
    judging(llm, DRAFT, said + "Entropy can detect confabulations.")
    answer = room.answer(QUESTION)
    assert [(s.text, s.support) for s in answer.sentences] == [
        ("Entropy can detect confabulations.", "supported")
    ]
    assert "smaller wording" in answer.left_out[0].reason
    judging(llm, DRAFT, said + "Entropy can detect 99% of confabulations.")
    assert "99" not in room.answer(QUESTION).answer


def test_a_silent_judge_leaves_what_words_can_tell(room, llm):
    judging(llm, DRAFT)
    (sentence,) = room.answer(QUESTION).sentences
    assert (sentence.text, sentence.support) == (PARAPHRASE, "supported")
    assert sentence.citations[0].quote == "entropy-based uncertainty estimators for LLMs"


@pytest.mark.parametrize("finish", ["length", None])
def test_a_judge_that_was_cut_off_has_not_decided_its_last_sentence(room, llm, finish):
    # A clause that it denies may have been next.
    cut = Reply('1 yes [1] "to detect a subset of hallucinations—confabulations"', finish=finish)
    llm.replies = [Reply(DRAFT), cut]
    (sentence,) = room.answer(QUESTION).sentences
    assert [c.quote for c in sentence.citations] == [
        "entropy-based uncertainty estimators for LLMs"
    ]


def test_a_quote_of_another_record_corrects_the_citation(room, llm):
    wrong = DRAFT.replace('"record": 0', '"record": 1')
    judging(llm, wrong, '1 yes [{n}] "to detect a subset of hallucinations—confabulations"')
    events = list(room.ask(QUESTION))
    (sentence,) = events[-1].answer.sentences
    assert [c.title for c in sentence.citations] == [RIGHT]
    assert any("the citation is corrected" in e.text for e in events if isinstance(e, Notice))


def test_what_leaned_on_a_fallen_sentence_says_what_it_speaks_of(room, llm):
    quote = "Here we develop new methods grounded in statistics"
    rows = [
        {"evidence": [], "kind": "claim", "sentence": "The Oxford group led by Farquhar did it."},
        {"evidence": [{"record": 0, "quote": quote}], "kind": "claim", "sentence": "It rests on statistics."},
        {"evidence": [{"record": 0, "quote": quote}], "kind": "claim", "sentence": "The methods are new."},
    ]  # fmt: skip
    said = (f'{n} yes [{{n}}] "develop new methods grounded in statistics"' for n in (1, 2))
    judging(llm, json.dumps({"sentences": rows}), *said)
    first, second = room.answer(QUESTION).sentences
    assert (first.lead, first.text) == (f"“{RIGHT}”:", "It rests on statistics.")
    assert (second.lead, second.text) == ("", "The methods are new.")


def test_a_model_that_only_denies_declines(room, llm):
    llm.say("not said: The records do not say which company trained the models.")
    assert room.answer(QUESTION).status == "refused"
    llm.say('{"sentences": []}')
    assert room.answer(QUESTION).status == "refused"


def test_if_most_of_a_draft_falls_the_records_speak(room, llm):
    quote = "Here we develop new methods grounded in statistics"
    rows = [
        {"evidence": [{"record": 0, "quote": quote}], "kind": "claim", "sentence": text}
        for text in ("They won 3 prizes.", "They won 4 prizes.", "New methods are developed.")
    ]
    judging(llm, json.dumps({"sentences": rows}), f'1 yes [{{n}}] "{quote}"')
    events = list(room.ask(QUESTION))
    (sentence,) = events[-1].answer.sentences
    assert sentence.support == "verbatim"
    assert sentence.text.startswith(quote)
    assert len(events[-1].answer.left_out) == 2
    assert any("records' own words" in e.text for e in events if isinstance(e, Notice))


def test_a_false_count_of_papers_is_left_out(room, llm):
    judging(llm, '[{n}] "semantic entropy"\nlist: Three papers deal with semantic entropy.\n')
    answer = room.answer(QUESTION)
    assert answer.left_out[0].reason == "speaks of three papers but cites 1"


def test_a_switched_off_judge_costs_no_call(seeded_home, llm):
    settings = Settings(
        home=seeded_home, llm="openai:scripted", llm_base_url=llm.base_url, judge="none",
        llm_context_window=32_000,
    )  # fmt: skip
    judging(llm, DRAFT)
    with open_room(settings) as room:
        assert room.answer(QUESTION).sentences[0].support == "supported"
    assert len(llm.requests) == 1


def test_themes_are_retold_by_the_model_and_checked(room, llm):
    llm.answer = lambda request: "Gardening on the moon is a new science [1]."
    plain, retold = room.themes(), room.retold_themes()
    assert llm.requests
    assert [len(t.papers) for t in retold.themes] == [len(t.papers) for t in plain.themes]
    assert "moon" not in json.dumps(retold.to_dict())


def test_extractive_streams_each_sentence_and_quotes_exactly(extractive):
    events = list(extractive.ask(QUESTION))
    streamed = [e.sentence for e in events if isinstance(e, SentenceChecked)]
    assert isinstance(events[-1], Done)
    answer = events[-1].answer
    assert tuple(streamed) == answer.sentences
    assert answer.sources[0].title == RIGHT
    for sentence in answer.sentences:
        for citation in sentence.citations:
            text = extractive.paper(citation.paper_id).text
            assert text[citation.start : citation.end] == citation.quote


def test_lists_are_computed_over_all_records(extractive):
    answer = extractive.answer('How many papers have the word "circuits" in the title?')
    titles = {p.title for p in extractive.papers() if re.search(r"\bcircuits\b", p.title, re.I)}
    assert {source.title for source in answer.sources} == titles
    assert answer.answer.startswith(str(len(titles)))


def test_small_talk_is_answered_without_citations(extractive):
    answer = extractive.answer("Hello!")
    assert (answer.status, answer.sentences, answer.sources) == ("answered", (), ())


def test_control_characters_and_order_tails_do_not_change_the_question(extractive):
    plain = extractive.answer(QUESTION)
    dirty = extractive.answer(f"\u202e{QUESTION}\x00 ![x](http://evil.example/p.png)")
    assert dirty.sources == plain.sources
    assert "evil" not in dirty.answer


@pytest.mark.parametrize("question", ["", "   ", "?!", "\u202e\u202d", "x" * 10_000])
def test_nothing_that_is_typed_breaks_it(extractive, question):
    assert extractive.answer(question).status == "refused"


def test_a_list_ingested_anew_is_picked_up(tmp_path):
    from app.library.pipeline import ingest

    home = tmp_path / "own"
    path = tmp_path / "a.jsonl"
    settings = Settings(home=home, llm="extractive")
    path.write_text(json.dumps({"title": "On cats", "abstract": "Cats sleep a lot."}))
    ingest([path], settings)
    with open_room(settings) as room:
        assert [p.title for p in room.papers()] == ["On cats"]
        path.write_text(json.dumps({"title": "On dogs", "abstract": "Dogs bark."}))
        ingest([path], settings)
        assert [p.title for p in room.papers()] == ["On dogs"]
        assert room.answer("Do dogs bark?").sources[0].title == "On dogs"


@pytest.mark.parametrize("question", ["What is this list about?", "How does grokking arise?"])
def test_filters_that_no_paper_passes_are_named(extractive, question):
    answer = extractive.answer(question, filters=Filters(year_from=1900, year_to=1900))
    assert (answer.status, answer.blocks) == ("refused", ())
    assert answer.answer.endswith("No paper passes the filters.")


def test_a_literal_condition_that_nothing_meets_is_said(extractive):
    answer = extractive.answer('List all papers with the word "zebra" in the title')
    assert answer.status == "refused"
    assert answer.answer.startswith(REFUSAL)
    assert "None of 69" in answer.answer
    counted = extractive.answer("How many papers mention zebras?")
    assert counted.status == "answered"
    assert counted.answer.startswith("None of 69")


def test_what_is_missing_is_named_with_the_nearest_papers(extractive):
    answer = extractive.answer("Who is the corresponding author of the retrieval head paper?")
    assert answer.status == "refused"
    assert "Retrieval Head" in answer.answer
    assert answer.sources == ()


def test_metadata_answers_what_the_text_does_not(tmp_path):
    from app.library.pipeline import ingest

    path = tmp_path / "a.jsonl"
    row = {
        "title": "How bees find their way home",
        "abstract": "Bees use landmarks and the sun to navigate.",
        "authors": ["Ada Lovelace", "Grace Hopper"],
        "year": 2021,
    }
    others = [{"title": f"A study of steam engine number {i}"} for i in range(5)]
    path.write_text("\n".join(map(json.dumps, [row, *others])))
    settings = Settings(home=tmp_path / "own", llm="extractive")
    ingest([path], settings)
    with open_room(settings) as room:
        answer = room.answer("Who wrote the paper on how bees find their way home?")
    assert answer.status == "answered"
    assert answer.sentences[0].text.startswith("By Ada Lovelace, Grace Hopper")
    assert answer.sentences[0].lead == f"“{row['title']}”:"
    assert answer.sources[0].title == row["title"]


def test_a_comparison_is_a_table_of_verbatim_cells(extractive):
    answer = extractive.answer("Compare the papers on implicit reasoning in transformers.")
    (table,) = [block for block in answer.blocks if block.kind == "table"]
    assert table.columns[0] == "Paper"
    assert len(table.rows) >= 2
    for column in zip(*table.rows, strict=True):
        assert 2 * sum(bool(cell.text) for cell in column) >= len(table.rows)
    for cell in answer.sentences:
        for citation in cell.citations:
            text = extractive.paper(citation.paper_id).text
            assert text[citation.start : citation.end] == citation.quote == cell.text


@pytest.mark.parametrize(
    ("question", "asked_for"),
    [
        ("AxBench versus Representation Engineering", ["AxBench", "Representation Engineering"]),
        ("thought anchors vs deep-thinking tokens", ["Thought Anchors", "Think Deep"]),
    ],
)
def test_a_comparison_holds_the_papers_asked_for_in_their_order(extractive, question, asked_for):
    (table,) = [block for block in extractive.answer(question).blocks if block.kind == "table"]
    assert len(table.rows) == len(asked_for)
    for (title, *_), wanted in zip(table.rows, asked_for, strict=True):
        assert title.text.startswith(wanted)


def test_a_list_tells_words_from_meaning(extractive):
    note, said, apart, close = extractive.answer("Which papers are about safety?").blocks
    assert [block.kind for block in (said, close)] == ["entries", "entries"]
    assert "“safety” in meaning" in apart.sentences[0].text
    for sentence in close.sentences:
        assert "safety" not in extractive.paper(sentence.citations[0].paper_id).text.lower()
    shown = {c.paper_id for s in said.sentences for c in s.citations}
    assert all("safety" in extractive.paper(paper_id).text.lower() for paper_id in shown)
    assert f"{len(shown)} of" in note.sentences[0].text


def test_what_a_list_sets_aside_is_not_shown_for_want_of_others(extractive):
    answer = extractive.answer("Which papers are about truthfulness but do not mention LLMs?")
    assert answer.status == "refused"
    assert answer.sentences == ()


def test_the_json_contract_has_all_its_keys(extractive):
    fields = extractive.answer(QUESTION).to_dict()
    assert {
        "question", "standalone_question", "intent", "status", "missing", "answer", "blocks", "sentences",
        "left_out", "sources", "considered", "corpus_size", "provider", "model", "prompt_hash", "seconds",
        "tokens", "cost",
    } == set(fields)  # fmt: skip
    assert {"text", "support", "citations", "lead"} == set(fields["sentences"][0])
    json.dumps(fields)


def test_a_paper_that_is_named_is_quoted_rather_than_declined(extractive):
    answer = extractive.answer("What trouble is named in the smart isolation paper, and by whom?")
    assert answer.status in ("closest", "answered")
    assert "Smart Isolation" in answer.sources[0].title


def test_a_loop_is_never_shown_as_supported(room, llm):
    loop = "A teacher model with some trait T (subliminal) " + "trait T (subliminal) " * 40
    llm.answer = lambda request: f"{loop.strip()} [1]. Moss grows [1]."
    answer = room.answer("What is subliminal learning?")
    assert answer.sentences
    assert all("trait T (subliminal) trait T" not in s.text for s in answer.sentences)


def test_what_falls_is_not_replaced_by_a_mere_title(room, llm):
    judging(llm, "claim: Zebras sleep on Mars [{n}].\n", "1 no")
    answer = room.answer(QUESTION)
    assert [one.text for one in answer.left_out] == ["Zebras sleep on Mars."]
    assert not any(s.text == RIGHT for s in answer.sentences)


def test_a_part_of_the_list_is_grouped_by_themes_of_its_own(extractive):
    whole = {theme.label for theme in extractive.themes().themes}
    answer = extractive.answer("Sort the reasoning papers into camps for me")
    leads = [sentence.lead for sentence in answer.sentences if sentence.lead]
    assert len(leads) >= 4
    assert not all(lead.split(" (")[0] in whole for lead in leads)


def test_a_topic_of_one_paper_is_no_overview(extractive):
    answer = extractive.answer("MAS, what's the idea in this list?")
    assert [source.title for source in answer.sources] == [
        "Latent Collaboration in Multi-Agent Systems"
    ]


def test_both_sides_of_a_question_that_names_no_paper_are_no_table(extractive):
    answer = extractive.answer("Does more thinking text mean better results? I'd like both sides.")
    assert {block.kind for block in answer.blocks} == {"note", "entries"}


def test_what_was_all_shown_is_named_so_that_the_next_turn_can_lean_on_it(extractive):
    asked = ["What is emergent misalignment?", "Explain a bit more", "More papers like that?"]
    history: list[dict[str, str]] = []
    for question in asked:
        answer = extractive.answer(question, history)
        history += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.answer},
        ]
    titles = {source.title for source in answer.sources}
    assert titles
    assert "Natural Emergent Misalignment From Reward Hacking In Production Rl" not in titles


def test_an_overview_says_of_each_theme_what_its_name_says(extractive):
    answer = extractive.answer("Give me an overview of this reading list")
    told = [(s.lead, f"{s.text} {s.citations[0].title}") for s in answer.sentences if s.lead]
    assert len(told) == len(extractive.themes().themes)
    assert all(set(stems(lead.split(" (")[0])) & set(stems(text)) for lead, text in told)


def test_how_and_why_get_the_closest_of_what_was_shown(extractive):
    first = extractive.answer("What is emergent misalignment?")
    history = [
        {"role": "user", "content": first.question},
        {"role": "assistant", "content": first.answer},
    ]
    how = extractive.answer("How does it come about?", history)
    assert "Closest to it of what was shown:" in how.answer
    more = extractive.answer("Tell me more", history)
    assert not {s.text for s in first.sentences} & {s.text for s in more.sentences}


def test_a_question_for_a_dispute_gets_where_each_stands(extractive):
    question = "Is there any dispute over analysing representations as a road to understanding?"
    answer = extractive.answer(question)
    asked = "Representation biases: will we achieve complete understanding by analyzing representations?"
    assert asked in {source.title for source in answer.sources}
