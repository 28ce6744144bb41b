"""When what a clause says holds, as far as its words limit it. Pure."""

from collections.abc import Sequence
from datetime import datetime

from graph.drafts import Heard
from graph.predicates import lexicon
from nlp.types import Interval, Relation, TimeExpression

_BECOMING = frozenset({"move", "relocate", "transfer", "switch"})


def times_of(heard: Heard, relation: Relation) -> list[TimeExpression]:
    return [heard.parse.times[a.time] for a in relation.arguments if a.time is not None]


def valid(heard: Heard, relation: Relation, times: Sequence[TimeExpression]) -> Interval:
    """When it holds, as far as the words limit it."""
    start: datetime | None = None
    end: datetime | None = None
    stative = relation.predicate.split("_")[0] in lexicon().stative or relation.predicate in lexicon().stative
    happened = relation.tense == "past" and not stative
    for time in times:
        if time.interval is None:
            continue
        if time.bound in ("since", "from"):
            start = time.interval.start
        elif time.bound == "until":
            end = time.interval.end if time.grain not in ("minute", "hour") else time.interval.start
        elif time.bound is None and time.kind == "point" and (happened or _is_to_become(heard, relation, time.interval)):
            start = time.interval.start
        elif (time.bound is None and time.kind == "range" and stative) or (time.bound is None and stative and relation.tense == "past"):
            start, end = time.interval.start, time.interval.end
    start = start or _onset(heard, relation)
    past = relation.tense == "past" and "perfect" not in relation.cues
    if end is None and ("used_to" in relation.cues or (stative and past and relation.predicate in ("be", "have", "live", "own", "drive"))):
        end = heard.turn.at
    if start is not None and end is not None and end <= start:
        end = None
    return Interval(start, end)


def _is_to_become(heard: Heard, relation: Relation, when: Interval) -> bool:
    """ "I'm moving to Cobble Street on the 15th": until then it is as it was."""
    moves = relation.predicate.split("_")[0] in _BECOMING and relation.tense in ("present", "future")
    return moves and when.start is not None and when.start > heard.turn.at


def _onset(heard: Heard, relation: Relation) -> datetime | None:
    """ "… has been limping since we came back on Sunday": when what goes on began, by what happened then."""
    if "perfect" not in relation.cues:
        return None
    for other in heard.clauses.get(heard.sentence(relation.span), []):
        since = other.parent == relation.index and heard.parse.text[other.span.start :].lower().startswith("since ")
        times = [t for t in times_of(heard, other) if t.interval is not None] if since else []
        if times and times[0].interval is not None:
            return times[0].interval.start
    return None
