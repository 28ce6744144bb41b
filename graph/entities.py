"""Resolutions -> entities: what a turn's mentions add to what is known of persons and things. Pure.

Knows mentions and what they were resolved to. Must not know facts, which say more about the same entities.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from graph.model import Entity, EntityId, Fact, MentionRecord, Turn, TurnId
from nlp.number_words import numeral
from nlp.syntax import within
from nlp.types import Ambiguous, Linked, Mention, New, Parse, Resolution, Unresolved

_VAGUE = frozenset({"thing", "group", ""})
_ALIASES = 12  # the newest aliases kept of an entity


def absorbed(known: Mapping[EntityId, Entity], resolutions: Sequence[Resolution], turn: Turn, parse: Parse) -> dict[EntityId, Entity]:
    """The entities that the turn's mentions create or change, by id."""
    changed: dict[EntityId, Entity] = {}
    refers = {r.mention.index: r.referent for r in resolutions if isinstance(r, New | Linked)}
    for resolution in resolutions:
        if not isinstance(resolution, New | Linked) or resolution.referent is None:
            continue
        id = EntityId(resolution.referent)
        before = changed.get(id) or known.get(id)
        if before is None:
            before = _created(id, resolution, turn)
        owner = refers.get(resolution.mention.possessor) if resolution.mention.possessor is not None else None
        after = _mentioned(before, resolution, turn.at, turn.number, _named(resolution.mention, before, parse))
        if resolution.mention.role == "vocative" and turn.speaker == "customer" and not (after.is_customer or after.is_business):
            after = replace(after, is_staff=True)
        if resolution.mention.same_as is not None and resolution.mention.kind == "name" and _renames(resolution.mention, before, parse):
            after = replace(after, name=_named(resolution.mention, before, parse))
        changed[id] = replace(after, owner=EntityId(owner)) if owner and owner != id and not after.owner else after
    return changed


def renamed(entities: Mapping[EntityId, Entity], facts: Sequence[Fact]) -> dict[EntityId, Entity]:
    """The entities whose name or number these new facts put right, by id, called by the right one from now on."""
    right = {f.subject: f.value for f in facts if f.predicate == "name" and f.change == "corrected" and f.value}
    for fact in (f for f in facts if f.change == "corrected" and f.predicate != "name"):
        for end in (fact.subject, fact.object):
            if end is not None and end in entities and (name := _numbered(entities[end].name, fact.text)) is not None:
                right.setdefault(end, name)
    return {i: replace(entities[i], name=name) for i, name in right.items() if i in entities and entities[i].name != name}


def _numbered(name: str, text: str) -> str | None:
    """The name as it stands in the words of a fact, where those have another number in it: "room 620" for "room 512"."""
    number = numeral(name)
    if number is None or number == name:
        return None
    shape = rf"(?<!\w){re.escape(name[: name.index(number)])}([\w.,]*\w){re.escape(name[name.index(number) + len(number) :])}(?!\w)"
    found = next((m for m in re.finditer(shape, text, re.IGNORECASE) if numeral(m[1]) == m[1]), None)
    return found[0] if found is not None and found[1] != number else None


def records(resolutions: Sequence[Resolution], parse: Parse) -> tuple[MentionRecord, ...]:
    """The mentions as they are stored with the turn, spans in its source text."""
    return tuple(_record(r, parse) for r in resolutions)


def _created(id: EntityId, resolution: New | Linked, turn: Turn) -> Entity:
    mention = resolution.mention
    return Entity(
        id=id,
        name=resolution.name or mention.text,
        type=mention.type,
        gender=mention.gender,
        number=mention.number,
        members=tuple(map(EntityId, resolution.members)),
        first_at=turn.at,
        first_turn=turn.id,
    )


def _mentioned(entity: Entity, resolution: New | Linked, at: datetime, number: int, words: str) -> Entity:
    mention = resolution.mention
    refers = mention.kind in ("nominal", "name") and mention.value is None
    named = mention.kind == "name" and mention.definiteness != "indefinite"
    name = words if named and refers and _is_better(words, entity) else entity.name
    aliases = dict.fromkeys([*entity.aliases, *([words] if refers and words else [])])
    heads = dict.fromkeys([*entity.heads, *([mention.head_lemma] if refers else [])])
    return replace(
        entity,
        name=name,
        type=mention.type if entity.type in _VAGUE and refers else entity.type,
        aliases=tuple(aliases)[-_ALIASES:],
        gender=entity.gender or (mention.gender if entity.type in ("person", "animal", "thing") and mention.gender != "n" else None),
        mentions=entity.mentions + 1,
        first_at=entity.first_at or at,
        last_at=max(entity.last_at, at) if entity.last_at else at,
        last_number=max(entity.last_number, number),
        heads=tuple(heads),
        attributes=tuple(dict.fromkeys([*entity.attributes, *(mention.modifiers if refers else ())])),
    )


def _named(mention: Mention, entity: Entity, parse: Parse) -> str:
    """The words of a mention; the name of a person as names are written, however it was typed."""
    words = _own_words(mention, parse)
    return words.title() if mention.kind == "name" and words.islower() and entity.type == "person" else words


def _renames(mention: Mention, entity: Entity, parse: Parse) -> bool:
    """ "His name is Lester, not Kester": the name known so far was wrong."""
    if parse.text[: mention.span.start].rstrip().lower().endswith("not"):
        return False
    wrong = entity.name[:1].isupper() and f"not {entity.name.lower()}" in parse.text.lower()
    return wrong or ("correct" in parse.acts and not entity.is_customer)


def _own_words(mention: Mention, parse: Parse) -> str:
    """The noun phrase without its possessor, determiner and what follows the noun: a name for the thing."""
    tokens = within(parse.tokens, mention.span)
    if mention.members:
        return mention.text
    before = [t for t in tokens if t.i <= mention.head and not (t.pos in ("DET", "PRON") and t.i < mention.head)]
    possessive = next((n for n, t in enumerate(before) if t.tag == "POS"), -1)
    kept = before[possessive + 1 :] or tokens
    return " ".join(t.text for t in kept).replace(" - ", "-").replace(" '", "'").strip()


def _is_better(words: str, entity: Entity) -> bool:
    """Whether a name said now is the one to know the entity by: longer than a first name, or the first name at all."""
    if not words or not words[0].isupper():
        return False
    known = entity.name
    if entity.is_business:
        return False
    if known == "customer" or not known[:1].isupper():
        return True
    return len(words.split()) > len(known.split()) and set(known.lower().split()) <= set(words.lower().split())


def _record(resolution: Resolution, parse: Parse) -> MentionRecord:
    mention = resolution.mention
    span = parse.source_span(mention.span)
    base = MentionRecord(mention, span, parse.source[span.start : span.end], "unresolved", None, None, 0.0)
    match resolution:
        case Linked():
            antecedent = resolution.antecedent
            return replace(
                base,
                status="linked",
                entity=EntityId(resolution.referent) if resolution.referent else None,
                value=resolution.value,
                confidence=resolution.confidence,
                antecedent=(TurnId(antecedent.turn_id), *antecedent.span, antecedent.text) if antecedent else None,
                candidates=tuple((c.referent, c.name, c.score) for c in resolution.candidates),
                members=tuple(map(EntityId, resolution.members)),
                evidence=resolution.evidence,
            )
        case New():
            members = tuple(map(EntityId, resolution.members))
            return replace(base, status="new", entity=EntityId(resolution.referent), confidence=resolution.confidence, members=members)
        case Ambiguous():
            candidates = tuple((c.referent, c.name, c.score) for c in resolution.candidates)
            return replace(base, status="ambiguous", confidence=resolution.confidence, candidates=candidates)
        case Unresolved():
            return base
