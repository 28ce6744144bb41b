"""What a turn says beside the matter in hand: questions that the playbook answers, and objections.

Knows likeness to the playbook's examples; not what is asked of memory, nor goals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.heard import Clause
from agent.playbook import Knowledge, Objection, Service
from agent.sense import Sense, acts_of, concepts
from agent.slot_choice import named_options, stem
from agent.slot_numbers import find_numbers
from agent.spoken import money

KNOWN = 0.5  # from this likeness on, an entry of the playbook answers a question
SURE = 0.62  # from this on, also a question about the customer's own affairs
OBJECTED = 0.5
_SHARED = 0.08  # for each content word or notion in common, two at most
_STANCE = 0.12  # for a notion in common with an objection: the thing that it is about ("the brakes") does not make one
_STANCES = frozenset({"=price", "=fear", "=pain", "=delay", "=browsing", "=trust"})
_SAID = 0.12  # for a name or number of the question that stands in the answer
_ALL_SAID = 0.25  # where nothing else is asked about
_ABOUT_ME = re.compile(r"\b(?:my|mine|our|ours|me|i|we|us)\b", re.IGNORECASE)
_SPEAKER_ASKS = re.compile(
    r"\b(?:can|could|may|do|should|would|will|did|must|if|how|where|what|to|when) (?:i|we)\b|\b(?:tell|let|show|give|help) (?:me|us)\b"
    r"|\bi(?:'d| would)? (?:just |really |also )?(?:need|like|want|have|was|am|wonder)\w*\b",
    re.IGNORECASE,
)
_PRICE = re.compile(r"\b(?:how much|cost|costs|price|prices|pricing|charge|rates?|fee)\b")
_OFFERED = re.compile(
    r"\bdo (?:you|u|y'all)(?: guys| all| people| also| still)* (?:do|offer|have|sell|provide|carry|teach|make|stock|handle)\b"
    r"(?! (?:any(?:thing)?|time|room|an? (?:opening|slot|appointment)))"
)
_ASKING_PRICE = frozenset(
    map(stem, ("much", "cost", "price", "charge", "fee", "rate", "pay", "money", "dollar", "=price", "run", "total", "all"))
)
_AMOUNT = re.compile(r"\d+(?:\.\d+)? ?(?:dollars|bucks|euros|pounds|cents|USD|EUR|GBP)\b|[$€£] ?\d")
_FEW = 6  # options whose prices are told in one reply
_LISTED = 12  # options that are told in one reply
_CONDITION = re.compile(r"(?<!what )\bif (?:i|we|he|she|they|it|that|there)\b|\bunless\b")
_NAME = re.compile(r"\b[A-Z][\w-]+|\b\w*\d\w*\b")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that the playbook answers, and how surely."""

    entry: Knowledge
    clause: Clause
    score: float


@dataclass(frozen=True, slots=True)
class Objected:
    objection: Objection
    clause: Clause
    score: float


def is_question(clause: Clause) -> bool:
    return "question" in acts_of(clause)


def find_answers(sense: Sense, clauses: Sequence[Clause]) -> tuple[Answered, ...]:
    """The entries that answer the turn's questions, in the order of the turn, each once."""
    found: list[Answered] = []
    for clause in clauses:
        best = _best_entry(sense, clause) if is_question(clause) else None
        if best and not any(a.entry == best.entry for a in found):
            found.append(best)
    return tuple(found)


def _best_entry(sense: Sense, clause: Clause) -> Answered | None:
    best: Answered | None = None
    for match in sense.likeness(clause.vector, "knowledge"):
        entry = sense.playbook.knowledge[int(match.example.key[0])]
        shared = min(2, len(match.example.lemmas & clause.lemmas))
        said = bool({n.lower() for n in _NAME.findall(clause.plain[1:])} & {n.lower() for n in _NAME.findall(entry.say)})
        score = match.cosine + _SHARED * shared + (_ALL_SAID if said and _tells_all(clause, entry) else _SAID * said)
        due = SURE if _ABOUT_ME.search(_own_part(clause.plain)) or "request" in acts_of(clause) else KNOWN
        if score >= due and (best is None or score > best.score):
            best = Answered(entry, clause, score)
    return best


def _tells_all(clause: Clause, entry: Knowledge) -> bool:
    """Whether all that the question is about is told by name: "do you take MetLife?"."""
    words = frozenset(map(stem, re.findall(r"[a-z0-9]+", " ".join((entry.say, *entry.ask)).lower())))
    return {w for w in clause.lemmas if not w.startswith("=")} <= words


def _own_part(text: str) -> str:
    """The question without "can I", "where do I", "tell me": there the speaker is no part of what is asked."""
    return _SPEAKER_ASKS.sub(" ", text)


def find_objection(sense: Sense, clauses: Sequence[Clause], askable: Sequence[tuple[str, str]]) -> Objected | None:
    """The likeliest objection; not what is rather an answer to one of the askable slots or a question that the playbook answers."""
    best: Objected | None = None
    for clause in clauses:
        for match in sense.likeness(clause.vector, "objection"):
            example = match.example
            if example.negated != clause.negated and match.cosine < 0.8:
                continue
            told = (clause.past and not example.past) or bool(find_numbers(clause.plain))  # a report, or a figure
            told = told or _CONDITION.search(clause.text.lower()) is not None or _orders(sense, clause)
            if match.cosine < OBJECTED + 0.15 and told:
                continue
            score = match.cosine + _STANCE * bool(_STANCES & example.lemmas & clause.lemmas)
            rival = max(sense.nearness(clause.vector, "plain"), _nearest_answer(sense, clause, askable))
            if score >= OBJECTED and match.cosine >= rival and (best is None or score > best.score):
                objection = next(o for o in sense.playbook.objections if o.name == example.key[0])
                best = Objected(objection, clause, score)
    return best


def _orders(sense: Sense, clause: Clause) -> bool:
    """Whether it names something of the catalog, and takes no stance to it."""
    options = [o for listed in (sense.playbook.catalog or {}).values() for o in listed]
    return not _STANCES & clause.lemmas and bool(named_options(clause.text, (), options))


def _nearest_answer(sense: Sense, clause: Clause, askable: Sequence[tuple[str, str]]) -> float:
    """How near the clause is to the examples of what the open goal asks for."""
    return max((sense.nearness(clause.vector, kind, key) for key in askable for kind in ("like", "yes", "no")), default=0.0)


def catalog_answer(sense: Sense, clauses: Sequence[Clause]) -> tuple[str, Clause] | None:
    """What the catalog says to a question whether something is offered, or what is: "do you do highlights?"."""
    clause = next((c for c in clauses if is_question(c) and _OFFERED.search(c.text.lower())), None)
    options = [o for listed in (sense.playbook.catalog or {}).values() for o in listed]
    if clause is None or not options:
        return None
    named = [c.option for c in named_options(clause.text, (), options)]
    if named:
        said = [o.name + (f" ({money(o.price.amount, o.price.currency, voice=False)})" if o.price else "") for o in named]
        return f"Yes, we do: {' and '.join(said)}.", clause
    listing = re.search(r"\b(?:what|which)\b", clause.text.lower()) and len(options) <= _LISTED
    return (f"We offer {', '.join(o.name for o in options)}.", clause) if listing else None


def price_answer(sense: Sense, clauses: Sequence[Clause], chosen: Sequence[str], about: frozenset[str]) -> tuple[str, Clause] | None:
    """What the playbook says to a question for a price: of the options named, else of those chosen already, else what it tells of prices in
    the matter in hand, else a short list.

    chosen: names of options that fill slots of the open goal; about: what that goal is about, as stems and notions. None where nothing
    asks for a price, or there is none.
    """
    options = [o for listed in (sense.playbook.catalog or {}).values() for o in listed if o.price]
    clause = next((c for c in clauses if is_question(c) and _PRICE.search(c.text.lower()) and not c.past), None)
    if clause is None:
        return None
    named = list(dict.fromkeys(c.option for c in named_options(clause.text, (), options)))
    wanted = named or [o for o in options if o.name in chosen and _is_of_it(clause, o)]
    told = None if wanted else _told_price(sense, clause, about)
    if told:
        return told, clause
    said = [f"{o.name} {money(o.price.amount, o.price.currency, voice=False)}" for o in wanted or options[: _FEW + 1] if o.price]
    return (f"{said[0][0].upper()}{', '.join(said)[1:]}.", clause) if said and (wanted or len(options) <= _FEW) else None


def _is_of_it(clause: Clause, chosen: Service) -> bool:
    """Whether it asks the price of what is talked of, naming nothing else: "how much is it?", "what would pulling it cost?"."""
    own = frozenset(map(stem, re.findall(r"[a-z]+", " ".join((chosen.name, *chosen.also)).lower())))
    return not {w for w in clause.lemmas if not w.startswith("=")} - _ASKING_PRICE - own


def _told_price(sense: Sense, clause: Clause, about: frozenset[str]) -> str | None:
    """The entry that tells a price and has most in common with the question, or with what is talked of."""
    best: tuple[int, float, str] | None = None
    for match in sense.likeness(clause.vector, "knowledge"):
        entry = sense.playbook.knowledge[int(match.example.key[0])]
        if not _AMOUNT.search(entry.say):
            continue
        words = frozenset(map(stem, re.findall(r"[a-z]+", " ".join((entry.say, *entry.ask)).lower()))) | concepts(entry.say)
        common = len(words & (clause.lemmas | about) - _ASKING_PRICE)
        if common and (best is None or (common, match.cosine) > best[:2]):
            best = (common, match.cosine, entry.say)
    return best[2] if best else None
