"""A scripted endpoint that answers as a strong model does: evidence first, then a careful judge.

What the judge says of each sentence of `eval/answers` was written down once, by hand, reading only the
records that the sentence cites (`tests/app/verification/data/judge_replies.json`; sentence -> its lines:
answer, position of the record among those cited, words of it; keys are the first digits of the sentence's
SHA-256, since the sentences are not part of this project). The one who wrote them had seen the labels, so
what is measured with them is the path around the judge, not a model's judgement.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPLIES = Path(__file__).parents[1] / "app" / "verification" / "data" / "judge_replies.json"
Line = tuple[str, int, str]


@dataclass(frozen=True)
class Written:
    """A sentence that the model writes: the records it rests on, what the judge will say of it."""

    text: str
    titles: tuple[str, ...]
    lines: tuple[Line, ...]
    kind: str = ""
    label: str = "faithful"
    question: str = ""

    @property
    def evidence(self) -> list[tuple[str, str]]:
        """(title, words) that the model copies before it writes the sentence: one for each record."""
        found: dict[str, str] = {}
        for answer, n, words in self.lines:
            if answer != "smaller":
                found.setdefault(self.titles[n - 1], words)
        return list(found.items())


def written(data: Path, label: str) -> list[Written]:
    """The sentences of `eval/answers` with this label."""
    replies = json.loads(REPLIES.read_text("utf-8"))
    rows = (data / "answers" / f"{label}.jsonl").read_text("utf-8").splitlines()
    found = []
    for row in map(json.loads, rows):
        key = hashlib.sha256(row["sentence"].encode()).hexdigest()[:12]
        lines = tuple(tuple(line) for line in replies[key])
        titles = tuple(row["cited_titles"])
        found.append(Written(row["sentence"], titles, lines, row["kind"], label, row["question"]))
    return found


def number_of(title: str, prompt: str) -> int:
    """The number under which a prompt gives a record."""
    place = prompt.lower().index(f"\n{title.lower()}")
    return int(re.findall(r"<record (\d+)", prompt[:place])[-1])


def reply(request: Mapping[str, Any], sentences: Sequence[Written], form: str = "json") -> str:
    """What the strong model says to a request: its draft of these sentences, or its judgement of them."""
    prompt = "\n".join(message["content"] for message in request["messages"])
    if prompt.startswith("You check statements"):
        return _judgement(prompt, sentences)
    if form == "plain":
        return " ".join(
            f"{s.text} {''.join(f'[{number_of(t, prompt)}]' for t in s.titles)}" for s in sentences
        )
    if form == "lines":
        return "\n".join(_lines(s, prompt) for s in sentences)
    rows = [
        {
            "evidence": [{"record": number_of(t, prompt), "quote": w} for t, w in s.evidence],
            "kind": "synthesis" if len(s.titles) > 1 else "claim",
            "sentence": s.text,
        }
        for s in sentences
    ]
    return json.dumps({"sentences": rows}, ensure_ascii=False)


def _lines(sentence: Written, prompt: str) -> str:
    quotes = [f'[{number_of(t, prompt)}] "{w}"' for t, w in sentence.evidence]
    return "\n".join([*quotes, f"claim: {sentence.text}"])


def _judgement(prompt: str, sentences: Sequence[Written]) -> str:
    known = {s.text: s for s in sentences}
    told = []
    for n, text in re.findall(r"<statement (\d+) \w+>\n(.*?)\n</statement", prompt, re.DOTALL):
        sentence = known[text]
        for answer, place, words in sentence.lines:
            if answer == "smaller":
                told.append(f"{n} smaller: {words}")
            elif f"\n{sentence.titles[place - 1].lower()}" in prompt.lower():
                told.append(
                    f'{n} {answer} [{number_of(sentence.titles[place - 1], prompt)}] "{words}"'
                )
    return "\n".join(told)
