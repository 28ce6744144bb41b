"""What happened to an entity, in order."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Commit, Customer, EntityId, Fact, FactEnd, FactId, Goal, SlotValue, Snapshot, Turn, TurnId
from graph.state import apply, ended
from graph.timeline import Event, difference, timeline
from tests.graph.examples import at, fact, goal, mention, scope, turn
from tests.graph.histories import histories

WHOSE = scope()
DANA = {EntityId("c1-dana")}


def said(number: int, minutes: float, text: str = "Dana lives in Austin", *, channel: str = "sms", names: bool = True) -> Turn:
    made = replace(turn(WHOSE, str(number), text, minutes=minutes), number=number, channel=channel)  # type: ignore[arg-type]
    return replace(made, mentions=(mention("Dana", 0, "c1-dana"),)) if names else made


def told(facts: list[Fact], turns: list[Turn], goals: tuple[Goal, ...] = (), **between: datetime) -> list[tuple[str, str, datetime]]:
    events = timeline(DANA, {each.id: each for each in facts}, {each.id: each for each in turns}, goals, **between)
    return [(each.kind, each.text, each.at) for each in events]


AUSTIN = fact(WHOSE, "f1", turn=TurnId("c1-1"))
DENVER = fact(WHOSE, "f2", minutes=60, value="Denver", turn=TurnId("c1-2"), valid_from=at(30), change="superseded", replaces=AUSTIN.id)
LEFT = ended(AUSTIN, FactEnd(AUSTIN.id, at(30), at(60), replaced_by=DENVER.id))


def test_a_fact_is_stated_and_then_changes_when_it_came_true() -> None:
    events = told([LEFT, DENVER], [said(1, 0), said(2, 60, "Dana moved to Denver half an hour ago")])
    assert events == [
        ("mentioned", "Dana lives in Austin", at(0)),
        ("stated", "Dana lives in Austin", at(0)),
        ("changed", "Dana lives in Denver (before: Dana lives in Austin)", at(30)),
        ("mentioned", "Dana moved to Denver half an hour ago", at(60)),
    ]


def test_a_change_of_unknown_date_stands_at_its_turn() -> None:
    events = told([LEFT, replace(DENVER, valid_from=None)], [said(2, 60, "…", names=False)])
    assert events[-1] == ("changed", "Dana lives in Denver (before: Dana lives in Austin)", at(60))


def test_a_correction_stands_at_the_turn_that_made_it() -> None:
    never = ended(AUSTIN, FactEnd(AUSTIN.id, retracted_at=at(60), replaced_by=DENVER.id))
    events = told([never, replace(DENVER, change="corrected")], [said(2, 60, "…", names=False)])
    assert events == [
        ("stated", "Dana lives in Austin", at(0)),
        ("corrected", "Dana lives in Denver (before: Dana lives in Austin)", at(60)),
    ]


def test_what_ends_without_a_follower_ends_when_it_came_true_in_the_turn_that_said_so() -> None:
    over = ended(AUSTIN, FactEnd(AUSTIN.id, at(30), at(60)))
    facts, turns = {over.id: over}, [said(1, 0, names=False), said(2, 60, "…", channel="voice")]
    event = timeline(DANA, facts, {each.id: each for each in turns}, ())[1]
    assert event == Event(at(30), "ended", "no longer: Dana lives in Austin", over.id, TurnId("c1-2"), "voice")


def test_a_fact_that_runs_out_by_itself_ends_in_its_own_turn() -> None:
    until = replace(AUSTIN, valid_to=at(90))
    (_, event) = timeline(DANA, {until.id: until}, {TurnId("c1-1"): said(1, 0, names=False)}, ())
    assert (event.kind, event.at, event.turn) == ("ended", at(90), "c1-1")


def test_what_a_person_took_back_is_corrected() -> None:
    events = told([ended(AUSTIN, FactEnd(AUSTIN.id, retracted_at=at(60)))], [said(1, 0, names=False)])
    assert events[-1] == ("corrected", "withdrawn: Dana lives in Austin", at(60))


def test_an_object_takes_part_and_others_do_not() -> None:
    wife = fact(WHOSE, "f3", subject=EntityId("me"), object=EntityId("c1-dana"), value=None, text="Dana is the customer's wife")
    others = fact(WHOSE, "f4", subject=EntityId("me"), text="I live in Boston")
    assert [text for _, text, _ in told([wife, others], [])] == ["Dana is the customer's wife"]


def test_goals_that_hold_the_entity() -> None:
    slots = {"patient": SlotValue("Dana", "Dana", TurnId("c1-1"), EntityId("c1-dana"))}
    mine, others = replace(goal(WHOSE, status="completed"), name="book_appointment", slots=slots), goal(WHOSE)
    events = told([], [], (mine, others))
    assert events == [("goal", "started to book appointment", at(0)), ("goal", "completed: book appointment", at(1))]


def test_what_nobody_named_is_no_mention() -> None:
    me = replace(said(1, 0, "I am here", names=False), mentions=(mention("I", 0, "c1-dana", kind="speaker"),))
    assert told([], [me]) == []


def test_a_pronoun_of_the_agent_is_no_mention_but_its_words_are() -> None:
    it = replace(said(1, 0, "Got it", names=False), speaker="agent", mentions=(mention("it", 4, "c1-dana", kind="pronoun"),))
    assert told([], [it]) == []
    assert told([], [replace(it, speaker="customer")]) == told([], [replace(it, mentions=(mention("it", 4, "c1-dana"),))]) != []


def test_facts_of_one_sentence_are_one_event() -> None:
    when = replace(AUSTIN, id=FactId("when"), role="when", value="2019", value_type="date")
    assert told([AUSTIN, when], []) == [("stated", "Dana lives in Austin", at(0))]


def test_a_long_text_is_cut_around_the_mention() -> None:
    text = "a b " * 500 + "Dana" + " c d" * 500
    ((_, excerpt, _),) = told([], [replace(said(1, 0, text), mentions=(mention("Dana", 2000, "c1-dana"),))])
    assert excerpt.startswith("…") and excerpt.endswith("…") and "Dana" in excerpt and len(excerpt) < 300


@pytest.mark.parametrize(
    ("between", "kinds"),
    [
        ({"start": at(30)}, ["changed", "mentioned"]),
        ({"end": at(30)}, ["mentioned", "stated"]),
        ({"start": at(1), "end": at(31)}, ["changed"]),
        ({"start": at(99)}, []),
    ],
)
def test_from_a_start_up_to_an_end(between: dict[str, datetime], kinds: list[str]) -> None:
    turns = [said(1, 0), said(2, 60, "Dana moved")]
    assert [kind for kind, _, _ in told([LEFT, DENVER], turns, **between)] == kinds


@settings(deadline=None)
@given(histories(WHOSE), st.sampled_from(["dana", "leo", "rex"]))
def test_every_fact_of_the_entity_is_told_once_and_in_order(made: list[Commit], name: str) -> None:
    snapshot = Snapshot(Customer(WHOSE.customer, WHOSE.tenant, (), at(0)), {}, (), {}, {}, {})
    for commit in made:
        snapshot = apply(snapshot, commit, turns=99)
    ids = {EntityId(f"c1-{name}")}
    events = timeline(ids, snapshot.facts, {}, snapshot.goals.values())
    assert [each.at for each in events] == sorted(each.at for each in events)
    facts = [each for each in snapshot.facts.values() if not ids.isdisjoint((each.subject, each.object))]
    begun = [(each.at, each.text) for each in events if each.kind in ("stated", "changed") and each.fact]
    assert set(begun) == {(each.recorded_at, each.text) for each in facts} and len(begun) == len(set(begun))


def test_a_difference_pairs_what_took_the_place_of_what() -> None:
    other = fact(WHOSE, "f3", minutes=60, predicate="has", value="a bike", valid_from=at(40))
    found = difference([LEFT, DENVER, other], before=(at(10), at(90)), after=(at(50), at(90)))
    assert found.changed == ((LEFT, DENVER),)
    assert (found.gained, found.lost) == ((other,), ())


def test_at_one_instant_what_was_known_may_differ() -> None:
    found = difference([LEFT, DENVER], before=(at(50), at(20)), after=(at(50), at(90)))
    assert found.changed == ((LEFT, DENVER),)


@given(histories(WHOSE), st.integers(-60, 60), st.integers(-60, 60))
def test_between_an_instant_and_itself_there_is_no_difference_and_backwards_it_is_turned_around(
    made: list[Commit], one: int, other: int
) -> None:
    facts = [each for commit in made for each in commit.facts]
    here, there = (at(one), at(60)), (at(other), at(60))
    assert difference(facts, before=here, after=here) == difference([], before=here, after=here)
    forth, back = difference(facts, before=here, after=there), difference(facts, before=there, after=here)
    gained = {f.id for f in forth.gained} | {new.id for _, new in forth.changed}
    assert gained == {f.id for f in back.lost} | {old.id for old, _ in back.changed}
