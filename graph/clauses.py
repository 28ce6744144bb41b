"""Clauses -> drafts of facts: which of them say something to be remembered, about whom, and when it holds. Pure.

Knows a parse, what its mentions refer to, and the lexicon of predicates. What a draft does to facts known before is decided in
`graph.facts`.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
from importlib import resources
from typing import Literal

from graph.model import Entity, EntityId, Turn
from graph.persons import Words
from graph.wording import capitalised, clause_tokens, phrase, sentence
from nlp.syntax import Tree, within
from nlp.types import Argument, Interval, Mention, Parse, Relation, Span, TimeExpression, Token

_PLACES = frozenset({"in", "at", "on", "near", "by", "under", "behind", "above", "inside", "outside", "with"})
_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV", "X"})
_EMPTY = frozenset(
    ["be", "have", "do", "get", "will", "would", "so", "too", "also", "just", "now", "then", "here", "there", "very", "really", "actually"]
)


@dataclass(frozen=True)
class Lexicon:
    """Predicates by name and behaviour: `graph/data/predicates.json`."""

    canonical: Mapping[str, str]
    single: frozenset[str]
    single_nouns: frozenset[str]
    person_nouns: frozenset[str]
    change_verbs: frozenset[str]
    ending_verbs: frozenset[str]
    cancelling: frozenset[str]
    off_words: frozenset[str]
    report: frozenset[str]
    stative: frozenset[str]


@cache
def lexicon() -> Lexicon:
    read = json.loads((resources.files("graph") / "data" / "predicates.json").read_text("utf-8"))
    return Lexicon(read["canonical"], *(frozenset(read[name]) for name in list(Lexicon.__dataclass_fields__)[1:]))


@dataclass(frozen=True)
class Prior:
    """The turn before of the other side, which this one may answer."""

    parse: Parse
    referents: Sequence[str | None]


@dataclass(frozen=True)
class Heard:
    """One turn taken as it was meant. `own`: whether `parse` is of the turn's own text (else of its completion)."""

    parse: Parse
    referents: Sequence[str | None]
    turn: Turn
    own: bool
    entities: Mapping[EntityId, Entity]  # those of memory and the new ones
    customer: EntityId
    business: EntityId
    recorded_at: datetime
    prior: Prior | None = None
    values: Mapping[int, str] = field(default_factory=dict[int, str])  # of mentions that stand for a time or an amount said before

    @cached_property
    def words(self) -> Words:
        return Words(self.parse, self.referents, self.entities, self.customer, self.business, self.turn.speaker)

    @cached_property
    def tree(self) -> Tree:
        return Tree.of(self.parse.tokens)

    @cached_property
    def clauses(self) -> dict[int, list[Relation]]:
        """Relations by the sentence in which they start."""
        found: dict[int, list[Relation]] = {}
        for relation in self.parse.relations:
            found.setdefault(self.sentence(relation.span), []).append(relation)
        return found

    def sentence(self, span: Span) -> int:
        return bisect_right(self.parse.sentences, (span.start, len(self.parse.text) + 1))

    @property
    def speaker(self) -> EntityId:
        return self.customer if self.turn.speaker == "customer" else self.business

    def referent(self, mention: int | None) -> EntityId | None:
        found = self.referents[mention] if mention is not None and mention < len(self.referents) else None
        return EntityId(found) if found else None

    def evidence(self, span: Span) -> Span:
        return self.parse.source_span(span) if self.own else Span(0, len(self.turn.text))


@dataclass(frozen=True)
class Draft:
    """A fact in the making; `relation` -1 for one that a noun phrase alone says ("my wife Dana")."""

    subject: EntityId
    predicate: str
    object: EntityId | None
    value: str | None
    value_type: str | None
    role: str
    relation: int
    span: Span
    text: str
    told: str  # the clause to the customer, "you"
    said: str  # the object's words
    polarity: Literal["positive", "negative"] = "positive"
    modality: Literal["asserted", "uncertain", "reported"] = "asserted"
    said_by: EntityId | None = None
    tense: Literal["past", "present", "future"] = "present"
    lemmas: tuple[str, ...] = ()
    when: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    cues: frozenset[str] = field(default_factory=frozenset[str])
    single: bool = False  # whether such a fact has one value at a time


def drafts(heard: Heard) -> list[Draft]:
    """Everything that the turn says for a fact, in the order of its words."""
    found: list[Draft] = []
    for relation in heard.parse.relations:
        if _says(heard, relation):
            found += clause_drafts(heard, relation)
            found += _placed(heard, relation) if relation.modality != "request" else []
    if heard.turn.speaker == "agent":  # what the business says of the customer is no fact until they agree
        found = [d for d in found if d.subject != heard.customer]
    return found + _noun_phrases(heard)


def _says(heard: Heard, relation: Relation) -> bool:
    if relation.modality in ("question", "hypothesis", "joke", "wish", "offer"):
        return False
    if heard.turn.speaker == "agent":
        return relation.modality != "request"
    return True


# one clause


def clause_drafts(heard: Heard, relation: Relation) -> list[Draft]:
    """What one clause says, whatever its modality."""
    subject = _subject(heard, relation)
    if subject is None:
        return []
    common = _common(heard, relation)
    arguments = _objects(heard, relation, subject)
    named = relation.argument("subject")
    if relation.predicate == "be" and named is not None and (named.lemma == "name" or _GREETED.fullmatch(named.text.lower())):
        return []
    if not arguments and relation.predicate == "be":
        there = heard.parse.text[relation.span.start : relation.span.end].lower().startswith("there")
        exists = relation.argument("subject") if there else None
        if exists is None:
            return []
        arguments = [replace(exists, role="attribute", mention=None)]
    made = [_draft(heard, relation, subject, a, common) for a in arguments or (None,)]
    made += [replace(d, object=m) for d in made if d.object in heard.entities for m in heard.entities[d.object].members if m != subject]
    members = heard.entities[subject].members if subject in heard.entities else ()
    shared = [_with_subject(d, m) for m in members for d in made] if members else []
    return made + shared


def _with_subject(draft: Draft, subject: EntityId) -> Draft:
    return replace(draft, subject=subject)


def _subject(heard: Heard, relation: Relation) -> EntityId | None:
    """Who or what the clause is about: its subject; of a passive its object; of a request the one who asks."""
    if relation.modality == "request":
        return heard.speaker
    for role in ("subject", "object", "indirect", "attribute"):
        argument = relation.argument(role)
        if argument is None:
            continue
        found = heard.referent(argument.mention)
        if found is not None:
            return found
        if role == "subject" and argument.mention is not None and heard.parse.mentions[argument.mention].value is not None:
            continue
        if role == "subject" and argument.lemma not in ("nobody", "none", "no", "one", "that", "this", "it", "everything", "which"):
            return None
    return None


def _objects(heard: Heard, relation: Relation, subject: EntityId) -> list[Argument]:
    """The arguments that become objects of facts, the most telling first."""
    rank = {"attribute": 0, "object": 0, "indirect": 2, "complement": 3, "when": 4, "adverb": 5}
    arguments = sorted((a for a in relation.arguments if a.role != "subject"), key=lambda a: rank.get(a.role, 1))
    kept: list[Argument] = []
    for argument in arguments:
        if heard.referent(argument.mention) == subject and argument.role in ("object", "indirect"):
            continue
        if argument.role == "attribute" and _is_identity(heard, argument, subject):
            continue
        if argument.role == "adverb" and _GREETED.fullmatch(argument.text.lower()):
            continue
        if argument.lemma in ("longer", "anymore", "more") and argument.mention is None:
            continue
        told = argument.role == "complement" and relation.predicate in lexicon().report
        if argument.role in ("adverb", "complement") and not told and any(k.role in ("object", "attribute") for k in kept):
            continue
        if argument.lemma in _EMPTY and argument.mention is None and argument.role == "adverb":
            continue
        kept.append(argument)
    return kept


def _placed(heard: Heard, relation: Relation) -> list[Draft]:
    """Where the things in a clause are, by the prepositions that hang on their nouns: "the heater in my rental on Pecan Street"."""
    tokens = heard.parse.tokens
    inside = [m for m in within(heard.parse.mentions, relation.span) if not m.members]
    by_head = {m.head: m for m in inside}
    found: list[Draft] = []
    below = (tokens[c] for c in sorted(c for head in by_head for c in heard.tree.all(head, "prep")))
    for preposition in (t for t in below if t.lemma.lower() in _PLACES):
        target = next((tokens[c] for c in heard.tree.all(preposition.i, "pobj") if c in by_head), None)
        subject = heard.referent(by_head[preposition.head].index)
        place = heard.referent(by_head[target.i].index) if target else None
        if (
            target is None
            or subject is None
            or place is None
            or subject == place
            or (subject == heard.customer and by_head[preposition.head].kind != "name")
            or preposition.head == relation.index
        ):
            continue
        name, where = heard.words.name(subject), phrase(heard.words, by_head[target.i].span, "third")
        found.append(
            Draft(
                subject=subject,
                predicate=f"is_{preposition.lemma.lower()}",
                object=place,
                value=None,
                value_type=None,
                role=preposition.lemma.lower(),
                relation=relation.index,
                span=heard.evidence(by_head[preposition.head].span),
                text=f"{capitalised(name)} is {preposition.text.lower()} {where}",
                told=sentence(heard.words, relation, "customer"),
                said=where,
                said_by=heard.speaker,
                modality="uncertain" if relation.modality == "uncertain" else "reported" if relation.modality == "reported" else "asserted",
                lemmas=content_lemmas(clause_tokens(heard.words, relation)),
            )
        )
    return found


def _is_identity(heard: Heard, argument: Argument, subject: EntityId) -> bool:
    """ "It's Dana": one thing called by two names. "He was a roofer" says what he was."""
    mention = heard.parse.mentions[argument.mention] if argument.mention is not None else None
    same = mention is not None and heard.referent(mention.index) == subject
    named = mention is not None and mention.kind in ("name", "pronoun")
    return same and mention is not None and (mention.definiteness not in ("indefinite", "bare") or (named and mention.definiteness == "bare"))


@dataclass(frozen=True)
class _Common:
    text: str
    told: str
    span: Span
    lemmas: tuple[str, ...]
    when: str | None
    valid: Interval
    said_by: EntityId | None
    modality: Literal["asserted", "uncertain", "reported"]


def _common(heard: Heard, relation: Relation) -> _Common:
    reporter = heard.referent(relation.reporter)
    modality: Literal["asserted", "uncertain", "reported"] = (
        "uncertain" if relation.modality == "uncertain" else "reported" if relation.modality == "reported" else "asserted"
    )
    times = _times(heard, relation)
    point = next((t for t in times if t.bound is None and t.kind != "duration"), times[0] if times else None)
    return _Common(
        text=sentence(heard.words, relation, "third"),
        told=sentence(heard.words, relation, "customer"),
        span=heard.evidence(relation.span),
        lemmas=content_lemmas(_clause_words(heard, relation)),
        when=point.value if point else None,
        valid=_valid(heard, relation, times),
        said_by=reporter or heard.speaker,
        modality=modality,
    )


def _clause_words(heard: Heard, relation: Relation) -> list[Token]:
    return clause_tokens(heard.words, relation)


def content_lemmas(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Lower-case lemmas of the words that carry meaning, in order, each once."""
    lemmas = [t.lemma.lower() for t in tokens if t.pos in _CONTENT]
    return tuple(dict.fromkeys(lemma for lemma in lemmas if lemma not in _EMPTY))


_GREETED = re.compile(r"(?:good )?(?:morning|afternoon|evening|day)|yo|hi|hey+|hell?o|hallo|hiya")
_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
_STOP = frozenset(
    "a an the and or of to in on at for with by from is are was be do does did have has you your we our us it its this that what which who when where how "
    "can could would will should may like need want any or if so then i me my they them their there out up down as about into".split()
)  # fmt: skip


def content_words(text: str) -> tuple[str, ...]:
    """The words of a text that was not parsed that can be asked by, lower case, with the stems that plain inflection hides."""
    words = [w.strip("'-") for w in _WORD.findall(text.lower())]
    return tuple(dict.fromkeys(w for w in words if w and w not in _STOP))


def _times(heard: Heard, relation: Relation) -> list[TimeExpression]:
    return [heard.parse.times[a.time] for a in relation.arguments if a.time is not None]


def _valid(heard: Heard, relation: Relation, times: Sequence[TimeExpression]) -> Interval:
    """When it holds, as far as the words limit it."""
    start: datetime | None = None
    end: datetime | None = None
    stative = relation.predicate.split("_")[0] in lexicon().stative or relation.predicate in lexicon().stative
    for time in times:
        if time.interval is None:
            continue
        if time.bound in ("since", "from"):
            start = time.interval.start
        elif time.bound == "until":
            end = time.interval.end if time.grain not in ("minute", "hour") else time.interval.start
        elif time.bound is None and time.kind == "point" and (relation.tense == "past") and not stative:
            start = time.interval.start
        elif time.bound is None and time.kind == "range" and stative:
            start, end = time.interval.start, time.interval.end
        elif time.bound is None and stative and relation.tense == "past":
            start, end = time.interval.start, time.interval.end
    if end is None and (
        ("used_to" in relation.cues) or (stative and relation.tense == "past" and relation.predicate in ("be", "have", "live"))
    ):
        end = heard.turn.at
    if start is not None and end is not None and end <= start:
        end = None
    return Interval(start, end)


def _draft(heard: Heard, relation: Relation, subject: EntityId, argument: Argument | None, common: _Common) -> Draft:
    predicate = _predicate(heard, relation, argument)
    found = heard.entities.get(heard.referent(argument.mention) or EntityId("")) if argument else None
    if predicate in ("is_at", "is_with") and found is not None and found.type == "organisation" and _is_person(heard, subject):
        predicate = "works_at"
    entity = heard.referent(argument.mention) if argument else None
    entity = None if entity == subject else entity
    value, value_type = (None, None) if entity and not _is_value(heard, argument) else _value(heard, argument)
    if (
        predicate == "is"
        and value_type == "number"
        and heard.entities.get(subject)
        and heard.entities[subject].type in ("person", "animal")
    ):
        predicate = "age"
    role = argument.role if argument else "none"
    return Draft(
        subject=subject,
        predicate=predicate,
        object=None if value is not None else entity,
        value=value,
        value_type=value_type,
        role=role,
        relation=relation.index,
        span=common.span,
        text=common.text,
        told=common.told,
        said=phrase(heard.words, argument.span, "third") if argument else "",
        polarity="negative" if relation.negated else "positive",
        modality=common.modality,
        said_by=common.said_by,
        tense=relation.tense,
        lemmas=common.lemmas,
        when=common.when,
        valid_from=common.valid.start,
        valid_to=common.valid.end,
        cues=relation.cues,
        single=_single(heard, relation, predicate, subject),
    )


def _is_person(heard: Heard, entity: EntityId) -> bool:
    found = heard.entities.get(entity)
    return found is not None and found.type == "person"


def _predicate(heard: Heard, relation: Relation, argument: Argument | None) -> str:
    base = relation.predicate
    prefix = "asks_to_" if relation.modality == "request" else ""
    if argument is None or argument.role in ("object", "attribute", "complement", "adverb", "indirect"):
        name = base if argument is None or argument.role != "indirect" else f"{base}_to"
    elif argument.role == "when":
        time = heard.parse.times[argument.time] if argument.time is not None else None
        name = "scheduled_for" if base == "be" and time and time.bound is None else f"{base}_{(time and time.bound) or 'when'}"
    else:
        name = base if base.endswith(f"_{argument.role}") else f"{base}_{argument.role}"
    return prefix + lexicon().canonical.get(name, name)


def _is_value(heard: Heard, argument: Argument | None) -> bool:
    mention = heard.parse.mentions[argument.mention] if argument and argument.mention is not None else None
    return mention is not None and mention.value is not None and mention.type not in ("address", "place")


def _value(heard: Heard, argument: Argument | None) -> tuple[str | None, str | None]:
    if argument is None:
        return None, None
    if argument.time is not None:
        time = heard.parse.times[argument.time]
        kind = "duration" if time.kind == "duration" else "datetime" if "T" in time.value and "/" not in time.value else "date"
        return time.value, kind
    mention: Mention | None = heard.parse.mentions[argument.mention] if argument.mention is not None else None
    if mention is not None and mention.value is not None:
        return mention.value, mention.type
    kind = mention.type if mention is not None and mention.type != "thing" else "text"
    return phrase(heard.words, argument.span, "third"), kind


def _single(heard: Heard, relation: Relation, predicate: str, subject: EntityId) -> bool:
    """Whether the new value takes the place of an old one: a predicate of one value, or a definite thing that *is* something."""
    if predicate in lexicon().single:
        return True
    return predicate == "is" and heard.entities.get(subject) is not None and heard.entities[subject].type not in ("person", "animal")


# noun phrases


def _noun_phrases(heard: Heard) -> list[Draft]:
    """What noun phrases say by themselves: whose something is, what somebody is called."""
    found: list[Draft] = []
    for mention in heard.parse.mentions:
        if heard.turn.speaker == "customer" and not _in_mere_talk(heard, mention):
            found += _possession(heard, mention) + _naming(heard, mention) + _contact(heard, mention) + _affiliation(heard, mention)
    return found


def _in_mere_talk(heard: Heard, mention: Mention) -> bool:
    """Inside a joke, a hypothesis or what is denied ("we have no dog")."""
    near = heard.clauses.get(heard.sentence(mention.span), [])
    around = [r for r in near if r.span.start <= mention.span.start and mention.span.end <= r.span.end]
    inner = min(around, key=lambda r: r.span.end - r.span.start, default=None)
    return inner is not None and inner.modality in ("joke", "hypothesis")


def _is_asked(heard: Heard, mention: Mention) -> bool:
    """Inside a question, which takes much for granted that nobody told."""
    around = [r for r in heard.parse.relations if r.span.start <= mention.span.start and mention.span.end <= r.span.end]
    return any(r.modality == "question" for r in around)


def _possession(heard: Heard, mention: Mention) -> list[Draft]:
    owner = heard.referent(mention.possessor)
    owned = heard.referent(mention.index)
    if owner is None or owned is None or owner == owned or mention.value is not None or mention.members:
        return []
    noun = mention.head_lemma
    if owner == heard.business or noun in ("name", "way") or (heard.entities.get(owned) and heard.entities[owned].members):
        return []
    relational = noun in lexicon().person_nouns
    if not relational and _is_asked(heard, mention):
        return []
    start = heard.parse.mentions[mention.possessor].span.end if mention.possessor is not None else mention.span.start
    possessed = phrase(heard.words, Span(start, mention.span.end), "third").removeprefix("'s ").removeprefix("' ").strip()
    return [_bare(heard, mention, owner, noun if relational else "has", owned, possessed, (noun, *mention.modifiers))]


def _naming(heard: Heard, mention: Mention) -> list[Draft]:
    if mention.kind != "name" or mention.same_as is None or mention.members or mention.definiteness == "indefinite":
        return []
    named = heard.referent(mention.index)
    target = heard.parse.mentions[mention.same_as]
    if named is None or target.kind == "name":
        return []
    return [_bare(heard, mention, named, "name", None, mention.text, ("name", *mention.text.lower().split()))]


def _affiliation(heard: Heard, mention: Mention) -> list[Draft]:
    """ "This is Dana from Larkspur Textiles": the name of a person with the place or firm that they speak for."""
    if mention.kind != "name" or mention.type != "person":
        return []
    tokens = heard.parse.tokens
    for preposition in (t for t in tokens if t.dep == "prep" and t.lemma.lower() in ("from", "at", "with") and t.i in (mention.head + 1, mention.head + 2)):
        firm = next((m for m in heard.parse.mentions if tokens[m.head].head == preposition.i and m.kind == "name"), None)
        person, place = heard.referent(mention.index), heard.referent(firm.index) if firm else None
        if firm is not None and person is not None and place is not None and person != place:
            predicate = "works_at" if preposition.lemma.lower() != "from" or firm.type == "organisation" else "is_from"
            draft = _bare(heard, mention, person, "has", place, firm.text, ("with", "company", *firm.text.lower().split()))
            where = f"{preposition.text.lower()} {firm.text}"
            text = f"{heard.words.name(person)} is {where}"
            told = f"You're {where}" if person == heard.customer else text
            return [replace(draft, predicate=predicate, role=preposition.lemma.lower(), text=text, told=told)]
    return []


def _contact(heard: Heard, mention: Mention) -> list[Draft]:
    """A phone number or an email beside the noun that says whose it is, where no clause does: "her number's 512-555-0100"."""
    if mention.type not in ("phone", "email") or mention.value is None:
        return []
    nouns = [
        m for m in heard.parse.mentions if m.head_lemma in ("number", "phone", "cell", "email", "mail") and m.sentence == mention.sentence
    ]
    owners = [o for m in nouns if m.span.end <= mention.span.start and (o := heard.referent(m.possessor)) is not None]
    if not owners:
        return []
    owner, you = heard.words.name(owners[-1]), owners[-1] == heard.customer
    noun = "phone number" if mention.type == "phone" else "email"
    draft = _bare(heard, mention, owners[-1], mention.type, None, mention.text, (noun.split()[-1], mention.type))
    text = f"{owner}'s {noun} is {mention.text}"
    told = f"Your {noun} is {mention.text}" if you else text
    return [replace(draft, value=mention.value, value_type=mention.type, role="value", text=text, told=told)]


def _bare(
    heard: Heard, mention: Mention, subject: EntityId, predicate: str, owned: EntityId | None, said: str, lemmas: tuple[str, ...]
) -> Draft:
    owner = heard.words.name(subject)
    thing = heard.words.name(owned) if owned else said
    you = subject == heard.customer
    third, second = _said_bare(predicate, owner, thing, said)
    return Draft(
        subject=subject,
        predicate=predicate,
        object=owned,
        value=None if owned else said,
        value_type=None if owned else "text",
        role="possession" if owned else "name",
        relation=-1 - mention.index,
        span=heard.evidence(mention.span),
        text=third,
        told=second if you else third,
        said=said,
        said_by=heard.speaker,
        lemmas=lemmas,
        single=predicate in lexicon().single,
    )


def _said_bare(predicate: str, owner: str, thing: str, said: str) -> tuple[str, str]:
    """(in the third person, to the owner)."""
    if predicate == "name":
        return f"{owner}'s name is {said}", f"Your name is {said}"
    if predicate == "has":
        article = "" if thing[:1].isupper() or said.endswith("s") else "an " if said[:1] in "aeiou" else "a "
        return f"{owner} has {article}{said}", f"You have {article}{said}"
    named = thing if thing.lower() != predicate else "not named"
    if named == "not named":
        return f"{owner} has a {predicate}", f"You have a {predicate}"
    return f"{owner}'s {predicate} is {named}", f"Your {predicate} is {named}"
