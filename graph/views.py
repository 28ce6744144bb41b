"""What can be seen of a memory at two times: facts, entities, the graph. Pure.

Knows snapshots. `as_of` is when a thing is true in the world, `known_at` is when the system held it to be so. Must not know stores,
clocks or the words of a channel.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from graph.model import Entity, EntityId, Fact, FactId, Snapshot, derived_id

DETERMINERS = frozenset(["the", "a", "an", "my", "your", "his", "her", "its", "our", "their", "this", "that", "these", "those"])


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    type: str  # an entity's, or `value`
    name: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One fact, from its subject's node to its object's or value's."""

    id: FactId
    source: str
    target: str
    predicate: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def folded(text: str) -> str:
    """Without case, accents and extra space."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(plain.casefold().split())


def root(entities: Mapping[EntityId, Entity], wanted: EntityId) -> EntityId:
    """The entity that this one turned out to be, itself where it is no other."""
    seen = {wanted}
    found = entities.get(wanted)
    while found and found.same_as and found.same_as not in seen:
        wanted = found.same_as
        seen.add(wanted)
        found = entities.get(wanted)
    return wanted


def one_and_same(entities: Mapping[EntityId, Entity], wanted: EntityId) -> frozenset[EntityId]:
    """All ids under which this entity is kept."""
    top = root(entities, wanted)
    return frozenset([top, *(each.id for each in entities.values() if each.same_as and root(entities, each.id) == top)])


def whole(entities: Mapping[EntityId, Entity]) -> dict[EntityId, Entity]:
    """Each entity once: what turned out to be the same is one, under the id and name of that which it is."""
    merged = {each.id: each for each in entities.values() if root(entities, each.id) == each.id}
    for each in entities.values():
        top = root(entities, each.id)
        if top != each.id and top in merged:
            merged[top] = joined(merged[top], each)
    return merged


def joined(top: Entity, other: Entity) -> Entity:
    """The first with all that is known of both."""

    def union(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*one, *two)))

    return replace(
        top,
        aliases=union(top.aliases, (other.name, *other.aliases)),
        heads=union(top.heads, other.heads),
        attributes=union(top.attributes, other.attributes),
        gender=top.gender or other.gender,
        owner=top.owner or other.owner,
        members=top.members or other.members,
        mentions=top.mentions + other.mentions,
        first_at=min(filter(None, (top.first_at, other.first_at)), default=None),
        last_at=max(filter(None, (top.last_at, other.last_at)), default=None),
        last_number=max(top.last_number, other.last_number),
        is_staff=top.is_staff or (other.is_staff and not (top.is_customer or top.is_business)),
    )


def seen(facts: Mapping[FactId, Fact], fact: Fact, known_at: datetime) -> Fact | None:
    """The fact as it stood then: None before it was recorded, and without the ends that it got later."""
    if fact.recorded_at > known_at:
        return None
    if fact.valid_to is not None and fact.valid_end(known_at) is None:
        fact = replace(fact, valid_to=None, end_recorded_at=None)
    if fact.retracted_at is not None and fact.retracted_at > known_at:
        fact = replace(fact, retracted_at=None)
    later = facts.get(fact.replaced_by) if fact.replaced_by else None
    return replace(fact, replaced_by=None) if later and later.recorded_at > known_at else fact


def history(snapshot: Snapshot, known_at: datetime) -> Iterator[tuple[int, Fact]]:
    """Every version known then, retracted ones too, in the order they came, numbered."""
    for number, fact in enumerate(snapshot.facts.values()):
        version = seen(snapshot.facts, fact, known_at)
        if version is not None:
            yield number, version


def holding(snapshot: Snapshot, as_of: datetime, known_at: datetime) -> Iterator[tuple[int, Fact]]:
    """The facts true at `as_of` as known at `known_at`, in the order they came, numbered."""
    return ((number, fact) for number, fact in history(snapshot, known_at) if fact.holds(as_of, known_at))


def concerning(facts: Iterable[tuple[int, Fact]], ids: Collection[EntityId]) -> Iterator[tuple[int, Fact]]:
    """Those that have one of these as their subject or object."""
    return ((number, fact) for number, fact in facts if fact.subject in ids or fact.object in ids)


def ranked(entities: Iterable[Entity], query: str) -> list[tuple[float, Entity]]:
    """Those that the query names at all, best first, then the more mentioned: 1 for the name itself, less for an alias, its beginning,
    shared words, or the noun that it was called by."""
    wanted = _bare(query)
    scored = ((_likeness(wanted, entity), entity) for entity in entities) if wanted else ()
    return sorted(((score, entity) for score, entity in scored if score > 0), key=lambda pair: (-pair[0], -pair[1].mentions))


def named(snapshot: Snapshot, wanted: str) -> frozenset[EntityId]:
    """All ids of the entity of that id, or of those that best match it as a name."""
    if wanted in snapshot.entities:
        return one_and_same(snapshot.entities, EntityId(wanted))
    found = ranked(whole(snapshot.entities).values(), wanted)
    best = [entity.id for score, entity in found if score == found[0][0]]
    return frozenset(each for one in best for each in one_and_same(snapshot.entities, one))


def _bare(phrase: str) -> str:
    words = folded(phrase).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in DETERMINERS else words)


def _likeness(wanted: str, entity: Entity) -> float:
    name = _name_likeness(wanted, _bare(entity.name))
    alias = max((_name_likeness(wanted, _bare(each)) for each in entity.aliases), default=0.0)
    noun = 0.5 if {_bare(head) for head in entity.heads}.issuperset(wanted.split()) else 0.0
    return max(name, alias * 0.95, noun)


def _name_likeness(wanted: str, name: str) -> float:
    if wanted == name:
        return 1.0
    if name.startswith(wanted):
        return 0.8
    sought, words = set(re.findall(r"\w+", wanted)), set(re.findall(r"\w+", name))
    shared = len(sought & words)
    if sought and shared == len(sought):
        return 0.7
    if any(word.startswith(wanted) for word in words):
        return 0.5
    return 0.6 * shared / len(sought | words) if shared else 0.0


def graph(snapshot: Snapshot, *, as_of: datetime, known_at: datetime, around: EntityId | None = None, hops: int = 1) -> Graph:
    """Its edges are the facts of `holding`, or those within `hops` of `around`; its nodes are what they join."""
    entities = whole(snapshot.entities)
    edges = [_edge(snapshot, fact) for _, fact in holding(snapshot, as_of, known_at)]
    start = root(snapshot.entities, around) if around else None
    if start is not None:
        edges = _near(edges, start, hops, entities)
    nodes: dict[str, Node] = {start: _node(entities, start)} if start is not None and start in entities else {}
    for edge in edges:
        nodes.setdefault(edge.source, _node(entities, edge.source))
        nodes.setdefault(edge.target, _node(entities, edge.target) if edge.fact.object else _value_node(edge))
    return Graph(tuple(nodes.values()), tuple(edges))


def _edge(snapshot: Snapshot, fact: Fact) -> Edge:
    source = root(snapshot.entities, fact.subject)
    target = root(snapshot.entities, fact.object) if fact.object else _value_id(fact)
    return Edge(fact.id, source, target, fact.predicate, fact)


def _value_id(fact: Fact) -> str:
    """The same value is one node; a fact that has none gets one of its own."""
    return derived_id("value", fact.value_type, fact.value) if fact.value is not None else derived_id("no value", fact.id)


def _node(entities: Mapping[EntityId, Entity], wanted: str) -> Node:
    entity = entities.get(EntityId(wanted))
    return Node(wanted, entity.type, entity.name) if entity else Node(wanted, "thing", wanted)


def _value_node(edge: Edge) -> Node:
    return Node(edge.target, "value", edge.fact.value if edge.fact.value is not None else edge.fact.said or edge.fact.text)


def _near(edges: list[Edge], start: str, hops: int, entities: Mapping[EntityId, Entity]) -> list[Edge]:
    """What can be walked to; a value ends the walk, since things that share one need have nothing to do with each other."""
    reached: set[str] = {start}
    for _ in range(hops - 1):
        ends = {end for edge in edges if not reached.isdisjoint((edge.source, edge.target)) for end in (edge.source, edge.target)}
        reached |= {end for end in ends if EntityId(end) in entities}
    return [edge for edge in edges if not reached.isdisjoint((edge.source, edge.target))] if hops > 0 else []
