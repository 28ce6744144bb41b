"""What of a clause fills a hole of how much, how many, how old, how long or how: amounts, ages, spells, degrees. Pure."""

import re

from graph.known_clauses import Clause
from graph.likeness import ALIKE, Search, how_like, is_a, is_alike
from graph.measures import dimensions, in_units
from graph.model import Fact
from nlp.kinds import is_kind

_MEASURING = frozenset(
    ["weigh", "measure", "hold", "eat", "drink", "use", "sleep", "need", "take", "pay", "cost", "charge", "spend", "earn", "owe",
     "save", "be"]
)  # fmt: skip
_NUMERALS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|half|dozen"
)
_COUNTED = re.compile(  # a number with the words that it may count
    rf"\b(\d[\d,]*|{_NUMERALS}|an?)\b(?! ?(?:am|pm|%|o'clock))((?:[ -](?!(?:and|or|with|from|for|at|in|on|to)\b)[a-z'-]+){{1,4}})"
)
_AROUND = ("in", "at", "on", "under", "near", "behind", "with", "for")
_SPELL = rf"(?:\d+|{_NUMERALS}|an?|few|several)(?:[ -]and a half)?[ -](?:minute|hour|day|night|week|month|year|decade)s?"
_LASTING = re.compile(rf"\b(?:{_SPELL}|until|since|all (?:day|night|week|year)|long|half an hour|forever|overnight)\b")
_OFTEN = re.compile(
    rf"\b(?:(?:\d+|{_NUMERALS}|few|several|many) times|every|each|once|twice|daily|weekly|monthly|yearly|annually|hourly|always|never"
    rf"|rarely|often|sometimes|usually|an? (?:day|week|month|year)|per (?:day|week|month|year)|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
    rf"|weekends|(?:mornings|evenings|nights|afternoons))\b"
)


def number(search: Search, clause: Clause) -> Fact | None:
    found = _count if search.asked.wanted == "how many" else _amount
    return next((f for f in clause.facts if not _is_other_number(search, f) and found(search, clause, f)), None)


def _is_other_number(search: Search, fact: Fact) -> bool:
    """An age or a time, or what an insurance pays."""
    timed = fact.predicate == "age" or fact.value_type in ("date", "datetime")
    return timed or (search.asked.predicate == "cost" and _is_paid_by_thing(search, fact))


def _amount(search: Search, _clause: Clause, fact: Fact) -> bool:
    noun = search.asked.noun
    counted = noun is None or is_alike(search, noun, fact) or is_a(search, noun, fact.subject)
    money = fact.value_type == "money" or "$" in fact.said or "dollar" in fact.said
    if noun is None and not (money or _is_bare_amount(search, fact)):
        return False
    numerals = _NUMERALS.removeprefix("one|")  # "a new one" is no amount
    return counted and (fact.value_type in ("money", "number") or re.search(rf"\d|\b({numerals})\b", fact.said.lower()) is not None)


def _count(search: Search, clause: Clause, fact: Fact) -> bool:
    noun = search.asked.noun
    bare = fact.role in ("object", "attribute") and re.fullmatch(rf"(?:about |only |just )?(?:\d[\d,]*|{_NUMERALS})", fact.said.lower())
    rest = (t for t in search.asked.terms if t.lemma != noun)
    if bare and all(how_like(search, t, clause) >= 0.85 for t in rest):
        return True  # "How many people does it sleep?" after "it sleeps six"
    if noun is None:
        return fact.value_type in ("money", "number") or re.search(rf"\d|\b(?:{_NUMERALS})\b", fact.said.lower()) is not None
    if any(" and " in f.said and fact.said in f.said and fact.said != f.said for f in clause.facts) and noun not in clause.words:
        return False
    subject = search.question.entities.get(fact.subject)
    if subject is not None and _counts(search, noun, subject.name) and fact.role in ("attribute", "none", "adverb", *_AROUND):
        return True  # "14 of the guests are vegan", "there are 35 boxes in the basement", "17 lambs were born"
    return _counts(search, noun, fact.said)


def _counts(search: Search, noun: str, said: str) -> bool:
    """Whether a number in it is one of such things: "40 folding chairs", "14 of the guests"; not "a Bosch from 2017"."""
    if noun == "time" and re.search(r"\b(?:once|twice|thrice)\b", said.lower()):
        return True
    counted = [(m[1], w) for m in _COUNTED.finditer(said.lower()) for w in re.findall(r"[a-z'-]+", m[2])]
    if any(noun in singulars(w) for _, w in counted):
        return True
    numbers = (w for number, w in counted if number not in ("a", "an") and " and " not in said)  # of a list, each is counted by itself
    return any(any(is_kind(s, noun) == 1 for s in singulars(w)) or search.similarity(noun, w) >= ALIKE for w in numbers)


def singulars(word: str) -> tuple[str, ...]:
    """What a noun may be in the singular, itself first: "canaries", "canarie", "canary"."""
    return (word, word.removesuffix("s"), word.removesuffix("es"), f"{word.removesuffix('ies')}y")


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
    bare = re.fullmatch(r"(?:(?:about|around|only|just|like|roughly|(?:up|down)(?: to)?|to) )?[\d,.]+", fact.said.lower()) is not None
    return measured or bare or re.fullmatch(_NUMERALS, fact.said.lower()) is not None


def age(search: Search, clause: Clause) -> Fact | None:
    asked = search.asked
    whose = (*asked.entities, *([search.question.customer] if asked.speaks else []))
    own = (f for f in clause.facts if not whose or f.subject in whose or f.predicate != "age")  # not of somebody beside
    now = [f for f in own if asked.past or f.tense != "past"]
    ahead = re.search(r"\b(?:will|turn(?:s|ing)?)\b", search.question.parse.text) is not None
    turning = next((f for f in now if ahead and f.predicate == "turn" and f.role in ("object", "attribute")), None)
    if turning is not None:
        return turning
    told = next((f for f in now if f.predicate == "age" or re.search(r"\b[\w-]+[- ]years?[- ]old\b", f.text)), None)
    bare = (f for f in now if f.predicate == "is" and f.value_type == "number" and f.subject in search.asked.entities)
    return told or next(bare, None)


def duration(search: Search, clause: Clause) -> Fact | None:
    length = next(d for d in dimensions() if d.name == "length")
    measured = (f for f in clause.facts if f.subject in search.asked.entities and in_units(length, f) is not None)
    if search.asked.predicate == "be" and (long := next(measured, None)) is not None:
        return long  # "How long is my boat?" of "a 26-foot sloop"
    return next((f for f in clause.facts if f.value_type == "duration" or _LASTING.search(f.text.lower())), None)


def frequency(_search: Search, clause: Clause) -> Fact | None:
    return next((f for f in clause.facts if (f.when or f.value or "").startswith("R/") or _OFTEN.search(f.text.lower())), None)


def manner(search: Search, clause: Clause) -> Fact | None:
    scales = [d for d in dimensions() if search.asked.degree in d.more | d.less]
    if scales:
        units = (f for f in clause.facts if any(in_units(d, f) is not None for d in scales))
        figures = (f for f in clause.facts if search.asked.terms and f.predicate != "age" and re.search(r"\d", f.said))
        return next(units, None) or next(figures, None)
    rest = [f for f in clause.facts if f.role in ("adverb", "with", "by", "when", "in", "complement", "attribute")]
    return rest[0] if rest else clause.first
