"""What is at hand of the memories used last: snapshots, what is derived from them, and parses of their turns.

Knows stores and graph.referents. Nothing here is true by itself: what is kept counts only while the store is at the same revision.
Must not know who asks, nor how text is parsed (it is given `reparse`).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from graph.model import Commit, Customer, Scope, Snapshot, Turn, TurnId
from graph.referents import Known, advance, founders, known, prior_turn
from graph.state import place
from graph.store import Store, UnknownCustomer
from nlp.types import Parse, PriorTurn, Referent, WordIndex

WINDOW = 40  # turns that a new one is understood against
PARSED = 12  # of these, how many come with their parse: the older ones with their mentions only

Reparse = Callable[[Turn], Parse]
K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The values used last, up to `size` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: K, value: V) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def at(self, key: K, make: Callable[[], V]) -> V:
        """The value, made where there is none."""
        kept = self.get(key)
        if kept is None:
            kept = make()
            self.put(key, kept)
        return kept

    def drop(self, key: K) -> None:
        self._kept.pop(key, None)


class Recollection:
    """Of all customers. `size`: of how many at a time."""

    def __init__(self, store: Store, reparse: Reparse, *, size: int) -> None:
        self._store = store
        self._reparse = reparse
        self._known: Recent[Scope, Known] = Recent(size)
        self._parses: Recent[Scope, Recent[tuple[TurnId, int | None], Parse]] = Recent(size)
        self._sketches: Recent[Scope, Recent[tuple[TurnId, int | None], PriorTurn]] = Recent(size)
        self._called: Recent[Scope, list[tuple[Mapping[str, Referent], WordIndex]]] = Recent(size)

    async def known(self, scope: Scope, business: str, current: Customer | None = None) -> Known:
        """At the store's revision, with the entities of customer and business even before the first turn. current: the customer, where the
        store was asked just now. Raises UnknownCustomer."""
        kept = self._known.get(scope)
        if kept:
            customer = current or await self._store.customer(scope)
            if customer and _same(customer, kept.snapshot.customer):
                return replace(kept, snapshot=replace(kept.snapshot, customer=customer))
        snapshot = await self._store.snapshot(scope, WINDOW)
        if snapshot is None:
            self.forget(scope)
            raise UnknownCustomer(f"there is no customer {scope.customer}, or no longer")
        missing = {each.id: each for each in founders(snapshot, scope, business)}
        fresh = known(replace(snapshot, entities=missing | snapshot.entities))
        self._known.put(scope, fresh)
        return fresh

    def at_hand(self, scope: Scope, current: Customer | None) -> Snapshot | None:
        """As the store gives it, where it was read already and still is what the store has. current: the customer in the store."""
        kept = self._known.get(scope)
        return kept.stored if kept and current and _same(current, kept.snapshot.customer) else None

    def moved(self, scope: Scope, commit: Commit) -> None:
        """The store took the commit."""
        kept = self._known.get(scope)
        if kept and kept.snapshot.customer.revision == commit.expected_revision:
            self._known.put(scope, advance(kept, commit, turns=WINDOW))

    def forget(self, scope: Scope) -> None:
        self._known.drop(scope)
        self._parses.drop(scope)
        self._sketches.drop(scope)
        self._called.drop(scope)

    def called(self, scope: Scope) -> list[tuple[Mapping[str, Referent], WordIndex]]:
        """Where understanding keeps by which words the customer's referents are called, for `Discourse.called`."""
        return self._called.at(scope, list[tuple[Mapping[str, Referent], WordIndex]])

    def learn(self, scope: Scope, turn: TurnId, parse: Parse) -> None:
        """The parse of a whole turn, made already."""
        self._of(scope).put((turn, None), parse)

    async def before(self, scope: Scope, whose: Known, turn: Turn) -> tuple[PriorTurn, ...]:
        """The turns that this one is understood against, oldest first, the last ones parsed."""
        window = [each for each in whose.snapshot.turns if place(each) < place(turn) and each.id != turn.id]
        return (*self._sketched(scope, whose, window[:-PARSED]), *await self.parsed(scope, whose, window[-PARSED:]))

    def _sketched(self, scope: Scope, whose: Known, turns: Sequence[Turn]) -> list[PriorTurn]:
        """Without a parse. Kept from turn to turn, unless some entities turned out to be the same, which changes what old mentions mean."""
        kept = self._sketches.get(scope)
        if kept is None or whose.same:
            kept = Recent[tuple[TurnId, int | None], PriorTurn](WINDOW)
            self._sketches.put(scope, kept)
        found: list[PriorTurn] = []
        for each in turns:
            prior = kept.get((each.id, each.heard)) or prior_turn(each, None, whose.snapshot.entities)
            kept.put((each.id, each.heard), prior)
            found.append(prior)
        return found

    async def parsed(self, scope: Scope, whose: Known, turns: Sequence[Turn]) -> tuple[PriorTurn, ...]:
        """With the parse of what was heard of each; those not at hand are made in a thread, so that others are not kept waiting."""
        kept = self._of(scope)
        found = {each.id: kept.get((each.id, each.heard)) for each in turns}
        missing = [each for each in turns if found[each.id] is None]
        if missing:
            made = await asyncio.to_thread(lambda: [self._reparse(_heard(each)) for each in missing])
            for each, parse in zip(missing, made, strict=True):
                found[each.id] = parse
                kept.put((each.id, each.heard), parse)
        return tuple(prior_turn(each, found[each.id], whose.snapshot.entities) for each in turns)

    def _of(self, scope: Scope) -> Recent[tuple[TurnId, int | None], Parse]:
        return self._parses.at(scope, lambda: Recent[tuple[TurnId, int | None], Parse](WINDOW))


def _heard(turn: Turn) -> Turn:
    return turn if turn.heard is None else replace(turn, text=turn.text[: turn.heard])


def _same(one: Customer, other: Customer) -> bool:
    """Whether nothing but addresses, which are no part of a revision, may have changed."""
    return replace(one, addresses=()) == replace(other, addresses=())
