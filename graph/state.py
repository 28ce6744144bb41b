"""How a memory moves on: a snapshot and a commit give the next snapshot. Pure.

Knows the vocabulary of `graph.model` only. Stores and caches share these rules, so that what is kept in memory and what is
read back are the same. Must not know where a snapshot is kept.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import replace

from graph.model import Commit, Customer, Fact, FactEnd, FactId, Snapshot, Turn


def place(turn: Turn) -> int:
    """Where the turn stands among the customer's: by number; a reply before a turn that arrived while it was being worded."""
    return 2 * turn.number + (turn.reply_to is None)


def ended(fact: Fact, end: FactEnd) -> Fact:
    """The fact with its end. What was known earlier stands: a first end in valid or in recorded time is never moved, and a later
    view of it needs a new fact."""
    if end.valid_to is not None and fact.valid_to is None:
        fact = replace(fact, valid_to=end.valid_to, end_recorded_at=end.end_recorded_at)
    if end.retracted_at is not None and fact.retracted_at is None:
        fact = replace(fact, retracted_at=end.retracted_at)
    return replace(fact, replaced_by=end.replaced_by) if end.replaced_by is not None and fact.replaced_by is None else fact


def advanced(customer: Customer, commit: Commit) -> Customer:
    """The customer after the commit: one revision on; no instant goes back."""
    recorded = max(filter(None, (customer.recorded_at, commit.recorded_at)))
    last = max(filter(None, (customer.last_turn_at, commit.last_turn_at)), default=None)
    return replace(customer, recorded_at=recorded, last_turn_at=last, revision=commit.expected_revision + 1)


def apply(snapshot: Snapshot, commit: Commit, *, turns: int) -> Snapshot:
    """The snapshot with its last `turns` turns that a store would give after this commit."""
    sessions = dict(snapshot.sessions)
    if commit.session:
        sessions[commit.session.id] = commit.session
    return Snapshot(
        customer=advanced(snapshot.customer, commit),
        sessions=sessions,
        turns=_latest(snapshot.turns, commit.turns, turns),
        entities=snapshot.entities | {entity.id: entity for entity in commit.entities},
        facts=_facts(snapshot.facts, commit),
        goals=snapshot.goals | {goal.id: goal for goal in commit.goals},
    )


def _latest(known: tuple[Turn, ...], changed: Iterable[Turn], limit: int) -> tuple[Turn, ...]:
    done = {turn.id: turn for turn in changed if turn.status == "done"}
    merged: list[Turn] = [done.pop(turn.id, turn) for turn in known]
    for turn in done.values():
        insort(merged, turn, key=place)
    return tuple(merged[-limit:])


def _facts(known: dict[FactId, Fact], commit: Commit) -> dict[FactId, Fact]:
    facts = dict(known)
    for fact in commit.facts:
        facts.setdefault(fact.id, fact)
    for end in commit.ends:
        if end.fact in facts:
            facts[end.fact] = ended(facts[end.fact], end)
    return facts
