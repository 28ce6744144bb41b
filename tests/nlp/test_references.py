"""References by phenomenon, in the talk of many trades: who or what the last turn's words mean, what is open, what stands in `understood`.

Rows of tests/corpus/references.jsonl: `means` (words -> names, any of which will do), `ambiguous`, `unresolved` (to nothing, or no
mention at all), `new`, `not_linked`, `differ` (pairs that are two things), `meant` (words of the completed turn, alternatives by |).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from nlp.coref import referent_of
from nlp.pipeline import Pipeline
from nlp.types import Ambiguous, Linked, New, Resolution, Understanding, Unresolved
from tests.nlp.dialogue import Dialogue, resolution

TABLE = [json.loads(line) for line in (Path(__file__).parents[1] / "corpus" / "references.jsonl").read_text(encoding="utf-8").splitlines()]


def _rows() -> list[Any]:
    open_ones = [pytest.mark.xfail(strict=False, reason="not yet understood")]
    return [pytest.param(row, id=f"{row['kind']}: {row['said'][-1][3:]}", marks=open_ones if row.get("open") else []) for row in TABLE]


def _called(dialogue: Dialogue, found: Resolution | None) -> str:
    """All names of what is meant, its members' too."""
    if not isinstance(found, Linked):
        return ""
    meant = [*found.members, found.referent or ""]
    return " ".join([found.name or "", found.value or "", *(dialogue.referents[m].name for m in meant if m in dialogue.referents)]).lower()


def _any(wanted: str, text: str) -> bool:
    return any(word.lower() in text.lower() for word in wanted.split("|"))


@pytest.mark.parametrize("row", _rows())
def test_table(row: dict[str, Any], pipeline: Pipeline) -> None:
    dialogue, said = Dialogue(pipeline), list[Understanding]()
    for line in row["said"]:
        who, _, text = line.partition(": ")
        said.append(dialogue.say(text, "agent" if who == "A" else "customer"))
    for words, wanted in row.get("means", {}).items():
        found = resolution(said[-1], words)
        assert _any(wanted, _called(dialogue, found)), f"{words!r}: {found}"
    assert all(isinstance(resolution(said[-1], words), Ambiguous) for words in row.get("ambiguous", []))
    assert all(isinstance(resolution(said[-1], words), Unresolved | None) for words in row.get("unresolved", []))
    assert all(isinstance(resolution(said[-1], words), New) for words in row.get("new", []))
    assert not any(isinstance(resolution(said[-1], words), Linked) for words in row.get("not_linked", []))
    for one, other in row.get("differ", []):
        first, second = (next(filter(None, (resolution(turn, words) for turn in said)), None) for words in (one, other))
        assert referent_of(first) != referent_of(second)
    assert all(_any(wanted, said[-1].text) for wanted in row.get("meant", [])), said[-1].text
