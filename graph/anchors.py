"""Times that were said before, for "that day", "then" and "after the surgery" to count from. Pure.

Knows prior turns and facts with a time; not how an expression uses an anchor.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from graph.model import Entity, EntityId, Fact, Snapshot
from nlp.types import Antecedent, Grain, Interval, PriorTurn, TimeAnchor

SAID = 12  # the newest times of the conversation
EVENTS = 40  # the newest facts that have a time


def anchors(before: Snapshot, turns: Sequence[PriorTurn], *, zone: ZoneInfo) -> tuple[TimeAnchor, ...]:
    """Newest first: bare times of the conversation, then events with the words that they are known by."""
    return (*_said(turns, zone), *_events(reversed(before.facts.values()), before.entities, zone))


def _said(turns: Sequence[PriorTurn], zone: ZoneInfo) -> list[TimeAnchor]:
    found: list[TimeAnchor] = []
    for turn in reversed(turns):
        for mention in reversed(turn.mentions):
            read = interval_of(mention.value or "", zone)
            if read is not None:
                antecedent = Antecedent(turn.turn_id, mention.span, mention.mention.text)
                found.append(TimeAnchor(frozenset(), mention.value or "", read[1], read[0], antecedent))
        for time in reversed(turn.parse.times):
            span = turn.parse.source_span(time.span)
            heard = turn.heard is None or span.end <= turn.heard
            if time.interval and time.kind == "point" and heard:
                antecedent = Antecedent(turn.turn_id, span, turn.parse.source[span.start : span.end])
                found.append(TimeAnchor(frozenset(), time.value, time.grain, time.interval, antecedent))
    return found[:SAID]


def _events(facts: Iterable[Fact], entities: dict[EntityId, Entity], zone: ZoneInfo) -> list[TimeAnchor]:
    timed = list(islice((f for f in facts if f.when and f.retracted_at is None), EVENTS))
    timed.sort(key=lambda f: (f.recorded_at, f.id), reverse=True)
    found: list[TimeAnchor] = []
    for fact in timed:
        names = frozenset(w for e in (fact.subject, fact.object) if e and e in entities for w in _names(entities[e]))
        read = interval_of(fact.when or "", zone)
        if names and read is not None:
            antecedent = Antecedent(fact.turn, fact.span, fact.text)
            found.append(TimeAnchor(names, fact.when or "", read[1], read[0], antecedent))
    return found


def _names(entity: Entity) -> set[str]:
    if entity.is_customer or entity.is_business:
        return set()
    return {*entity.heads, *entity.name.lower().split()}


def interval_of(value: str, zone: ZoneInfo) -> tuple[Interval, Grain] | None:
    """The day, or the instant with its minute, that an ISO value names; None for any other."""
    try:
        if "T" in value and "/" not in value:
            start = datetime.fromisoformat(value)
            return Interval(start, start + timedelta(minutes=1)), Grain.MINUTE
        day = date.fromisoformat(value)
    except ValueError:
        return None
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    return Interval(start, datetime(after.year, after.month, after.day, tzinfo=zone)), Grain.DAY
