"""How many of a kind the customer has, and what they are called, where nobody said a number or a list: those who are known. Pure."""

from collections.abc import Iterable

from graph.asked import Asked
from graph.kinds import kinds
from graph.model import Entity, Fact
from graph.question_terms import Question
from graph.telling import Answer, Citation, Teller
from graph.wording import capitalised

_MOST = 12  # more than that are not told one by one


def counted(asked: Asked, question: Question, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """ "How many kids do I have?", "what are my dogs' names?"; `facts`: those that are known."""
    noun = _noun(asked, question)
    if noun is None or not asked.customer:
        return None
    told: dict[str, Fact] = {}
    for fact in facts:
        for end in (fact.subject, fact.object):
            if end is not None and fact.polarity == "positive":
                told.setdefault(end, fact)
    found = [e for e in question.entities.values() if e.id in told and e.owner == question.customer and _is_one(e, noun)]
    if not 1 <= len(found) <= _MOST:
        return None
    names = [e.name if e.name[:1].isupper() else f"{teller.owner(e)} {e.name}" for e in found]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    cited = tuple(Citation(f.turn, f.id, f.text) for e in found for f in (told[e.id],))
    how_many = f"{len(found)} that I know of: " if asked.wanted == "how many" else ""
    return Answer(capitalised(f"{how_many}{listed}."), False, "", cited)


def _noun(asked: Asked, question: Question) -> str | None:
    if asked.wanted == "how many":
        only = all(term.lemma == asked.noun for term in asked.terms)
        return asked.noun if asked.predicate == "have" and only else None
    if asked.attribute != "name":
        return None
    several = (t for t in question.parse.tokens if t.tag == "NNS" and t.lemma != "name")
    return next((t.lemma.lower() for t in several), None)


def _is_one(entity: Entity, noun: str) -> bool:
    nouns = {noun, *kinds().narrower.get(noun, ())}
    return (
        not entity.members
        and entity.number == "singular"
        and (bool(nouns & set(entity.heads)) or entity.type in kinds().entities.get(noun, ()))
    )
