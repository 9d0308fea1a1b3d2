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
        marked = set(page.locator("#rr-results mark:visible").all_inner_texts())
        assert marked == {"Sparse", "sparse", "features"}
        box.fill("zzzz qqqq banana pancake")
        box.press("Enter")
        page.get_by_text("for “zzzz qqqq banana pancake”").wait_for(timeout=WAIT)
        assert page.locator("#rr-results mark").count() == 0
        box.fill("sparse features")
        box.press("Enter")
        page.get_by_text("4 best for “sparse features”").wait_for(timeout=WAIT)
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


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
# Places inside the element that scroll by themselves.
SCROLLERS = """(root) => [root, ...root.querySelectorAll('*')].filter((e) => e.offsetParent
    && ['auto', 'scroll'].includes(getComputedStyle(e).overflowY)
    && e.scrollHeight > e.clientHeight + 1).length"""


def test_on_a_phone_the_page_scrolls_and_a_mark_opens_its_source(browser, url):
    with visit(browser, url, **PHONE) as seen:
        page = seen.page
        for count in (1, 2, 3):
            ask(page, "a table, please")
            answered(page, count)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.documentElement.scrollHeight") > 900
        assert page.locator("#rr-chat").evaluate(SCROLLERS) == 0
        question = page.locator(".user-row").last.bounding_box()
        composer = page.locator("#rr-ask-row").bounding_box()
        assert 0 <= question["y"] < 40
        assert composer["y"] + composer["height"] == 844
        cell = page.locator("tbody td").last
        assert cell.bounding_box()["x"] == page.locator("tbody th").last.bounding_box()["x"]
        assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"Finding"'
        source = page.locator("#rr-3-1")
        assert not source.is_visible()
        mark = page.locator("a.rr-mark[href='#rr-3-1']").last
        mark.tap()
        source.wait_for(timeout=WAIT)
        page.wait_for_timeout(600)
        assert 844 * 0.3 < source.bounding_box()["y"] < 844
        close = page.get_by_role("button", name="Back to the answer")
        assert 844 * 0.3 < close.bounding_box()["y"] < source.bounding_box()["y"]
        page.keyboard.press("Escape")
        assert not source.is_visible()
        assert mark.evaluate("e => e === document.activeElement")
        mark.tap()
        close.tap()
        assert not source.is_visible()


def test_on_a_phone_the_themes_come_before_a_map_that_can_be_read(browser, url):
    with visit(browser, url, **PHONE) as seen:
        page = seen.page
        page.get_by_role("tab", name="Themes").click()
        names = page.locator(".theme-map text")
        names.first.wait_for(timeout=WAIT)
        size = "e => e.getScreenCTM().a * parseFloat(e.getAttribute('font-size'))"
        assert names.first.evaluate(size) >= 12
        first, chart = page.locator(".rr-theme").first, page.locator(".theme-map")
        assert first.bounding_box()["y"] < chart.bounding_box()["y"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_answer_stays_where_the_reader_went(browser, url):
    with visit(browser, url, viewport={"width": 1280, "height": 620}) as seen:
        page = seen.page
        for count in (1, 2, 3):
            ask(page, "a table, please")
            answered(page, count)
        page.wait_for_timeout(300)
        frame = page.locator("#rr-chat .bubble-wrap").bounding_box()
        assert 0 <= page.locator(".user-row").last.bounding_box()["y"] - frame["y"] < 40
        # As the down button, the search of the browser or Shift+Tab go there: without a key or a wheel.
        first = page.locator("a.rr-mark").first
        first.focus()
        page.evaluate("document.body.append(document.createElement('i'))")
        page.wait_for_timeout(200)
        assert frame["y"] <= first.bounding_box()["y"] <= frame["y"] + frame["height"]


def test_the_map_is_walked_by_keyboard(browser, url):
    with visit(browser, url) as seen:
        page = seen.page
        page.get_by_role("tab", name="Themes").click()
        page.locator(".theme-map [tabindex='0']").wait_for(timeout=WAIT)
        assert page.locator(".theme-map [tabindex='0']").count() == 1
        page.locator(".theme-map [tabindex='0']").focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        chosen = page.locator("#rr-chosen")
        chosen.get_by_text("Weight decay speeds it up").wait_for(timeout=WAIT)


def test_what_is_empty_can_be_read_and_examples_are_buttons(browser, url):
    with visit(browser, url) as seen:
        page = seen.page
        page.get_by_label("Your question").wait_for(timeout=WAIT)
        page.locator("#rr-chat .example").first.wait_for(timeout=WAIT)
        grey = page.locator("#rr-box textarea").evaluate(
            "e => getComputedStyle(e, '::placeholder').color.match(/[0-9.]+/g).map(Number)"
        )
        assert max(grey[:3]) < 118, "at least 4.5 to 1 on white"
        assert len(grey) == 3, "and not see-through"
        assert page.locator("#rr-chat [role=list]").count() == 0


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
