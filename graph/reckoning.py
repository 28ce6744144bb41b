"""Ages, lengths of time and sums that nobody said in so many words: worked out from what was said. Pure.

Knows a question and the facts that are known; says what each result rests on.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from graph.known_clauses import Match
from graph.likeness import Search
from graph.measures import dimensions, measured, money
from graph.model import Entity, Fact
from graph.telling import Answer, Teller
from graph.wording import capitalised

_ALL = re.compile(r"\b(?:together|altogether|in total|in all|combined|total|all told)\b", re.IGNORECASE)
_PAYS = re.compile(r"(?:pay|cost|spend|charge|be|is|contribute|chip_in|cover|give|owe|put)(?:_|$)")
_GOT = frozenset(["buy", "get", "adopt", "inherit", "receive", "acquire", "lease", "rent", "own", "owns", "has", "have", "take", "join"])
_STARTING = frozenset({"start", "begin"})
_SINCE = re.compile(r"\b(?:since|start(?:ed)?|beg[iau]n)\b", re.IGNORECASE)
_UPON = re.compile(r"\b(?:when|after|as soon as|right after) \w+")
_DAYS_COUNTED = 60  # longer spells are told in months and years
_MONTHS = 12
_MONTH = 30.44

Finder = Callable[[Search], Sequence[Match]]


def aged(search: Search, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """ "How old is Inaya?" after "she was born in 2017"."""
    asked, question = search.asked, search.question
    if asked.wanted != "how old" or asked.past:
        return None
    ids = asked.entities or ((question.customer,) if asked.speaks else ())
    entity = question.entities.get(ids[0]) if len(ids) == 1 else None
    age = next(d for d in dimensions() if d.name == "age")
    found = measured(entity, age, facts, question.as_of) if entity is not None else None
    if entity is None or found is None:
        return None
    years = int((found.size + 0.5) / 365.25)
    who = "you are" if entity.is_customer and teller.to_customer else f"{teller.name(entity.id)} is"
    said = f"{years}" if found.exact else f"{years - 1} or {years}" if entity.type in ("person", "animal") and years else f"about {years}"
    says = capitalised(f"{who} {said} years old.")
    if found.fact is None:
        return Answer(f"{says} {_by_name(entity, teller)}", False, "", teller.first_told(entity))
    return Answer(f"{says} {teller.sentence(found.fact)}", False, "", (teller.cite(found.fact),))


def _by_name(entity: Entity, teller: Teller) -> str:
    name = next((n for n in (entity.name, *entity.aliases) if re.search(r"\b(?:19|20)\d\d\b", n)), entity.name)
    return f"{capitalised(teller.owner(entity))} {next(iter(entity.heads), entity.name)} is a {name}."


def lasted(search: Search, find: Finder, teller: Teller, *, better_than: float) -> Answer | None:
    """ "How long have I had the van?" after "I bought it in 2018"; "how long did he play?" after "from May 2022 to June 2024"."""
    asked = search.asked
    if asked.wanted != "how long":
        return None
    having = asked.predicate in ("have", "own")
    for match in find(replace(search, asked=replace(asked, wanted="when"))):
        if match.score < better_than:
            break
        if having and not any(f.predicate.split("_")[0] in _GOT for f in match.clause.facts):
            continue
        fact = next((f for f in match.clause.facts if f.valid_from is not None or "/" in (f.when or "")), None)
        told = _spell(fact, search, still=asked.predicate not in ("take", "last")) if fact is not None else ""
        if fact is not None and told:
            return Answer(f"{teller.sentence(fact)} {told}", False, "", (teller.cite(fact),))
    return None


def _spell(fact: Fact, search: Search, *, still: bool) -> str:
    start, end = fact.valid_from, fact.valid_end(search.known_at)
    if "/" in (fact.when or ""):
        parts = (fact.when or "").split("/")
        zone = search.question.as_of.tzinfo
        try:
            start, end = (datetime.fromisoformat(f"{p}-01-01"[: max(len(p), len("2026-03-01"))]) for p in parts)
        except ValueError:
            return ""
        start, end = (t if t.tzinfo else t.replace(tzinfo=zone) for t in (start, end))
    if start is None or (end is None and not (still and search.asked.perfect)):
        return ""
    until = min(end, search.question.as_of) if end is not None and search.asked.perfect else end or search.question.as_of
    return f"That's {spelled(start, until)}." if until > start else ""


def spelled(start: datetime, end: datetime) -> str:
    """A length of time in words: "7 days", "about 8 years", "about 1 year and 9 months"."""
    days = (end.date() - start.date()).days
    if days < 1:
        return f"{_counted(round((end - start).total_seconds() / 3600), 'hour')}"
    if days <= _DAYS_COUNTED:
        return _counted(days, "day")
    years, months = divmod(round(days / _MONTH), _MONTHS)
    parts = [_counted(n, unit) for n, unit in ((years, "year"), (months, "month")) if n]
    return f"about {' and '.join(parts[:1] if years >= 5 else parts)}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def reasoned(search: Search, find: Finder, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """ "Why did I buy a dryer?" after "the old one broke, so I bought one"; "why am I selling the boat?" after "I'm selling the boat, it's
    too expensive": what the same sentence says before "so", or goes on with."""
    if search.asked.wanted != "why":
        return None
    for match in find(replace(search, asked=replace(search.asked, wanted="how"))):
        what = match.clause.first
        beside = [f for f in facts if f.turn == what.turn and f.clause != what.clause and f.role != "possession" and f.predicate != "name"]
        why = _before_so(what, beside) or _going_on(what, beside, search)
        if why is not None:
            says = f"{teller.sentence(what)} {teller.sentence(why)}"
            return Answer(says, False, "", (teller.cite(what), teller.cite(why)))
    return None


def begun(search: Search, find: Finder, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """ "Since when does it leak?" after "it leaks over the garage, it started on Sunday": what the same turn says of the start."""
    if search.asked.wanted != "when" or not _SINCE.search(search.question.parse.text):
        return None
    for match in find(replace(search, asked=replace(search.asked, wanted="how"))):
        what = match.clause.first
        starts = [f for f in facts if f.turn == what.turn and f.subject == what.subject and f.predicate.split("_")[0] in _STARTING]
        start = next((f for f in starts if f.when or f.valid_from), None) or next((f for f in starts if _UPON.search(f.text)), None)
        if start is not None:
            says = " ".join(dict.fromkeys([teller.sentence(what), teller.sentence(start)]))
            return Answer(says, False, "", (teller.cite(what), teller.cite(start)))
    return None


def _before_so(what: Fact, beside: Sequence[Fact]) -> Fact | None:
    earlier = [f for f in beside if 0 <= _number(f) < _number(what)] if "therefore" in what.lemmas else []
    return max(earlier, key=_number, default=None)


def _going_on(what: Fact, beside: Sequence[Fact], search: Search) -> Fact | None:
    """A sentence without a conjunction is read with its last clause as the whole of it."""
    ends = {what.subject, what.object, *search.asked.entities} - {None, search.question.business}
    told = (f for f in beside if f.tense != "future")  # what is still to come is no reason
    whole = (f for f in told if f.span.start <= what.span.start and f.span.end > what.span.end and _number(f) > _number(what))
    return next((f for f in whole if {f.subject, f.object} & ends and "therefore" not in f.lemmas), None)


def _number(fact: Fact) -> int:
    number = fact.clause.rpartition("#")[2]
    return int(number) if number.lstrip("-").isdigit() else 0


def asks_sum(search: Search) -> bool:
    return search.asked.wanted in ("how much", "what") and _ALL.search(search.question.parse.text) is not None


def tells_sum(match: Match) -> bool:
    """Whether the clause itself says that it speaks of several together."""
    return _ALL.search(match.clause.first.text) is not None


def summed(search: Search, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """ "How much do my parents and my aunt pay together?": the amounts that each was said to pay or cost."""
    asked, question = search.asked, search.question
    if not asks_sum(search):
        return None
    facts = list(facts)
    named = [e for i in asked.entities if (e := question.entities.get(i)) is not None]
    named = [m for e in named for m in _parts(e, search)]
    if asked.customer and asked.speaks and not any(e.is_customer for e in named):
        named.append(question.entities[question.customer])
    told = [[f for f in facts if f.subject == e.id and _pays(f)] for e in named]
    if any(not each for each in told):
        told = [each for each, e in zip(told, named, strict=True) if each or not e.is_customer]
    if not told or any(not each for each in told):
        return None
    amounts = {f.clause: f for each in told for f in (each if len(told) == 1 else each[-1:])}
    if len(amounts) < 2:
        return None
    return _sum(list(amounts.values()), teller)


def _parts(entity: Entity, search: Search) -> list[Entity]:
    members = [e for m in entity.members if (e := search.question.entities.get(m)) is not None]
    return members or [entity]


def _pays(fact: Fact) -> bool:
    says = fact.polarity == "positive" and fact.modality != "reported" and not fact.predicate.startswith("asks_to")
    return says and _PAYS.match(fact.predicate) is not None and money(fact) is not None


def _sum(facts: Sequence[Fact], teller: Teller) -> Answer | None:
    amounts = [m for f in facts if (m := money(f)) is not None]
    if len({currency for _, currency in amounts}) != 1:
        return None
    total, currency = sum((a for a, _ in amounts), Decimal(0)), amounts[0][1]
    said = f"${total:,}" if currency == "USD" else f"{total} {currency}".strip()
    sentences = " ".join(dict.fromkeys(teller.sentence(f) for f in facts))
    return Answer(f"{said} together. {sentences}", False, "", tuple(teller.cite(f) for f in facts))
