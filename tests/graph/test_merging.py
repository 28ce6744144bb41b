"""Laws of merging and parting over customers made up at random, and what is told of the difference of two states."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.archive import Archive, empty, opened, packed
from graph.differences import differences
from graph.log import conversation, entries, next_number
from graph.merging import merge_act, merged
from graph.model import OperatorAct, Scope, TurnId
from graph.parting import apart, later, open_merge, parts
from graph.sqlite_store import SqliteStore
from graph.state import place
from graph.views import root
from tests.graph.examples import at, customer, fact, scope, session, turn
from tests.graph.histories import histories

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ONE, TWO = scope("c1"), scope("c2")


async def made(drawn: st.DataObject, whose: Scope, number: str) -> Archive:
    """A customer whom a history made."""
    store = SqliteStore(None)
    await store.open()
    await store.create_customer(customer(whose, number))
    for commit in drawn.draw(histories(whose, most=4, merging=False)):
        await store.commit(whose, commit)
    exported = await store.export(whose)
    await store.close()
    assert exported
    return opened(whose.tenant, exported)


def both(into: Archive, other: Archive) -> tuple[Archive, OperatorAct]:
    act = merge_act(into, other, at(500), revision=into.customer.revision)
    return merged(into, other, act), act


def clashing(archive: Archive, other: Archive) -> Archive:
    """With ids of turns and facts that the other has too."""
    if not archive.turns or not other.turns:
        return archive
    first = replace(archive.turns[0], id=other.turns[0].id)
    facts = (replace(archive.facts[0], id=other.facts[0].id), *archive.facts[1:]) if archive.facts and other.facts else archive.facts
    return replace(archive, turns=(first, *archive.turns[1:]), facts=facts)


@SLOW
@given(drawn=st.data())
async def test_a_merge_keeps_what_both_were(drawn: st.DataObject) -> None:
    one = await made(drawn, ONE, "+15125550101")
    two = clashing(await made(drawn, TWO, "+15125550102"), one) if drawn.draw(st.booleans()) else await made(drawn, TWO, "+15125550102")
    whole, act = both(one, two)
    assert parts(whole, act) == (one, two) and later(whole, act) == ([], [])
    assert open_merge(whole) == act
    again = opened(ONE.tenant, packed(whole))
    assert again == whole and parts(again, again.acts[-1]) == (one, two)
    parted = apart(whole, act, lambda _channel, _value: False)
    assert parted.other == two and parted.since_into.entries == parted.since_other.entries == []
    stripped = replace(act, body={"customer_id": "c2"})
    assert parted.into == replace(
        one, customer=replace(one.customer, recorded_at=act.at, addresses=whole.customer.addresses), acts=(*one.acts, stripped)
    )


@SLOW
@given(drawn=st.data())
async def test_nothing_is_lost_or_doubled_and_all_keep_their_order(drawn: st.DataObject) -> None:
    one, two = await made(drawn, ONE, "+15125550101"), await made(drawn, TWO, "+15125550102")
    two = clashing(two, one)
    whole, _ = both(one, two)
    ids = [each.id for each in (*whole.turns, *whole.facts)]
    assert len(set(ids)) == len(ids) == len([*one.turns, *two.turns, *one.facts, *two.facts])
    assert all(place(a) < place(b) for a, b in pairwise(whole.turns))
    for part in (one, two):
        own = [each.text for each in whole.turns if each.session.startswith(f"{part.customer.id}-")]
        assert own == [each.text for each in part.turns]
    assert next_number(whole.turns) > max((turn.number for turn in whole.turns), default=-1)
    assert len(conversation(whole.turns)) == len(conversation(one.turns)) + len(conversation(two.turns))
    assert sum(each.is_customer for each in whole.entities) == sum(each.is_business for each in whole.entities) == 1
    known = {each.id: each for each in whole.entities}
    tops = {root(known, each.id) for each in (*one.entities, *two.entities) if each.is_customer}
    assert tops == {each.id for each in whole.entities if each.is_customer}
    assert sum(goal.status == "active" for goal in whole.goals) <= 1
    assert whole.customer.addresses == (*one.customer.addresses, *two.customer.addresses)
    recorded = [each.recorded_at for each in whole.facts]
    assert recorded == sorted(recorded)


async def test_what_comes_after_a_merge_goes_with_the_address() -> None:
    one, two = (replace(empty(customer(each, number)), sessions=(session(each),)) for each, number in ((ONE, "+1"), (TWO, "+2")))
    whole, act = both(one, two)

    def said(name: str, number: int, address: str, chat: str, **more: object) -> object:
        made = replace(turn(ONE, name), number=number, status="done", request={"address": address}, session=chat, revision=9 + number)
        return replace(made, **more)  # type: ignore[arg-type]

    chat = session(ONE).id
    turns = [
        said("a", 0, "+1", chat),
        said("b", 1, "+2", chat),
        said("b-reply", 2, "+2", chat, reply_to=TurnId("c1-b"), request=None, speaker="agent"),
        said("c", 3, "+2", "new"),
        said("d", 4, "+1", "new"),
        said("e", 5, "+2", "waits", status="accepted", revision=None),
    ]
    whole = replace(whole, turns=tuple(turns), facts=(fact(ONE, "f", turn=TurnId("c1-b")),))  # type: ignore[arg-type]
    gone = OperatorAct("r", "retract", at(600), {"fact_id": "c1-f"}, 20)
    whole = replace(whole, acts=(*whole.acts, gone))
    parted = apart(whole, act, lambda _channel, value: value == "+2")
    mine, theirs = ([e if isinstance(e, OperatorAct) else e.turn for e in each.entries] for each in (parted.since_into, parted.since_other))
    assert [each.id for each in mine] == ["c1-a", "c1-d"] and [each.number for each in mine] == [0, 1]  # type: ignore[union-attr]
    assert [each.id for each in theirs] == ["c1-b", "c1-c", "r"] and theirs[1].number == 2  # type: ignore[union-attr]
    assert [each.id for each in parted.since_other.waiting] == ["c1-e"]
    chats = [{each.session for each in side if not isinstance(each, OperatorAct)} for side in (mine, theirs)]
    assert chat in chats[0] and not chats[0] & chats[1]


def test_the_order_of_a_log() -> None:
    said = [replace(turn(ONE, str(n)), number=n, status="done", received_at=at(n)) for n in range(3)]
    act = OperatorAct("a", "link", at(1), {})
    assert [getattr(e, "id", None) or e.turn.id for e in entries(said, [act])] == ["c1-0", "c1-1", "a", "c1-2"]  # type: ignore[union-attr]
    late = [replace(each, revision=revision) for each, revision in zip(said, (0, 5, 2), strict=True)]
    noted = replace(act, revision=1)
    assert [getattr(e, "id", None) or e.turn.id for e in entries(late, [noted])] == ["c1-0", "a", "c1-2", "c1-1"]  # type: ignore[union-attr]


def test_differences_are_told_by_id_and_else_by_what_is_said() -> None:
    base = replace(empty(customer(ONE)), facts=(fact(ONE, "f1"), fact(ONE, "f2", value="Texas"), fact(ONE, "f3", value="Waco")))
    assert differences(base, base) == ()
    other = replace(base, facts=(fact(ONE, "f1", text="Otherwise"), fact(ONE, "new", value="Texas"), fact(ONE, "f9", value="Boston")))
    found = [(each.how, each.id, [name for name, _, _ in each.fields]) for each in differences(base, other)]
    assert found == [("changed", "c1-f1", ["text"]), ("changed", "c1-new", ["id", "clause"]), ("added", "c1-f9", []), ("lost", "c1-f3", [])]
