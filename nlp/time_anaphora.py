"""The grammar of times that count from one said before: "that day", "the Monday after the surgery". Knows the anchors given; no memory."""

from collections.abc import Callable
from datetime import UTC, date, timedelta

from nlp.time_amounts import Amount, amount_at, away, lasts_from
from nlp.time_atoms import Atom, Clock, Moment, Placed, Ref
from nlp.time_calendar import DAY, Days, containing, known_from, moved, one, week
from nlp.time_days import day_atom
from nlp.time_weekdays import weekday_at
from nlp.time_words import Line, counts, lists, names, parts
from nlp.types import Grain, Interval, TimeAnchor

_EXACT = (Grain.MINUTE, Grain.HOUR)
_DAILY = (Grain.MINUTE, Grain.HOUR, Grain.PART, Grain.DAY)
Choose = Callable[[Ref], TimeAnchor | None]


def anaphoric_atom(line: Line, i: int) -> Atom | None:
    """The expression that begins at word `i` and refers to a time said before."""
    return _then(line, i) or _same(line, i) or _that(line, i) or _counted(line, i) or _following(line, i)


def newest(ref: Ref) -> TimeAnchor | None:
    """The newest time said, an event's where there is no bare one."""
    return next((a for a in ref.anchors if not a.names), next(iter(ref.anchors), None))


def newest_day(ref: Ref) -> TimeAnchor | None:
    """The newest time of a day or finer that the clause can be about: none gone by unless it tells of the past."""
    daily = [a for a in ref.anchors if a.grain in _DAILY and a.interval.start is not None]
    ahead = [a for a in daily if (first_day(a, ref) <= ref.today if ref.past else first_day(a, ref) >= ref.today)]
    return next((a for a in ahead if not a.names), next(iter(ahead), None))


def newest_clock(ref: Ref) -> TimeAnchor | None:
    """The newest time that has a time of day."""
    exact = [a for a in ref.anchors if a.grain in _EXACT and a.interval.start is not None]
    return next((a for a in exact if not a.names), next(iter(exact), None))


def first_day(anchor: TimeAnchor, ref: Ref) -> date:
    """The local day that it starts on; today for an unbounded one."""
    start = anchor.interval.start
    return start.astimezone(ref.zone).date() if start is not None else ref.today


def _then(line: Line, i: int) -> Atom | None:
    """ "then" as a time: "see you then", "by then"; not "and then", "Friday then"."""
    if line.at(i) != "then" or line.at(i - 1) not in lists("then_cues") or not line.closes(i + 1):
        return None
    after = line.token(i + 1)
    if (
        after is not None
        and after.pos in ("PRON", "VERB", "AUX", "DET")
        and line.at(i - 1) not in ("by", "until", "till", "since", "before")
    ):
        return None
    return Atom(i, i + 1, exact=lambda ref: _whole(newest(ref)))


def _whole(anchor: TimeAnchor | None) -> Moment | None:
    if anchor is None:
        return None
    return Moment(anchor.value, anchor.grain, anchor.interval, anchor.antecedent, ranged="/" in anchor.value)


def _same(line: Line, i: int) -> Atom | None:
    """ "the same day", "same time", "the same week"."""
    j = i + (line.at(i) in ("the", "that"))
    if line.at(j) != "same":
        return None
    if line.at(j + 1) == "time":
        if (
            line.at(i - 1) == "at"
            and line.closes(j + 2)
            and line.at(j + 2) not in ("", "on", "as", "next", "tomorrow", ".", "?", "!", ",", "then", "please")
        ):
            return None
        return Atom(i, j + 2, clock=Clock(same=True), grain=Grain.HOUR)
    return _unit_of(line, i, j + 1)


def _that(line: Line, i: int) -> Atom | None:
    """ "that day", "that morning", "that week", "that time"."""
    if line.at(i) != "that":
        return None
    if line.at(i + 1) == "time" and line.at(i - 1) in ("at", "by", "around", "before", "after", "until", "till", "since"):
        return Atom(i, i + 2, exact=lambda ref: _whole(newest(ref)))
    return _unit_of(line, i, i + 1)


def _unit_of(line: Line, i: int, j: int) -> Atom | None:
    unit, part = names("units").get(line.at(j)), line.at(j) if line.at(j) in parts() else None
    if line.at(j + 1) == "before" or not line.closes(j + 1) or (line.at(j) in names("units") and line.at(j).endswith("s")):
        return None
    if part is not None:
        return Atom(i, j + 1, days=lambda ref: _day_of(_any_day(ref), ref), part=part)
    if unit not in ("day", "week", "weekend", "month", "year", "quarter"):
        return None
    return Atom(i, j + 1, days=lambda ref: _containing(unit, ref), grain=Grain(unit))


def _day_of(anchor: TimeAnchor | None, ref: Ref) -> Days | None:
    return known_from(one(first_day(anchor, ref)), anchor.antecedent) if anchor else None


def _containing(unit: str, ref: Ref) -> Days | None:
    anchor = _any_day(ref) if unit == "day" else newest(ref)
    return known_from(containing(unit, first_day(anchor, ref)), anchor.antecedent) if anchor else None


def _any_day(ref: Ref) -> TimeAnchor | None:
    daily = [a for a in ref.anchors if a.grain in _DAILY]
    return next((a for a in daily if not a.names), next(iter(daily), None))


def _counted(line: Line, i: int) -> Atom | None:
    """ "two days before that", "the week after the surgery", "an hour later", "the Monday after my trip"."""
    weekday, amount, j = _measure(line, i)
    if weekday is None and amount is None:
        return None
    follow = line.at(j)
    if follow in ("later", "earlier", "afterwards", "beforehand") and amount is not None:
        sign = -1 if follow in ("earlier", "beforehand") else 1
        return Atom(i, j + 1, exact=lambda ref: _away(_some(newest(ref), ref), amount, sign, ref))
    if follow not in ("before", "after", "from", "following", "prior") or (follow == "from" and lasts_from(line, j)):
        return None
    j += 1 + (line.at(j + 1) == "to")
    sign = -1 if follow in ("before", "prior") else 1
    day = day_atom(line, j + (line.at(j) == "on"))
    if day is not None and day.days is not None and not day.weak:
        return Atom(i, day.last, days=lambda ref: _from_days(day.days, weekday, amount, sign, ref))
    if weekday is not None and line.at(i) in counts("weekdays") and line.at(j) not in ("that", "this", "it"):
        return None  # "Thursday after the meeting": later on that day
    choose, last = _referred(line, j)
    if choose is None or line.at(j) == "now" or (follow == "from" and last == j):
        return None
    if weekday is not None:
        return Atom(i, last, exact=lambda ref: _weekday_from(choose(ref), weekday, sign, ref))
    return Atom(i, last, exact=lambda ref: _away(choose(ref), amount, sign, ref))


def _from_days(placed: Placed | None, weekday: int | None, amount: Amount | None, sign: int, ref: Ref) -> Days | None:
    """ "the Monday before Thanksgiving", "the day after Easter"."""
    found = placed(ref) if placed else None
    if found is None or weekday is None:
        return away(placed, amount, sign, ref) if amount else None
    base = found.start if sign < 0 else found.end - DAY
    return one(base + sign * ((sign * (weekday - base.weekday()) - 1) % 7 + 1) * DAY)


def _some(anchor: TimeAnchor | None, ref: Ref) -> TimeAnchor | None:
    """The anchor, or the present where there is none: "a week later" than now."""
    if anchor is not None:
        return anchor
    return TimeAnchor(frozenset(), ref.today.isoformat(), Grain.DAY, one(ref.today).interval(ref.zone))


def _measure(line: Line, i: int) -> tuple[int | None, Amount | None, int]:
    """What is counted: (weekday, None, next) of "the Monday", (None, amount, next) of "two days" or "the day"."""
    j = i + (line.at(i) in ("the", "a", "that"))
    if line.at(j) in counts("weekdays") and (line.at(j) not in lists("doubtful_weekdays") or j > i):
        return counts("weekdays")[line.at(j)], None, j + 1
    if j > i and line.at(j) in ("day", "week", "month", "year", "hour", "morning", "night", "evening", "weekend"):
        unit = names("units").get(line.at(j), "day")
        return None, Amount(1, unit), j + 1
    found = amount_at(line, i)
    return (None, found[0], found[1]) if found else (None, None, i)


def _referred(line: Line, j: int) -> tuple[Choose | None, int]:
    """What is counted from, and the next word: "that", "the surgery", or nothing said."""
    word = line.at(j)
    if word in ("that", "this", "then", "it") and line.closes(j + 1):
        return newest, j + 1
    if word == "the" or word in lists("possessives"):
        spans = _noun_phrase(line, j + 1)
        return (lambda ref: _event(spans, ref)), spans[-1][1] if spans else j + 1
    if (
        not word
        or not word.isalnum()
        or word in ("and", "but", "or", "if", "is", "was", "works", "would", "please", "though", "too", "instead")
    ):
        return newest, j
    spans = _noun_phrase(line, j)
    return ((lambda ref: _event(spans, ref)), spans[-1][1]) if spans and word not in lists("stops") else (None, j)


def _noun_phrase(line: Line, j: int) -> list[tuple[str, int]]:
    """The words that name an event, each with the next word's index: up to four, ending where the phrase does."""
    words: list[tuple[str, int]] = []
    while len(words) < 4 and line.at(j).isalpha() and line.at(j) not in lists("stops"):
        token = line.token(j)
        if token is not None and token.pos in ("VERB", "AUX", "ADP", "CCONJ", "SCONJ") and words:
            break
        words.append((line.at(j), j + 1))
        j += 1
    return words


def _event(words: list[tuple[str, int]], ref: Ref) -> TimeAnchor | None:
    """The event that shares most words with the phrase, its last word counting most; the newest of equals."""
    best: tuple[int, TimeAnchor] | None = None
    for anchor in ref.anchors:
        known = {w for name in anchor.names for w in name.split()}
        score = sum(1 for word, _ in words if word in known) + 2 * bool(words and words[-1][0] in known)
        if score and (best is None or score > best[0]):
            best = score, anchor
    return best[1] if best else None


def _weekday_from(anchor: TimeAnchor | None, weekday: int, sign: int, ref: Ref) -> Moment | None:
    if anchor is None:
        return None
    base = first_day(anchor, ref) if sign < 0 else _last_day(anchor, ref)
    days = sign * ((sign * (weekday - base.weekday()) - 1) % 7 + 1)
    return _moment(one(base + days * DAY), anchor, ref)


def _last_day(anchor: TimeAnchor, ref: Ref) -> date:
    end = anchor.interval.end
    return (end.astimezone(ref.zone) - timedelta(seconds=1)).date() if end is not None else first_day(anchor, ref)


def _away(anchor: TimeAnchor | None, amount: Amount | None, sign: int, ref: Ref) -> Moment | None:
    if anchor is None or amount is None or anchor.interval.start is None:
        return None
    if amount.unit in ("minute", "hour"):
        minutes = sign * (amount.number * (60 if amount.unit == "hour" else 1) + 30 * amount.half)
        at = (anchor.interval.start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(ref.zone)
        return Moment(at.isoformat(), Grain.MINUTE, Interval(at, at + timedelta(minutes=1)), anchor.antecedent)
    base = first_day(anchor, ref) if sign < 0 or anchor.grain in _DAILY else _last_day(anchor, ref)
    day = moved(base, sign * amount.number, amount.unit)
    whole = amount.unit in ("week", "weekend") and amount.number == 1 and anchor.grain in (Grain.WEEK, Grain.WEEKEND)
    return _moment(week(day) if whole else one(day), anchor, ref)


def _moment(days: Days, anchor: TimeAnchor, ref: Ref) -> Moment:
    return Moment(days.value, days.grain, days.interval(ref.zone), anchor.antecedent)


def _following(line: Line, i: int) -> Atom | None:
    """ "the next day", "the following Monday", "the previous week": next to the time spoken of."""
    j = i + (line.at(i) == "the")
    sign = {"following": 1, "previous": -1, "next": 1}.get(line.at(j))
    if sign is None or (line.at(j) == "next" and (j == i or line.at(j + 1) not in ("day", "morning", "night", "evening", "afternoon"))):
        return None
    weekday, unit = weekday_at(line, j + 1), names("units").get(line.at(j + 1))
    part = line.at(j + 1) if line.at(j + 1) in parts() else None
    if weekday is not None:
        return Atom(i, j + 2, exact=lambda ref: _weekday_from(_some(newest(ref), ref), weekday, sign, ref))
    if part is None and unit not in ("day", "week", "month", "year", "weekend"):
        return None
    return Atom(i, j + 2, days=lambda ref: _next_to(unit or "day", sign, ref), part=part)


def _next_to(unit: str, sign: int, ref: Ref) -> Days | None:
    anchor = _some(newest(ref), ref)
    if anchor is None:
        return None
    base = _last_day(anchor, ref) if sign > 0 and anchor.grain not in _DAILY else first_day(anchor, ref)
    return known_from(containing(unit, moved(base, sign, unit)), anchor.antecedent)
