"""Whether a question is put in another language than English, by the function words of some thirty.

The lists are NLTK's, from LlamaIndex's wheel.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import util
from pathlib import Path

from ingest.text import FUNCTION_WORDS

# One shared word is a coincidence.
LEAST_WORDS = 2
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z\u00c0-\u024f]", re.IGNORECASE)
# English written with the words of another language.
_LEFT_OUT = ("README", "english", "hinglish")


def is_foreign(text: str) -> bool:
    """Whether more of its words are function words of one other language than of English."""
    found = set(_WORD.findall(text.lower()))
    letters = "".join(found)
    if len(_LATIN.findall(letters)) < len(letters) / 2:
        return True
    english = len(found & FUNCTION_WORDS)
    most = max((len((found - FUNCTION_WORDS) & words) for words in _languages()), default=0)
    return most >= LEAST_WORDS and most > english


@lru_cache(maxsize=1)
def _languages() -> tuple[frozenset[str], ...]:
    spec = util.find_spec("llama_index.core")
    if spec is None or not spec.origin:
        return ()
    folder = Path(spec.origin).parent / "_static" / "nltk_cache" / "corpora" / "stopwords"
    files = sorted(file for file in folder.glob("*") if file.name not in _LEFT_OUT)
    # "don't" and the like are cut at the apostrophe in a question as well.
    return tuple(frozenset(_WORD.findall(f.read_text("utf-8").lower())) for f in files)
