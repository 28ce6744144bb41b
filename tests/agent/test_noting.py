"""What goals settle becomes facts: each slot, its changes, and the whole when it is done."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.noting import Noted, goal_facts, in_words
from agent.playbook import SlotSpec, SlotType, load_playbook
from graph.model import (
    Customer,
    CustomerId,
    Entity,
    EntityId,
    FactEnd,
    FactId,
    Goal,
    GoalId,
    SessionId,
    SlotValue,
    Snapshot,
    TenantId,
    Turn,
    TurnId,
)  # fmt: skip
from graph.state import ended

PLAYBOOK = load_playbook(Path(__file__).parent / "playbooks" / "movers.yaml")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
ANN, DANA = EntityId("ann"), EntityId("dana")
ENTITIES = {ANN: Entity(ANN, "Ann", "person", is_customer=True), DANA: Entity(DANA, "Dana", "person")}


def turn(number: int = 0) -> Turn:
    at = AT + timedelta(minutes=number)
    return Turn(TurnId(f"t{number}"), None, SessionId("s"), number, "sms", "customer", at, at, "From Austin to Tulsa.", "America/Chicago")


def goal(status: Any = "active", **slots: Any) -> Goal:
    filled = {name: value if isinstance(value, SlotValue) else SlotValue(value, str(value), TurnId("t0")) for name, value in slots.items()}
    return Goal(GoalId("g"), "quote", status, None, filled, 1, AT, AT, TurnId("t0"), SessionId("s"))


def memory(made: Goal | None = None) -> Snapshot:
    """What is kept after the turn that made the goal so."""
    facts = goal_facts([made], memory(), turn(), PLAYBOOK, ANN, AT).facts if made else ()
    goals = {made.id: made} if made else {}
    return Snapshot(Customer(CustomerId("c"), TenantId("t"), (), AT), {}, (), ENTITIES, {f.id: f for f in facts}, goals)


def noted(made: Goal, before: Snapshot | None = None, number: int = 0) -> Noted:
    said = turn(number)
    return goal_facts([made], before or memory(), said, PLAYBOOK, ANN, said.at)


def test_each_filled_slot_is_a_fact_of_the_customer_from_this_turn() -> None:
    facts = noted(goal(origin="Austin", destination="Tulsa")).facts
    assert [(f.predicate, f.value, f.change) for f in facts] == [("origin", "Austin", "added"), ("destination", "Tulsa", "added")]
    assert {(f.subject, f.said_by, f.turn, f.recorded_at) for f in facts} == {(ANN, ANN, "t0", AT)}
    assert facts[0].text == "Ann's origin: Austin"
    assert facts[0].told == "Your origin: Austin"


def test_a_slot_can_be_asked_for_by_the_words_of_its_question() -> None:
    (fact,) = noted(goal(origin="Austin")).facts
    assert {"origin", "moving", "austin", "quote"} <= set(fact.lemmas)


def test_a_person_in_a_slot_is_the_object_of_its_fact() -> None:
    (fact,) = noted(goal(origin=SlotValue("Dana", "Dana", TurnId("t0"), DANA))).facts
    assert (fact.object, fact.value) == (DANA, None)


def test_a_day_is_said_as_people_say_it_and_kept_as_a_date() -> None:
    (fact,) = noted(goal(day="2026-03-06")).facts
    assert (fact.value, fact.value_type, fact.when) == ("2026-03-06", "date", "2026-03-06")
    assert fact.told == "Your day: Friday, March 6"


def test_what_was_noted_is_not_noted_again() -> None:
    made = goal(origin="Austin")
    assert noted(made, memory(made), 1) == Noted()


def test_a_changed_slot_corrects_its_fact_and_no_other() -> None:
    first = goal(origin="Austin", destination="Tulsa")
    origin = noted(first).facts[0]
    changed = noted(goal(origin="Waco", destination="Tulsa"), memory(first), 1)
    (fact,) = changed.facts
    assert (fact.value, fact.change, fact.replaces) == ("Waco", "corrected", origin.id)
    assert changed.ends == (FactEnd(origin.id, retracted_at=turn(1).at, replaced_by=fact.id),)
    assert ended(origin, changed.ends[0]).known(turn(0).at), "what was known before stays known then"


def test_a_slot_that_is_dropped_takes_its_fact_with_it() -> None:
    first = goal(origin="Austin", rooms=3)
    dropped = noted(goal(origin="Austin"), memory(first), 1)
    assert dropped.facts == ()
    assert [end.fact for end in dropped.ends] == [noted(first).facts[1].id]


def test_yes_and_no_make_no_fact() -> None:
    assert noted(goal(stairs=True)) == Noted()


def test_a_goal_of_another_playbook_makes_none() -> None:
    assert noted(replace(goal(origin="Austin"), name="book_a_flight")) == Noted()


@pytest.mark.parametrize(("status", "whole"), [("active", 0), ("paused", 0), ("cancelled", 0), ("completed", 1)])
def test_the_whole_is_told_once_it_is_done(status: str, whole: int) -> None:
    facts = noted(goal(status, origin="Austin", destination="Tulsa", day="2026-03-06")).facts
    told = [f for f in facts if f.predicate == "quote"]
    assert len(told) == whole
    for fact in told:
        assert fact.told == "Get you a quote: Austin, Tulsa, Friday, March 6"
        assert fact.when == "2026-03-06"


def test_the_whole_is_told_as_the_customer_was_told_where_that_names_what_was_settled() -> None:
    done = Goal(GoalId("g"), "claim", "completed", None, {"what": SlotValue("my desk", "my desk", TurnId("t0"))}, 1, AT, AT,
                TurnId("t0"), SessionId("s"))  # fmt: skip
    assert [f.told for f in noted(done).facts if f.predicate == "claim"] == ["Your claim for your desk is filed."]


def test_whom_it_was_for_has_a_fact_of_the_same_clause() -> None:
    facts = noted(goal("completed", origin=SlotValue("Dana", "Dana", TurnId("t0"), DANA), destination="Tulsa")).facts
    main, person = (f for f in facts if f.predicate == "quote")
    assert (person.clause, person.role, person.object) == (main.clause, "origin", DANA)


def test_what_is_called_off_holds_no_longer_and_was_so_before() -> None:
    done = goal("completed", origin="Austin")
    (whole,) = (f for f in memory(done).facts.values() if f.predicate == "quote")
    (end,) = noted(replace(done, status="cancelled"), memory(done), 1).ends
    after = ended(whole, end)
    assert (after.valid_to, after.retracted_at) == (turn(1).at, None)


def test_what_the_turn_said_of_a_slot_falls_with_it_when_that_is_corrected() -> None:
    before = memory(goal(origin="Austin"))
    said = replace(next(iter(before.facts.values())), id=FactId("s"), clause="t0#1", text="customer moves from Austin")
    other = replace(said, id=FactId("o"), text="customer has a piano")
    known = replace(before, facts={**before.facts, said.id: said, other.id: other})
    ends = {end.fact for end in noted(goal(origin="Waco"), known, 1).ends}
    assert said.id in ends and other.id not in ends


def test_the_same_turn_gives_the_same_ids() -> None:
    made = goal(origin="Austin", destination="Tulsa")
    assert noted(made) == noted(made)
    assert not {f.id for f in noted(made).facts} & {f.id for f in noted(made, number=1).facts}


@pytest.mark.parametrize(
    ("type", "value", "words"),
    [
        ("datetime", "2026-03-06T15:00:00-06:00", "Friday, March 6 at 3 pm"),
        ("date", "2026-03-06", "Friday, March 6"),
        ("number", 3, "3"),
        ("money", {"amount": 1200, "currency": "USD"}, "1,200 USD"),
        ("text", "a piano", "a piano"),
        ("date", "someday", "as said"),
        ("text", None, "as said"),
    ],
)
def test_values_in_words(type: SlotType, value: Any, words: str) -> None:
    assert in_words(SlotValue(value, "as said", TurnId("t0")), SlotSpec("slot", type)) == words
