"""How many of a kind the customer has, and what they are called, where nobody said a number or a list: those who are known. Pure."""

from collections.abc import Iterable

from graph.asked import Asked
from graph.kinds import kinds
from graph.measures import number_in
from graph.model import Entity, Fact
from graph.predicates import OWNING
from graph.question_terms import Question
from graph.telling import Answer, Citation, Teller
from graph.wording import capitalised
from nlp.kinds import is_kind

_MOST = 12  # more than that are not told one by one


def counted(asked: Asked, question: Question, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """ "How many kids do I have?", "what are my dogs' names?"; `facts`: those that are known."""
    noun = _noun(asked, question)
    if noun is None or not asked.customer:
        return None
    told: dict[str, Fact] = {}
    had: dict[str, bool] = {}  # whether still
    for fact in facts:
        for end in (fact.subject, fact.object):
            if end is not None and fact.polarity == "positive":
                told.setdefault(end, fact)
                if fact.subject == question.customer and fact.predicate in OWNING:
                    had[end] = had.get(end, True) and fact.holds(question.as_of, teller.known_at)
    theirs = (e for e in question.entities.values() if e.id in told and had.get(e.id, e.owner == question.customer))
    found = _apart([e for e in theirs if e.owner in (None, question.customer) and _is_such(e, noun)])
    numbers = [_number_of(e) for e in found]
    if not 1 <= len(found) <= _MOST or (asked.wanted == "how many" and None in numbers):
        return None
    names = [e.name if e.name[:1].isupper() else f"{teller.owner(e)} {e.name}" for e in found]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    cited = tuple(Citation(f.turn, f.id, f.text) for e in found for f in (told[e.id],))
    how_many = f"{sum(n or 0 for n in numbers)} that I know of: " if asked.wanted == "how many" else ""
    return Answer(capitalised(f"{how_many}{listed}."), False, "", cited)


def _noun(asked: Asked, question: Question) -> str | None:
    if asked.wanted == "how many":
        only = all(term.lemma == asked.noun for term in asked.terms)
        return asked.noun if asked.predicate == "have" and only else None
    if asked.attribute != "name":
        return None
    several = (t for t in question.parse.tokens if t.tag == "NNS" and t.lemma != "name")
    return next((t.lemma.lower() for t in several), None)


def _is_such(entity: Entity, noun: str) -> bool:
    if entity.members or entity.is_customer:
        return False
    nouns = {noun, *kinds().narrower.get(noun, ())}
    kind = any(head in nouns or is_kind(head, noun) == 1 for head in entity.heads)
    return kind or entity.type in kinds().entities.get(noun, ())


def _apart(found: list[Entity]) -> list[Entity]:
    """Without the single ones of what is told together: "my grey canary" is one of "two canaries"."""
    together = {h for e in found if e.number == "plural" for h in e.heads}
    return [e for e in found if e.number == "plural" or not together & set(e.heads)]


def _number_of(entity: Entity) -> int | None:
    """None of several that nobody counted."""
    if entity.number == "singular":
        return 1
    number = number_in(entity.name.partition(" ")[0])
    return int(number) if number is not None else None
