"""Times in a text, put in the calendar of the business. Knows text, an instant, a zone, the times said before; no store, no clock.

Policy where words leave it open: clock times 1 to 6 are pm, 7 to 11 am, 12 is noon, unless a part of the day, an earlier time or the
opening hours decide; weekdays and dates are the coming ones, with a past tense the last ones; "next X" lies in the next week.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from nlp.time_atoms import Moment, Ref
from nlp.time_calendar import Days
from nlp.time_phrases import Phrase, is_left_out, phrases
from nlp.time_placing import after, clock_ends, ends_of, place, recurrence, span_of
from nlp.time_tense import is_past
from nlp.time_words import Line, lists, names, read
from nlp.types import Grain, Interval, Span, TimeAnchor, TimeExpression, Token

_REMEMBERED = 8  # expressions of the same text that later ones may count from
_LOOSE = ("like", "about", "around")
_MENDING = 5  # words at most between a time and what mends it
_ASKING = ("how", "what", "think", "thinking", "talk", "ask", "know")
_FRAMES = (Grain.WEEK, Grain.WEEKEND, Grain.MONTH)
Bound = Literal["from", "since", "until", "before", "after", "about", "except"]
_BOUNDS: dict[str, Bound] = {b: b for b in get_args(Bound)}


def find_times(
    text: str,
    tokens: Sequence[Token],
    *,
    at: datetime,
    zone: ZoneInfo,
    anchors: Sequence[TimeAnchor] = (),
    day_first: bool = False,
    hours: tuple[time, time] | None = None,
) -> tuple[TimeExpression, ...]:
    """The times of a text, in order; the ends of a range follow the whole, with `part_of`.

    tokens: the parse of `text`, or none (then no tense is known). at: aware. anchors: times said before, newest first; one with `names`
    is an event. day_first: "4/9" is in September. hours: opening and closing, local. A time outside the calendar is none. Never raises.
    """
    line = read(text, tokens, day_first=day_first)
    opening = (_minutes(hours[0]), _minutes(hours[1])) if hours else None
    base = Ref(at.astimezone(zone), zone, anchors=tuple(anchors), hours=opening)
    found: list[TimeExpression] = []
    local: tuple[TimeAnchor, ...] = ()
    earlier, past, bound = -1, False, None
    for phrase in phrases(line):
        goes_on = _goes_on(line, earlier, phrase.first)
        bound = _bound(line, phrase) or (bound if goes_on else None)
        past = bound == "since" or (past and goes_on) or is_past(line, phrase.atom.first)
        earlier = phrase.last
        ref = replace(base, past=past, anchors=(*local, *base.anchors), frame=_frame(found, base))
        for expression in _expressions(line, phrase, ref, bound):
            found.append(expression)
            local = (*_anchors(line, phrase, expression), *local)[: 2 * _REMEMBERED]
    return tuple(found)


def _goes_on(line: Line, last: int, first: int) -> bool:
    """Whether a time only mends or joins the one before it: "since Tuesday, no sorry, Monday"."""
    return 0 <= last < first <= last + _MENDING and all(line.at(i) in lists("mending") for i in range(last, first))


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _expressions(line: Line, phrase: Phrase, ref: Ref, bound: Bound | None) -> tuple[TimeExpression, ...]:
    try:
        return tuple(_read(line, phrase, ref, bound))
    except (OverflowError, ValueError):  # beyond the years 1 to 9999
        return ()


def _read(line: Line, phrase: Phrase, ref: Ref, bound: Bound | None) -> Iterator[TimeExpression]:
    atom = phrase.atom
    span = _span(line, phrase.first, phrase.last)
    text = line.text[span.start : span.end]
    if atom.duration is not None:
        yield TimeExpression(span, text, atom.duration, "duration", atom.grain, None, bound)
    elif atom.recurring is not None:
        yield TimeExpression(span, text, f"R/{atom.recurring}", "recurring", atom.grain, recurrence(atom, ref), bound)
    elif phrase.closing is not None:
        yield from _range(line, phrase, ref)
    elif (found := place(atom, ref)) is not None:
        kind = "range" if found.ranged else "point"
        yield TimeExpression(span, text, found.value, kind, found.grain, found.interval, bound, antecedent=found.antecedent)
        if atom.closing is not None:
            yield from _clock_ends(line, phrase, found, span)


def _range(line: Line, phrase: Phrase, ref: Ref) -> Iterator[TimeExpression]:
    """The whole and each end; each end alone where they don't make a range."""
    atom, closing = phrase.atom, phrase.closing
    first = place(atom, ref)
    last = place(closing, after(ref, first)) if closing is not None and first is not None else None
    if closing is None or first is None or last is None:
        return
    whole = span_of(first, last)
    outer = _span(line, phrase.first, phrase.last)
    if whole is not None:
        yield TimeExpression(outer, line.text[outer.start : outer.end], whole.value, "range", whole.grain, whole.interval)
    for part, end in ((atom, first), (closing, last)):
        inner = _span(line, part.first, part.last)
        inside = outer if whole is not None and inner != outer else None
        yield TimeExpression(
            inner, line.text[inner.start : inner.end], end.value, "point", end.grain, end.interval, None, inside, end.antecedent
        )


def _clock_ends(line: Line, phrase: Phrase, whole: Moment, outer: Span) -> Iterator[TimeExpression]:
    """The two ends of "between 1 and 3"."""
    for clock_span, end in zip(clock_ends(line, phrase.atom), ends_of(whole), strict=False):
        inner = _span(line, *clock_span)
        text = line.text[inner.start : inner.end]
        yield TimeExpression(inner, text, end.value, "point", end.grain, end.interval, None, outer, end.antecedent)


def _span(line: Line, first: int, last: int) -> Span:
    return Span(line.words[first].start, line.words[last - 1].end)


def _bound(line: Line, phrase: Phrase) -> Bound | None:
    """How the words before limit it: "until Friday", "no later than the 3rd"; a range limits itself."""
    atom = phrase.atom
    if phrase.closing is not None or (atom.closing is not None and atom.bound is None):
        return None
    if atom.bound is not None:
        return _BOUNDS.get(atom.bound)
    i = phrase.first - 1
    i -= line.at(i) == "the"
    if line.at(i) in ("on", "at", "in", "@"):
        return "from" if line.at(i - 1) in ("starting", "beginning") else "about" if line.at(i - 1) in ("sometime", "somewhere") else None
    i -= line.at(i) in _LOOSE and (line.at(i) == "like" or line.at(i - 1) in names("bounds"))
    word = line.at(i)
    if (word == "about" and line.at(i - 1) in _ASKING) or (word == "by" and line.at(i - 1) in lists("visiting")):
        return None
    if is_left_out(line, i):
        return "except"
    if word == "than":
        return "before" if line.at(i - 1) == "earlier" or line.at(i - 2) == "no" else "after" if line.at(i - 1) == "later" else None
    if word == "of" and line.at(i - 1) == "as":
        return "from"
    if word == "to" and line.at(i - 1) == "up":
        return "until"
    return _BOUNDS.get(names("bounds").get(word, ""))


def _anchors(line: Line, phrase: Phrase, expression: TimeExpression) -> tuple[TimeAnchor, ...]:
    """What later words of the text may count from: the time itself, and as the event that the words before it tell of."""
    if expression.interval is None or expression.kind == "recurring" or expression.part_of is not None:
        return ()
    time_anchor = TimeAnchor(frozenset(), expression.value, expression.grain, expression.interval, expression.antecedent)
    told: list[str] = []
    for i in range(phrase.first - 1, max(phrase.first - 12, -1), -1):
        if line.at(i) in (".", "!", "?", ";"):
            break
        told.append(line.at(i))
    event = frozenset(word for word in told if len(word) > 3)
    return (time_anchor, replace(time_anchor, names=event)) if event else (time_anchor,)


def _frame(found: Sequence[TimeExpression], base: Ref) -> Days | None:
    """The week or month spoken of last, in this text or just before it."""
    if found:
        last = next((e for e in reversed(found) if e.grain in _FRAMES), found[-1])
        return _days(last.grain, last.interval, base)
    newest = next((a for a in base.anchors if not a.names), None)
    ahead = newest is not None and newest.interval.end is not None and newest.interval.end > base.now
    return _days(newest.grain, newest.interval, base) if newest is not None and ahead else None


def _days(grain: Grain, interval: Interval | None, base: Ref) -> Days | None:
    if grain not in _FRAMES or interval is None or interval.start is None or interval.end is None:
        return None
    first, after_last = interval.start.astimezone(base.zone).date(), interval.end.astimezone(base.zone).date()
    return Days(first, after_last, grain)
