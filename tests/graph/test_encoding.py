"""Frozen values to JSON and back."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.encoding import decode, dumps, encode, instant, loads
from graph.model import Customer, Entity, EntityId, Fact, Goal, OperatorAct, Session, Turn
from nlp.types import Mention
from tests.graph.examples import at, entity, fact, first_commit, goal, mention, scope, turn

VALUES = [
    turn(scope(), "1", key="k"),
    first_commit(scope(), turn(scope(), "1")).turns[0],
    replace(turn(scope(), "1"), mentions=(mention("Dana", 8, "e", kind="nominal"),), answer={"a": [1, 2.5, None, {"b": True}]}),
    entity(scope(), "Dana"),
    Entity(EntityId("e"), "e", "thing"),
    fact(scope(), "f1"),
    fact(scope(), "f1", object=EntityId("e"), value=None, valid_from=at(3), retracted_at=at(5)),
    goal(scope()),
    OperatorAct("a", "merge", at(1), {"customer_id": "c2"}),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_is_written_is_read_back(value: object) -> None:
    assert loads(type(value), dumps(value)) == value
    assert dumps(loads(type(value), dumps(value))) == dumps(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3), lambda inner: st.dictionaries(st.text(max_size=3), inner)
)
INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-6))]), min_value=datetime(1900, 1, 1))


def made(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotated type of ours."""
    if hint is Any:
        return JSON
    if hint is datetime:
        return INSTANTS
    if hint is float:
        return st.floats(0, 1)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{each.name: made(hints[each.name]) for each in fields(hint)})
    origin, parts = get_origin(hint), get_args(hint)
    if origin is tuple:
        return st.lists(made(parts[0]), max_size=2).map(tuple) if Ellipsis in parts else st.tuples(*map(made, parts))
    if origin is dict:
        return st.dictionaries(st.text(max_size=3), made(parts[1]), max_size=2)
    if origin in (Union, UnionType):
        return st.one_of([made(each) for each in parts])
    return st.from_type(hint)


@pytest.mark.parametrize("cls", [Customer, Session, Turn, Entity, Fact, Goal, OperatorAct], ids=lambda cls: cls.__name__)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_whatever_its_fields_hold_is_read_back(cls: type, drawn: st.DataObject) -> None:
    value = drawn.draw(made(cls))
    assert loads(cls, dumps(value)) == value


def test_defaults_are_left_out() -> None:
    assert encode(Entity(EntityId("e"), "Dana", "person")) == {"id": "e", "name": "Dana", "type": "person"}


def test_instants_sort_as_text() -> None:
    zones = [UTC, timezone(timedelta(hours=-6)), timezone(timedelta(hours=14))]
    ats = [
        datetime(1, 1, 2, tzinfo=UTC),
        *(datetime(2026, 3, 2, 15, m, tzinfo=zone) for m in (0, 5) for zone in zones),
        datetime(9999, 1, 1, tzinfo=UTC),
    ]
    assert [instant(each) for each in sorted(ats)] == sorted(instant(each) for each in ats)
    assert {len(instant(each)) for each in ats} == {32}


@pytest.mark.parametrize(
    ("cls", "value", "says"),
    [
        (Fact, [], "expected an object for Fact"),
        (Fact, {}, "Fact.id is missing"),
        (Fact, {**encode(fact(scope(), "f")), "span": [1, "2"]}, "Fact.span: expected int"),
        (Fact, {**encode(fact(scope(), "f")), "confidence": "high"}, "Fact.confidence: expected a number"),
        (Fact, {**encode(fact(scope(), "f")), "recorded_at": 5}, "Fact.recorded_at: expected an ISO 8601 instant"),
        (Goal, {**encode(goal(scope())), "slots": []}, "Goal.slots: expected an object"),
        (Turn, {**encode(turn(scope(), "1")), "channel": "fax"}, "Turn.channel: expected one of voice"),
        (Mention, {**encode(mention("Dana", 0, "e").mention), "person": True}, "Mention.person: expected one of 1, 2, 3"),
        (Entity, {"id": "e", "name": "E", "type": "thing", "mentions": True}, "Entity.mentions: expected int"),
        (Entity, {"id": "e", "name": "E", "type": "thing", "colour": "red"}, "no field 'colour'"),
    ],
)
def test_what_is_wrong_is_named(cls: type, value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        decode(cls, value)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_what_json_has_no_form_for(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be kept as JSON"):
        encode({"a": value})


def test_a_type_that_cannot_be_read_is_said_at_once() -> None:
    with pytest.raises(TypeError, match="no way to read"):
        decode(set[int], [])
