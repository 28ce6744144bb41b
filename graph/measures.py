"""What was said of how old, dear, heavy, long or big a thing is, as numbers that can be compared. Pure.

Knows facts about one entity and how its words name a year; units are in `data/measures.json`. Must not know questions.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources

from graph.model import Entity, Fact
from nlp.number_words import PATTERN, number_of

_BORN = re.compile(r"(?:bear|build|make|manufacture|hatch|found|establish)_(?:when|in)$")
_COSTING = frozenset({"cost", "charge"})
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_NUMBER = re.compile(rf"(?<![\w.,-])(\d[\d,]*(?:\.\d+)?|{PATTERN})(?![\d])", re.IGNORECASE)
_AGED = re.compile(rf"\b(\d+|{PATTERN})(?:-|\s)(year|month|week)s?(?:-|\s)old", re.IGNORECASE)
_SPAN = re.compile(r"P(?:(\d+(?:\.\d+)?)([YMWD]))?(?:T(?:(\d+(?:\.\d+)?)([HM])))?$")
_DAYS: Mapping[str, float] = {"Y": 365.25, "M": 30.44, "W": 7.0, "D": 1.0, "year": 365.25, "month": 30.44, "week": 7.0}
_HOURS: Mapping[str, float] = {"H": 1 / 24, "M": 1 / 1440}
_YEARS_LIVED = 130  # more is no age


@dataclass(frozen=True)
class Dimension:
    """more, less: adjectives at its two ends, as lemmas. units: by noun, how many of the smallest."""

    name: str
    more: frozenset[str]
    less: frozenset[str]
    units: Mapping[str, float]


@dataclass(frozen=True)
class Amount:
    """size: in days for an age or a duration, in the unit's base otherwise. unit: a currency, else "". fact: that says so; None where
    the thing is called by it ("the 2015 Sienna")."""

    size: float
    unit: str
    fact: Fact | None
    exact: bool = True  # an age by the year alone may be a year less


@cache
def dimensions() -> tuple[Dimension, ...]:
    """Read on first use: importing has no effect."""
    read = json.loads((resources.files("graph") / "data" / "measures.json").read_text("utf-8"))
    return tuple(Dimension(name, frozenset(d["more"]), frozenset(d["less"]), d["units"]) for name, d in read.items())


def number_in(text: str) -> Decimal | None:
    """The first number of a text, in figures or words."""
    for match in _NUMBER.finditer(text):
        said = match[1].replace(",", "")
        found = Decimal(said) if said[0].isdigit() else number_of(said.lower())
        if found is not None:
            return found
    return None


def measured(entity: Entity, dimension: Dimension, facts: Iterable[Fact], as_of: datetime) -> Amount | None:
    """The last that was said of it; `facts`: those that are known."""
    own = [f for f in facts if entity.id in (f.subject, f.object) and f.polarity == "positive" and f.modality == "asserted"]
    found = (a for f in reversed(own) if (a := _amount(entity, dimension, f, as_of)) is not None)
    named = _by_year(entity, as_of) if dimension.name == "age" else None
    return next(found, named)


def _amount(entity: Entity, dimension: Dimension, fact: Fact, as_of: datetime) -> Amount | None:
    if dimension.name == "price":
        return _price(fact) or _price_beside(entity, fact)
    if fact.subject != entity.id:
        return None
    if dimension.name == "age":
        return _age(entity, fact, as_of)
    if dimension.name == "duration":
        days = days_of(fact.value or "") if fact.value_type == "duration" else None
        return Amount(days, "", fact) if days is not None else None
    return in_units(dimension, fact)


def _price(fact: Fact) -> Amount | None:
    amount = money(fact)
    return Amount(float(amount[0]), amount[1], fact) if amount is not None else None


def _price_beside(entity: Entity, fact: Fact) -> Amount | None:
    """ "We have a used Trek for $480 and a new Giant for $690": the price right after its name."""
    if fact.object != entity.id:
        return None
    names = "|".join(re.escape(n) for n in sorted({entity.name, *entity.heads}, key=len, reverse=True))
    match = re.search(rf"\b(?:{names})\b (?:for|at|is|costs?|was|runs?) \$ ?(\d[\d,]*(?:\.\d\d)?)", fact.text, re.IGNORECASE)
    return Amount(float(match[1].replace(",", "")), "USD", fact) if match is not None else None


def money(fact: Fact) -> tuple[Decimal, str] | None:
    """(amount, currency)"""
    value = re.fullmatch(r"(\d+(?:\.\d+)?) ?([A-Z]{3})?", fact.value or "") if fact.value_type == "money" else None
    if value is not None:
        return Decimal(value[1]), value[2] or ""
    bare = re.fullmatch(r"\d[\d,]*(?:\.\d\d)?", fact.said) if fact.predicate in _COSTING else None  # "The dryer costs 350"
    if bare is not None:
        return Decimal(bare[0].replace(",", "")), ""
    said = re.search(r"\$ ?(\d[\d,]*(?:\.\d\d)?)", fact.said) if fact.value is None or fact.value_type == "text" else None
    return (Decimal(said[1].replace(",", "")), "USD") if said is not None else None


def _age(entity: Entity, fact: Fact, as_of: datetime) -> Amount | None:
    if _BORN.match(fact.predicate) and fact.valid_from is not None:
        return _born(fact, fact.valid_from, as_of)
    if fact.predicate == "turn" and fact.valid_from is not None and fact.valid_from <= as_of:
        years = number_in(fact.value or fact.said)
        past = (as_of - fact.valid_from).days
        return Amount(float(years) * _DAYS["year"] + past, "", fact) if years is not None and years < _YEARS_LIVED else None
    if fact.tense == "past" or fact.valid_to is not None:
        return None
    year = _YEAR.match(fact.said.removeprefix("a ")) if fact.predicate == "is" and entity.type not in ("person", "event") else None
    if year is not None:
        return Amount((as_of.year - int(year[1])) * _DAYS["year"], "", fact, exact=False)
    aged = _AGED.search(fact.text)
    if aged is not None:
        number = number_in(aged[1])
        return Amount(float(number) * _DAYS[aged[2].lower()], "", fact) if number is not None else None
    bare = fact.predicate == "age" or (
        fact.predicate == "is" and fact.value_type == "number" and (entity.type in ("person", "animal") or entity.name[:1].isupper())
    )
    years = number_in(fact.value or fact.said) if bare else None
    return Amount(float(years) * _DAYS["year"], "", fact) if years is not None and years < _YEARS_LIVED else None


def _born(fact: Fact, at: datetime, as_of: datetime) -> Amount | None:
    """How old it is by when it came to be."""
    if at > as_of:
        return None
    return Amount(float((as_of - at).days), "", fact, exact=len(fact.when or "") >= len("2017-03-04"))


def _by_year(entity: Entity, as_of: datetime) -> Amount | None:
    """ "My 2015 Sienna": a thing that is called by the year in which it was made."""
    words = " ".join((entity.name, *entity.aliases, *entity.attributes))
    years = [int(y) for y in _YEAR.findall(words) if int(y) <= as_of.year]
    if not years or entity.type in ("person", "event"):
        return None
    return Amount((as_of.year - years[0]) * _DAYS["year"], "", None, exact=False)


def in_units(dimension: Dimension, fact: Fact) -> Amount | None:
    """What the object of the fact says in units of the dimension: "6 foot 1" is 73 inches."""
    said = f"{fact.said} {fact.value or ''}".lower()
    total, found = 0.0, False
    for unit, factor in sorted(dimension.units.items(), key=lambda u: -len(u[0])):
        match = re.search(rf"(\d[\d,]*(?:\.\d+)?|{PATTERN}) ?-?{re.escape(unit)}s?(?:es)?(?![a-z])", said)
        number = number_in(match[1]) if match is not None else None
        if match is not None and number is not None:
            total, found = total + float(number) * factor, True
            said = said[: match.start()] + said[match.end() :]
    return Amount(total, "", fact) if found else None


def days_of(value: str) -> float | None:
    """Of an ISO 8601 duration of one or two parts."""
    match = _SPAN.fullmatch(value)
    if match is None or value in ("P", "PT"):
        return None
    days = float(match[1]) * _DAYS[match[2]] if match[1] else 0.0
    return days + (float(match[3]) * _HOURS[match[4]] if match[3] else 0.0)
