"""Times: a table of what texts say, with negatives, and laws that hold for any text."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NotRequired, TypedDict
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.pipeline import Pipeline
from nlp.times import find_times
from nlp.types import Antecedent, Grain, Interval, Span, TimeAnchor, TimeExpression

CHICAGO = ZoneInfo("America/Chicago")
WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=CHICAGO)


class Anchor(TypedDict):
    value: str
    grain: str
    start: str
    end: str
    names: NotRequired[list[str]]


class Row(TypedDict):
    """`expected`: (text of the span, value, kind, grain, bound) of every expression, in order."""

    text: str
    at: str
    zone: str
    expected: list[list[str | None]]
    anchors: NotRequired[list[Anchor]]
    day_first: NotRequired[bool]
    hours: NotRequired[list[str]]


def rows() -> list[Row]:
    table = Path(__file__).parents[1] / "corpus" / "times.jsonl"
    return [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]


def anchor_of(given_anchor: Anchor) -> TimeAnchor:
    ends = Interval(datetime.fromisoformat(given_anchor["start"]), datetime.fromisoformat(given_anchor["end"]))
    return TimeAnchor(frozenset(given_anchor.get("names", [])), given_anchor["value"], Grain(given_anchor["grain"]), ends)


def read(pipeline: Pipeline, row: Row) -> tuple[TimeExpression, ...]:
    hours = [time.fromisoformat(h) for h in row.get("hours", [])]
    return find_times(
        row["text"],
        pipeline.analyse(row["text"])[1],
        at=datetime.fromisoformat(row["at"]),
        zone=ZoneInfo(row["zone"]),
        anchors=[anchor_of(a) for a in row.get("anchors", [])],
        day_first=row.get("day_first", False),
        hours=(hours[0], hours[1]) if hours else None,
    )


def without_parse(text: str, *, at: datetime = WEDNESDAY, anchors: tuple[TimeAnchor, ...] = ()) -> tuple[TimeExpression, ...]:
    return find_times(text, (), at=at, zone=CHICAGO, anchors=anchors)


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['text']} {row['at']}")
def test_table(pipeline: Pipeline, row: Row) -> None:
    found = [[t.text, t.value, t.kind, t.grain.value, t.bound] for t in read(pipeline, row)]
    assert found == row["expected"]


def test_ends_belong_to_their_range() -> None:
    whole, first, last = without_parse("I'm away from the 16th through the 20th.")
    assert (whole.part_of, first.part_of, last.part_of) == (None, whole.span, whole.span)
    assert whole.interval == Interval(datetime(2026, 3, 16, tzinfo=CHICAGO), datetime(2026, 3, 21, tzinfo=CHICAGO))


def test_unknown_events_are_no_times() -> None:
    assert without_parse("the Monday after the recital") == ()


def test_anchor_is_the_antecedent() -> None:
    said = Antecedent("turn-1", Span(0, 7), "April 9")
    ends = Interval(datetime(2026, 4, 9, tzinfo=CHICAGO), datetime(2026, 4, 10, tzinfo=CHICAGO))
    (found,) = without_parse("two days before that", anchors=(TimeAnchor(frozenset(), "2026-04-09", Grain.DAY, ends, said),))
    assert (found.value, found.antecedent) == ("2026-04-07", said)


def test_long_texts_are_read_whole() -> None:
    found = without_parse("I can do Tuesday at 2 or 5551234. " * 3000)
    assert [t.text for t in found] == ["Tuesday at 2"] * 3000


WORDS = (
    "next last this Friday tuesday at 3 2 the 16th through to from between and of month week may May 12 4/9 : 30 pm am in days ago two "
    "half past quarter every other day that then same time before after surgery noon morning end June 2019 9 - , . Easter until since a "
    "weekend following later 1/2 q first thing ' st"
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
WEEKLY = ["Friday", "next Tuesday", "this Sunday", "last Monday", "tomorrow", "two weeks from Friday", "this weekend", "in three days"]


@given(TEXTS, st.datetimes(timezones=st.just(CHICAGO)))
def test_any_text_gives_sound_expressions(text: str, at: datetime) -> None:
    for found in without_parse(text, at=at):
        assert text[found.span.start : found.span.end] == found.text != ""
        assert is_iso(found)
        if found.interval and found.interval.start and found.interval.end:
            assert found.interval.start < found.interval.end


def is_iso(found: TimeExpression) -> bool:
    if found.kind in ("duration", "recurring"):
        return found.value.removeprefix("R/").startswith("P")
    return all(is_point(end) for end in found.value.split("/"))


def is_point(value: str) -> bool:
    if "T" in value:
        return datetime.fromisoformat(value).tzinfo is not None
    return bool(date.fromisoformat(value + "2000-01-01"[len(value) :]))


@given(st.sampled_from(WEEKLY), st.integers(min_value=-200, max_value=200))
def test_whole_weeks_shift_as_much(phrase: str, weeks: int) -> None:
    (here,), (there,) = without_parse(phrase), without_parse(phrase, at=WEDNESDAY + timedelta(weeks=weeks))
    first, then = (date.fromisoformat(t.value[:10]) for t in (here, there))
    assert then - first == timedelta(weeks=weeks)


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(CHICAGO)))
def test_a_bare_weekday_lies_ahead_within_a_week(at: datetime) -> None:
    (found,) = without_parse("Thursday", at=at)
    ahead = date.fromisoformat(found.value) - at.date()
    assert timedelta(0) < ahead <= timedelta(days=7) and date.fromisoformat(found.value).weekday() == 3
