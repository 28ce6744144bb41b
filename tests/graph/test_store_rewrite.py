"""The store's contract for `rewrite`: whole customers put in the place of what there is of them, on every store of tests.graph.stores."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Address, Commit, Customer, CustomerId, EntityId, Scope, TenantId
from graph.store import AddressTaken, AlreadyExists, RevisionConflict, Rewrite, Store
from tests.graph.examples import at, entity, scope, session, turn
from tests.graph.histories import histories
from tests.graph.stores import LEFT
from tests.graph.test_store import FRESH, SLOW, filled

T1 = TenantId("t1")
ONE, TWO, OTHER = scope("c1"), scope("c2"), scope("c3")


async def three(store: Store) -> dict[CustomerId, dict[str, Any]]:
    """Three customers with everything; their exports."""
    for number, whose in enumerate((ONE, TWO, OTHER)):
        await filled(store, whose, f"+1512555010{number}")
    return {whose.customer: await exported(store, whose) for whose in (ONE, TWO, OTHER)}


async def exported(store: Store, whose: Scope) -> dict[str, Any]:
    found = await store.export(whose)
    assert found is not None
    return found


def with_revision(export: dict[str, Any], revision: int, **more: Any) -> dict[str, Any]:
    return {**export, "customer": {**export["customer"], "revision": revision}, **more}


def bytes_of(exports: object) -> str:
    return json.dumps(exports)


async def all_exports(store: Store) -> str:
    return bytes_of([(str(whose), await store.export(whose)) async for whose in store.scopes()])


async def test_a_rewritten_customer_is_what_was_given(store: Store) -> None:
    before = await three(store)
    other = await exported(store, OTHER)
    moved = with_revision(before[ONE.customer], 7, facts=before[ONE.customer]["facts"][:1], goals=[])
    await store.rewrite(T1, {ONE.customer: Rewrite(2, json.loads(bytes_of(moved)))})
    assert bytes_of(await store.export(ONE)) == bytes_of(moved)
    snapshot = await store.snapshot(ONE, 9)
    assert snapshot and snapshot.customer.revision == 7 and [*snapshot.facts] == ["c1-f1"] and snapshot.goals == {}
    assert await store.export(OTHER) == other


async def test_what_was_rewritten_can_be_gone_on_with(store: Store) -> None:
    before = await three(store)
    await store.rewrite(T1, {ONE.customer: Rewrite(2, with_revision(before[ONE.customer], 3))})
    accepted, _ = await store.accept(ONE, turn(ONE, "3", key="c1-k3"))
    assert accepted.number == 3
    done = replace(accepted, status="done", number=accepted.number)
    after = await store.commit(ONE, Commit(3, at(90), turns=(done,), session=session(ONE, last=90), entities=(entity(ONE, "Rex"),)))
    assert after.revision == 4 and await store.mentioning(ONE, [EntityId("c1-dana")])
    with pytest.raises(RevisionConflict):
        await store.rewrite(T1, {ONE.customer: Rewrite(3, before[ONE.customer])})


async def test_turns_of_a_rewritten_customer_count_as_not_indexed(store: Store) -> None:
    before = await three(store)
    for whose in (ONE, OTHER):
        await store.mark_indexed(whose, [each.id for each in (await store.turns(whose, None, 99, None))[0]])
    await store.rewrite(T1, {ONE.customer: Rewrite(2, with_revision(before[ONE.customer], 3))})
    left = {(whose.customer, each.id) for whose, each in await store.unindexed(99)}
    assert {"c1-1", "c1-1-reply", "c1-2"} == {each for whose, each in left if whose == "c1"}
    assert not any(whose == "c3" for whose, _ in left)


async def test_one_can_become_none_and_none_one(store: Store) -> None:
    before = await three(store)
    both = {**before[TWO.customer], "sessions": [*before[TWO.customer]["sessions"], *before[ONE.customer]["sessions"]]}
    both["customer"] = {**both["customer"], "addresses": [*both["customer"]["addresses"], *before[ONE.customer]["customer"]["addresses"]]}
    both["turns"] = [*both["turns"], *before[ONE.customer]["turns"]]
    await store.rewrite(T1, {ONE.customer: Rewrite(2, None), TWO.customer: Rewrite(2, with_revision(both, 3))})
    assert await store.customer(ONE) is None and await store.export(ONE) is None
    assert await store.counts(ONE) == {"sessions": 0, "turns": 0, "entities": 0, "facts": 0}
    found = await store.find_customer(T1, [Address("sms", "+15125550100")])
    assert found and found.id == TWO.customer and len(found.addresses) == 2
    assert (await store.find_turn(T1, "sms", "c1-k1") or (None,))[0] == TWO
    assert (await store.session_scope(T1, session(ONE).id) or (None,))[0] == TWO
    assert (await store.counts(TWO))["turns"] == 6
    back = {ONE.customer: Rewrite(None, before[ONE.customer]), TWO.customer: Rewrite(3, with_revision(before[TWO.customer], 4))}
    await store.rewrite(T1, back)
    assert await store.export(ONE) == before[ONE.customer]
    assert await store.export(TWO) == with_revision(before[TWO.customer], 4)
    assert (await store.find_turn(T1, "sms", "c1-k1") or (None,))[0] == ONE


async def test_who_works_on_a_customer_keeps_the_lease(store: Store) -> None:
    before = await three(store)
    for whose in (ONE, TWO):
        assert await store.hold(whose, "me", now=at(0), until=at(9))
    await store.rewrite(T1, {ONE.customer: Rewrite(2, with_revision(before[ONE.customer], 3)), TWO.customer: Rewrite(2, None)})
    assert not await store.hold(ONE, "another", now=at(5), until=at(9))
    await store.rewrite(T1, {TWO.customer: Rewrite(None, before[TWO.customer])})
    assert await store.hold(TWO, "another", now=at(5), until=at(9))


Spoil = Callable[[dict[CustomerId, dict[str, Any]]], dict[CustomerId, Rewrite]]


def conflicting() -> dict[str, Spoil]:
    """Rewrites of c1, then of c2 with something that does not fit."""

    def fine(exports: dict[CustomerId, dict[str, Any]]) -> Rewrite:
        return Rewrite(2, with_revision(exports[ONE.customer], 3, facts=[]))

    def second(rewrite: Callable[[dict[str, Any]], Rewrite]) -> Spoil:
        return lambda exports: {ONE.customer: fine(exports), TWO.customer: rewrite(exports[TWO.customer])}

    return {
        "moved on": second(lambda export: Rewrite(1, export)),
        "is there": second(lambda export: Rewrite(None, export)),
        "is not there": lambda exports: {ONE.customer: fine(exports), CustomerId("c9"): Rewrite(2, None)},
    }


@pytest.mark.parametrize("case", conflicting())
async def test_what_moved_on_is_not_rewritten(store: Store, case: str) -> None:
    before = await three(store)
    written = await all_exports(store)
    with pytest.raises(RevisionConflict, match=r"c[29]"):
        await store.rewrite(T1, conflicting()[case](before))
    assert await all_exports(store) == written


async def test_a_turn_accepted_meanwhile_is_not_lost(store: Store) -> None:
    before = await three(store)
    late, _ = await store.accept(ONE, turn(ONE, "3", key="c1-k3"))
    unnamed, _ = await store.accept(TWO, turn(TWO, "3"))
    written = await all_exports(store)
    with pytest.raises(RevisionConflict, match=late.id):
        await store.rewrite(T1, {ONE.customer: Rewrite(2, with_revision(before[ONE.customer], 3))})
    with pytest.raises(RevisionConflict, match=unnamed.id):
        await store.rewrite(T1, {TWO.customer: Rewrite(2, None)})
    assert await all_exports(store) == written
    await store.rewrite(T1, {ONE.customer: Rewrite(2, with_revision(await exported(store, ONE), 3))})
    assert [each.id for whose, each in await store.unfinished(T1, at(999)) if whose == ONE] == [late.id]


async def test_what_belongs_to_a_third_customer_is_not_taken(store: Store) -> None:
    before = await three(store)
    written = await all_exports(store)
    mine, others = before[ONE.customer], before[OTHER.customer]
    addresses = [*mine["customer"]["addresses"], *others["customer"]["addresses"]]
    taken = with_revision(mine, 3)
    taken["customer"]["addresses"] = addresses
    with pytest.raises(AddressTaken, match="c3"):
        await store.rewrite(T1, {ONE.customer: Rewrite(2, taken)})
    with pytest.raises(AlreadyExists, match="session"):
        await store.rewrite(T1, {ONE.customer: Rewrite(2, with_revision(mine, 3, sessions=[*mine["sessions"], *others["sessions"]]))})
    with pytest.raises(AlreadyExists, match="c3-k1"):
        await store.rewrite(T1, {ONE.customer: Rewrite(2, with_revision(mine, 3, turns=[*mine["turns"], *others["turns"]]))})
    both = {ONE.customer: Rewrite(2, taken), OTHER.customer: Rewrite(2, with_revision(others, 3))}
    with pytest.raises(AddressTaken):
        await store.rewrite(T1, both)
    assert await all_exports(store) == written


@pytest.mark.parametrize(
    "spoil",
    [
        lambda e: e.clear(),
        lambda e: e.update(version=99),
        lambda e: e["facts"][0].update(polarity="maybe"),
        lambda e: e["customer"].update(id="c2"),
        lambda e: e["turns"][0].update(at="2026-03-02T15:00:00"),
    ],
)
async def test_a_body_that_is_no_export_of_the_customer(store: Store, spoil: Callable[[dict[str, Any]], Any]) -> None:
    before = await three(store)
    written = await all_exports(store)
    broken = json.loads(bytes_of(before[ONE.customer]))
    spoil(broken)
    with pytest.raises(ValueError, match=r"\w"):
        await store.rewrite(T1, {TWO.customer: Rewrite(2, None), ONE.customer: Rewrite(2, broken)})
    assert await all_exports(store) == written


async def test_another_tenants_customer_of_the_same_id_stays(store: Store) -> None:
    before = await three(store)
    twin = scope("c1", "t2")
    await filled(store, twin, "+15125550100")
    theirs = await exported(store, twin)
    await store.rewrite(T1, {ONE.customer: Rewrite(2, with_revision(before[ONE.customer], 3, facts=[]))})
    await store.rewrite(T1, {ONE.customer: Rewrite(3, None)})
    assert await store.export(twin) == theirs


async def test_of_two_rewrites_at_once_one_wins(store: Store) -> None:
    before = await three(store)
    given_ = [Rewrite(2, with_revision(before[ONE.customer], 3, goals=[] if n % 2 else before[ONE.customer]["goals"])) for n in range(6)]
    done = await asyncio.gather(*(store.rewrite(T1, {ONE.customer: each}) for each in given_), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["NoneType"] + ["RevisionConflict"] * 5
    won = next(each for each, how in zip(given_, done, strict=True) if how is None)
    assert await store.export(ONE) == won.exported


async def test_erasing_whom_others_became_leaves_nothing_of_either(store: Store, kind: str, tmp_path: Path) -> None:
    before = await three(store)
    said, _ = await store.accept(ONE, turn(ONE, "x", "Xylophone " * 400, key="qkey"))
    await store.commit(ONE, Commit(2, at(70), turns=(replace(said, status="done"),)))
    both = with_revision(before[TWO.customer], 3, turns=[*before[TWO.customer]["turns"], *(await exported(store, ONE))["turns"]])
    both["customer"]["addresses"] += before[ONE.customer]["customer"]["addresses"]
    await store.rewrite(T1, {ONE.customer: Rewrite(3, None), TWO.customer: Rewrite(2, both)})
    await store.erase(TWO)
    assert await LEFT[kind](tmp_path, ["Xylophone", "qkey", "c1-", "c2-", "+15125550100"]) == {}


@SLOW
@given(drawn=st.data())
async def test_any_history_can_be_put_in_the_place_of_any_other(store: Store, drawn: st.DataObject) -> None:
    whose = scope(f"r{next(FRESH)}")
    told: list[dict[str, Any]] = []
    for _ in range(2):
        await store.create_customer(Customer(whose.customer, whose.tenant, (), at(0)))
        for commit in drawn.draw(histories(whose, most=3)):
            await store.commit(whose, commit)
        told.append(await exported(store, whose))
        await store.erase(whose)
    await store.rewrite(whose.tenant, {whose.customer: Rewrite(None, told[0])})
    assert bytes_of(await store.export(whose)) == bytes_of(told[0])
    await store.rewrite(whose.tenant, {whose.customer: Rewrite(told[0]["customer"]["revision"], told[1])})
    assert bytes_of(await store.export(whose)) == bytes_of(told[1])
    await store.rewrite(whose.tenant, {whose.customer: Rewrite(told[1]["customer"]["revision"], None)})
    assert await store.export(whose) is None
