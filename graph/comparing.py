"""Which of several is older, cheaper, heavier: by what was said of each. Pure.

Knows a question and facts; compares only what was measured, and says what it rests on.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.asked import Asked
from graph.known_clauses import known_as
from graph.likeness import Search, is_a
from graph.measures import Amount, Dimension, dimensions, measured
from graph.model import Entity, EntityId, Fact
from graph.question_terms import Question
from graph.telling import Answer, Teller
from graph.wording import capitalised
from nlp.kinds import is_kind
from nlp.types import Mention, Token

_DONE = {"pay": "price", "cost": "price", "charge": "price", "spend": "price", "weigh": "weight"}
_YEAR = 365.25  # days
_GRADED = frozenset({"JJR", "RBR", "JJS", "RBS"})


@dataclass(frozen=True)
class _Degree:
    """The word that compares: along which dimension, whether the greater is asked for, whether of all ("oldest") or of two."""

    token: Token
    dimension: Dimension
    greater: bool
    most: bool


def compared(search: Search, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """None where the question compares nothing, or too little was said of what it compares; `facts`: those that are known, in order."""
    asked, question = search.asked, search.question
    degree = _degree(question)
    if degree is None or asked.wanted not in ("who", "which", "what", "yes_no", "how much"):
        return None
    facts = list(facts)
    of = _by_end(facts)
    listed = _named(asked, question, degree.dimension, of)
    among = listed if len(listed) > 1 else _of_kind(search, degree, facts)
    known = [(e, a) for e in among if (a := measured(e, degree.dimension, of.get(e.id, ()), question.as_of)) is not None]
    if len(known) < 2 or len({a.unit for _, a in known}) > 1 or (len(listed) > 1 and len(known) < len(listed)):
        return None
    ranked = sorted(known, key=lambda k: -k[1].size if degree.greater else k[1].size)
    if _too_close(ranked[0][1], ranked[1][1]):
        return None
    if asked.wanted == "yes_no":
        return _yes_no(listed, ranked, teller)
    if asked.wanted == "how much":
        return _by_how_much(ranked, degree, teller)
    return _told(ranked, degree, teller, hedged=len(known) < len(among))


def asks_difference(question: Question) -> bool:
    """ "How much older is the dryer?": answered by two amounts or not at all."""
    lowered = question.parse.text.lower()
    return _degree(question) is not None and re.search(r"\bhow (?:much|many \w+) (?:\w+er|more|less)\b", lowered) is not None


def _by_end(facts: Iterable[Fact]) -> Mapping[EntityId, Sequence[Fact]]:
    found: dict[EntityId, list[Fact]] = {}
    for fact in facts:
        for end in {fact.subject: None, fact.object: None}:
            if end is not None:
                found.setdefault(end, []).append(fact)
    return found


def _degree(question: Question) -> _Degree | None:
    tokens = question.parse.tokens
    for token in tokens:
        lemma = token.lemma.lower()
        done = _DONE.get(tokens[token.head].lemma.lower()) if token.text.lower() in ("more", "most", "less", "least") else None
        if done is not None:
            scale = next(d for d in dimensions() if d.name == done)
            return _Degree(token, scale, token.text.lower() in ("more", "most"), token.text.lower() in ("most", "least"))
        before = tokens[token.i - 1].text.lower() if token.i else ""
        if token.tag not in _GRADED and before not in ("more", "most", "less", "least"):
            continue
        takes = tokens[token.head].lemma.lower() in ("take", "last", "run")
        for dimension in dimensions():
            if (dimension.name == "duration") != takes or lemma not in dimension.more | dimension.less:
                continue
            greater = (lemma in dimension.more) != (before in ("less", "least"))
            return _Degree(token, dimension, greater, token.tag in ("JJS", "RBS") or before in ("most", "least"))
    return None


def _named(asked: Asked, question: Question, dimension: Dimension, of: Mapping[EntityId, Sequence[Fact]]) -> list[Entity]:
    """ "X or Y", "X … than Y": those that the question names, in its order; of what is called so, what was measured."""
    tokens = question.parse.tokens
    link = next((t.i for t in tokens if t.text.lower() in ("or", "than")), None)
    if link is None:
        return []
    found: list[Entity] = []
    for mention in question.parse.mentions:
        if mention.members or mention.role == "possessor" or mention.kind == "time":
            continue
        own = question.referents[mention.index] == question.customer
        if own and mention.head != link + 1 and asked.wanted != "yes_no":
            continue
        entity = _measured_so(mention, question, dimension, of)
        if entity is not None and entity not in found:
            found.append(entity)
    return found


def _measured_so(mention: Mention, question: Question, dimension: Dimension, of: Mapping[EntityId, Sequence[Fact]]) -> Entity | None:
    """What the mention refers to; else, as for "the wool one", what was measured of those that are called so."""
    referent = question.referents[mention.index]
    meant = question.entities.get(EntityId(referent)) if referent is not None else None
    if meant is not None and (meant.members or meant.is_business):
        return None
    words = {mention.head_lemma, *mention.modifiers} - {"one"}
    others = (e for e in question.entities.values() if words & known_as(e) and not (e.members or e.is_customer or e.is_business))
    options = [meant, *others] if meant is not None else list(others)
    return next((e for e in options if measured(e, dimension, of.get(e.id, ()), question.as_of) is not None), meant)


def _of_kind(search: Search, degree: _Degree, facts: Iterable[Fact]) -> list[Entity]:
    """ "Which of my dogs", "my oldest child": all of the kind that were spoken of."""
    question = search.question
    noun = search.asked.noun or next((m.head_lemma for m in question.parse.mentions if degree.token.lemma.lower() in m.modifiers), None)
    if noun is None or search.asked.wanted == "yes_no":
        return []
    own = search.asked.customer
    listed = {w for f in facts if f.predicate in ("has", "owns") and noun in f.lemmas for w in re.findall(r"\w+", f.text)}
    told = {e.id for e in question.entities.values() if e.name[:1].isupper() and set(re.findall(r"\w+", e.name)) <= listed}
    said = told | {
        f.subject for f in facts if f.predicate == "is" and f.role == "attribute" and any(is_kind(w, noun) == 1 for w in f.lemmas)
    }
    ones = (e for e in question.entities.values() if not (e.members or e.is_customer or e.is_business or e.same_as))
    return [e for e in ones if e.number == "singular" and (e.id in said or is_a(search, noun, e.id)) and (not own or _is_own(question, e))]


def _is_own(question: Question, entity: Entity) -> bool:
    return entity.owner is None or entity.owner == question.customer


def _too_close(one: Amount, other: Amount) -> bool:
    """Equal, or ages by the year alone that may be either way around."""
    gap = abs(one.size - other.size)
    return gap == 0 or (not (one.exact and other.exact) and gap < 366)  # days of a year


def _told(ranked: Sequence[tuple[Entity, Amount]], degree: _Degree, teller: Teller, *, hedged: bool) -> Answer:
    first = ranked[0][0]
    name = teller.name(first.id)
    word = degree.token.text.lower()
    if degree.token.lemma.lower() in ("more", "much", "less", "little", "most", "least", "many"):
        return _answer(name, ranked, teller)
    says = f"{name} is the {word} of those I know of" if hedged else f"{name} is {'the ' if degree.most else ''}{word}"
    return _answer(says, ranked, teller)


def _by_how_much(ranked: Sequence[tuple[Entity, Amount]], degree: _Degree, teller: Teller) -> Answer | None:
    """ "How much older is my mother than my father?": in years, or in money."""
    (first, one), (_, other), *_ = ranked
    gap = abs(one.size - other.size)
    if degree.dimension.name not in ("age", "price"):
        return None
    years = round(gap / _YEAR)
    said = (
        f"{years} year{'' if years == 1 else 's'}"
        if degree.dimension.name == "age"
        else f"{'$' * (one.unit == 'USD')}{gap:,.2f}".removesuffix(".00")
    )
    return _answer(f"{teller.name(first.id)} is {said} {degree.token.text.lower()}", ranked, teller)


def _yes_no(listed: Sequence[Entity], ranked: Sequence[tuple[Entity, Amount]], teller: Teller) -> Answer:
    return _answer("Yes" if ranked[0][0] is listed[0] else "No", ranked, teller)


def _answer(says: str, ranked: Iterable[tuple[Entity, Amount]], teller: Teller) -> Answer:
    told = [amount.fact for _, amount in ranked if amount.fact is not None]
    sentences = dict.fromkeys([f"{capitalised(says)}.", *(teller.sentence(f) for f in told)])
    return Answer(" ".join(sentences), False, "", tuple(teller.cite(f) for f in told))
