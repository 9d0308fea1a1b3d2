"""Whether a question is put in another language than English, by the function words of some thirty.

The lists are NLTK's, from LlamaIndex's wheel.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from importlib import util
from itertools import chain
from pathlib import Path

from app.language.words import LETTERS
from ingest.text import FUNCTION_WORDS

# One shared word is a coincidence.
LEAST_WORDS = 2
# The letters of Latin scripts end before this one.
_BEYOND_LATIN = "\u0250"
# English written with the words of another language.
_LEFT_OUT = ("README", "english", "hinglish")


def is_foreign(text: str) -> bool:
    """Whether more of its words are function words of one other language than of English."""
    found = set(LETTERS.findall(text.lower()))
    letters = "".join(found)
    if sum(letter < _BEYOND_LATIN for letter in letters) < len(letters) / 2:
        return True
    english = len(found & FUNCTION_WORDS)
    languages = _languages()
    told = Counter(chain.from_iterable(languages.get(w, ()) for w in found - FUNCTION_WORDS))
    most = max(told.values(), default=0)
    return most >= LEAST_WORDS and most > english


@lru_cache(maxsize=1)
def _languages() -> dict[str, tuple[str, ...]]:
    """Function words -> the languages that have them."""
    spec = util.find_spec("llama_index.core")
    if spec is None or not spec.origin:
        return {}
    folder = Path(spec.origin).parent / "_static" / "nltk_cache" / "corpora" / "stopwords"
    files = sorted(file for file in folder.glob("*") if file.name not in _LEFT_OUT)
    # "don't" and the like are cut at the apostrophe in a question as well.
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for file in files:
        for word in set(LETTERS.findall(file.read_text("utf-8").lower())):
            found[word] += (file.name,)
    return dict(found)
