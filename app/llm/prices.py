"""What a model's tokens cost: by a table of the user's own, else by the one that ships (`data/prices.toml`).

A table is TOML. For each host, or `any`, it gives for each model, or `*`, dollars a million tokens:

    ["api.openai.com"]
    "gpt-4o-mini" = { input = 0.15, cached = 0.075, output = 0.6 }

A service that tells the cost of a call itself is believed (`ChatModel`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.llm.usage import Usage
from ingest.errors import SettingsError

ANY_HOST, ANY_MODEL = "any", "*"
MILLION = 1_000_000
# A dated version of a model costs what the model costs.
_DATE = re.compile(r"[-@](?:\d{8}|\d{4}-\d\d-\d\d|latest)$")


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars a million tokens. cached: of a prompt's tokens that the endpoint had read before."""

    input: float
    output: float
    cached: float

    def of(self, usage: Usage) -> float:
        """What calls cost, in dollars."""
        fresh = usage.prompt - usage.cached
        spent = fresh * self.input + usage.cached * self.cached + usage.completion * self.output
        return spent / MILLION


FREE = Price(0.0, 0.0, 0.0)


def price_of(model: str, base_url: str, own: str = "") -> Price | None:
    """The price of a model at an endpoint, None where no table has it.

    own: path of the user's table, empty for none.

    Raises:
        SettingsError: the user's table cannot be read.
    """
    shipped = resources.files("app.llm").joinpath("data", "prices.toml").read_text("utf-8")
    tables = [_own(own)] if own else []
    for table in (*tables, tomllib.loads(shipped)):
        for host in (urlsplit(base_url).hostname or "", ANY_HOST):
            for name in (model, _DATE.sub("", model), ANY_MODEL):
                if name in table.get(host, {}):
                    return _price(table[host][name])
    return None


def _own(path: str) -> dict[str, Any]:
    """The user's table, read whole, so that a mistake in it is told before any model is asked."""
    try:
        table = tomllib.loads(Path(path).expanduser().read_text("utf-8"))
        for row in (row for models in table.values() for row in models.values()):
            _price(row)
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        hint = '["api.example.com"] and "model" = { input = 0.15, output = 0.6 }, dollars a million'
        raise SettingsError(f"{path} is no table of prices: {error}", hint=hint) from error
    return table


def _price(row: dict[str, Any]) -> Price:
    paid = float(row["input"])
    return Price(paid, float(row["output"]), float(row.get("cached", paid)))
