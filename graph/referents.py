"""What a turn is understood against: a memory as referents and prior turns, kept up commit by commit. Pure.

Knows snapshots and the vocabulary of nlp.types. Must not know stores, clocks or how text is parsed.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.fact_index import add, empty
from graph.model import Commit, Entity, EntityId, Fact, FactId, MentionRecord, Scope, Snapshot, Turn, derived_id
from graph.state import apply
from graph.views import DETERMINERS, folded, joined, root
from nlp.types import Mention, Parse, PriorMention, PriorTurn, Referent, Span, Token

_OWNING = frozenset({"has", "have", "own", "owns"})


@dataclass(frozen=True, slots=True)
class Known:
    """A snapshot with what is derived from it: facts about what turned out to be something else are about that in it, so that whoever
    reads them need not know of `same_as`.

    stored: the snapshot as the store gives it. facts_of: facts by subject and by object, each once, in the order they came. same: other ids
    of an entity, by the id that stands for all. referents: by that id.
    """

    snapshot: Snapshot
    facts_of: Mapping[EntityId, tuple[FactId, ...]]
    same: Mapping[EntityId, tuple[EntityId, ...]]
    referents: Mapping[str, Referent]
    stored: Snapshot


def customer_entity(scope: Scope) -> EntityId:
    """The id of the customer's own entity: the same under any tenant, so that an import can be replayed."""
    return EntityId(derived_id(scope.customer, "customer"))


def business_entity(scope: Scope) -> EntityId:
    """The id of the business as an entity of this customer's graph."""
    return EntityId(derived_id(scope.customer, "business"))


def founders(snapshot: Snapshot, scope: Scope, business: str) -> tuple[Entity, ...]:
    """The entities of the customer and of the business, those of them that are not there yet."""
    have = snapshot.entities.values()
    customer = Entity(customer_entity(scope), "customer", "person", is_customer=True)
    firm = Entity(business_entity(scope), business, "organisation", is_business=True)
    missing = (not any(each.is_customer for each in have), not any(each.is_business for each in have))
    return tuple(each for each, absent in zip((customer, firm), missing, strict=True) if absent)


def known(stored: Snapshot) -> Known:
    """From scratch: some 20 ms for 5,000 entities."""
    same = _same(stored.entities)
    snapshot = replace(stored, facts={id: _followed(stored, fact) for id, fact in stored.facts.items()}) if same else stored
    snapshot = replace(snapshot, index=add(empty(), snapshot.facts.values(), snapshot.entities.values()))
    bare = Known(snapshot, _indexed({}, snapshot.facts.values()), same, {}, stored)
    tops = [each for each in snapshot.entities if root(snapshot.entities, each) == each]
    return replace(bare, referents={each: _referent(bare, each) for each in tops})


def _followed(snapshot: Snapshot, fact: Fact) -> Fact:
    subject, thing, teller = (root(snapshot.entities, each) if each else None for each in (fact.subject, fact.object, fact.said_by))
    return replace(fact, subject=subject or fact.subject, object=thing, said_by=teller)


def advance(before: Known, commit: Commit, *, turns: int) -> Known:
    """What `known` would give for the snapshot after the commit, made anew only where the commit reaches."""
    stored = apply(before.stored, commit, turns=turns)
    if any(each.same_as != _same_as(before.stored, each.id) for each in commit.entities):
        return known(stored)
    if before.same:
        commit = replace(commit, facts=tuple(_followed(stored, each) for each in commit.facts))
    snapshot = apply(before.snapshot, commit, turns=turns) if before.same else stored
    fresh = [each for each in commit.facts if each.id not in before.snapshot.facts]
    index = before.snapshot.index
    snapshot = replace(snapshot, index=add(index, fresh, commit.entities) if index is not None else None)
    facts_of = _indexed(before.facts_of, {each.id: each for each in fresh}.values())
    bare = Known(snapshot, facts_of, before.same, {}, stored)
    referents = dict(before.referents)
    for each in _reached(before, commit, bare):
        referents[each] = _referent(bare, each)
    return replace(bare, referents=referents)


def _same_as(snapshot: Snapshot, wanted: EntityId) -> EntityId | None:
    found = snapshot.entities.get(wanted)
    return found.same_as if found else None


def _reached(before: Known, commit: Commit, after: Known) -> list[EntityId]:
    """Entities whose referent the commit may change: its own, the ends of its facts, and, where what an entity is called changed, those
    that its facts join it to. In the order of the commit, new ones first as they come."""
    entities = after.snapshot.entities
    reached = {each.id: None for each in commit.entities}
    ends = (after.snapshot.facts[end.fact] for end in commit.ends if end.fact in after.snapshot.facts)
    for fact in (*commit.facts, *ends):
        reached |= dict.fromkeys(_joined(fact))
    for each in commit.entities:
        was = before.snapshot.entities.get(each.id)
        if was is None or (was.heads != each.heads and not _speaks(each)):
            for ident in _facts_of(after, root(entities, each.id)):
                reached |= dict.fromkeys(_joined(after.snapshot.facts[ident]))
    return [top for top in dict.fromkeys(root(entities, each) for each in reached) if top in entities]


def _joined(fact: Fact) -> tuple[EntityId, ...]:
    return (fact.subject, fact.object) if fact.object and fact.object != fact.subject else (fact.subject,)


def _indexed(before: Mapping[EntityId, tuple[FactId, ...]], facts: Collection[Fact]) -> dict[EntityId, tuple[FactId, ...]]:
    added: dict[EntityId, list[FactId]] = {}
    for fact in facts:
        for end in _joined(fact):
            added.setdefault(end, []).append(fact.id)
    return dict(before) | {end: (*before.get(end, ()), *ids) for end, ids in added.items()}


def _same(entities: Mapping[EntityId, Entity]) -> dict[EntityId, tuple[EntityId, ...]]:
    same: dict[EntityId, tuple[EntityId, ...]] = {}
    for each in entities.values():
        top = root(entities, each.id)
        if top != each.id:
            same[top] = (*same.get(top, ()), each.id)
    return same


def _speaks(entity: Entity) -> bool:
    """Customer and business are known by who speaks, and take part in everything: no description is drawn from their facts."""
    return entity.is_customer or entity.is_business


def _referent(whose: Known, top: EntityId) -> Referent:
    entities = whose.snapshot.entities
    entity = entities[top]
    for other in whose.same.get(top, ()):
        entity = joined(entity, entities[other])
    facts = [] if _speaks(entity) else _current(whose, top)
    former = _given_up(whose, top)
    return Referent(
        id=top,
        name=entity.name,
        type=entity.type,
        aliases=entity.aliases,
        gender=entity.gender,
        number=entity.number,
        heads=frozenset(entity.heads),
        attributes=frozenset(entity.attributes).union(*(_attributes(entities, fact, top) for fact in facts)),
        relations=tuple(
            dict.fromkeys(
                [
                    *_owned(entities, entity, {noun for noun, _ in former}),
                    *(pair for fact in facts for pair in _relations(entities, fact, entity)),
                ]
            )
        ),
        former=former,
        members=tuple(root(entities, each) for each in entity.members),
        last_number=entity.last_number,
        count=entity.mentions,
    )


def _facts_of(whose: Known, top: EntityId) -> list[FactId]:
    """Under all ids that the entity is kept under."""
    return [each for one in (top, *whose.same.get(top, ())) for each in whose.facts_of.get(one, ())]


def _current(whose: Known, top: EntityId) -> list[Fact]:
    """What was not taken back or replaced; whether it has run out by now makes no difference to what a thing is known by."""
    found = (whose.snapshot.facts[each] for each in _facts_of(whose, top))
    return [each for each in found if each.retracted_at is None and each.replaced_by is None and each.polarity == "positive"]


def _attributes(entities: Mapping[EntityId, Entity], fact: Fact, top: EntityId) -> frozenset[str]:
    if root(entities, fact.subject) != top:
        return frozenset()
    if fact.object is None:
        said = folded(fact.value).split() if fact.value and fact.value_type in (None, "text") else []
        return frozenset(fact.lemmas).intersection(said)
    other = entities.get(root(entities, fact.object))
    return frozenset(other.heads) if other and not _speaks(other) else frozenset()


def _given_up(whose: Known, top: EntityId) -> frozenset[tuple[str, EntityId]]:
    """(noun, owner): what somebody was to their owner and another is now: "teacher", once there is a new teacher."""
    entities = whose.snapshot.entities
    facts = (whose.snapshot.facts[each] for each in _facts_of(whose, top))
    held = [f for f in facts if f.role == "possession" and f.object is not None and root(entities, f.object) == top]
    gone, kept = (
        frozenset((f.predicate, root(entities, f.subject)) for f in held if (f.replaced_by is None) is open) for open in (False, True)
    )
    return gone - kept


def _owned(entities: Mapping[EntityId, Entity], entity: Entity, given_up: set[str]) -> list[tuple[str, str]]:
    return [(noun, root(entities, entity.owner)) for noun in entity.heads if noun not in given_up] if entity.owner else []


def _relations(entities: Mapping[EntityId, Entity], fact: Fact, entity: Entity) -> list[tuple[str, str]]:
    """(noun, owner) for what is somebody's: "my wife" makes the wife ("wife", customer)."""
    if fact.object is None or root(entities, fact.object) != entity.id or not (fact.role == "possession" or fact.predicate in _OWNING):
        return []
    owner = root(entities, fact.subject)
    nouns = entity.heads if fact.predicate in _OWNING else (fact.predicate,)
    return [(noun, owner) for noun in nouns] if owner != entity.id else []


def prior_turn(turn: Turn, parse: Parse | None, entities: Mapping[EntityId, Entity]) -> PriorTurn:
    """The turn as later ones look back on it. parse: of what was heard of it; None makes do with the words of its mentions."""
    records = [each for each in turn.mentions if turn.heard is None or each.span.end <= turn.heard]
    mentions = [each.mention for each in records]
    if parse is None:
        parse, mentions = _sketch(turn.text, records)
    return PriorTurn(
        turn_id=turn.id,
        number=turn.number,
        session_id=turn.session,
        channel=turn.channel,
        speaker=turn.speaker,
        at=turn.at,
        parse=parse,
        understood=turn.understood,
        mentions=tuple(_prior_mention(record, mention, entities) for record, mention in zip(records, mentions, strict=True)),
        heard=turn.heard,
    )


def _prior_mention(record: MentionRecord, mention: Mention, entities: Mapping[EntityId, Entity]) -> PriorMention:
    referent = root(entities, record.entity) if record.entity else None
    left_open = tuple(root(entities, EntityId(id)) for id, _, _ in record.candidates) if record.status == "ambiguous" else ()
    return PriorMention(mention, record.span, referent, record.value, left_open)


def _sketch(text: str, records: Sequence[MentionRecord]) -> tuple[Parse, list[Mention]]:
    """A parse of the mentions alone, for turns too old to be worth parsing: their words are its tokens, the last one the head."""
    tokens: list[Token] = []
    mentions: list[Mention] = []
    for record in records:
        words = [found.span() for found in re.finditer(r"\S+", record.text)] or [(0, len(record.text))]
        head = len(tokens) + len(words) - 1
        for start, end in words:
            span, word = Span(record.span.start + start, record.span.start + end), record.text[start:end]
            tokens.append(_token(len(tokens), span, word, head, record.mention))
        mentions.append(replace(record.mention, span=record.span, head=head))
    places = range(len(text) + 1)
    return Parse(text, text, tuple(places), tuple(places[1:]), tokens=tuple(tokens), mentions=tuple(mentions)), mentions


def _token(i: int, span: Span, word: str, head: int, mention: Mention) -> Token:
    pos, tag, dep = ("PROPN", "NNP", "compound") if mention.kind == "name" else ("NOUN", "NN", "compound")
    if i < head and word.lower() in DETERMINERS:
        pos, tag, dep = "DET", "DT", "det"
    lemma = mention.head_lemma if i == head else word.lower()
    return Token(i, span, word, lemma, pos, tag, "ROOT" if i == head else dep, head, mention.sentence)
