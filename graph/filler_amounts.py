"""What of a clause fills a hole of how much, how many, how old, how long or how: amounts, ages, spells, degrees. Pure."""

import re

from graph.known_clauses import Clause
from graph.likeness import Search, how_like, is_a, is_alike
from graph.measures import dimensions, in_units
from graph.model import Fact

_MEASURING = frozenset(
    ["weigh", "measure", "hold", "eat", "drink", "use", "sleep", "need", "take", "pay", "cost", "charge", "spend", "earn", "owe",
     "save", "be"]
)  # fmt: skip
_NUMERALS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|half|dozen"
)
_LASTING = re.compile(
    rf"\b(?:(?:\d+|{_NUMERALS}|an?|few|several)(?:[ -]and a half)?[ -](?:minute|hour|day|night|week|month|year|decade|time)s?"
    r"|every|each|once|twice|daily|weekly|monthly|yearly|until|since|always|never|all (?:day|night|week|year)|long|half an hour)\b"
)


def number(search: Search, clause: Clause) -> Fact | None:
    for fact in clause.facts:
        if search.asked.predicate == "cost" and _is_paid_by_thing(search, fact):
            continue
        counted = search.asked.noun is None or is_alike(search, search.asked.noun, fact) or is_a(search, search.asked.noun, fact.subject)
        money = fact.value_type == "money" or "$" in fact.said or "dollar" in fact.said
        if search.asked.wanted == "how much" and search.asked.noun is None and not (money or _is_bare_amount(search, fact)):
            continue
        numerals = _NUMERALS.removeprefix("one|") if search.asked.wanted == "how much" else _NUMERALS  # "a new one" is no amount
        bare = fact.role == "object" and re.fullmatch(rf"\d+|{_NUMERALS}", fact.said.lower()) is not None
        rest = (t for t in search.asked.terms if t.lemma != search.asked.noun)
        if bare and search.asked.wanted == "how many" and all(how_like(search, t, clause) >= 0.85 for t in rest):
            return fact  # "How many people does it sleep?" after "it sleeps six"
        subject = search.question.entities.get(fact.subject)
        numbered = subject is not None and re.match(rf"(\d+|{_NUMERALS})\b", subject.name.lower()) is not None
        if numbered and (counted if fact.role == "attribute" else is_a(search, search.asked.noun or "", fact.subject)):
            return fact  # "14 of the guests are vegan", "there are 35 boxes in the basement"
        if counted and (fact.value_type in ("money", "number") or re.search(rf"\d|\b({numerals})\b", fact.said.lower())):
            return fact
    return None


def _is_paid_by_thing(search: Search, fact: Fact) -> bool:
    """ "My plan pays up to $150 for frames": what an insurance or a firm pays is not what it costs."""
    payer = search.question.entities.get(fact.subject)
    return fact.predicate.split("_")[0] in ("pay", "cover", "reimburse") and payer is not None and payer.type != "person"


def _is_bare_amount(search: Search, fact: Fact) -> bool:
    """ "I paid 1,100 for it"; of what is weighed, eaten, used also with its unit."""
    if fact.role == "when" or fact.value_type in ("date", "datetime"):
        return False
    verb = search.asked.predicate
    measured = verb in _MEASURING and verb != "be" and fact.predicate.split("_")[0] in _MEASURING
    bare = re.fullmatch(r"(?:(?:about|around|only|just|like|roughly) )?[\d,.]+", fact.said.lower()) is not None
    return measured or bare or re.fullmatch(_NUMERALS, fact.said.lower()) is not None


def age(search: Search, clause: Clause) -> Fact | None:
    now = [f for f in clause.facts if search.asked.past or f.tense != "past"]
    ahead = re.search(r"\b(?:will|turn(?:s|ing)?)\b", search.question.parse.text) is not None
    turning = next((f for f in now if ahead and f.predicate == "turn" and f.role in ("object", "attribute")), None)
    if turning is not None:
        return turning
    told = next((f for f in now if f.predicate == "age" or re.search(r"\b[\w-]+[- ]years?[- ]old\b", f.text)), None)
    bare = (f for f in now if f.predicate == "is" and f.value_type == "number" and f.subject in search.asked.entities)
    return told or next(bare, None)


def duration(_search: Search, clause: Clause) -> Fact | None:
    return next((f for f in clause.facts if f.value_type == "duration" or _LASTING.search(f.text.lower())), None)


def manner(search: Search, clause: Clause) -> Fact | None:
    scales = [d for d in dimensions() if search.asked.degree in d.more | d.less]
    if scales:
        units = (f for f in clause.facts if any(in_units(d, f) is not None for d in scales))
        figures = (f for f in clause.facts if search.asked.terms and f.predicate != "age" and re.search(r"\d", f.said))
        return next(units, None) or next(figures, None)
    rest = [f for f in clause.facts if f.role in ("adverb", "with", "by", "when", "in", "complement", "attribute")]
    return rest[0] if rest else clause.first
