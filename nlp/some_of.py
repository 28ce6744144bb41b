"""Those of a group that a noun of men or women picks out: "the boys" of three children, "my son" of twins, "the bride" of a couple,
"her brother" of two children of one family.

Knows entities in view with their names and nouns. Chooses nothing else.
"""

from collections.abc import Iterator

from nlp.known import Known, Stage
from nlp.names import called_sex
from nlp.types import Gender, Mention

_CHILDREN = frozenset({"child", "kid", "twin", "triplet", "grandchild", "grandkid", "sibling", "stepchild", "baby", "toddler", "teenager"})
_YOUNG = frozenset({"boy", "girl", "son", "daughter", "grandson", "granddaughter", "brother", "sister"})
_SIBLINGS = frozenset({"brother", "sister", "sibling"})
_GROWN = frozenset({"man", "woman", "gentleman", "lady", "guy"})
_MARRIED = frozenset({"bride", "groom"})
_MARRYING = frozenset({"wedding", "marry", "marriage", "engaged", "engagement", "fiancé", "fiance", "fiancée", "fiancee"})


def some_of(stage: Stage, mention: Mention, owner: str | None) -> tuple[str, ...]:
    """Ids of the members meant, of the latest group that has such; nothing where that is not sure."""
    if mention.gender not in ("m", "f") or mention.definiteness not in ("definite", "demonstrative", "possessive"):
        return ()
    if mention.head_lemma.lower() in _SIBLINGS and mention.definiteness == "possessive" and mention.number == "singular":
        return _sibling(stage, mention, owner)
    for group, members in _groups(stage):
        if _may_be_of(mention, owner, group):
            meant = tuple(m.id for m in members if sex(m) == mention.gender)
            others = all(sex(m) not in (None, mention.gender) for m in members if m.id not in meant)
            if len(meant) > 1 and mention.number == "plural":
                return meant
            if len(meant) == 1 and others and mention.number == "singular":
                return meant
    return ()


def _sibling(stage: Stage, mention: Mention, owner: str | None) -> tuple[str, ...]:
    """The other child of those whom the owner is one of: of one group, or told of as children of one person."""
    own = stage.get(owner) if owner is not None else None
    if own is None:
        return ()
    parents = _parents(own)
    beside = next((members for _, members in _groups(stage) if own.id in {m.id for m in members}), list[Known]())
    family = [m for m in beside if parents or not m.relations] + [k for k in stage.recent() if parents & _parents(k)]
    others = {m.id: m for m in family if m.id != own.id and (not m.relations or not parents or parents & _parents(m))}
    fitting = [m.id for m in others.values() if sex(m) in (None, mention.gender)]
    return tuple(fitting) if len(fitting) == 1 else ()


def _parents(known: Known) -> frozenset[str]:
    return frozenset(owner for noun, owner in known.relations if noun in _YOUNG | _CHILDREN and noun not in _SIBLINGS)


def sex(known: Known) -> Gender | None:
    """By what the person was called."""
    return known.gender or called_sex(known.name)


def _groups(stage: Stage) -> Iterator[tuple[Known, list[Known]]]:
    """Groups of persons in view, the latest first, without those that who speaks is of."""
    speakers = {stage.discourse.customer, stage.discourse.business}
    for group in reversed(stage.recent()):
        members = [m for id in group.members if (m := stage.get(id)) is not None]
        if members and speakers.isdisjoint(group.members) and all(m.type in ("person", "thing") for m in members):
            yield group, members


def _may_be_of(mention: Mention, owner: str | None, group: Known) -> bool:
    head = mention.head_lemma.lower()
    if mention.definiteness == "possessive" and owner not in group.owners():
        return False
    if head in _MARRIED:
        said = {t.lemma.lower() for seen in group.seen[:1] for t in seen.parse.tokens}
        return len(group.members) == 2 and bool(said & _MARRYING)
    if head in _YOUNG:
        return bool(group.heads & _CHILDREN)
    return head in _GROWN and not group.heads & _CHILDREN
