"""What happened to an entity, in order: facts, mentions and goals made one list of events. Pure.

Knows the vocabulary of graph.model. Must not know stores, clocks or channels' wording.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graph.model import EntityId, Fact, FactId, Goal, MentionRecord, Turn, TurnId
from nlp.types import Channel

EventKind = Literal["mentioned", "stated", "changed", "corrected", "ended", "goal"]

_ORDER: tuple[EventKind, ...] = ("mentioned", "ended", "stated", "changed", "corrected", "goal")
_AROUND = 120  # characters kept on either side of a mention in a long text


@dataclass(frozen=True, slots=True)
class Event:
    """at: when it came true, for `changed` and `ended` where that is known; else when it was said."""

    at: datetime
    kind: EventKind
    text: str
    fact: FactId | None
    turn: TurnId | None
    channel: Channel | None


def timeline(
    ids: Collection[EntityId],
    facts: Mapping[FactId, Fact],
    turns: Mapping[TurnId, Turn],
    goals: Iterable[Goal],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> tuple[Event, ...]:
    """The events of one entity (all ids that it is kept under) from `start` up to, not with, `end`.

    facts: all of the customer's, those of other entities are passed over. turns: those that mention it, that said its facts, and that
    moved its goals. Facts count where it is subject or object.
    """
    events = [*_mentioned(ids, turns.values()), *_goals(ids, goals, turns)]
    for fact in facts.values():
        if fact.subject in ids or fact.object in ids:
            events += _of_fact(fact, facts, turns)
    within = (each for each in _told_once(events) if (start is None or start <= each.at) and (end is None or each.at < end))
    return tuple(sorted(within, key=lambda each: (each.at, _number(each, turns), _ORDER.index(each.kind))))


def _told_once(events: Iterable[Event]) -> Iterable[Event]:
    """A clause may make several facts (what, when, where) of one sentence: it is one event, of the first of them."""
    first: dict[tuple[datetime, EventKind, str, TurnId | None], Event] = {}
    for each in events:
        first.setdefault((each.at, each.kind, each.text, each.turn), each)
    return first.values()


def _number(event: Event, turns: Mapping[TurnId, Turn]) -> int:
    turn = turns.get(event.turn) if event.turn else None
    return turn.number if turn else -1


def _mentioned(ids: Collection[EntityId], turns: Iterable[Turn]) -> Iterator[Event]:
    for turn in turns:
        found = next((each for each in turn.mentions if _brings_up(each, turn, ids)), None)
        if found:
            text = _excerpt(turn.text, found.span.start, found.span.end)
            yield Event(turn.at, "mentioned", text, None, turn.id, turn.channel)


def _brings_up(found: MentionRecord, turn: Turn, ids: Collection[EntityId]) -> bool:
    """Not so "I" and "you", which are in every turn, nor the "it" in an agent's "got it"."""
    if found.mention.kind == "speaker" or (found.mention.kind == "pronoun" and turn.speaker == "agent"):
        return False
    return found.entity in ids or not set(found.members).isdisjoint(ids)


def _excerpt(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    return ("…" if first else "") + " ".join(text[first:last].split()) + ("…" if last < len(text) else "")


def _of_fact(fact: Fact, facts: Mapping[FactId, Fact], turns: Mapping[TurnId, Turn]) -> Iterator[Event]:
    yield _said(fact, facts, turns)
    if fact.replaced_by in facts:
        return
    if fact.valid_to is not None:
        yield _event(fact.valid_to, "ended", f"no longer: {fact.text}", fact, _turn_at(fact.end_recorded_at, turns) or turns.get(fact.turn))
    if fact.retracted_at is not None:
        yield _event(fact.retracted_at, "corrected", f"withdrawn: {fact.text}", fact, _turn_at(fact.retracted_at, turns))


def _turn_at(recorded: datetime | None, turns: Mapping[TurnId, Turn]) -> Turn | None:
    """The turn in which that became known."""
    return next((turn for turn in turns.values() if turn.at == recorded and turn.reply_to is None), None)


def _said(fact: Fact, facts: Mapping[FactId, Fact], turns: Mapping[TurnId, Turn]) -> Event:
    turn = turns.get(fact.turn)
    said_at = turn.at if turn else fact.recorded_at
    before = facts.get(fact.replaces) if fact.replaces else None
    text = f"{fact.text} (before: {before.text})" if before and before.text != fact.text else fact.text
    if fact.change == "superseded":
        return _event(fact.valid_from or said_at, "changed", text, fact, turn)
    if fact.change == "corrected":
        return _event(said_at, "corrected", text, fact, turn)
    return _event(said_at, "stated", text, fact, turn)


def _event(at: datetime, kind: EventKind, text: str, fact: Fact, turn: Turn | None) -> Event:
    return Event(at, kind, text, fact.id, turn.id if turn else fact.turn, turn.channel if turn else None)


def _goals(ids: Collection[EntityId], goals: Iterable[Goal], turns: Mapping[TurnId, Turn]) -> Iterator[Event]:
    for goal in goals:
        if not any(slot.entity in ids for slot in goal.slots.values()):
            continue
        name, turn = goal.name.replace("_", " "), turns.get(goal.started_turn)
        channel = turn.channel if turn else None
        yield Event(goal.started_at, "goal", f"started to {name}", None, goal.started_turn, channel)
        if goal.status in ("completed", "cancelled"):
            yield Event(goal.updated_at, "goal", f"{goal.status}: {name}", None, None, channel)


@dataclass(frozen=True, slots=True)
class Difference:
    """What held of an entity at one instant and not at another. changed: (before, after) where one took the place of the other."""

    gained: tuple[Fact, ...]
    lost: tuple[Fact, ...]
    changed: tuple[tuple[Fact, Fact], ...]


def difference(facts: Iterable[Fact], *, before: tuple[datetime, datetime], after: tuple[datetime, datetime]) -> Difference:
    """Of two views of the same facts, each (as of, known at); in the order of the facts."""
    told = list(facts)
    lost = {f.id: f for f in told if f.holds(*before) and not f.holds(*after)}
    gained = {f.id: f for f in told if f.holds(*after) and not f.holds(*before)}
    changed = [(lost[new.replaces], new) for new in gained.values() if new.replaces is not None and new.replaces in lost]
    changed += [(old, gained[old.replaced_by]) for old in lost.values() if old.replaced_by is not None and old.replaced_by in gained]
    pairs = {(old.id, new.id): (old, new) for old, new in changed}
    gone, come = {old for old, _ in pairs}, {new for _, new in pairs}
    return Difference(
        gained=tuple(f for i, f in gained.items() if i not in come),
        lost=tuple(f for i, f in lost.items() if i not in gone),
        changed=tuple(pairs.values()),
    )
