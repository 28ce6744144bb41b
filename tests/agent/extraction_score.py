"""Whether the facts written for a turn are those that a careful reader noted: lenient on wording, strict on content.

Facts of one clause about one subject are read together: a gold fact is found when the clause has its subject, one of its predicates, all
words of one of its objects, its time, polarity and modality. What was written beyond that is wrong, unless it is a further detail of a
clause that was right, or says no more than a name or a possessive did.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.agent.stems import LITTLE, content, within, words
from tests.conversations.expectations import plain

ZONE = ZoneInfo("America/Chicago")  # of the business in plain.yaml
BUSINESS = ("business", "agent", "harborview", "services", "company")
ENDED = ("ended", "retracted")  # changes that write nothing new
NEGATIONS = frozenset(
    ["not", "never", "no", "nobody", "nothing", "without", "neither", "cannot", "can't", "won't", "don't", "doesn't", "isn't"]
)
SAYING = frozenset(("say", "tell", "think", "claim", "insist"))
CALENDAR = words("monday tuesday wednesday thursday friday saturday sunday morning evening day")
UNITS = {"PD": "day", "PW": "week", "PM": "month", "PY": "year", "PTH": "hour", "PTM": "minute"}

ANYHOW = "anyhow"  # of what may be written as well: its polarity and modality don't matter

Fact = Mapping[str, Any]  # of the API's answer to a turn


@dataclass(frozen=True)
class Gold:
    """What was noted: any of the subjects, any of the predicates, any of the objects; `when`: a prefix of an ISO time; flags: negative,
    uncertain, reported."""

    subject: tuple[str, ...]
    predicate: tuple[str, ...]
    object: tuple[str, ...]
    when: str = ""
    flags: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Gold":
        return cls(**{k: v if isinstance(v, str) else tuple(v) for k, v in row.items()})

    def __str__(self) -> str:
        parts = (self.subject[0], self.predicate[0], self.object[0] if self.object else "*", self.when, *self.flags)
        return " / ".join(part for part in parts if part)


@dataclass(frozen=True)
class Clause:
    """The facts that one clause made about one subject, as words."""

    facts: tuple[Fact, ...]
    subject: frozenset[str]
    owner: frozenset[str]
    objects: frozenset[str]  # and predicates
    wording: frozenset[str]  # of predicates, objects and the text
    times: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Score:
    """One turn: gold facts not found; facts that are wrong; found, of all gold; units: right statements, each counted once."""

    missed: tuple[Gold, ...]
    wrong: tuple[Fact, ...]
    found: int
    units: int


# clauses


def clauses(facts: Sequence[Fact]) -> list[Clause]:
    together: dict[tuple[str, ...], list[Fact]] = {}
    for fact in facts:
        key = (str(fact["subject"]["entity_id"]), fact["text"], fact["polarity"], fact["modality"])
        together.setdefault(key, []).append(fact)
    return [_clause(group) for group in together.values()]


def _clause(group: Sequence[Fact]) -> Clause:
    objects = frozenset[str]().union(*(_object(f) for f in group))
    predicates = content(" ".join(f["predicate"] for f in group))
    subject = words(group[0]["subject"]["name"])
    wording = objects | predicates | subject | frozenset[str]().union(*(words(f["text"]) for f in group))
    times = tuple(time for f in group for time in _times(f))
    return Clause(tuple(group), subject, _owner(group[0]), objects | predicates, wording, times)


def _object(fact: Fact) -> frozenset[str]:
    """A duration counts by its number and unit, a repeated time by its days."""
    value = _value(fact)
    span = re.fullmatch(r"(PT?)(\d+)([DWMYH])", value)
    spelled = f"{span[2]} {UNITS[span[1] + span[3]]}" if span else value
    days = words(fact["text"]) & CALENDAR if value.startswith("R/") else frozenset[str]()
    return content(f"{fact['object']['name'] or ''} {spelled}") | days


def _owner(fact: Fact) -> frozenset[str]:
    """Whose the subject is, where the text says so: "Marcus's last day is March 20"."""
    owned = re.match(rf"(.+?)'s {re.escape(fact['subject']['name'])}\b", fact["text"], re.IGNORECASE)
    return words(owned[1]) if owned else frozenset[str]()


def _value(fact: Fact) -> str:
    value = fact["object"]["value"]
    return "" if value is None else str(value)


def _times(fact: Fact) -> Iterator[str]:
    yield _value(fact)
    for bound in (fact["valid_from"], fact["valid_to"]):
        if bound is not None:
            yield datetime.fromisoformat(bound).astimezone(ZONE).isoformat()


def _chained(made: Sequence[Clause]) -> Iterator[Clause]:
    """Clauses joined over a thing that is the object of one and the subject of the other."""
    for one in made:
        things = {f["object"]["entity_id"] for f in one.facts} - {None}
        for other in made:
            if one is not other and other.facts[0]["subject"]["entity_id"] in things:
                facts, times = one.facts + other.facts, one.times + other.times
                yield Clause(facts, one.subject, one.owner, one.objects | other.objects, one.wording | other.wording, times)


# matching


def states(clause: Clause, gold: Gold, customer: str) -> bool:
    """Whether the clause says what the gold fact says, apart from its time."""
    return _flags(clause, gold) and _about(clause, gold, customer) and _predicate(clause, gold)


def named(clause: Clause, gold: Gold) -> bool:
    """Whether the name of a thing says it: "2012 Corolla"."""
    names = [clause.subject, *(content(f["object"]["name"]) for f in clause.facts)]
    pairs = [(content(a), content(b)) for a in gold.subject for b in gold.object]
    return any(a and b and within(a, name) and within(b, name) for a, b in pairs for name in names)


def _flags(clause: Clause, gold: Gold) -> bool:
    """A report may be kept as reported, or as an act of saying."""
    if ANYHOW in gold.flags:
        return True
    fact = clause.facts[0]
    negative = fact["polarity"] == "negative" or ("negative" in gold.flags and bool(words(fact["text"]) & NEGATIONS))
    allowed = {"uncertain", "reported"} & set(gold.flags) or {"asserted"}
    if "reported" in gold.flags and clause.wording & SAYING:
        allowed.add("asserted")
    return fact["modality"] in allowed and ("either" in gold.flags or negative == ("negative" in gold.flags))


def _about(clause: Clause, gold: Gold, customer: str) -> bool:
    """Subject and object at the two ends, in either order, or in two roles of what the customer or the business did."""
    subjects = [names for each in gold.subject for names in _names(each, customer)]
    things = [names for each in gold.object for names in _names(each, customer) if each != "*"]
    if "*" in gold.object or not gold.object:
        return any(_same(names, clause.subject) or within(names, clause.owner) for names in subjects if names)
    whole = clause.objects | clause.owner
    ends = [(clause.subject, whole), (clause.owner, clause.objects | clause.subject)]
    if any(_same(names, clause.subject) for each in ("me", "biz") for names in _names(each, customer)):
        ends.append((clause.objects, whole))
    return any(_same(a, one) and b and within(b, other) for a in subjects for b in things for one, other in ends) or any(
        _same(b, clause.subject) and a and within(a, whole) for a in subjects for b in things
    )


def _names(alternative: str, customer: str) -> list[frozenset[str]]:
    """The ways a subject may be named: a list of sets of words that must all be there."""
    if alternative in ("me", "we", "us", "you", "customer"):
        return [words(each) for each in ("customer", *customer.split())]
    if alternative == "biz":
        return [words(each) for each in BUSINESS]
    return [content(alternative)]


def _same(names: frozenset[str], end: frozenset[str]) -> bool:
    return bool(names) and bool(end) and (within(names, end) or within(end - LITTLE, names))


def _predicate(clause: Clause, gold: Gold) -> bool:
    return any(each == "*" or within(words(each), clause.wording) for each in gold.predicate)


def _at(clause: Clause, gold: Gold) -> bool:
    wanted = f"T{gold.when}" if re.match(r"\d\d:", gold.when) else gold.when
    return any(wanted in time for time in clause.times)


def _timeless(clause: Clause, gold: Gold) -> bool:
    """Whether the clause says the thing and leaves the time out: not found, not wrong either."""
    return not any(re.match(r"\d{4}", time) for time in clause.times) and bool(gold.when)


# scores


def score(written: Sequence[Fact], turn: Mapping[str, Any], customer: str) -> Score:
    """written: the facts of the turn's answer. turn: its line in extraction.jsonl. customer: the name they tell, or nothing."""
    kept = [fact for fact in written if fact["change"] not in ENDED]
    gold = [Gold.of(row) for row in turn["facts"]]
    also = [Gold.of(row | {"flags": [ANYHOW]}) for row in turn.get("also", [])]
    made = clauses(kept)
    touched: set[Gold] = set()
    good: set[int] = set()
    for clause in (*made, *_chained(made)):
        stated = [each for each in (*gold, *also) if (clause in made or each not in touched) and states(clause, each, customer)]
        timely = {each for each in stated if _at(clause, each)}
        touched |= timely | {each for each in gold if not each.when and named(clause, each)}
        if timely or any(_timeless(clause, each) for each in stated):
            good |= {id(fact) for fact in clause.facts if _said(fact, turn, stated, customer)}
    wrong = tuple(f for f in kept if id(f) not in good and not _entailed(f, turn, [*gold, *also]))
    missed = tuple(each for each in gold if each not in touched)
    return Score(missed, wrong, len(gold) - len(missed), min(len(touched), len(good)))


def _said(fact: Fact, turn: Mapping[str, Any], stated: Sequence[Gold], customer: str) -> bool:
    """Whether a detail of a right clause is what was noted, or has its words from the turn."""
    if re.match(r"\d{4}|PT?\d|R/", _value(fact)):
        return True
    thing = _object(fact)
    if any(alternative != "*" and within(content(alternative) or words(alternative), thing) for g in stated for alternative in g.object):
        return True
    noted = frozenset[str]().union(*(content(" ".join((*g.subject, *g.predicate, *g.object))) for g in stated))
    known = noted | content(turn["say"]) | words(customer) | words(" ".join(("customer", *BUSINESS)))
    return not thing or bool(thing & known) if fact["object"]["value"] is None else within(thing, known | words(turn["say"]))


def _entailed(fact: Fact, turn: Mapping[str, Any], noted: Sequence[Gold]) -> bool:
    """Whether a fact says no more than what a name, a possessive ("my left knee") or a part of one noted fact says."""
    if fact["polarity"] == "negative":
        return False
    name = plain(fact["object"]["name"] or _value(fact))
    ends, subject = content(name), content(fact["subject"]["name"]) - {"customer"}
    if fact["predicate"] in ("name", "is_a"):
        return bool(ends & words(turn["say"])) or ends <= subject
    if fact["predicate"] in ("has", "owns") or within(words(fact["predicate"]), ends):
        owned = "|".join(re.escape(word) for word in name.split())
        return bool(re.search(rf"(\b(my|our|your|his|her|their|its)|\w's|s') +(\S+ +){{0,3}}({owned})\b", plain(turn["say"])))
    return any(_part(subject, ends, each) for each in noted if "negative" not in each.flags)


def _part(subject: frozenset[str], thing: frozenset[str], gold: Gold) -> bool:
    sides = [content(each) for each in (*gold.subject, *gold.object)]
    return any(within(subject, side) for side in sides) and any(
        within(thing, content(each) | content(" ".join(gold.predicate))) for each in (*gold.object, gold.when)
    )
