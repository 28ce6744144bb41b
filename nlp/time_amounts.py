"""The grammar of amounts of time: durations, distances from now ("20 minutes ago"), recurrences. Knows English; no clock times."""

from dataclasses import dataclass
from datetime import UTC, timedelta

from nlp.time_atoms import Atom, Moment, Placed, Ref
from nlp.time_calendar import DAY, Days, containing, moved, one
from nlp.time_days import day_atom
from nlp.time_weekdays import coming_weekday, weekday_at
from nlp.time_words import Line, cardinal, counts, lists, names, ordinal, parts
from nlp.types import Grain, Interval

_LETTERS = {"minute": "M", "hour": "H", "second": "S", "day": "D", "week": "W", "month": "M", "year": "Y"}
_BIG = {"fortnight": (2, "week"), "quarter": (3, "month"), "decade": (10, "year"), "weekend": (2, "day")}
_CLOCKED = frozenset({"minute", "hour", "second"})
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Amount:
    """So many units; `minutes` where a half was said of hours."""

    number: int
    unit: str
    vague: bool = False
    half: bool = False

    @property
    def iso(self) -> str:
        """An ISO 8601 duration."""
        factor, unit = _BIG.get(self.unit, (1, self.unit))
        number = self.number * factor
        if self.half and unit == "hour":
            return f"PT{number}H30M" if number else "PT30M"
        if self.half and unit in ("year", "day", "week", "month"):
            per, small = {"year": (12, "M"), "day": (24, "H"), "week": (7, "D"), "month": (4, "W")}[unit]
            return f"{'PT' if small == 'H' else 'P'}{number * per + {'year': 6, 'day': 12, 'week': 3, 'month': 2}[unit]}{small}"
        return f"{'PT' if unit in _CLOCKED else 'P'}{number}{_LETTERS[unit]}"


def amount_at(line: Line, i: int) -> tuple[Amount, int] | None:
    """ "three days", "a couple of weeks", "an hour and a half", "half an hour", "45-minute"."""
    if line.at(i) == "half" and line.at(i + 1) in ("a", "an") and line.at(i + 2) in ("hour", "day", "year"):
        return Amount(0, line.at(i + 2), half=True), i + 3
    number, j, vague = _how_many(line, i)
    if number is None or number > _MOST:
        return None
    half = line.at(j) == "and" and line.at(j + 1) == "a" and line.at(j + 2) == "half"
    j += 3 * half
    j += line.at(j) == "-" and line.tight(j)
    j += line.at(j) in ("full", "whole", "more", "business", "working", "straight", "long", "short")
    unit = names("units").get(line.at(j))
    if unit is None or (unit == "second" and line.at(j) == "second"):
        return None
    after = j + 1
    if line.at(after) == "and" and line.at(after + 1) == "a" and line.at(after + 2) == "half":
        half, after = True, after + 3
    return Amount(number, unit, vague, half), after


def _how_many(line: Line, i: int) -> tuple[int | None, int, bool]:
    """(number, next word, whether it is vague)."""
    j = i + (line.at(i) in ("a", "the") and line.at(i + 1) in ("couple", "few"))
    word = line.at(j)
    vague = counts("vague_numbers")
    if word in vague:
        return vague[word], j + 1 + (line.at(j + 1) == "of" and word == "couple"), vague[word] > 2
    number = cardinal(line, i)
    return (number[0], number[1], False) if number else (None, i, False)


def amount_atom(line: Line, i: int) -> Atom | None:
    """The expression of an amount of time that begins at word `i`."""
    return _recurring(line, i) or _stretch(line, i) or _inside(line, i) or _counted(line, i)


def _counted(line: Line, i: int) -> Atom | None:
    """ "in three days", "20 minutes ago", "a week from Friday", and the bare duration."""
    inward = line.at(i) in ("in", "within")
    j = i + inward
    j += inward and line.at(j) in lists("quantity_nouns") and line.at(j) != "at"
    found = amount_at(line, j)
    if found is None:
        return None
    amount, after = found
    follow, bound = line.at(after), "about" if amount.vague or (inward and j > i + 1) else None
    if follow in ("old", "older", "younger") or (follow == "-" and line.at(after + 1) == "old"):
        return None
    if follow in ("ago", "back") and (follow == "ago" or line.closes(after + 1)):
        return Atom(i, after + 1, exact=lambda ref: distance(ref, amount, -1), bound=bound)
    if follow in ("after", "before") or (follow == "from" and not lasts_from(line, after)):
        placed = _measured(line, i, after, amount)
        if placed is not None:
            return placed
    if line.at(i) == "in":
        last = after + (follow == "time")
        return Atom(i, last, exact=lambda ref: distance(ref, amount, 1), bound=bound)
    if line.at(i) == "within":
        return Atom(i, after, exact=lambda ref: stretch_from_now(ref, amount, 1))
    return Atom(i, after, duration=amount.iso, grain=_grain(amount), bound=bound)


def lasts_from(line: Line, after: int) -> bool:
    """ "Three nights from April 3": how long a stay lasts that begins then, not how much later something is."""
    return line.at(after - 1) in ("night", "nights")


def _grain(amount: Amount) -> Grain:
    unit = {"second": "minute", "fortnight": "week", "decade": "year"}.get(amount.unit, amount.unit)
    return Grain(unit)


def _measured(line: Line, i: int, after: int, amount: Amount) -> Atom | None:
    """ "two weeks from Friday", "an hour from now", "three days before Easter"."""
    sign = -1 if line.at(after) == "before" else 1
    if line.at(after) == "from" and line.at(after + 1) == "now":
        return Atom(i, after + 2, exact=lambda ref: distance(ref, amount, 1))
    if amount.unit in _CLOCKED:
        return None
    start = after + 1 + (line.at(after + 1) == "on")
    day = day_atom(line, start)
    if day is None or day.days is None or day.weak:
        return None
    return Atom(i, day.last, days=lambda ref: away(day.days, amount, sign, ref))


def away(placed: Placed | None, amount: Amount, sign: int, ref: Ref) -> Days | None:
    """That far from the first day of a time, from its last when counting on."""
    found = placed(ref) if placed else None
    if found is None:
        return None
    base = found.start if sign < 0 or found.grain in (Grain.DAY, Grain.PART) else found.end - DAY
    return one(moved(base, sign * amount.number, amount.unit))


def distance(ref: Ref, amount: Amount, sign: int) -> Moment:
    """Now and so much, as exact as the unit: minutes for hours, days for weeks, months for months."""
    unit = amount.unit
    if unit in _CLOCKED:
        minutes = sign * (amount.number * {"minute": 1, "hour": 60, "second": 0}[unit] + 30 * (amount.half and unit == "hour"))
        at = (ref.now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=minutes)).astimezone(ref.zone)
        return Moment(at.isoformat(), Grain.MINUTE, Interval(at, at + timedelta(minutes=1)))
    day = moved(ref.today, sign * amount.number, unit)
    if amount.half:
        day += sign * timedelta(days={"year": 182, "month": 15, "week": 3}.get(unit, 0))
    coarse = {"month": "month", "year": "year", "decade": "year", "quarter": "month"}.get(unit)
    days = containing("month" if amount.half and coarse == "year" else coarse, day) if coarse else one(day)
    return Moment(days.value, days.grain, days.interval(ref.zone))


def stretch_from_now(ref: Ref, amount: Amount, sign: int) -> Moment:
    """From now on for so long, or so long up to now."""
    there = distance(ref, amount, sign)
    if amount.unit in _CLOCKED:
        now = ref.now.replace(second=0, microsecond=0)
        ends = sorted((now, there.interval.start or now))
        return Moment(
            f"{ends[0].isoformat()}/{ends[1].isoformat()}", Grain.MINUTE, Interval(ends[0], ends[1] + timedelta(minutes=1)), ranged=True
        )
    ends_at = sorted((ref.today, moved(ref.today, sign * amount.number, amount.unit)))
    days = Days(ends_at[0], ends_at[1] + DAY, Grain.DAY)
    return Moment(days.value, Grain.DAY, days.interval(ref.zone), ranged=True)


def _stretch(line: Line, i: int) -> Atom | None:
    """ "the last two weeks", "the next 3 days", "past few months"."""
    j = i + (line.at(i) in ("the", "these"))
    which = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1, "following": 1}.get(line.at(j))
    found = amount_at(line, j + 1) if which else None
    if found is None or which is None or (found[0].number == 1 and not found[0].half):
        return None
    amount = found[0]
    return Atom(i, found[1], exact=lambda ref: stretch_from_now(ref, amount, which))


def _inside(line: Line, i: int) -> Atom | None:
    """ "a week ago Friday" is read as the Friday of a week ago."""
    if line.at(i) == "a" and line.at(i + 1) == "week" and line.at(i + 2) == "ago":
        j = i + 3 + (line.at(i + 3) == "on")
        weekday = weekday_at(line, j)
        if weekday is not None:
            return Atom(i, j + 1, days=lambda ref: one(coming_weekday(Ref(ref.now, ref.zone, past=True), weekday) - 7 * DAY))
    return None


def _recurring(line: Line, i: int) -> Atom | None:
    """ "every other Tuesday", "on Saturdays", "twice a month", "weekly"."""
    word = line.at(i)
    if word in lists("every"):
        return _every(line, i)
    if word in counts("plural_weekdays") and line.at(i + 1) not in parts():
        return _weekdays(line, i)
    if word in counts("plural_weekdays") or word in ("mornings", "afternoons", "evenings", "nights", "weekends", "weekdays", "weeknights"):
        return _habits(line, i)
    if word in names("frequencies") and line.closes(i + 1):
        return Atom(i, i + 1, recurring=names("frequencies")[word])
    return _times_a(line, i)


def _habits(line: Line, i: int) -> Atom | None:
    word = line.at(i)
    if word in counts("plural_weekdays"):
        return None
    period = {"weekends": "P1W"}.get(word, "P1D")
    after_weekday = i > 0 and weekday_at(line, i - 1) is not None
    return (
        None
        if after_weekday
        else Atom(
            i,
            i + 1,
            recurring=period,
            days=_next_weekend if word == "weekends" else None,
            grain=Grain.WEEKEND if word == "weekends" else Grain.PART if word != "weekdays" else Grain.DAY,
        )
    )


def _next_weekend(ref: Ref) -> Days:
    found = containing("weekend", ref.today)
    return found if found.end > ref.today else containing("weekend", ref.today + 7 * DAY)


def _weekdays(line: Line, i: int) -> Atom:
    weekday = counts("plural_weekdays")[line.at(i)]
    return Atom(i, i + 1, recurring="P1W", days=lambda ref: one(coming_weekday(Ref(ref.now, ref.zone), weekday)))


def _every(line: Line, i: int) -> Atom | None:
    """ "every Tuesday", "every other week", "every 3 months", "every morning", "every first Monday" (monthly)."""
    other = line.at(i + 1) in ("other", "second")
    j = i + 1 + (line.at(i + 1) in ("other", "second", "single"))
    weekday = weekday_at(line, j)
    if weekday is None and line.at(j) in counts("plural_weekdays"):
        weekday = counts("plural_weekdays")[line.at(j)]
    if weekday is not None:
        placed = weekday
        last = j + 1 + (line.at(j + 1) in lists("plain_parts"))
        return Atom(i, last, recurring="P2W" if other else "P1W", days=lambda ref: one(coming_weekday(Ref(ref.now, ref.zone), placed)))
    if line.at(j) in ("morning", "afternoon", "evening", "night", "weekday", "weeknight"):
        return Atom(i, j + 1, recurring="P2D" if other else "P1D", grain=Grain.PART if line.at(j) != "weekday" else Grain.DAY)
    number = ordinal(line, j)
    if number is not None and (weekday_at(line, number[1]) is not None or line.at(number[1]) == "of"):
        return Atom(i, number[1] + 1, recurring="P1M")
    if line.at(j) in counts("seasons") or line.at(j) in counts("months"):
        return Atom(i, j + 1, recurring="P1Y", grain=Grain.MONTH)
    unit = names("units").get(line.at(j))
    if unit is not None and unit != "second":
        amount: Amount | None = Amount(2 if other else 1, unit)
        last = j + 1
    else:
        found = amount_at(line, j)
        amount, last = found if found else (None, j)
    if amount is None:
        return None
    return Atom(
        i,
        last,
        recurring="P1W" if amount.unit == "weekend" else amount.iso,
        days=_next_weekend if amount.unit == "weekend" else None,
        grain=_grain(amount),
    )


def _times_a(line: Line, i: int) -> Atom | None:
    """ "once a week", "three times per day", "2x a month"."""
    j = i + 1
    if line.at(i) not in counts("times_words"):
        number = cardinal(line, i)
        if number is None:
            return None
        j = number[1]
        if line.at(j) not in ("times", "x"):
            return None
        j += 1
    unit = names("units").get(line.at(j + 1))
    if line.at(j) not in ("a", "an", "per", "every", "each") or unit is None or unit in ("second", "weekend"):
        return None
    return Atom(i, j + 2, recurring=Amount(1, unit).iso, grain=_grain(Amount(1, unit)))
