"""What memory answers, and what it does not: a table of what was told and what is asked. Without `answer`, nobody said it."""

import json
from pathlib import Path
from typing import Any

import pytest

from nlp.pipeline import Pipeline
from tests.graph.telling import Telling

CORPUS = Path(__file__).parents[1] / "corpus" / "questions.jsonl"
CASES = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{' / '.join(case['told'])} – {case['ask']}")
def test_what_was_told_is_answered_and_nothing_else(pipeline: Pipeline, case: dict[str, Any]) -> None:
    told = Telling(pipeline)
    told.tell(*case["told"])
    answer = told.ask(case["ask"])
    assert answer == told.ask(case["ask"], indexed=False)
    assert answer.abstained is ("answer" not in case), answer.text
    for words in case.get("answer", []):
        assert words.lower() in answer.text.lower()
    for words in case.get("not", []):
        assert words.lower() not in answer.text.lower()
    if not answer.abstained:
        assert {c.turn for c in answer.citations} <= {t.turn_id for t in told.turns}
        assert answer.citations
