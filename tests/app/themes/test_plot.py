from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from app.themes import build_themes
from app.themes.plot import DRAWN, to_png, to_svg
from app.themes.scene import FONT_SIZE, HEIGHT, LETTER, LINE, WIDTH, make_scene
from ingest.paper import Paper

EVIL = "<img src=x onerror=alert(1)> & \"quoted\" 'text' | [a](http://evil.example)"


@pytest.fixture(scope="module")
def themes():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(6, 16))
    vectors = np.repeat(centres, 8, axis=0) + 0.3 * rng.normal(size=(48, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = ["bees", "bridges", "operas", "glaciers", "rockets", "novels"]
    papers = [Paper(f"Old {words[n // 8]} part {n}", f"About {words[n // 8]}.") for n in range(47)]
    papers.append(Paper(EVIL, EVIL))
    return build_themes(papers, vectors.astype(np.float32), n=6)


def test_svg_is_valid_and_holds_every_paper_once(themes):
    root = ElementTree.fromstring(to_svg(themes))
    ids = [node.get("data-paper-id") for node in root.iter() if node.get("data-paper-id")]
    expected = [p.paper_id for theme in themes.themes for p in theme.papers]
    assert sorted(ids) == sorted(expected)


def test_svg_is_inert(themes):
    svg = to_svg(themes)
    assert "<img" not in svg
    assert "<script" not in svg
    root = ElementTree.fromstring(svg)
    for node in root.iter():
        assert not any(name.startswith("on") or name.endswith("href") for name in node.attrib)


def test_same_bytes_again(themes):
    assert to_svg(themes) == to_svg(themes)
    assert to_png(themes) == to_png(themes)


def test_names_do_not_overlap_and_stay_on_the_canvas(themes):
    boxes = []
    for name in make_scene(themes).names:
        half = max(map(len, name.lines)) * FONT_SIZE * LETTER / 2
        top = name.y - FONT_SIZE * LINE / 2
        boxes.append((name.x - half, top, name.x + half, top + len(name.lines) * FONT_SIZE * LINE))
    for number, box in enumerate(boxes):
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= WIDTH
        assert box[3] <= HEIGHT
        for other in boxes[number + 1 :]:
            assert (
                box[0] >= other[2] or other[0] >= box[2] or box[1] >= other[3] or other[1] >= box[3]
            )


def test_files_by_their_ending(themes):
    assert DRAWN[".png"](themes).startswith(b"\x89PNG")
    assert DRAWN[".svg"](themes).startswith(b"<svg")
