"""The store's contract: every law, on every store of tests.graph.stores."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model import Address, Commit, Customer, EntityId, Scope, SessionId, TenantId, Turn, TurnId
from graph.state import apply
from graph.store import (
    AddressTaken,
    AlreadyExists,
    BadCursor,
    KeyReused,
    Lease,
    RevisionConflict,
    Store,
    StoreError,
    StoreUnavailable,
    UnknownCustomer,
)
from tests.graph.conftest import OpenStore
from tests.graph.examples import at, customer, entity, fact, first_commit, scope, second_commit, session, turn
from tests.graph.histories import histories
from tests.graph.stores import LEFT, SILENT
from tests.graph.writer import say

FRESH = count()
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


async def filled(store: Store, whose: Scope, number: str = "+15125550101") -> list[Turn]:
    """A customer with two turns, a reply and everything that can be kept."""
    await store.create_customer(customer(whose, number))
    first, _ = await store.accept(whose, turn(whose, "1", key=f"{whose.customer}-k1"))
    await store.commit(whose, first_commit(whose, first))
    second, _ = await store.accept(whose, turn(whose, "2", "She moved to Denver.", minutes=60, key=f"{whose.customer}-k2"))
    await store.commit(whose, second_commit(whose, second))
    return [first, second]


# customers and addresses


async def test_a_customer_comes_back_as_created(store: Store) -> None:
    made = customer(scope(), "+15125550101", "+15125550102")
    assert await store.create_customer(made) == made
    assert await store.customer(scope()) == made


async def test_the_second_worker_to_create_gets_the_first_ones_customer(store: Store) -> None:
    made = await store.create_customer(customer(scope("c1"), "+15125550101"))
    assert await store.create_customer(customer(scope("c2"), "+15125550109", "+15125550101")) == made
    assert await store.customer(scope("c2")) is None


async def test_find_customer_tries_addresses_in_order(store: Store) -> None:
    one = await store.create_customer(customer(scope("c1"), "+15125550101"))
    two = await store.create_customer(customer(scope("c2"), "+15125550102"))
    wanted = [Address("sms", "+15125550109"), Address("sms", "+15125550102"), Address("sms", "+15125550101")]
    assert await store.find_customer(TenantId("t1"), wanted) == two
    assert await store.find_customer(TenantId("t1"), wanted[2:]) == one
    assert await store.find_customer(TenantId("t1"), [Address("voice", "+15125550101")]) is None
    assert await store.find_customer(TenantId("t1"), []) is None


async def test_linking_an_address(store: Store) -> None:
    await store.create_customer(customer(scope("c1"), "+15125550101"))
    await store.create_customer(customer(scope("c2"), "+15125550102"))
    mail = Address("email", "dana@example.com", False, at(5))
    assert (await store.link_address(scope("c1"), mail)).addresses[-1] == mail
    sure = await store.link_address(scope("c1"), replace(mail, verified=True, linked_at=at(9)))
    assert sure.addresses[1:] == (replace(mail, verified=True),)
    with pytest.raises(AddressTaken, match=r"dana@example\.com"):
        await store.link_address(scope("c2"), mail)
    with pytest.raises(UnknownCustomer):
        await store.link_address(scope("c3"), Address("email", "leo@example.com"))


async def test_an_unverified_link_names_nobody_and_gives_way(store: Store) -> None:
    await store.create_customer(customer(scope("c1"), "+15125550101"))
    claimed = Address("webchat", "visitor-7", False, at(5))
    await store.link_address(scope("c1"), claimed)
    assert await store.find_customer(TenantId("t1"), [claimed]) is None
    visitor = replace(customer(scope("c2")), addresses=(Address("webchat", "visitor-7"),))
    assert (await store.create_customer(visitor)).id == "c2"
    found = await store.find_customer(TenantId("t1"), [claimed])
    assert found is not None and found.id == "c2"


async def test_customers_are_listed_newest_first_in_pages(store: Store) -> None:
    for n in range(7):
        await store.create_customer(customer(scope(f"c{n}"), f"+1512555010{n}", minutes=n % 4))
    listed = await pages(lambda cursor: store.customers(TenantId("t1"), None, 3, cursor))
    assert [len(each) for each in listed] == [3, 3, 1]
    ids = [each.id for found in listed for each in found]
    assert ids == ["c3", "c6", "c2", "c5", "c1", "c4", "c0"]
    found, following = await store.customers(TenantId("t1"), "+15125550105", 3, None)
    assert [each.id for each in found] == ["c5"] and following is None


async def pages(read: Callable[[str | None], Awaitable[tuple[list[Any], str | None]]]) -> list[list[Any]]:
    found, cursor = await read(None)
    listed = [found]
    while cursor:
        found, cursor = await read(cursor)
        listed.append(found)
    return listed


# accept


async def test_turns_are_numbered_in_order_of_arrival(store: Store) -> None:
    await store.create_customer(customer(scope(), "+15125550101"))
    numbers = [(await store.accept(scope(), turn(scope(), str(n))))[0].number for n in range(3)]
    assert numbers == [0, 1, 2]


async def test_a_reply_takes_its_place_before_a_turn_that_arrived_meanwhile(store: Store) -> None:
    whose = scope()
    await store.create_customer(customer(whose, "+15125550101"))
    first, _ = await store.accept(whose, turn(whose, "1"))
    second, _ = await store.accept(whose, turn(whose, "2"))
    await store.commit(whose, first_commit(whose, first))
    await store.commit(whose, second_commit(whose, second))
    third, _ = await store.accept(whose, turn(whose, "3"))
    order = [each.id for each in (await store.turns(whose, None, 10, None))[0]]
    assert order == ["c1-1", "c1-1-reply", "c1-2", "c1-3"] and third.number == 2


async def test_a_key_known_gives_the_stored_turn_and_changes_nothing(store: Store) -> None:
    await store.create_customer(customer(scope(), "+15125550101"))
    first, new = await store.accept(scope(), turn(scope(), "1", key="k"))
    again, twice = await store.accept(scope(), turn(scope(), "2", key="k", minutes=9))
    assert (new, twice) == (True, False) and again == first
    assert await store.find_turn(TenantId("t1"), "sms", "k") == (scope(), first)
    with pytest.raises(KeyReused, match="'k' on sms"):
        await store.accept(scope(), turn(scope(), "3", "Other words", key="k"))
    assert (await store.counts(scope()))["turns"] == 1


async def test_a_key_belongs_to_its_channel_and_tenant(store: Store) -> None:
    for whose in (scope("c1", "t1"), scope("c1", "t2")):
        await store.create_customer(customer(whose, "+15125550101"))
        assert (await store.accept(whose, turn(whose, "1", key="k")))[1]
    spoken = replace(turn(scope(), "2", "Other words", key="k"), channel="voice")
    assert (await store.accept(scope(), spoken))[1]
    assert all([(await store.accept(scope(), turn(scope(), str(n))))[1] for n in (3, 4)])


async def test_the_same_key_at_once_is_one_turn(store: Store) -> None:
    await store.create_customer(customer(scope(), "+15125550101"))
    taken = await asyncio.gather(*(store.accept(scope(), turn(scope(), str(n), key="k")) for n in range(8)))
    assert sum(new for _, new in taken) == 1 and len({each.id for each, _ in taken}) == 1


async def test_what_cannot_be_accepted(store: Store) -> None:
    await filled(store, scope("c1"))
    await store.create_customer(customer(scope("c2"), "+15125550102"))
    with pytest.raises(UnknownCustomer, match="c3"):
        await store.accept(scope("c3"), turn(scope("c3"), "1"))
    with pytest.raises(AlreadyExists, match="c1-s1"):
        await store.accept(scope("c2"), replace(turn(scope("c2"), "1"), session=SessionId("c1-s1")))
    with pytest.raises(AlreadyExists, match="c1-1"):
        await store.accept(scope("c1"), turn(scope("c1"), "1"))


async def test_an_accepted_turn_is_unfinished_until_it_is_done(store: Store) -> None:
    whose, other = scope(), scope("c2", "t2")
    for each, number in ((whose, "+15125550101"), (other, "+15125550102")):
        await store.create_customer(customer(each, number))
    first, _ = await store.accept(whose, turn(whose, "1", minutes=1))
    second, _ = await store.accept(other, turn(other, "1", minutes=2))
    assert await store.unfinished(None, at(3)) == [(whose, first), (other, second)]
    assert await store.unfinished(TenantId("t2"), at(3)) == [(other, second)]
    assert await store.unfinished(None, at(2)) == [(whose, first)]
    await store.commit(whose, first_commit(whose, first))
    assert await store.unfinished(TenantId("t1"), at(3)) == []


async def two_waiting(store: Store) -> tuple[Scope, Turn, Turn]:
    """A customer with two turns that are not done, beside one of another."""
    whose, other = scope(), scope("c2")
    for each, number in ((whose, "+15125550101"), (other, "+15125550102")):
        await store.create_customer(customer(each, number))
    first, _ = await store.accept(whose, turn(whose, "1", minutes=9))
    await store.accept(other, turn(other, "1"))
    second, _ = await store.accept(whose, turn(whose, "2", minutes=1))
    return whose, first, second


async def test_waiting_turns_of_one_customer_in_order(store: Store) -> None:
    whose, first, second = await two_waiting(store)
    assert await store.waiting(whose) == [first, second]
    await store.commit(whose, first_commit(whose, first))
    assert await store.waiting(whose) == [second]
    assert await store.waiting(scope("c3")) == []


# leases


async def test_one_holder_at_a_time(store: Store) -> None:
    whose = scope()
    await store.create_customer(customer(whose, "+15125550101"))
    assert await store.hold(whose, "one", now=at(0), until=at(1))
    assert not await store.hold(whose, "two", now=at(0), until=at(1))
    assert await store.hold(whose, "one", now=at(0.5), until=at(3)), "prolonged"
    assert not await store.hold(whose, "two", now=at(2), until=at(4))
    await store.release(whose, "two")
    assert not await store.hold(whose, "two", now=at(2), until=at(4)), "only its holder gives it back"
    await store.release(whose, "one")
    assert await store.hold(whose, "two", now=at(2), until=at(4))


async def test_its_holder_is_told_whose_it_is_and_what_waits(store: Store) -> None:
    whose, first, second = await two_waiting(store)
    assert await store.hold(whose, "one", now=at(0), until=at(1)) == Lease(await known(store, whose), (first, second))
    await store.commit(whose, first_commit(whose, first))
    assert await store.hold(whose, "one", now=at(0), until=at(1)) == Lease(await known(store, whose), (second,))


async def known(store: Store, whose: Scope) -> Customer:
    found = await store.customer(whose)
    assert found is not None
    return found


async def test_a_lease_runs_out(store: Store) -> None:
    whose = scope()
    await store.create_customer(customer(whose, "+15125550101"))
    assert await store.hold(whose, "gone", now=at(0), until=at(1))
    assert await store.hold(whose, "two", now=at(1), until=at(2))
    assert not await store.hold(whose, "gone", now=at(1), until=at(3))


async def test_leases_are_of_one_customer(store: Store) -> None:
    others = [scope("c2"), scope("c1", "t2")]
    for number, each in enumerate([scope(), *others]):
        await store.create_customer(customer(each, f"+1512555010{number}"))
    assert await store.hold(scope(), "one", now=at(0), until=at(1))
    assert all([await store.hold(each, "two", now=at(0), until=at(1)) for each in others])
    with pytest.raises(UnknownCustomer):
        await store.hold(scope("c3"), "one", now=at(0), until=at(1))
    await store.release(scope("c3"), "one")


async def test_of_many_who_want_it_at_once_one_gets_the_lease(store: Store) -> None:
    whose = scope()
    await store.create_customer(customer(whose, "+15125550101"))
    got = await asyncio.gather(*(store.hold(whose, f"worker {n}", now=at(0), until=at(1)) for n in range(8)))
    assert sum(lease is not None for lease in got) == 1


async def test_a_lease_is_no_part_of_the_memory(store: Store) -> None:
    whose = scope()
    await filled(store, whose)
    before = await store.export(whose)
    await store.hold(whose, "one", now=at(0), until=at(1))
    assert await store.export(whose) == before
    erased = await store.erase(whose)
    assert erased is not None and "leases" not in erased
    await store.create_customer(customer(whose, "+15125550101"))
    assert await store.hold(whose, "two", now=at(0), until=at(1)), "it went with the customer"


async def test_instants_come_back_in_utc(store: Store) -> None:
    await store.create_customer(customer(scope(), "+15125550101"))
    local = datetime(2026, 3, 8, 1, 59, 59, 123456, tzinfo=ZoneInfo("America/Chicago"))
    accepted, _ = await store.accept(scope(), replace(turn(scope(), "1"), at=local))
    found = await store.turn(scope(), accepted.id)
    assert found and found.at == local and found.at.tzinfo is UTC
    with pytest.raises(ValueError, match="offset"):
        await store.accept(scope(), replace(turn(scope(), "2"), at=local.replace(tzinfo=None)))
    assert (await store.counts(scope()))["turns"] == 1


@pytest.mark.parametrize("text", ["", "\x00\x01\x1b\u2028", "naïve 日本語 👍🏽", "x" * 100_000, "'; DROP TABLE turn; --"])
async def test_any_text_comes_back_as_it_was(store: Store, text: str) -> None:
    await store.create_customer(customer(scope(), "+15125550101"))
    accepted, _ = await store.accept(scope(), turn(scope(), "1", text, key=text[:50] or "empty"))
    assert await store.turn(scope(), accepted.id) == replace(accepted, text=text)


# commit


async def test_a_commit_is_all_there(store: Store) -> None:
    whose = scope()
    await filled(store, whose)
    snapshot = await store.snapshot(whose, 40)
    assert snapshot
    assert snapshot.customer.revision == 2 and snapshot.customer.last_turn_at == at(60)
    assert [each.id for each in snapshot.turns] == ["c1-1", "c1-1-reply", "c1-2"]
    assert list(snapshot.entities) == ["c1-dana", "c1-leo"] and snapshot.entities[EntityId("c1-dana")].mentions == 2
    old, retracted, new = snapshot.facts.values()
    assert (old.valid_to, old.end_recorded_at, old.replaced_by) == (at(60), at(60), new.id)
    assert retracted.retracted_at == at(60) and new.valid_from == at(60)
    assert [each.status for each in snapshot.goals.values()] == ["completed"]
    assert await store.counts(whose) == {"sessions": 1, "turns": 3, "entities": 2, "facts": 3}


async def test_a_conflict_changes_nothing(store: Store) -> None:
    whose = scope()
    _, second = await filled(store, whose)
    before = await store.export(whose)
    with pytest.raises(RevisionConflict, match="revision 2, not 1"):
        await store.commit(whose, second_commit(whose, replace(second, text="late")))
    with pytest.raises(UnknownCustomer):
        await store.commit(scope("c9"), second_commit(whose, second))
    assert await store.export(whose) == before


async def test_a_commit_that_fails_midway_changes_nothing(store: Store) -> None:
    await filled(store, scope("c1"))
    await filled(store, scope("c2"), "+15125550102")
    before = await store.export(scope("c2"))
    stolen = Commit(2, at(70), session=session(scope("c1"), last=70), entities=(entity(scope("c2"), "Rex"),))
    with pytest.raises(AlreadyExists, match="c1-s1"):
        await store.commit(scope("c2"), stolen)
    naive = Commit(
        2, at(70), entities=(entity(scope("c2"), "Rex"),), facts=(fact(scope("c2"), "f9", valid_from=at(1).replace(tzinfo=None)),)
    )
    with pytest.raises(ValueError, match="offset"):
        await store.commit(scope("c2"), naive)
    assert await store.export(scope("c2")) == before


async def test_recorded_instants_never_go_back(store: Store) -> None:
    await filled(store, scope())
    after = await store.commit(scope(), Commit(2, at(5), last_turn_at=at(5)))
    assert after.recorded_at == at(60) and after.last_turn_at == at(60) and after == await store.customer(scope())


async def test_a_stored_fact_only_gains_ends(store: Store) -> None:
    whose = scope()
    await filled(store, whose)
    before = await store.snapshot(whose, 1)
    change = second_commit(whose, (await store.turns(whose, None, 9, None))[0][0])
    ends = tuple(replace(each, valid_to=each.valid_to and at(99), retracted_at=each.retracted_at and at(99)) for each in change.ends)
    await store.commit(whose, Commit(2, at(99), facts=(fact(whose, "f1", value="Boston"),), ends=ends))
    after = await store.snapshot(whose, 1)
    assert before and after and after.facts == before.facts


async def test_writers_at_once_lose_nothing(store: Store) -> None:
    await store.create_customer(customer(scope(), "+15125550101"))
    said = await asyncio.gather(*(say(store, scope(), f"w{n}") for n in range(12)))
    owner = await store.customer(scope())
    assert owner and owner.revision == 12
    assert sorted(each.number for each in said) == list(range(12))
    assert await store.counts(scope()) == {"sessions": 1, "turns": 12, "entities": 12, "facts": 12}


@SLOW
@given(drawn=st.data())
async def test_a_snapshot_is_the_sum_of_its_commits(store: Store, drawn: st.DataObject) -> None:
    whose = scope(f"h{next(FRESH)}")
    await store.create_customer(Customer(whose.customer, whose.tenant, (), at(0)))
    summed = await store.snapshot(whose, 3)
    for commit in drawn.draw(histories(whose)):
        assert summed
        summed = apply(summed, commit, turns=3)
        assert await store.commit(whose, commit) == summed.customer
    read = await store.snapshot(whose, 3)
    assert read and read == summed
    assert [list(each) for each in (read.entities, read.facts, read.goals)] == [
        list(each) for each in (summed.entities, summed.facts, summed.goals)
    ]


# lists


async def test_turns_are_listed_in_order_in_pages(store: Store) -> None:
    whose = scope()
    await store.create_customer(customer(whose, "+15125550101"))
    for n in range(7):
        await store.accept(whose, replace(turn(whose, str(n), minutes=-n), session=SessionId(f"s{n % 2}")))
    every = await pages(lambda cursor: store.turns(whose, None, 3, cursor))
    assert [[each.number for each in found] for found in every] == [[0, 1, 2], [3, 4, 5], [6]]
    even = await pages(lambda cursor: store.turns(whose, SessionId("s0"), 2, cursor))
    assert [[each.number for each in found] for found in even] == [[0, 2], [4, 6]]
    assert [each.number for each in await store.turns_by_id(whose, [TurnId("c1-5"), TurnId("c1-2"), TurnId("none")])] == [2, 5]


async def test_sessions_are_listed_oldest_first_in_pages(store: Store) -> None:
    whose = scope()
    await store.create_customer(customer(whose, "+15125550101"))
    for n, minutes in enumerate((30, 10, 20)):
        await store.commit(whose, Commit(n, at(minutes), session=session(whose, f"s{n}", minutes=minutes)))
    listed = await pages(lambda cursor: store.sessions(whose, 2, cursor))
    assert [[each.id for each in found] for found in listed] == [["c1-s1", "c1-s2"], ["c1-s0"]]
    assert await store.session_scope(TenantId("t1"), SessionId("c1-s0")) == (whose, session(whose, "s0", minutes=30))


@pytest.mark.parametrize("cursor", ["", "nonsense", "WzFd", "bnVsbA==", "é"])
async def test_a_cursor_that_no_list_gave(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await store.turns(scope(), None, 3, cursor)
    with pytest.raises(BadCursor):
        await store.customers(TenantId("t1"), None, 3, cursor)


async def test_turns_that_mention_an_entity(store: Store) -> None:
    await filled(store, scope())
    assert [each.id for each in await store.mentioning(scope(), [EntityId("c1-dana"), EntityId("c1-leo")])] == ["c1-1", "c1-2"]
    assert await store.mentioning(scope(), [EntityId("c1-leo")]) == []


async def test_turns_whose_vectors_are_not_written(store: Store) -> None:
    whose = scope()
    first, second = await filled(store, whose)
    await store.accept(whose, turn(whose, "3"))
    assert [each.id for _, each in await store.unindexed(10)] == ["c1-1", "c1-1-reply", "c1-2"]
    await store.mark_indexed(whose, [first.id, TurnId("c1-1-reply")])
    assert [each.id for _, each in await store.unindexed(10)] == ["c1-2"]
    await store.mark_indexed(scope("c2"), [second.id])
    assert [each.id for _, each in await store.unindexed(10)] == ["c1-2"]
    heard = replace((await store.turns_by_id(whose, [TurnId("c1-1-reply")]))[0], heard=5)
    await store.commit(whose, Commit(2, at(70), turns=(heard,)))
    assert [each.id for _, each in await store.unindexed(10)] == ["c1-1-reply", "c1-2"]
    assert len(await store.unindexed(1)) == 1


async def test_turns_of_one_customer_whose_vectors_are_not_written(store: Store) -> None:
    one, two = scope("c1"), scope("c2")
    await filled(store, one)
    await filled(store, two, "+15125550102")
    assert [(whose, each.id) for whose, each in await store.unindexed(9, two)] == [
        (two, "c2-1"), (two, "c2-1-reply"), (two, "c2-2"),
    ]  # fmt: skip
    assert [each.id for _, each in await store.unindexed(2, one)] == ["c1-1", "c1-1-reply"]
    await store.mark_indexed(one, [TurnId("c1-1"), TurnId("c1-1-reply"), TurnId("c1-2")])
    assert await store.unindexed(9, one) == []
    assert await store.unindexed(9, scope("nobody")) == []
    assert len(await store.unindexed(9)) == 3


async def test_marks_of_what_is_indexed_are_taken_back(store: Store) -> None:
    one, two = scope("c1"), scope("c2")
    for whose, phone in ((one, "+15125550101"), (two, "+15125550102")):
        await filled(store, whose, phone)
        await store.mark_indexed(whose, [TurnId(f"{whose.customer}-1"), TurnId(f"{whose.customer}-2")])
    assert await store.unmark_indexed(scope("nobody")) == 0
    assert {each.id for _, each in await store.unindexed(99)} == {"c1-1-reply", "c2-1-reply"}
    assert await store.unmark_indexed(one) == 2
    assert {each.id for _, each in await store.unindexed(99)} == {"c1-1", "c1-1-reply", "c1-2", "c2-1-reply"}
    assert await store.unmark_indexed(None) == 2
    assert len(await store.unindexed(99)) == 6
    assert await store.unmark_indexed(None) == 0


# nothing crosses


@pytest.mark.parametrize("other", [scope("c2", "t1"), scope("c1", "t2"), scope("c2", "t2")], ids=str)
async def test_nothing_is_seen_from_another_scope(store: Store, other: Scope) -> None:
    whose = scope("c1", "t1")
    first, _ = await filled(store, whose)
    before = await store.export(whose)
    assert await store.customer(other) is None
    assert await store.snapshot(other, 9) is None
    assert await store.export(other) is None
    assert await store.erase(other) is None
    assert await store.turn(other, first.id) is None
    assert await store.turns_by_id(other, [first.id]) == []
    assert await store.mentioning(other, [EntityId("c1-dana")]) == []
    assert await store.turns(other, None, 9, None) == ([], None)
    assert await store.turns(other, first.session, 9, None) == ([], None)
    assert await store.sessions(other, 9, None) == ([], None)
    assert await store.counts(other) == {"sessions": 0, "turns": 0, "entities": 0, "facts": 0}
    with pytest.raises(StoreError):
        await store.accept(other, turn(whose, "9"))
    with pytest.raises(UnknownCustomer):
        await store.commit(other, Commit(2, at(99), entities=(entity(whose, "Rex"),)))
    assert await store.export(whose) == before


async def test_nothing_is_seen_from_another_tenant(store: Store) -> None:
    first, _ = await filled(store, scope("c1", "t1"))
    other = TenantId("t2")
    assert await store.find_customer(other, [Address("sms", "+15125550101")]) is None
    assert await store.find_turn(other, "sms", str(first.key)) is None
    assert await store.session_scope(other, first.session) is None
    assert await store.customers(other, None, 9, None) == ([], None)
    assert await store.customers(other, "+15125550101", 9, None) == ([], None)
    assert await store.unfinished(other, at(999)) == []


async def test_the_same_ids_in_two_tenants_are_two_memories(store: Store) -> None:
    one, two = scope("c1", "t1"), scope("c1", "t2")
    await filled(store, one)
    await filled(store, two)
    before = await store.export(two)
    await store.commit(one, Commit(2, at(99), entities=(entity(one, "Dana", mentions=99),)))
    await store.mark_indexed(one, [TurnId("c1-1")])
    assert await store.export(two) == before
    assert (two, "c1-1") in [(whose, each.id) for whose, each in await store.unindexed(99)]
    assert [each async for each in store.scopes()] == [one, two]
    await store.erase(one)
    assert await store.export(two) == before


# export, restore, erase


async def test_an_export_of_an_import_is_the_same_bytes(store: Store, open_store: OpenStore, tmp_path: Path) -> None:
    whose = scope()
    await filled(store, whose)
    await store.link_address(whose, Address("email", "dana@example.com", False, at(9)))
    await store.accept(whose, turn(whose, "3", "Cut off", key="k3"))
    exported = await store.export(whose)
    elsewhere = await open_store(tmp_path / "two")
    await filled(elsewhere, scope("c0"), "+15125550100")
    moved = Scope(TenantId("t2"), whose.customer)
    restored = await elsewhere.restore(moved.tenant, json.loads(json.dumps(exported)))
    assert restored == replace((await store.customer(whose)) or restored, tenant=moved.tenant)
    assert json.dumps(await elsewhere.export(moved)) == json.dumps(exported)
    here, there = await store.snapshot(whose, 9), await elsewhere.snapshot(moved, 9)
    assert here and there and replace(there, customer=here.customer) == here
    assert [each.id for _, each in await elsewhere.unfinished(moved.tenant, at(999))] == ["c1-3"]
    assert {each.id for whose, each in await elsewhere.unindexed(99) if whose == moved} == {"c1-1", "c1-1-reply", "c1-2"}
    assert await elsewhere.mentioning(moved, [EntityId("c1-dana")]) == await store.mentioning(whose, [EntityId("c1-dana")])


@SLOW
@given(drawn=st.data())
async def test_any_history_survives_export_erase_and_restore(store: Store, drawn: st.DataObject) -> None:
    whose = scope(f"x{next(FRESH)}")
    await store.create_customer(Customer(whose.customer, whose.tenant, (), at(0)))
    for commit in drawn.draw(histories(whose, most=4)):
        await store.commit(whose, commit)
    before, exported = await store.snapshot(whose, 99), await store.export(whose)
    await store.erase(whose)
    assert exported and await store.restore(whose.tenant, exported) == (before and before.customer)
    assert await store.snapshot(whose, 99) == before and json.dumps(await store.export(whose)) == json.dumps(exported)


async def test_an_import_overwrites_nothing(store: Store) -> None:
    await filled(store, scope("c1"))
    exported = await store.export(scope("c1"))
    assert exported
    with pytest.raises(AlreadyExists, match="c1"):
        await store.restore(TenantId("t1"), exported)
    await store.erase(scope("c1"))
    await store.create_customer(customer(scope("c2"), "+15125550101"))
    with pytest.raises(AlreadyExists, match="c2"):
        await store.restore(TenantId("t1"), exported)
    assert await store.customer(scope("c1")) is None


def broken() -> list[Callable[[dict[str, Any]], Any]]:
    return [
        lambda e: e.clear(),
        lambda e: e.update(version=99),
        lambda e: e.update(customer=None),
        lambda e: e.pop("facts"),
        lambda e: e.update(turns={}),
        lambda e: e["customer"].update(created_at="yesterday"),
        lambda e: e["customer"].update(created_at="2026-03-02T15:00:00"),
        lambda e: e["facts"][0].update(polarity="maybe"),
        lambda e: e["facts"][0].update(span=[1]),
        lambda e: e["facts"][0].pop("subject"),
        lambda e: e["turns"][0].update(surprise=1),
        lambda e: e["entities"][0].update(mentions="two"),
        lambda e: e["goals"].append(7),
    ]


@pytest.mark.parametrize("spoil", broken())
async def test_a_body_that_is_no_export(store: Store, spoil: Callable[[dict[str, Any]], Any]) -> None:
    await filled(store, scope("c1"))
    exported = await store.export(scope("c1"))
    await store.erase(scope("c1"))
    assert exported
    spoil(exported)
    with pytest.raises(ValueError, match=r"\w"):
        await store.restore(TenantId("t1"), exported)
    assert await store.customer(scope("c1")) is None


async def test_erase_leaves_nothing_of_one_and_all_of_others(store: Store, kind: str, tmp_path: Path) -> None:
    gone, kept = scope("c1"), scope("c2")
    await filled(store, kept, "+15125550102")
    await filled(store, gone, "+15125550199")
    for n in range(120):  # rows of all sizes, updated and grown, so that pages split and overflow
        text = f"Xylophone number {n} belongs to Quetzalcoatl " + "zzyzx " * (n * 7 % 900)
        said, _ = await store.accept(gone, turn(gone, f"x{n}", text, key=f"qkey-{n}"))
        change = replace(first_commit(gone, said), expected_revision=2 + n, entities=(entity(gone, f"Quetzalcoatl {n}"),))
        await store.commit(gone, replace(change, facts=(fact(gone, f"x{n}", value=text[:400]),), goals=()))
        if n % 10 == 0:
            other, _ = await store.accept(kept, turn(kept, f"y{n}", f"Kept {n} " + "safe " * n))
            await store.commit(kept, Commit(2 + n // 10, at(n), turns=(replace(other, status="done"),)))
    others = await store.export(kept)
    erased = await store.erase(gone)
    assert erased and erased["turns"] == 243 and erased["addresses"] == 1
    words = ["Xylophone", "Quetzalcoatl", "zzyzx", "+15125550199", "qkey-", "c1-"]
    assert await LEFT[kind](tmp_path, words) == {}
    assert await LEFT[kind](tmp_path, ["+15125550102"])
    assert await store.export(kept) == others and await store.customer(gone) is None
    assert await store.erase(gone) is None


async def test_erased_keys_and_addresses_are_free_again(store: Store) -> None:
    await filled(store, scope("c1"))
    await store.erase(scope("c1"))
    await filled(store, scope("c1"))
    assert (await store.counts(scope("c1")))["turns"] == 3


# crashes and other processes


def writing(kind: str, folder: Path, name: str, turns: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.graph.writer", kind, str(folder), name, str(turns)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def test_processes_at_once_lose_nothing(store: Store, kind: str, tmp_path: Path) -> None:
    writers = [writing(kind, tmp_path / "one", f"p{n}", 15) for n in range(2)]
    said = [line for each in writers for line in (await asyncio.to_thread(each.communicate))[0].split()]
    assert [each.returncode for each in writers] == [0, 0] and len(said) == 30
    turns, _ = await store.turns(scope(), None, 99, None)
    assert sorted(str(each.key) for each in turns) == sorted(said)
    assert [each.number for each in turns] == list(range(30))
    owner = await store.customer(scope())
    assert owner and owner.revision == 30


async def test_processes_may_make_the_store_at_once(kind: str, tmp_path: Path, open_store: OpenStore) -> None:
    writers = [writing(kind, tmp_path / "new", f"p{n}", 2) for n in range(4)]
    for each in writers:
        await asyncio.to_thread(each.communicate)
    assert [each.returncode for each in writers] == [0, 0, 0, 0]
    assert (await (await open_store(tmp_path / "new")).counts(scope()))["turns"] == 8


async def test_a_killed_process_loses_nothing_acknowledged(kind: str, tmp_path: Path, open_store: OpenStore) -> None:
    for attempt, after in enumerate((1, 9, 20)):
        writer = writing(kind, tmp_path / "killed", f"k{attempt}", 10_000)
        assert writer.stdout
        said = [(await asyncio.to_thread(writer.stdout.readline)).strip() for _ in range(after)]
        writer.send_signal(signal.SIGKILL)
        said += (await asyncio.to_thread(writer.communicate))[0].split("\n")[:-1]
        store = await open_store(tmp_path / "killed")
        kept = {str(each.key): each for found in await pages(lambda cursor, s=store: s.turns(scope(), None, 99, cursor)) for each in found}
        snapshot = await store.snapshot(scope(), 1)
        assert snapshot and set(said) <= set(kept)
        assert {kept[key].status for key in said} == {"done"}
        done = {key for key, each in kept.items() if each.status == "done"}
        assert {each.value for each in snapshot.facts.values()} == done == {each.name for each in snapshot.entities.values()}


async def test_a_store_that_does_not_answer_says_so(kind: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = SILENT[kind](tmp_path / "file")
    with pytest.raises(StoreUnavailable, match=r"file|127\.0\.0\.1:1 does not answer"):
        await store.open()
    await store.close()


async def test_ping_answers(store: Store) -> None:
    await store.ping()
