"""The grammar of times of day: clock times, ranges of them, parts of the day. Knows English; no calendar."""

import re
from dataclasses import replace

from nlp.time_atoms import Atom, Clock
from nlp.time_words import Line, cardinal, counts, lists, names, parts
from nlp.types import Grain

_COMPACT = re.compile(r"(\d{1,2})([0-5]\d)")
_PREPOSITIONS = frozenset(
    {"at", "@", "around", "about", "by", "before", "after", "past", "until", "till", "til", "since", "from", "like", "near", "roughly"}
)
_THROUGH = frozenset({"to", "-", "–", "—", "until", "till", "til", "through", "thru"})


def clock_atom(line: Line, i: int) -> Atom | None:
    """The longest clock time, range of clock times or part of the day that begins at word `i`."""
    ranged = _range(line, i)
    if ranged is not None:
        return ranged
    found = [a for a in (_clock_alone(line, i), part_atom(line, i)) if a is not None]
    return max(found, key=lambda a: a.last, default=None)


_AROUND_LUNCH = {"before": 12, "after": 13}  # the hour that is meant


def _clock_alone(line: Line, i: int) -> Atom | None:
    read = read_clock(line, i)
    if read is None:
        return None
    clock, last, certain = read
    grain = Grain.MINUTE if clock.to_minute else Grain.HOUR
    bound = "about" if line.at(last - 1) == "ish" or line.at(i) == "noonish" else None
    if not certain:
        if not line.closes(last):
            return None
        before = line.at(i - 1)
        if before in _PREPOSITIONS:
            asked = before in ("at", "@") or line.closes(last)
            return Atom(i, last, clock=clock, grain=grain, bound=bound) if asked and not _counted(line, i) else None
        if _taken_as_time(line, i, last):
            return Atom(i, last, clock=clock, grain=grain, bound=bound)
        return Atom(i, last, clock=clock, grain=grain, weak=True, bound=bound)
    return Atom(i, last, clock=clock, grain=grain, bound=bound)


def _counted(line: Line, i: int) -> bool:
    """ "from about 3 to 4 people", "like 5": a number after a loose word needs the loose word to follow a time or nothing."""
    return line.at(i - 1) in ("like", "past") and line.at(i - 2) not in ("", ",", "at", "around", "maybe")


def _taken_as_time(line: Line, i: int, last: int) -> bool:
    """A bare number that its words make a time: "make it 11", "move it to 4", "how about 3", "5 then", "3 works"."""
    before, two = line.at(i - 1), line.at(i - 2)
    if before in ("it", "that") and two in ("make", "say", "do"):
        return True
    if before == "about" and two in ("how", "what"):
        return True
    if before == "to" and any(line.at(j) in lists("moving") for j in range(max(i - 6, 0), i - 1)):
        return True
    opens = not before or before in (",", ".", "!", ";", "ok", "okay", "nvm", "actually", "or", "no", "yes", "sorry")
    return opens and line.at(last) in ("then", "instead", "works", "sharp", "would", "suits")


def read_clock(line: Line, i: int) -> tuple[Clock, int, bool] | None:
    """(clock, next word, whether it can be nothing else)."""
    word = line.at(i)
    if word in counts("noons") and line.at(i - 1) != "good":
        minutes = counts("noons")[word]
        j = i + 1 + (line.at(i + 1) == "ish") + 2 * (line.at(i + 1) == "-" and line.at(i + 2) == "ish")
        return Clock(minutes // 60, minutes % 60, "24"), j, True
    if word == "lunch" and line.at(i - 1) in _AROUND_LUNCH:
        return Clock(_AROUND_LUNCH[line.at(i - 1)], 0, "24"), i + 1, True
    spoken = _past_or_to(line, i)
    if spoken is not None:
        return _with_half(line, *spoken, True)
    digital = _digital(line, i)
    if digital is not None:
        return _with_half(line, *digital)
    number = cardinal(line, i)
    if number is None or not 1 <= number[0] <= 12 or (line.at(i).isdecimal() and len(line.at(i)) > 2):
        return None
    hour, j = number
    minute, after = _spoken_minutes(line, j)
    if minute is not None and not line.at(i).isdecimal():
        return _with_half(line, Clock(hour, minute, to_minute=True), after, line.at(i - 1) in _PREPOSITIONS)
    return _with_half(line, Clock(hour), j, False)


def _spoken_minutes(line: Line, i: int) -> tuple[int | None, int]:
    """ "thirty", "oh five", "forty five" after a spoken hour."""
    if line.at(i) in ("oh", "o") and (digit := counts("numbers").get(line.at(i + 1), 0)) and digit < 10:
        return digit, i + 2
    minute = cardinal(line, i)
    if minute is None or line.at(i).isdecimal() or not 10 <= minute[0] < 60 or line.at(minute[1]) in names("units"):
        return None, i
    return minute


def _past_or_to(line: Line, i: int) -> tuple[Clock, int] | None:
    """ "half past 11", "a quarter to five", "ten past 3", "20 after four"."""
    j = i + (line.at(i) == "a" and line.at(i + 1) == "quarter")
    word = line.at(j)
    shift = {"half": 30, "quarter": 15}.get(word) or (cardinal(line, j) or (0, 0))[0]
    after = j + 1 if word in ("half", "quarter") else (cardinal(line, j) or (0, j))[1]
    after += line.at(after) in ("minutes", "min", "mins")
    towards = line.at(after)
    if shift not in (5, 10, 15, 20, 25, 30) or towards not in ("past", "to", "till", "til", "after", "before", "of"):
        return None
    if word not in ("half", "quarter") and towards not in ("past", "to", "till", "after"):
        return None
    if (word.isdecimal() or word not in ("half", "quarter")) and towards == "to" and line.at(i - 1) in ("from", "between", "about"):
        return None
    noon = counts("noons").get(line.at(after + 1), 0)
    hour = cardinal(line, after + 1) or ((noon // 60, after + 2) if noon else None)
    if (
        hour is None
        or not 1 <= hour[0] <= (24 if noon else 12)
        or not _hour_closes(line, hour[1])
        or (word.isdecimal() and towards in ("to", "after"))
    ):
        return None
    minutes = hour[0] * 60 + (shift if towards in ("past", "after") else -shift)
    half = "24" if noon else None
    return Clock(minutes // 60 if noon else (minutes // 60 - 1) % 12 + 1, minutes % 60, half, to_minute=True), hour[1]


def _hour_closes(line: Line, i: int) -> bool:
    return line.closes(i) or line.at(i) in ("am", "pm", "a", "p", "o'clock", "oclock")


def _digital(line: Line, i: int) -> tuple[Clock, int, bool] | None:
    """ "5:30", "17:00", "5.30 pm", "530pm", and after a preposition "530"."""
    word = line.at(i)
    if (
        not (word.isascii() and word.isdecimal())
        or (line.tight(i) and line.at(i - 1) not in ("@", "(", "-", "~"))
        or line.at(i - 1) in ("$", "#")
    ):
        return None
    if line.at(i + 1) in (":", ".") and line.tight(i + 1) and (line.tight(i + 2) or _is_spaced(line, i)):
        return _with_colon(line, i)
    compact = _COMPACT.fullmatch(word)
    if compact is not None and len(word) == len("0630") and word[0] == "0" and line.at(i - 1) in _PREPOSITIONS and line.closes(i + 1):
        return Clock(int(compact[1]), int(compact[2]), "24", to_minute=True), i + 1, True  # "at 0630"
    if compact is None or len(word) < 3 or not 1 <= int(compact[1]) <= 12:
        return None
    clock = Clock(int(compact[1]), int(compact[2]), to_minute=True)
    if _half(line, i + 1)[0]:
        return clock, i + 1, True
    return (clock, i + 1, False) if line.at(i - 1) in ("@", "at") and _after_day(line, i - 1) else None


def _is_spaced(line: Line, i: int) -> bool:
    """ "2: 30 pm": a space after the colon where the half of the day makes it a time."""
    return line.at(i + 1) == ":" and len(line.at(i + 2)) == 2 and _half(line, i + 3)[0] is not None


def _after_day(line: Line, i: int) -> bool:
    before = line.at(i - 1)
    return before in counts("weekdays") or before in counts("relative_days") or before in lists("plain_parts")


def _with_colon(line: Line, i: int) -> tuple[Clock, int, bool] | None:
    hours, minutes = line.at(i), line.at(i + 2)
    if len(minutes) != 2 or not minutes.isdecimal() or int(minutes) > 59 or int(hours) > 23 or len(hours) > 2:
        return None
    j = i + 3
    if line.at(j) in (":", ".") and line.tight(j) and line.tight(j + 1) and line.at(j + 1).isdecimal():
        return None
    if line.at(i + 1) == "." and not _half(line, j)[0]:
        return None
    half = "24" if int(hours) > 12 or int(hours) == 0 or (len(hours) == 2 and hours[0] == "0") else None
    return Clock(int(hours), int(minutes), half, to_minute=True), j, True


def _half(line: Line, i: int) -> tuple[str | None, int]:
    """`am` or `pm` of "pm", "p.m.", "a" right behind a number, and the next word."""
    word = line.at(i)
    if word in ("am", "pm"):
        return word, i + 1
    if word in ("a", "p") and line.at(i + 1) == "." and line.at(i + 2) == "m" and line.tight(i + 1):
        return word + "m", i + 3 + (line.at(i + 3) == "." and line.tight(i + 3) and bool(line.at(i + 4)))
    if word in ("a", "p") and line.at(i + 1) == "m":
        return word + "m", i + 2
    short = word in ("a", "p") and line.tight(i) and line.at(i - 1).isdecimal() and not _is_label(line, i)
    return (word + "m", i + 1) if short else (None, i)


def _is_label(line: Line, i: int) -> bool:
    """ "Apartment 2A": a capital right behind a number that nothing makes an hour."""
    return line.text[line.words[i].start].isupper() and line.at(i - 2) not in _PREPOSITIONS


def _with_half(line: Line, clock: Clock, i: int, certain: bool = True) -> tuple[Clock, int, bool]:
    """The clock with what says its half of the day: "o'clock", "pm", "in the morning", "Eastern"."""
    if line.at(i) in ("o'clock", "oclock") or (line.at(i) == "o" and line.at(i + 1) == "clock"):
        i, certain = i + 1 + (line.at(i) == "o"), True
    if line.at(i) == "ish" or (line.at(i) == "-" and line.at(i + 1) == "ish"):
        i, certain = i + 1 + (line.at(i) == "-"), True
    half, after = _half(line, i)
    if half is not None and clock.half is None:
        clock, i, certain = replace(clock, half=half), after, True
    elif half is not None:
        i = after
    j = i + 2 if line.at(i) == "in" and line.at(i + 1) == "the" else i + 1 if line.at(i) == "at" else i
    if j > i and line.at(j) in lists("plain_parts") and clock.half is None:
        late = line.at(j) != "morning" and not (line.at(j) == "night" and clock.hour in (12, 1, 2, 3))
        clock, i, certain = replace(clock, half="pm" if late else "am"), j + 1, True
    zone = names("zones").get(line.at(i))
    named = zone is not None and (certain or len(line.at(i)) > 2)
    if named and (line.at(i) not in ("central", "mountain", "pacific", "eastern") or line.at(i + 1) in ("time", "") or line.closes(i + 1)):
        return replace(clock, zone=zone), i + 1 + (line.at(i + 1) == "time"), True
    return clock, i, certain


def _range(line: Line, i: int) -> Atom | None:
    """ "between 1 and 3", "8 to noon", "from 9 until 5", "9-11am"."""
    opener = line.at(i) if line.at(i) in ("from", "between") else ""
    first = read_clock(line, i + bool(opener))
    if first is None:
        return None
    clock, j, certain = first
    linked = line.at(j) in _THROUGH if opener != "between" else line.at(j) in ("and", "to", "-")
    second = read_clock(line, j + 1) if linked else None
    if second is None or not _hour_closes(line, second[1]):
        return None
    closing, last, also = second
    strong = certain or also
    if not strong and line.at(j) == "-" and not line.tight(j) and not opener:
        return None
    grain = Grain.MINUTE if clock.to_minute or closing.to_minute else Grain.HOUR
    return Atom(i, last, clock=clock, closing=closing, grain=grain, weak=not strong and not opener)


def part_atom(line: Line, i: int) -> Atom | None:
    """ "in the morning", "this afternoon", "first thing", "the evening", "afternoon"."""
    word = line.at(i)
    if word == "first" and line.at(i + 1) == "thing":
        j = i + 2
        morning = line.at(j) == "in" and line.at(j + 1) == "the" and line.at(j + 2) == "morning"
        return Atom(i, j + 3 if morning else j, part="morning", grain=Grain.PART)
    j = i + (word in ("in", "during"))
    article = line.at(j) in ("the", "early", "late", "mid")
    j += line.at(j) == "the"
    j += line.at(j) in ("early", "late", "mid", "later")
    j += line.at(j) == "-" and line.at(j - 1) == "mid"
    if line.at(j) not in parts() or line.at(i - 1) in ("good", "all", "every", "each") or not line.closes(j + 1):
        return None
    if line.at(j) not in lists("plain_parts") and not _after_day(line, i):
        return None
    holds = line.at(j + 1) in lists("holding")
    weak = not (article and word in ("in", "during")) and not (holds and line.at(j) in ("morning", "afternoon", "evening"))
    return Atom(i, j + 1, part=line.at(j), grain=Grain.PART, weak=weak)
