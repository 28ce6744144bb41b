"""Who or what something is, where a question asks nothing else: its name, its colour. Pure."""

import re
from collections.abc import Iterable

from graph.asked import Asked
from graph.kinds import kinds
from graph.model import Entity, EntityId, Fact
from graph.predicates import HAVING
from graph.question_terms import Question
from graph.telling import Answer, Citation, Teller, nothing
from graph.wording import capitalised
from nlp.kinds import is_kind
from nlp.names import given_gender

_NAMES = frozenset({"first", "last", "full", "family", "given", "own"})  # of which a name consists
_SOME = re.compile(r"(?:one|some|two|both|all|each|none|most|half|many|any|another|neither|either)\b", re.IGNORECASE)  # no names


def identity(asked: Asked, question: Question, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """Who or what something is, where the question asks nothing else: its name."""
    if asked.colour and (coloured := _coloured(asked, question, facts, teller)) is not None:
        return coloured
    if asked.attribute == "name" and asked.wanted == "what":
        return _own_name(asked, question, facts, teller)
    if asked.sort and (sort := _sort(asked, question, teller)) is not None:
        return sort
    chosen = _by_degree(asked, question)
    if chosen is not None:
        about = [f for f in facts if chosen.id in (f.subject, f.object)]
        return Answer(f"It's {chosen.name}.", False, "", tuple(teller.cite(f) for f in about[:1]))
    if asked.wanted == "who" and asked.of == question.customer and asked.predicate == "be":
        return _named(question.entities[question.customer], "", facts, teller)
    if asked.of is None or (asked.wanted == "what" and asked.attribute != "name") or asked.of in (question.customer, question.business):
        return None
    entity = question.entities.get(asked.of)
    if entity is None or not entity.name[:1].isupper() or _SOME.match(entity.name):
        return None
    noun = next((h for h in entity.heads if h.lower() not in entity.name.lower().split()), None)
    mentioned = {m.text.lower() for m in question.parse.mentions if question.referents[m.index] == asked.of}
    by_name = any(entity.name.lower() in text for text in mentioned) and asked.attribute != "name"
    if by_name and not (noun and entity.owner and asked.wanted == "who"):
        return None
    about = [f for f in facts if asked.of in (f.subject, f.object) and f.role in ("possession", "name", "attribute")]
    words = f"{capitalised(teller.owner(entity))} {noun} is {entity.name}." if noun and entity.owner else f"It's {entity.name}."
    words = f"{entity.name} is {teller.owner(entity)} {noun}." if by_name else words
    return Answer(words, False, "", tuple(Citation(f.turn, f.id, f.text) for f in about[:2]))


def _sort(asked: Asked, question: Question, teller: Teller) -> Answer | None:
    """ "What kind of dog is Tulip?" where she was brought up as a greyhound."""
    entity = question.entities.get(asked.of) if asked.of is not None else None
    wide = (asked.kind_of,) if asked.kind_of else ("dog", "cat", "horse")
    head = next((h for h in entity.heads if any(is_kind(h, w) == 1 for w in wide)), None) if entity is not None else None
    if entity is None or head is None or not entity.name[:1].isupper():
        return None
    article = "an" if head[0] in "aeiou" else "a"
    return Answer(f"{entity.name} is {article} {head}.", False, "", teller.first_told(entity))


def _by_degree(asked: Asked, question: Question) -> Entity | None:
    """ "Which horse is the youngest?" where "the youngest" is what Juniper was called."""
    if asked.wanted not in ("who", "which") or asked.predicate != "be" or len(asked.terms) != 1:
        return None
    term = asked.terms[0]
    entity = question.entities.get(term.entity) if term.entity and not (term.named or term.noun) else None
    return entity if entity is not None and entity.name[:1].isupper() and term.lemma in entity.attributes + entity.heads else None


def _coloured(asked: Asked, question: Question, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """ "What color is my car?" after "my blue Subaru", "I drive a blue Subaru": by the words that went with the noun."""
    types = {t for m in question.parse.mentions for t in kinds().entities.get(m.head_lemma, ())}
    about = [question.entities[e] for e in asked.entities if e in question.entities]
    owners = [question.referents[m.possessor] for m in question.parse.mentions if m.possessor is not None]
    owner = next((o for o in owners if o is not None), question.customer)
    had = {f.object for f in facts if f.subject == owner and f.predicate in HAVING and f.polarity == "positive"}
    owned = (e for e in question.entities.values() if e.owner == owner or e.id in had)
    about += [e for e in owned if types and e.type in types]
    for entity in about:
        colour = next((a for a in entity.attributes if a.lower() in kinds().colours), None)
        if colour is not None and entity.first_turn is not None:
            said = f"{capitalised(teller.owner(entity))} {entity.name} is {colour}."
            return Answer(said, False, "", (Citation(entity.first_turn, None, said),))
    return None


def _own_name(asked: Asked, question: Question, facts: Iterable[Fact], teller: Teller) -> Answer | None:
    """ "What's my last name?", "what is her name?": the name of whoever owns it."""
    names = [m for m in question.parse.mentions if m.head_lemma == "name" and m.possessor is not None]
    owners = [question.parse.mentions[m.possessor] for m in names if m.possessor is not None]
    asked_for = {w for m in names for w in m.modifiers} - {w.lower() for o in owners for w in re.findall(r"\w+", o.text)}
    if asked_for - _NAMES:
        return None  # "What's my maiden name?" asks for another
    found = question.referents[owners[0].index] if owners else None
    whose = question.entities.get(EntityId(found)) if found else question.entities.get(asked.of) if asked.of else None
    if whose is None:
        return None
    if not whose.name[:1].isupper():
        called = next((f for f in facts if f.subject == whose.id and f.predicate in ("call", "name") and f.polarity == "positive"), None)
        if called is None:
            return nothing("the name was never told")
        return Answer(teller.sentence(called), False, "", (teller.cite(called),))
    return _named(whose, question.parse.text.lower(), facts, teller)


def _named(whose: Entity, words: str, facts: Iterable[Fact], teller: Teller) -> Answer:
    parts = whose.name.split()
    if len(parts) == 1 and ("last name" in words or "surname" in words) and given_gender(whose.name) is not None:
        return nothing("the last name was never told")
    part = parts[-1] if "last name" in words or "surname" in words else parts[0] if "first name" in words else whose.name
    said = next((f for f in facts if f.subject == whose.id and f.predicate == "name"), None)
    owner = "Your" if whose.is_customer and teller.to_customer else f"{capitalised(teller.owner(whose))} {next(iter(whose.heads), '')}'s"
    return Answer(f"{owner} name is {part}.", False, "", (Citation(said.turn, said.id, said.text),) if said else ())
