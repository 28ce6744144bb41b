"""Going back to what was offered or said: a table of conversations with what a mention means, negatives among them."""

import json
from pathlib import Path
from typing import Any

import pytest

from nlp.pipeline import Pipeline
from nlp.types import Ambiguous, Linked
from tests.nlp.dialogue import Dialogue, resolution

TABLE = [json.loads(line) for line in (Path(__file__).parents[1] / "corpus" / "callbacks.jsonl").read_text(encoding="utf-8").splitlines()]


def _rows() -> list[Any]:
    marks = {True: [pytest.mark.xfail(strict=False, reason="not yet understood")], False: []}
    return [pytest.param(row, id=row["said"][-1][3:], marks=marks[row.get("open", False)]) for row in TABLE]


@pytest.mark.parametrize("row", _rows())
def test_table(row: dict[str, Any], pipeline: Pipeline) -> None:
    found = resolution(Dialogue(pipeline).play(row["said"]), row["mention"])
    if "kind_not" in row:
        assert found is None or found.mention.kind != row["kind_not"]
    elif row.get("not_linked"):
        assert not isinstance(found, Linked)
    elif row.get("ambiguous"):
        assert isinstance(found, Ambiguous) and len(found.candidates) > 1
    else:
        assert isinstance(found, Linked)
        assert (found.value or "").startswith(row.get("value", ""))
        assert any(name.lower() in (found.name or "").lower() for name in row.get("name", "").split("|"))
        assert found.antecedent is not None


def test_only_what_was_heard_can_be_meant(pipeline: Pipeline) -> None:
    dialogue = Dialogue(pipeline)
    dialogue.say("I have Tuesday at 10, Wednesday at 2, Thursday at 4 or Friday at 9.", "agent")
    found = resolution(dialogue.say("The last one works.", heard="I have Tuesday at 10, Wednesday at 2, Thursday at 4"), "the last one")
    assert isinstance(found, Linked) and (found.value or "").startswith("2026-03-05T16:00")


def test_that_one_is_the_last_heard_of_a_list_cut_off(pipeline: Pipeline) -> None:
    dialogue = Dialogue(pipeline)
    dialogue.say("I have Tuesday at 10, Wednesday at 2, Thursday at 4 or Friday at 9.", "agent")
    found = resolution(dialogue.say("That one works.", heard="I have Tuesday at 10, Wednesday at 2"), "that one")
    assert isinstance(found, Linked) and (found.value or "").startswith("2026-03-04T14:00")


def test_the_antecedent_is_in_the_words_that_were_said(pipeline: Pipeline) -> None:
    dialogue = Dialogue(pipeline)
    offered = "We have  Tuesday at 10 and Friday at 9."
    dialogue.say(offered, "agent")
    found = resolution(dialogue.say("The second one."), "the second one")
    assert isinstance(found, Linked) and found.antecedent is not None
    assert found.antecedent.turn_id == "turn 0"
    assert offered[found.antecedent.span.start : found.antecedent.span.end] == found.antecedent.text == "Friday at 9"
