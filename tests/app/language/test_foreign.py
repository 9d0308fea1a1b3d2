from __future__ import annotations

import pytest

from app.language.foreign import is_foreign


@pytest.mark.parametrize(
    "text",
    [
        "Gibt es hier eine Arbeit zu Gletschern und dem Meer?",
        "Où sont les travaux sur la fonte des glaciers ?",
        "¿Qué dice el estudio de los glaciares?",
        "有没有关于冰川的论文?",
        "Есть ли статьи о ледниках?",
    ],
)
def test_other_languages(text):
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "glacier melt satellites",
        "Is there a paper on the Côte d'Azur?",
        "what does de facto mean here",
        "SAEs?",
        "",
    ],
)
def test_english(text):
    assert not is_foreign(text)
