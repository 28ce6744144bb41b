"""Days and times that fill a slot: what a turn says of them, merged with what was said before.

Knows time expressions and their ISO values; not what they are for. A value may be partial: `2026-03-06` (the time of day is missing) or
`T15:00` (the day is missing).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nlp.types import Grain, Span, TimeExpression

_DAY_WORDS = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|satur|sat|sun)(?:day)?s?\b|\b(?:today|tonight|tomorrow|yesterday|day|week|weekend|month|year)s?\b"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\w*\b|\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,2}[/-]\d{1,2}|\b\d{4}-\d\d"
    r"|\b(?:first|second|third|last) of\b|\b(?:that|this) (?:day|morning|afternoon|evening)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"T(\d\d):?(\d\d)?")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BARE_CLOCK = re.compile(
    r"(?:\b(?:make (?:it|that)|at|to|around|about|say|by|do|for|how about|what about|maybe|rather)\s+|^\W*)"
    r"(?P<hour>1[0-2]|[1-9])(?::(?P<minute>[0-5]\d))?\s*(?P<half>[ap]\.?m\.?)?"
    r"(?=\s*(?:o'?clock\b|instead\b|please\b|then\b|actually\b|would\b|works?\b|is\b|'s\b|[,.!?;]|$))",
    re.IGNORECASE,
)

_SETTLES = re.compile(
    r"\b(?:let's|let us|(?:can|could|shall) (?:we|i|you) (?:just |maybe |rather )?(?:do|say|make|go with|take|come|try)|(?:how|what) about"
    r"|(?:i|we)'d (?:rather|prefer)|make (?:it|that)|instead|(?:works|work|is|be|suits (?:me|us)) better"
    r"|it is(?=\W*(?:then|and|$)))\b"
)
_FEW = {"a": 1, "an": 1, "one": 1, "half an": 0.5, "two": 2, "a couple of": 2, "three": 3}
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_SHIFT = re.compile(
    rf"\b(?P<number>half an|a couple of|\d+|{'|'.join(w for w in _FEW if ' ' not in w)}) (?P<unit>minutes?|hours?|days?|weeks?) "
    r"(?P<way>later|earlier|sooner)\b(?! than)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one expression says: a day, a time of day, or both."""

    day: date | None
    clock: time | None
    span: Span
    text: str


def said_times(times: Iterable[TimeExpression], *, at: datetime, zone: ZoneInfo, within: Sequence[Span], gone: bool = False) -> list[Said]:
    """Those inside one of the spans that can be appointed: no durations, recurrences, limits ("until 3"), days left out ("any day but
    Friday") or days gone by; with `gone`, for what asks about the past, no days to come."""
    found: list[Said] = []
    for expression in times:
        if expression.kind in ("duration", "recurring") or expression.part_of or expression.bound in ("since", "until", "except"):
            continue
        if not any(s.start <= expression.span.start < s.end for s in within):
            continue
        said = _said(expression)
        today = at.astimezone(zone).date()
        if said and (said.day is None or (said.day <= today if gone else said.day >= today)):
            found.append(said)
    return found


def bare_clock(text: str, offset: int = 0) -> Said | None:
    """A number said as a time of day where one is expected: "make it 11", "3:30"; 1 to 6 are pm, 7 to 11 am, 12 is noon."""
    match = _BARE_CLOCK.search(text)
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or ("p" if hour < 7 or hour == 12 else "a"))[0].lower()
    hour = hour % 12 + (12 if half == "p" else 0)
    start = match.start("hour")
    return Said(None, time(hour, minute), Span(offset + start, offset + match.end()), text[start : match.end()].strip())


def shifted(old: object, text: str, offset: int = 0) -> Said | None:
    """The old day and time of day moved by what the text says, counted from them: "an hour later"."""
    match, (day, clock) = _SHIFT.search(text), parts(old)
    if match is None or day is None or clock is None:
        return None
    number = _FEW.get(match["number"].lower()) or float(match["number"])
    unit = next(span for name, span in _UNITS.items() if match["unit"].lower().startswith(name))
    moved = datetime.combine(day, clock) + unit * number * (1 if match["way"].lower() == "later" else -1)
    return Said(moved.date(), moved.time(), Span(offset + match.start(), offset + match.end()), match[0])


def iso_said(value: str, span: Span, text: str) -> Said | None:
    """A choice that was resolved to an instant or a day ("the second one")."""
    first = value.split("/", maxsplit=1)[0]
    day = _ISO_DAY.match(first)
    return Said(date.fromisoformat(day[0]), _clock(first), span, text) if day else None


def _said(expression: TimeExpression) -> Said | None:
    first = expression.value.split("/", maxsplit=1)[0]
    clock = _clock(first) if expression.grain in (Grain.MINUTE, Grain.HOUR) else None
    iso_day = _ISO_DAY.match(first)
    exact = expression.grain in (Grain.MINUTE, Grain.HOUR, Grain.PART, Grain.DAY)
    day = date.fromisoformat(iso_day[0]) if iso_day and exact and _DAY_WORDS.search(expression.text) else None
    return Said(day, clock, expression.span, expression.text) if day or clock else None


def _clock(value: str) -> time | None:
    match = _CLOCK.search(value)
    return time(int(match[1]), int(match[2] or 0)) if match and int(match[1]) < 24 else None


def parts(value: object) -> tuple[date | None, time | None]:
    """The day and the time of day of a slot's value, either None where it is missing."""
    text = value if isinstance(value, str) else ""
    day = _ISO_DAY.match(text)
    return date.fromisoformat(day[0]) if day else None, _clock(text)


def settles(text: str) -> bool:
    """Whether the clause settles on what it names, also where something else was settled on: "let's do 4:30", "Thursday it is"."""
    return _SETTLES.search(text.lower().replace("’", "'")) is not None


def merged(old: object, said: Sequence[Said], zone: ZoneInfo) -> str | None:
    """The old value with what was said put in: a day alone keeps the time of day and the other way round; later words win."""
    day, clock = parts(old)
    for s in said:
        day, clock = s.day or day, s.clock or clock
    if day and clock:
        return datetime.combine(day, clock, tzinfo=zone).isoformat()
    return day.isoformat() if day else f"T{clock:%H:%M}" if clock else None


def is_whole(value: object, kind: str) -> bool:
    """Whether a `datetime` has both day and time of day; a `date` needs the day."""
    day, clock = parts(value)
    return day is not None and (kind == "date" or clock is not None)
