"""Decisions as words: templates, values as said, and what each channel can carry."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.answer import SMS_LIMIT, render, word
from agent.heard import Decision, Piece
from agent.playbook import parse_playbook
from agent.spoken import clock, day, money, ordinal, phone, speakable, words
from graph.model import Goal, GoalId, SessionId, SlotValue, TurnId

AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
BOOK = parse_playbook("""
business: {name: Oak Yoga, timezone: America/Chicago}
goals:
  visit:
    title: plan a visit
    start: ["plan a visit"]
    slots:
      what: {type: text, ask: "What?"}
      who: {type: person, ask: "Who?"}
      when: {type: datetime, ask: "When?"}
    confirm: "A {what} for {who} on {when}. Right?"
    done: "Done: {what}, on {when}."
""")


def goal(**slots: object) -> Goal:
    held = {name: SlotValue(value, str(value), TurnId("t")) for name, value in slots.items()}
    return Goal(GoalId("g"), "visit", "active", "when", held, 1, AT, AT, TurnId("t"), SessionId("s"))


_RENDERED = [
    ({"what": "class", "who": "Leo", "when": "2026-03-06T15:00:00-06:00"}, "A class for Leo on Friday, March 6 at 3 pm. Right?"),
    ({"what": "evening", "who": "Leo", "when": "2026-03-06T12:00:00-06:00"}, "An evening for Leo on Friday, March 6 at noon. Right?"),
    ({"what": "a class", "when": "2026-03-06"}, "A class on Friday, March 6. Right?"),
    ({"what": "class", "who": "my son"}, "A class for your son. Right?"),
]  # fmt: skip


@pytest.mark.parametrize(("slots", "text"), _RENDERED)
def test_templates(slots: dict[str, object], text: str) -> None:
    template = BOOK.goals[0].confirm or ""
    assert render(template, goal(**slots), BOOK, date(2026, 3, 2), channel="sms") == text


def test_what_is_missing_takes_its_comma_along() -> None:
    assert render("Done: {what}, on {when}.", goal(what="class"), BOOK, date(2026, 3, 2), channel="sms") == "Done: class."


def test_each_channel_has_its_way() -> None:
    decision = Decision(
        "confirm", (Piece("confirm", BOOK.goals[0].confirm or "", goal(what="class", who="Leo", when="2026-03-06T15:00:00-06:00")),)
    )
    assert word(decision, "webchat", BOOK, at=AT).text == "A **class** for **Leo** on **Friday, March 6 at 3 pm**. Right?"
    assert word(decision, "voice", BOOK, at=AT).text == "A class for Leo on Friday, March sixth at three p.m. Right?"


def test_the_missing_part_of_a_time_is_asked_for() -> None:
    decision = Decision("ask", (Piece("time_of_day", "When?", goal(when="2026-03-06")),))
    assert word(decision, "sms", BOOK, at=AT).text == "What time on Friday, March 6?"


def test_an_sms_is_short_and_keeps_its_question() -> None:
    decision = Decision(
        "resume", (Piece("knowledge", "This is a long sentence about everything. " * 20), Piece("ask", "Which day?", goal()))
    )
    reply = word(decision, "sms", BOOK, at=AT)
    assert len(reply.text) <= SMS_LIMIT
    assert reply.text.endswith("Which day?")


def test_values_as_said() -> None:
    assert [words(n) for n in (0, 21, 105, 24_000)] == ["zero", "twenty-one", "one hundred five", "twenty-four thousand"]
    assert [ordinal(n) for n in (1, 12, 20, 22)] == ["first", "twelfth", "twentieth", "twenty-second"]
    assert clock(time(15, 30), voice=True) == "three thirty p.m."
    assert clock(time(9, 5), voice=False) == "9:05 am"
    assert money(550_000, "USD", voice=False) == "$550,000"
    assert money(1.5, "USD", voice=True) == "one dollar and fifty cents"
    assert phone("+15125550142", "US", voice=False) == "512-555-0142"
    assert phone("+15125550142", "US", voice=True) == "five one two, five five five, zero one four two"
    assert day(date(2027, 3, 6), date(2026, 3, 2), voice=False) == "Saturday, March 6, 2027"


_SPOKEN = [
    ("We're open 8 am to 5:30 pm.", "We're open eight a.m. to five thirty p.m."),
    ("It's $1,150 & 10% off.", "It's one thousand one hundred fifty dollars and ten percent off."),
    ("The garage on 4th Street", "The garage on fourth Street"),
    ("Call 512-555-0142", "Call five one two, five five five, zero one four two"),
    ("your F-150 of 2016 👍", "your F-150 of twenty sixteen"),
]


@pytest.mark.parametrize(("text", "said"), _SPOKEN)
def test_speakable(text: str, said: str) -> None:
    assert speakable(text, "US") == said


@given(st.text(alphabet="abc 0123456789$%&.,:-+@#*", max_size=80))
def test_any_text_can_be_spoken(text: str) -> None:
    assert not set(speakable(text, "US")) & set("*%&@#")
