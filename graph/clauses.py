"""Clauses -> drafts of facts: which of them say something to be remembered, about whom, and when it holds. Pure.

Knows a parse, what its mentions refer to, and the lexicon of predicates. What a draft does to facts known before is decided in
`graph.facts`.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from graph.arrangements import is_booking
from graph.clause_arguments import GREETED, IT, is_price, objects_of, subject_of
from graph.content import content_lemmas
from graph.courtesies import is_courtesy
from graph.drafts import Draft, Heard
from graph.fact_values import FactModality, fact_modality, fact_value, is_single, is_value, predicate_of
from graph.model import EntityId
from graph.noun_phrases import noun_phrases
from graph.placing import placed
from graph.predicates import lexicon
from graph.validity import times_of, valid
from graph.wording import phrase, sentence, without_reason
from nlp.ownership import is_owner
from nlp.types import Argument, Interval, Relation, Span

_WISHES = frozenset({"want", "plan", "need", "intend", "hope", "love", "like", "prefer"})
_BEGUN = frozenset({"lives_in", "works_at"})
_NAMING = frozenset({"call", "name"})
_AGED = re.compile(r"(?:years?|months?|weeks?|days?)[ -]old$")


def drafts(heard: Heard) -> list[Draft]:
    """Everything that the turn says for a fact, in the order of its words."""
    found: list[Draft] = []
    for relation in heard.parse.relations:
        if _says(heard, relation):
            found += clause_drafts(heard, relation)
            found += placed(heard, relation) if relation.modality != "request" else []
    if heard.turn.speaker == "agent":  # what the business says of the customer is no fact until they agree
        found = [d for d in found if d.subject != heard.customer or is_booking(heard, d)]
    return found + noun_phrases(heard)


def _says(heard: Heard, relation: Relation) -> bool:
    if relation.modality == "hypothesis" and is_price(heard, relation) and not any(r.link == "if" for r in heard.parse.relations):
        return True  # "It would be $95"
    if relation.modality in ("question", "hypothesis", "joke", "wish", "offer") or relation.predicate in ("wish", "hope"):
        return False
    if is_courtesy(heard, relation) or (relation.predicate in _NAMING and relation.link == "relative"):
        return False  # "a plumber called Ernst Vogel": what names say is read in `graph.noun_phrases`
    if heard.turn.speaker == "agent":
        return relation.modality != "request"
    return True


def clause_drafts(heard: Heard, relation: Relation) -> list[Draft]:
    """What one clause says, whatever its modality."""
    subject = subject_of(heard, relation)
    if subject is None:
        return []
    arguments = [a for a in objects_of(heard, relation, subject) if not _is_other_than_it(heard, relation, subject, a)]
    if relation.predicate == "be":
        arguments = _of_being(relation, arguments)
        if not arguments:
            return []
    common = _common(heard, relation)
    made = [_draft(heard, relation, subject, a, common) for a in arguments or (None,)]
    made += _wished(heard, relation, subject, common)
    made += [replace(d, object=m) for d in made for m in _members(heard, d.object) if m != subject]
    return made + [replace(d, subject=m) for m in _members(heard, subject) for d in made]


def _is_other_than_it(heard: Heard, relation: Relation, subject: EntityId, argument: Argument) -> bool:
    """ "It's Dr. Mbeki", "it's $35": what "it" cannot be, whatever it was taken for: nobody who answers is a thing, no price a parrot."""
    named, whose = relation.argument("subject"), heard.entity(subject)
    if relation.predicate != "be" or argument.role != "attribute" or named is None or whose is None or named.text.lower() not in IT:
        return False
    mention = heard.parse.mentions[argument.mention] if argument.mention is not None else None
    alive = whose.type in ("person", "animal")
    other = mention is not None and ((mention.type == "person" and not alive) or (mention.type == "money" and alive))
    owned = mention is not None and is_owner(heard.parse.tokens, mention.head)  # "it's the contractor's"
    return other and not owned and not _is_held_by_person(heard, relation, subject)


def _is_held_by_person(heard: Heard, relation: Relation, role: EntityId) -> bool:
    """ "My mom was my emergency contact, but now it's my brother": what somebody is said to be, somebody else may be."""
    for other in heard.parse.relations:
        who, what = other.argument("subject"), other.argument("attribute")
        if other.predicate == "be" and other.index != relation.index and what is not None and heard.referent(what.mention) == role:
            return _is_person(heard, heard.referent(who.mention if who is not None else None))
    return False


def _of_being(relation: Relation, arguments: list[Argument]) -> list[Argument]:
    """What "be" says something with: nothing where it only names or greets; what there is."""
    named = relation.argument("subject")
    if named is not None and (named.lemma == "name" or GREETED.fullmatch(named.text.lower())):
        return []
    there = "existential" in relation.cues
    return arguments or ([replace(named, role="attribute", mention=None)] if there and named is not None else [])


def _members(heard: Heard, entity: EntityId | None) -> tuple[EntityId, ...]:
    """Of a group; none of one thing."""
    found = heard.entities.get(entity) if entity else None
    return found.members if found else ()


@dataclass(frozen=True)
class _Common:
    """What all facts of one clause share."""

    text: str
    told: str
    span: Span
    lemmas: tuple[str, ...]
    when: str | None
    valid: Interval
    said_by: EntityId | None
    modality: FactModality


def _wished(heard: Heard, relation: Relation, subject: EntityId, common: _Common) -> list[Draft]:
    """ "She wants to move the piano in July": what is to be done with what, and when, of those who want it themselves."""
    if relation.predicate not in _WISHES or relation.negated:
        return []
    aims = [r for r in heard.parse.relations if r.parent == relation.index and r.link == "complement" and not r.negated]
    named = [(aim, a) for aim in aims for a in aim.arguments if a.role not in ("subject", "complement", "adverb")]
    told = [(aim, a) for aim, a in named if a.time is not None or heard.referent(a.mention) not in (None, subject)]
    return [
        replace(d, predicate=f"{relation.predicate}_to_{d.predicate}") for aim, a in told for d in [_draft(heard, aim, subject, a, common)]
    ]


def _common(heard: Heard, relation: Relation) -> _Common:
    reporter = heard.referent(relation.reporter)
    times = times_of(heard, relation)
    point = next((t for t in times if t.bound is None and t.kind != "duration"), times[0] if times else None)
    return _Common(
        text=sentence(heard.words, relation, "third"),
        told=sentence(heard.words, relation, "customer"),
        span=heard.evidence(relation.span),
        lemmas=(*content_lemmas(without_reason(heard.words, relation)), *_entailed(heard, relation)),
        when=point.value if point else None,
        valid=valid(heard, relation, times),
        said_by=reporter or heard.speaker,
        modality=fact_modality(relation),
    )


def _entailed(heard: Heard, relation: Relation) -> tuple[str, ...]:
    """Other words for what the clause says: who was sent, came; who starts, starts a job; what is so, is therefore."""
    found = ("therefore",) if _follows(heard, relation) else ()
    mentions = heard.parse.mentions
    placed = [a for a in relation.arguments if a.role == "in" and a.mention is not None and mentions[a.mention].type == "place"]
    bare = not any(a.role in ("object", "complement", "with", "in") for a in relation.arguments if a not in placed)
    if relation.predicate == "start" and bare and _is_person(heard, heard.referent(_mention(relation, "subject"))):
        return (*found, "job", "work")
    sent = relation.argument("object")
    somebody = sent is not None and relation.predicate == "send" and _is_person(heard, heard.referent(sent.mention))
    return (*found, "come") if somebody else found


def _follows(heard: Heard, relation: Relation) -> bool:
    """ "…, so I bought a new one": what the clause before it led to."""
    before = [t for t in heard.parse.tokens if t.span.end <= relation.span.start][-1:]
    first = next((t for t in heard.parse.tokens if t.span.start == relation.span.start), None)
    if relation.parent is not None and any(t.text.lower() == "so" for t in (*before, first) if t is not None):
        return True
    so = next((a for a in relation.arguments if a.role == "adverb" and a.text.lower() == "so"), None)
    return so is not None and any(r.parent == relation.index and r.span.end <= so.span.start for r in heard.parse.relations)


def _mention(relation: Relation, role: str) -> int | None:
    argument = relation.argument(role)
    return argument.mention if argument is not None else None


def _is_person(heard: Heard, referent: EntityId | None) -> bool:
    entity = heard.entity(referent)
    return entity is not None and (entity.type == "person" or (entity.type == "thing" and entity.name[:1].isupper()))


def _draft(heard: Heard, relation: Relation, subject: EntityId, argument: Argument | None, common: _Common) -> Draft:
    entity = heard.referent(argument.mention) if argument else None
    entity = None if entity == subject else entity
    value, value_type = (None, None) if entity and not is_value(heard, argument) else fact_value(heard, argument)
    predicate = _predicate(heard, relation, subject, argument, value_type)
    return Draft(
        subject=subject,
        predicate=predicate,
        object=None if value is not None else entity,
        value=value,
        value_type=value_type,
        role=argument.role if argument else "none",
        relation=relation.index,
        span=common.span,
        text=common.text,
        told=common.told,
        said=phrase(heard.words, argument.span, "third") if argument else "",
        polarity="negative" if relation.negated or _is_without(argument) else "positive",
        modality=common.modality,
        said_by=common.said_by,
        tense=relation.tense,
        lemmas=common.lemmas,
        when=common.when,
        valid_from=common.valid.start or _begins(heard, relation, predicate),
        valid_to=common.valid.end,
        cues=relation.cues,
        single=is_single(heard, predicate, subject),
    )


def _begins(heard: Heard, relation: Relation, predicate: str) -> datetime | None:
    """ "We're moving to Utrecht on June 1": when it will be so that somebody lives or works there, which a verb of change says."""
    changes = predicate in _BEGUN and relation.predicate.split("_")[0] not in lexicon().stative and relation.tense != "past"
    told = [t.interval.start for t in times_of(heard, relation) if changes and t.bound is None and t.interval is not None]
    return next((start for start in told if start is not None and start > heard.turn.at), None)


def _is_without(argument: Argument | None) -> bool:
    """ "On the fourth floor, with no elevator": denied beside what is said."""
    return argument is not None and argument.role == "with" and argument.text.lower().startswith("no ")


def _predicate(heard: Heard, relation: Relation, subject: EntityId, argument: Argument | None, value_type: str | None) -> str:
    """By the clause's own words, unless who is meant makes it plainer: a person at a firm works there, a person of a number is so old."""
    if not heard.own and "existential" in relation.cues and subject == heard.speaker:
        return "has"
    name = predicate_of(heard, relation, argument)
    whose = heard.entities.get(subject)
    found = heard.entities.get(heard.referent(argument.mention) or EntityId("")) if argument else None
    if whose is None:
        return name
    if name in ("is_at", "is_with") and found is not None and found.type == "organisation" and whose.type == "person":
        return "works_at"
    if name == "is" and argument is not None and _AGED.search(argument.text.lower()):
        return "age"
    return "age" if name == "is" and value_type == "number" and whose.type in ("person", "animal") else name
