"""What an utterance does, by table; and laws that hold for any text."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.acts import clauses, find_acts

_TABLE = [json.loads(line) for line in (Path(__file__).parents[1] / "corpus" / "acts.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", _TABLE, ids=lambda row: row["text"] or "empty")
def test_acts_of(row: dict[str, object]) -> None:
    acts = find_acts(str(row["text"]), ())
    assert not set(row["has"]) - acts  # type: ignore[call-overload]
    assert not set(row["lacks"]) & acts  # type: ignore[call-overload]


@given(st.text(max_size=200))
def test_any_text_has_acts(text: str) -> None:
    assert find_acts(text, ()) == find_acts(text, ())


@given(st.text(max_size=200))
def test_case_changes_no_clause(text: str) -> None:
    assert all(c == c.lower() and c for c in clauses(text))
