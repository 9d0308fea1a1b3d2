"""Token counts without a network: tiktoken's cl100k table from LlamaIndex's wheel.

Endpoints tokenise differently; cl100k is within some 15 % of today's English tokenizers, which the
budget's margin covers. Plain tiktoken would download its table at the first use.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

_TABLE = "cl100k_base"
# A chat message's own tokens (role and separators), as the OpenAI cookbook counts them.
MESSAGE_OVERHEAD = 4


def count_tokens(text: str) -> int:
    """Number of cl100k tokens of a text; special tokens count as plain text."""
    return len(_encoding().encode(text, disallowed_special=()))


def count_messages(messages: Iterable[Mapping[str, str]]) -> int:
    """Number of tokens of a chat, the messages' overhead included."""
    return sum(count_tokens(message["content"]) + MESSAGE_OVERHEAD for message in messages)


@lru_cache(maxsize=1)
def _encoding() -> Encoding:
    spec = util.find_spec("llama_index.core")
    if spec is not None and spec.origin:
        table = Path(spec.origin).parent / "_static" / "tiktoken_cache"
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(table))
    import tiktoken

    return tiktoken.get_encoding(_TABLE)
