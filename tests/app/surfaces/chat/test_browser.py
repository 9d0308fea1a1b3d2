"""The chat as a reader meets it: the real page in headless Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import load_settings
from app.wiring import open_room
from tests.support.browser import chromium, visit
from tests.support.scripted_room import EVIL, ScriptedRoom, papers
from tests.support.served_chat import served_chat

WAIT = 20_000


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return ScriptedRoom(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="module")
def url(browser, room):
    with served_chat(room) as address:
        yield address


def ask(page, question):
    box = page.get_by_label("Your question")
    box.wait_for(timeout=WAIT)
    box.fill(question)
    box.press("Enter")


def answered(page, count=1):
    page.locator(".rr-foot").nth(count - 1).wait_for(timeout=WAIT)


def test_a_question_is_answered_with_marks_and_sources(browser, url, room):
    with visit(browser, url) as seen:
        page = seen.page
        ask(page, "What is found?")
        answered(page)
        answer = page.locator(".rr-answer").inner_text()
        assert "They find readable features. [1]" in answer
        assert "considered 3 of 4" in answer
        source = page.locator("#rr-1-1")
        assert source.locator("h4").inner_text() == papers()[0].title
        assert "word for word" in source.inner_text()
        assert "0.90" not in source.inner_text(), "a raw score tells a reader nothing"
        assert source.locator("mark").inner_text().startswith("We train sparse autoencoders")
        assert source.locator("h4 a").get_attribute("href") == "https://example.org/sae"
        page.locator("a.rr-mark").nth(1).click()
        page.locator("#rr-1-2.rr-shown").wait_for(timeout=WAIT)
        assert page.get_by_text(room.model_line).is_visible()
        assert seen.strangers == []


def test_markup_in_records_and_drafts_stays_text(browser, url):
    with visit(browser, url) as seen:
        page = seen.page
        ask(page, f"What about {EVIL} and [a](http://evil.example) *this*?")
        answered(page)
        assert page.locator(".rr-question").inner_text().startswith("What about <img src=x")
        assert "<script>document.title" in page.locator("#rr-1-2").inner_text()
        assert EVIL in page.locator(".rr-notice").inner_text()
        inside = "#rr-chat .message, #rr-sources"
        for active in ("img", "script", "iframe", "a[href*='evil']", "a[href^='javascript']", "em"):
            assert page.locator(inside).locator(active).count() == 0
        assert page.title() == "Reading Room"
        assert (seen.dialogs, seen.strangers) == ([], [])


def test_lists_and_tables_are_shown_saved_and_copied_as_such(browser, url):
    with visit(browser, url, permissions=["clipboard-read", "clipboard-write"]) as seen:
        page = seen.page
        ask(page, "a table, please")
        answered(page)
        answer = page.locator(".rr-answer")
        assert answer.locator("li a.rr-mark").count() == 2
        assert answer.locator("thead th").all_inner_texts() == ["Paper", "Finding"]
        assert answer.locator("tbody a.rr-mark").count() == 3
        assert answer.locator("td").last.inner_text() == "not stated"
        answer.get_by_text("1 sentence left out").click()
        assert "It runs on the moon. no record says so" in answer.inner_text()
        page.locator("#rr-copy:enabled").click()
        page.wait_for_timeout(300)
        copied = page.evaluate("navigator.clipboard.readText()").replace("\r", "")
        assert "\n\n- We train" in copied
        assert "\n\n| Paper | Finding |" in copied
        with page.expect_download() as download:
            page.locator("#rr-save:enabled").click()
        lines = Path(download.value.path()).read_text("utf-8").splitlines()
        assert sum(line.startswith("- We train") for line in lines) == 1
        assert lines[lines.index("| Paper | Finding |") + 1] == "| --- | --- |"
        assert any(line.endswith("| *not stated* |") for line in lines)


def test_stop_ends_the_answer_and_keeps_what_was_checked(browser, url, room):
    with visit(browser, url) as seen:
        page = seen.page
        before = room.closed
        ask(page, "a slow question")
        page.locator(".rr-draft").wait_for(timeout=WAIT)
        page.locator("a.rr-mark").wait_for(timeout=WAIT)
        assert page.locator(".rr-draft a").count() == 0
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Ask", exact=True).wait_for(timeout=WAIT)
        assert "Stopped." in page.locator(".rr-answer").inner_text()
        assert page.locator(".rr-draft").count() == 0
        assert page.locator("a.rr-mark").count() == 1
        page.wait_for_timeout(300)
        assert room.closed == before + 1
        ask(page, "And after that?")
        answered(page)


def test_clearing_while_an_answer_runs_leaves_an_empty_page(browser, url):
    with visit(browser, url) as seen:
        page = seen.page
        ask(page, "a slow question")
        page.locator(".rr-draft").wait_for(timeout=WAIT)
        page.locator("#rr-clear").click()
        page.get_by_text("Ask your reading list").wait_for(timeout=WAIT)
        page.wait_for_timeout(500)
        assert page.locator(".rr-answer").count() == 0


def test_two_readers_do_not_see_each_other(browser, url, room):
    with visit(browser, url) as one, visit(browser, url) as two:
        ask(one.page, "first reader")
        answered(one.page)
        ask(two.page, "second reader")
        answered(two.page)
        ask(one.page, "first reader again")
        answered(one.page, 2)
        assert two.page.locator(".rr-answer").count() == 1
        question, turns = room.asked[-1]
        assert question == "first reader again"
        assert [turn["content"] for turn in turns if turn["role"] == "user"] == ["first reader"]
        assert "&#" not in turns[1]["content"]


def test_examples_retry_and_saving(browser, url, room):
    with visit(browser, url) as seen:
        page = seen.page
        page.get_by_role("button", name="Which papers are about sparse autoencoders?").click()
        answered(page)
        asked = len(room.asked)
        page.get_by_role("button", name="Ask again").click()
        for _ in range(100):
            if len(room.asked) > asked:
                break
            page.wait_for_timeout(50)
        answered(page)
        assert page.locator(".rr-answer").count() == 1
        assert room.asked[-1] == ("Which papers are about sparse autoencoders?", [])
        page.locator("#rr-save:enabled").wait_for(timeout=WAIT)
        with page.expect_download() as download:
            page.locator("#rr-save").click()
        text = Path(download.value.path()).read_text("utf-8")
        assert "**Sources**" in text
        assert papers()[0].title in text


def test_papers_are_found_and_more_like_one(browser, url):
    with visit(browser, url) as seen:
        page = seen.page
        page.get_by_role("tab", name="Find").click()
        box = page.get_by_label("Find papers")
        box.fill("sparse features")
        box.press("Enter")
        page.locator("#rr-results mark").first.wait_for(timeout=WAIT)
        assert "4 best for “sparse features”" in page.locator("#rr-results").inner_text()
        page.get_by_role("button", name="More like this").first.click()
        page.get_by_text("Papers like “Sparse autoencoders find features”").wait_for(timeout=WAIT)
        box.fill("")
        box.press("Enter")
        page.get_by_text("4 of 4 papers").wait_for(timeout=WAIT)
        page.get_by_label("From year").click()
        page.get_by_role("option", name="2025").click()
        page.get_by_role("button", name="Find", exact=True).click()
        page.get_by_text("1 of 4 papers").wait_for(timeout=WAIT)
        assert page.locator("#rr-results img").count() == 0
        assert seen.strangers == []


def test_the_map_leads_to_a_paper_and_its_neighbours(browser, url):
    with visit(browser, url) as seen:
        page = seen.page
        page.get_by_role("tab", name="Themes").click()
        points = page.locator("#rr-map [data-paper-id]")
        points.first.wait_for(timeout=WAIT)
        assert points.count() == 4
        assert "They find readable features" not in page.locator("#rr-chosen").inner_text()
        points.first.click()
        chosen = page.locator("#rr-chosen")
        chosen.get_by_text("They find readable features").wait_for(timeout=WAIT)
        assert f"Theme: Features (next best: {EVIL})" in chosen.inner_text()
        chosen.get_by_role("button", name="Grokking as a phase change").click()
        chosen.get_by_text("Weight decay speeds it up").wait_for(timeout=WAIT)
        assert "2 papers" in page.locator(".rr-theme").first.inner_text()
        assert page.locator("#rr-themes img, #rr-map image, #rr-chosen script").count() == 0
        assert (page.title(), seen.dialogs, seen.strangers) == ("Reading Room", [], [])


def test_it_fits_a_phone(browser, url):
    with visit(browser, url, viewport={"width": 380, "height": 740}) as seen:
        page = seen.page
        page.get_by_label("Your question").wait_for(timeout=WAIT)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 380


def test_the_list_that_ships_is_answered_end_to_end(browser, seeded_home):
    with (
        open_room(load_settings(home=seeded_home, llm="extractive")) as real,
        served_chat(real) as address,
        visit(browser, address) as seen,
    ):
        page = seen.page
        ask(page, "What do the papers say about introspection in language models?")
        answered(page)
        page.locator("a.rr-mark").first.click()
        page.locator("#rr-1-1.rr-shown mark").first.wait_for(timeout=WAIT)
        assert f"of {len(real.papers())}" in page.locator(".rr-foot").inner_text()
        assert seen.strangers == []
