"""What a clause tells of the sort, make or breed of a thing: of the thing itself, by its noun or by a name beside it. Pure."""

import re

from graph.kinds import kinds
from graph.likeness import PERSONAL, Search, asked_about
from graph.model import Entity, EntityId, Fact
from nlp.kinds import is_kind

_MADE_BY = frozenset({"from", "by"})


def tells_sort(search: Search, fact: Fact) -> bool:
    """ "A beagle", "Bosch", not "scared of the vacuum", unless its subject bears a brand: "the Rheem heater is fine"."""
    if _names_it(search, fact):
        return True
    if fact.role not in ("attribute", "adverb", "complement") or fact.object is not None or re.match(r"(?:an?|the) |[A-Z\d]", fact.said):
        return True
    subject = search.question.entities.get(fact.subject)
    return subject is not None and _bears_brand(search, subject)


def is_sort_of_it(search: Search, fact: Fact) -> bool:
    """Whether it tells of the thing itself, not of what it has or of what is named after it: no van is a door, no furnace a filter."""
    if _names_it(search, fact):
        return True
    subject = search.question.entities.get(fact.subject)
    if subject is not None and (asked_about(search, fact.subject) or _is_of_kind(search, fact.subject)):
        return fact.role in ("attribute", "name") or fact.predicate.partition("_")[2] in _MADE_BY or _bears_brand(search, subject)
    object = search.question.entities.get(fact.object) if fact.object else None
    if object is not None and (asked_about(search, fact.object) or _is_of_kind(search, fact.object)):
        return not asked_about(search, fact.object) or _bears_brand(search, object)
    return fact.role == "attribute" and subject is not None and subject.type in PERSONAL


def _names_it(search: Search, fact: Fact) -> bool:
    """ "I'd like to order a carrot cake": what the customer does, wants, with a thing of that kind in its words; "a Sony television"."""
    brand = search.question.entities.get(fact.object) if fact.object else None
    if brand is not None and re.search(rf"\b{re.escape(brand.name)} {re.escape(search.asked.kind_of or '')}s?\b", fact.text) is not None:
        return True
    return fact.role == "complement" and search.asked.kind_of in fact.lemmas and fact.subject == search.question.customer


def _bears_brand(search: Search, entity: Entity) -> bool:
    """ "Our Carrier furnace": a name beside its noun."""
    asked = {t.lemma for t in search.asked.terms}
    return any(w[:1].isupper() and w.lower() not in asked for w in (*entity.name.split(), *entity.aliases))


def _is_of_kind(search: Search, entity: EntityId | None) -> bool:
    found = search.question.entities.get(entity) if entity else None
    noun = search.asked.kind_of or ""
    kind = found is not None and (noun in found.heads or any(is_kind(h, noun) == 1 for h in found.heads))
    return kind or (found is not None and found.type in kinds().entities.get(noun, ()))


def is_renamed(noun: str, fact: Fact) -> bool:
    """ "He left me a watch, an old Omega": what kind of watch."""
    return re.search(rf"\b{re.escape(noun)}s?, (?:an?|the) \w", fact.text.lower()) is not None
