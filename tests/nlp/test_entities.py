"""Mentions: a table of texts with what must be found in them and what must not, and laws that hold for any text."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.pipeline import Pipeline
from nlp.types import Mention, Parse

ROWS: list[dict[str, Any]] = [json.loads(line) for line in (Path(__file__).parents[1] / "corpus/mentions.jsonl").read_text().splitlines()]
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


def parse(pipeline: Pipeline, text: str) -> Parse:
    return pipeline.parse(text, at=AT, zone=ZoneInfo("America/Chicago"))


def feature(parsed: Parse, mention: Mention, name: str) -> object:
    """The feature as the table writes it: other mentions by their text."""
    value = getattr(mention, name)
    if name in ("possessor", "same_as"):
        return None if value is None else parsed.mentions[value].text
    if name == "members":
        return [parsed.mentions[m].text for m in value]
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("row", ROWS, ids=[r["about"] for r in ROWS])
def test_mentions_of_a_text(pipeline: Pipeline, row: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if "open" in row:
        request.applymarker(pytest.mark.xfail(reason=row["open"], strict=True))
    parsed = parse(pipeline, row["text"])
    found = {m.text: m for m in parsed.mentions}
    for text, wanted in row["has"].items():
        assert text in found, f"{text!r} is not among {list(found)}"
        assert {name: feature(parsed, found[text], name) for name in wanted} == wanted
    for text in row.get("lacks", []):
        assert text not in found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from("abc IMyhis'$,.?!\n#42 the"), max_size=60))
def test_laws_of_mentions(pipeline: Pipeline, text: str) -> None:
    parsed = parse(pipeline, text)
    starts = [(m.span.start, -m.span.end) for m in parsed.mentions]
    assert starts == sorted(starts)
    for number, mention in enumerate(parsed.mentions):
        assert mention.index == number
        assert parsed.text[mention.span.start : mention.span.end] == mention.text
        assert mention.text.strip() == mention.text != ""
        head = parsed.tokens[mention.head].span
        assert mention.span.start < head.end and head.start < mention.span.end
        assert mention.value or (mention.span.start <= head.start and head.end <= mention.span.end)
        others = [mention.possessor, mention.same_as, *mention.members]
        assert all(o is None or (0 <= o < len(parsed.mentions) and o != number) for o in others)
