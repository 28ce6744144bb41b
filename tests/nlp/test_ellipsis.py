"""What a turn leaves out: a table of conversations with what the last turn means, negatives among them, and laws."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nlp.pipeline import Pipeline
from tests.nlp.dialogue import Dialogue

ISO = re.compile(r" ?\d{4}-\d\d(-\d\d)?(T\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d)?)?(/\d{4}-[\dT:+-]*\d)?")
TABLE = [json.loads(line) for line in (Path(__file__).parents[1] / "corpus" / "ellipsis.jsonl").read_text(encoding="utf-8").splitlines()]


def _rows() -> list[Any]:
    marks = {True: [pytest.mark.xfail(strict=False, reason="not yet understood")], False: []}
    return [pytest.param(row, id=row["said"][-1][3:], marks=marks[row.get("open", False)]) for row in TABLE]


@pytest.mark.parametrize("row", _rows())
def test_table(row: dict[str, Any], pipeline: Pipeline) -> None:
    meant = ISO.sub("", Dialogue(pipeline).play(row["said"]).text)
    if row.get("unchanged"):
        assert meant == row["said"][-1][3:]
    if "meant" in row:
        assert meant == row["meant"]
    for words in row.get("has", []):
        assert words.lower() in meant.lower()
    for words in row.get("lacks", []):
        assert words.lower() not in meant.lower()


def test_a_completed_turn_is_parsed_as_it_was_meant(pipeline: Pipeline) -> None:
    understanding = Dialogue(pipeline).play(["C: My dryer is broken.", "A: Is it gas or electric?", "C: Gas."])
    assert understanding.parse.text == "My dryer is gas."
    assert len(understanding.referents) == len(understanding.parse.mentions)
    dryer = next(i for i, m in enumerate(understanding.parse.mentions) if m.text == "My dryer")
    assert understanding.referents[dryer] == "0:0-8"


def test_persons_change_sides(pipeline: Pipeline) -> None:
    understanding = Dialogue(pipeline).play(["A: Do you need your keys back?", "C: Yes."])
    speakers = {m.text: r for m, r in zip(understanding.parse.mentions, understanding.referents, strict=True) if m.kind == "speaker"}
    assert speakers == {"I": "customer", "my": "customer"}


def test_what_needs_nothing_keeps_its_parse(pipeline: Pipeline) -> None:
    understanding = Dialogue(pipeline).play(["C: My boiler makes a strange noise."])
    assert understanding.text == understanding.parse.text == "My boiler makes a strange noise."
    assert len(understanding.referents) == len(understanding.resolutions) == len(understanding.parse.mentions)
