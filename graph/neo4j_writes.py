"""What changes the graph in Neo4j: functions of a transaction, all or nothing with it.

Knows the queries of graph.neo4j_cypher and the rules of graph.state. A transaction may be run again from its start: `tries` counts, so that
one whose acknowledgement was lost finds its own work and not another's.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from graph.encoding import loads
from graph.model import (
    Address,
    Commit,
    Customer,
    CustomerId,
    Entity,
    Fact,
    Goal,
    OperatorAct,
    Scope,
    Session,
    SessionId,
    Turn,
    TurnId,
)
from graph.neo4j_cypher import (
    ADVANCE,
    CREATE_CUSTOMER,
    CREATE_TURN,
    HOLD,
    HOLD_FOR_COMMIT,
    HOLD_FOR_TURN,
    LEASE,
    MARK_INDEXED,
    RELEASE,
    UNMARK_INDEXED,
    WRITE,
    WRITE_ADDRESSES,
)
from graph.neo4j_link import Raced, Transaction, rows
from graph.neo4j_names import second_labels
from graph.neo4j_reads import find_customer, keys
from graph.neo4j_rows import (
    Row,
    act_row,
    address_row,
    customer_row,
    ended_row,
    entity_row,
    fact_row,
    goal_row,
    read_customer,
    session_row,
    turn_row,
    utc,
)
from graph.state import advanced, ended, place
from graph.store import AddressTaken, AlreadyExists, KeyReused, Lease, RevisionConflict, UnknownCustomer

_AT_ONCE = 500  # rows of one query


@dataclass(frozen=True, slots=True)
class Held:
    """A customer whom this transaction holds until its end. node: its properties."""

    customer: Customer
    node: Row


async def hold(tx: Transaction, scope: Scope) -> Held | None:
    """Nobody else writes to the customer until this transaction ends; what is read from here on is of one revision."""
    found = await rows(tx, HOLD, **keys(scope))
    node, addresses = found[0]
    return Held(read_customer(scope.tenant, node, addresses), node) if node else None


async def held(tx: Transaction, scope: Scope) -> Held:
    return _existing(scope, await hold(tx, scope))


def _existing(scope: Scope, found: Held | None) -> Held:
    if found is None:
        raise UnknownCustomer(f"there is no customer {scope.customer}, or no longer; create it first")
    return found


async def create_customer(tx: Transaction, new: Customer) -> Customer:
    scope = Scope(new.tenant, new.id)
    found = await find_customer(tx, new.tenant, new.addresses)
    there = None if found else await hold(tx, scope)
    if found or there:
        return found or _existing(scope, there).customer
    await insert_customer(tx, scope, new)
    return new


async def insert_customer(tx: Transaction, scope: Scope, new: Customer) -> None:
    """Raises Raced where an address became another's meanwhile."""
    properties = {**customer_row(new), "written": len(new.addresses), "last_place": -1}
    await rows(tx, CREATE_CUSTOMER, **keys(scope), properties=properties)
    await _write_addresses(tx, scope, new.addresses, count())


async def _write_addresses(tx: Transaction, scope: Scope, addresses: Sequence[Address], numbers: Iterator[int]) -> None:
    if addresses:
        written = [{**address_row(each), "seq": next(numbers)} for each in addresses]
        if any(owner != scope.customer for (owner,) in await rows(tx, WRITE_ADDRESSES, **keys(scope), rows=written)):
            raise Raced


async def link_address(tx: Transaction, scope: Scope, address: Address) -> Customer:
    before = await held(tx, scope)
    owner = await find_customer(tx, scope.tenant, [address])
    if owner is not None and owner.id != scope.customer:
        raise AddressTaken(f"{address.channel} address {address.value!r} belongs to customer {owner.id}; unlink it there or merge the two")
    await _write_addresses(tx, scope, [address], count(before.node["written"]))
    await rows(tx, ADVANCE, **keys(scope), properties={"written": before.node["written"] + 1})
    return (await held(tx, scope)).customer


async def accept(tx: Transaction, scope: Scope, turn: Turn, tries: Iterator[int]) -> tuple[Turn, bool]:
    again = next(tries) > 0
    found = await rows(tx, HOLD_FOR_TURN, **keys(scope), channel=turn.channel, key=turn.key, id=turn.id, session=turn.session)
    node, known, same, owner = found[0]
    if again and same is not None and (mine := loads(Turn, same)) == replace(turn, number=mine.number):
        return mine, True
    if known is not None:
        return _redelivered(loads(Turn, known), turn), False
    if node is None:
        raise UnknownCustomer(f"there is no customer {scope.customer}, or no longer; create it first")
    _check_session(turn.session, owner, scope.customer)
    if same is not None:
        raise AlreadyExists(f"turn {turn.id} is there already; give each turn an id of its own, or a key to deliver it twice")
    turn = replace(turn, number=node["last_place"] // 2 + 1)
    await rows(tx, CREATE_TURN, **keys(scope), id=turn.id, seq=node["written"], properties=turn_row(turn)["properties"])
    return turn, True


def _redelivered(stored: Turn, turn: Turn) -> Turn:
    if stored.text != turn.text:
        raise KeyReused(f"turn_id {turn.key!r} on {turn.channel} was used for another text; give each text an id of its own")
    return stored


def _check_session(session: SessionId, owner: str | None, customer: CustomerId) -> None:
    if owner is not None and owner != customer:
        raise AlreadyExists(f"session {session} belongs to another customer; leave session_id out or give one of this customer's")


async def commit(tx: Transaction, scope: Scope, change: Commit, tries: Iterator[int]) -> Customer:
    again = next(tries) > 0
    digest = hashlib.sha256(repr(change).encode("utf-8", "surrogatepass")).hexdigest()
    session = change.session.id if change.session else None
    asked = await rows(tx, HOLD_FOR_COMMIT, **keys(scope), session=session, ids=[each.fact for each in change.ends])
    node, addresses, owner, stored = asked[0]
    before = _existing(scope, Held(read_customer(scope.tenant, node, addresses), node) if node else None)
    if again and node.get("committed") == digest and before.customer.revision == change.expected_revision + 1:
        return before.customer
    _check_commit(scope, change, before.customer, owner)
    after = advanced(before.customer, change)
    properties = {**customer_row(after), "committed": digest, "last_place": max([node["last_place"], *map(place, change.turns)])}
    await write(tx, scope, _parts(change, [loads(Fact, each) for each in stored]), node["written"], properties)
    return after


def _check_commit(scope: Scope, change: Commit, found: Customer, session_owner: str | None) -> None:
    if found.revision != change.expected_revision:
        raise RevisionConflict(
            f"customer {scope.customer} is at revision {found.revision}, not {change.expected_revision}; read it again and redo"
        )
    if change.session:
        _check_session(change.session.id, session_owner, scope.customer)


def _parts(change: Commit, stored: list[Fact]) -> dict[str, list[Row]]:
    """stored: the facts that are there of those that the commit ends."""
    new = {each.id: each for each in reversed(change.facts)}
    old = {each.id: each for each in stored}
    for end in change.ends:
        facts = old if end.fact in old else new
        if end.fact in facts:
            facts[end.fact] = ended(facts[end.fact], end)
    return parts(
        sessions=(change.session,) if change.session else (),
        turns=change.turns,
        entities=change.entities,
        facts=list(new.values())[::-1],
        ended=list(old.values()),
        goals=change.goals,
        acts=(change.act,) if change.act else (),
    )


def parts(
    *,
    sessions: Sequence[Session],
    turns: Sequence[Turn],
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    ended: Sequence[Fact] = (),
    goals: Sequence[Goal],
    acts: Sequence[OperatorAct],
) -> dict[str, list[Row]]:
    """The rows of each part of WRITE. ended: stored facts with their ends."""
    replaced = [(each.id, each.replaces) for each in facts] + [(each.replaced_by, each.id) for each in (*facts, *ended)]
    return {
        "sessions": [session_row(each) for each in sessions],
        "entities": [entity_row(each) for each in entities],
        "turns": [turn_row(each) for each in turns],
        "facts": [fact_row(each) for each in facts],
        "ends": [{"id": each.id, "properties": ended_row(each)} for each in ended],
        "replaced": [{"new": new, "old": old} for new, old in dict.fromkeys(replaced) if new and old],
        "goals": [goal_row(each) for each in goals],
        "acts": [act_row(each) for each in acts],
    }


async def write(tx: Transaction, scope: Scope, made: dict[str, list[Row]], seq: int, properties: Row) -> None:
    """Everything of a commit, and the customer's properties; `seq` is the first number that is free."""
    numbers = count(seq)
    numbered = {part: [{**each, "seq": next(numbers)} for each in some] for part, some in made.items()}
    advance = {**properties, "written": next(numbers)}
    if sum(map(len, made.values())) <= _AT_ONCE:
        await rows(tx, WRITE, **keys(scope), parts=numbered, properties=advance, labels=second_labels())
        return
    for part, all_of_it in numbered.items():
        for start in range(0, len(all_of_it), _AT_ONCE):
            some = {each: all_of_it[start : start + _AT_ONCE] if each == part else [] for each in numbered}
            await rows(tx, WRITE, **keys(scope), parts=some, properties=advance, labels=second_labels())


async def mark_indexed(tx: Transaction, scope: Scope, turns: Sequence[TurnId]) -> None:
    await rows(tx, MARK_INDEXED, **keys(scope), ids=list(turns))


async def unmark_indexed(tx: Transaction, scope: Scope) -> int:
    return (await rows(tx, UNMARK_INDEXED, **keys(scope)))[0][0]


async def lease(tx: Transaction, scope: Scope, holder: str, now: datetime, until: datetime) -> Lease | None:
    found = await rows(tx, LEASE, **keys(scope), holder=holder, now=utc(now), until=utc(until))
    if not found:
        raise UnknownCustomer(f"there is no customer {scope.customer}, or no longer; create it first")
    free, node, addresses, waiting = found[0]
    return Lease(read_customer(scope.tenant, node, addresses), tuple(loads(Turn, each) for each in waiting)) if free else None


async def release(tx: Transaction, scope: Scope, holder: str) -> None:
    await rows(tx, RELEASE, **keys(scope), holder=holder)
