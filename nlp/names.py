"""Whether two names can be one person's, place's or thing's. Knows strings; no context."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from nlp.function_words import TITLES
from nlp.types import Gender
from nlp.wordlists import groups

_OF_OFFICE = ("officer", "judge", "captain", "coach", "chef", "nurse", "pastor", "detective", "sergeant", "rabbi")
_SHORT = {"dr": "doctor", "dr.": "doctor", "prof": "professor", "prof.": "professor", "rev.": "reverend", "father": "priest"}
TITLE_NOUNS = _SHORT | {title: title for title in _OF_OFFICE}
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*\.?")
_GENDERS: tuple[Gender, Gender] = ("m", "f")
_LONGEST = 6  # letters of an acronym
_TITLED: dict[str, Gender] = {
    "mr": "m",
    "sir": "m",
    "uncle": "m",
    "mrs": "f",
    "ms": "f",
    "miss": "f",
    "madam": "f",
    "aunt": "f",
    "lady": "f",
}
_GENERIC = frozenset({"the", "a", "an", "of", "and", "&", "inc", "inc.", "llc", "co", "co.", "ltd", "corp", "company"})


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    """Each form of a first name with the formal names that it may stand for, itself included."""
    table: dict[str, set[str]] = {}
    for line in files("nlp").joinpath("data/nicknames.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        formal, *short = line.split()
        for name in (formal, *short):
            table.setdefault(name, set()).add(formal)
    return {name: frozenset(formals) for name, formals in table.items()}


@lru_cache(maxsize=20_000)
def name_words(name: str) -> tuple[str, ...]:
    """Lower-case words of a name without titles, articles and legal forms, unless nothing else is left."""
    words = [w.lower().removesuffix("'s").removesuffix("’s") for w in _WORD.findall(name)]
    kept = [w for w in words if w not in TITLES and w not in _GENERIC]
    return tuple(kept or words)


def given_gender(name: str) -> Gender | None:
    """What the first name in it tells of he and she; None where it has none, or one that is common for both."""
    given = groups("given_names.txt")
    words = name_words(name)
    return next((g for w in words for g in _GENDERS if w in given[g]), None)


def called_sex(name: str) -> Gender | None:
    """By the title before it, else by the first name in it."""
    return _title_gender(name) or given_gender(name)


@lru_cache(maxsize=100_000)
def same_name(one: str, other: str) -> float:
    """How well two names go together, in [0, 1]: 1 equal, 0.8 one is part of the other, 0.6 by a nickname, 0 not at all.

    What holds a digit (models, numbers, ids) must be equal.
    """
    a, b = name_words(one), name_words(other)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    if "".join(a) == "".join(b):
        return 0.95
    short, long = sorted((a, b), key=len)
    if any(c.isdigit() for c in "".join(short)) != any(c.isdigit() for c in "".join(long)) or any(c.isdigit() for c in "".join(a)):
        return 0.7 if _is_part(short, long) and not any(c.isdigit() for c in "".join(short)) else 0.0
    if _is_part(short, long):
        return 0.8
    if _is_acronym(one, other) or _is_acronym(other, one):
        return 0.7
    return 0.6 if _by_nickname(short, long) else 0.0


def other_name(name: str, known: Iterable[str]) -> bool:
    """Whether a full name belies what an entity is called in full: "Kara Kimono" is not Kara Ragsdale."""
    words = name_words(name)
    fuller = [other for k in known if len(other := name_words(k)) > 1]
    return len(words) > 1 and bool(fuller) and all(same_name(name, " ".join(other)) == 0.0 for other in fuller)


def _is_part(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """First or last words of the longer one, in order: "Lopez" or "Maria" of "Maria Lopez"; not "Bay" of "San Bay Area"."""
    at = iter(long)
    in_order = all(word in at for word in short)
    return in_order and (short[0] == long[0] or short[-1] == long[-1])


def other_title(name: str, known: Iterable[str]) -> bool:
    """Whether a title belies what an entity is called: Mrs. Pett is not Mr. Pett."""
    own = _title_gender(name)
    return own is not None and any(other not in (None, own) for other in map(_title_gender, known))


def _title_gender(name: str) -> Gender | None:
    return _TITLED.get(name.partition(" ")[0].lower().rstrip("."))


def _is_acronym(short: str, long: str) -> bool:
    """The capitals of the words: "U.N." or "UN" of United Nations, "USI" of University of Southern Indiana."""
    letters = "".join(c for c in short.removeprefix("the ").removeprefix("The ") if c not in ". ")
    if not (2 <= len(letters) <= _LONGEST and letters.isalpha() and letters.isupper()):
        return False
    capitals = "".join(word[0] for word in re.split(r"[\s-]+", long) if word[:1].isupper())
    return letters == capitals.removeprefix("T" if long[:4] == "The " else "")


def _by_nickname(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    formal = _nicknames()
    first = formal.get(short[0], frozenset()) & formal.get(long[0], frozenset())
    rest = len(short) == 1 or short[1:] == long[1:]
    return bool(first) and rest
