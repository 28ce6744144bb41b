"""What of a clause fills the hole of a question: a person, a place, a time, a reason, a thing of the kind asked for. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from graph.filler_amounts import age, duration, frequency, manner, number
from graph.kinds import kinds
from graph.known_clauses import Clause, known_as
from graph.likeness import PERSONAL, Search, asked_about, how_like, instant_of, is_a, is_alike
from graph.model import Entity, EntityId, Fact
from graph.sorts import is_renamed, is_sort_of_it, tells_sort
from nlp.kinds import is_kind

_PLACE_ROLES = frozenset(
    {"in", "at", "on", "near", "by", "to", "behind", "under", "inside", "outside", "from", "around", "along", "over", "through"}
)
_MOMENT = re.compile(r"\b(?:when(?:ever)?|while|after|before|until|once|as soon as|every time|since) (?!then\b|when\b)\w+")
_WHERE = re.compile(
    r"\b(?:in|at|on|by|near|behind|under|over|above|below|beside|next to|outside|inside|around|between) "
    r"(?:the|an?|my|our|his|her|their|your) "
    r"(?!morning|afternoon|evening|night|day|moment|week|month|year|meantime|end|start|beginning|same|time|way|phone)\w+"
)
_TOWARDS = frozenset({"to", "into", "onto", "towards"})
_AWAY = frozenset({"from", "out", "off"})
_LEFT = frozenset({"move_from", "relocate_from"})  # where somebody is no longer
_VALUED = frozenset({"number", "code", "address", "email", "phone"})  # nouns that are answered by what is called so
_WISHING = frozenset({"want", "need", "like", "ask", "request", "wish"})
_CHANGING = re.compile(r"(?:^|_)(?:change|switch|update|correct|raise|lower|go|move)(?:_|$)")
_STEM = 4  # letters by which an inflected word is found again
_HOLDING = frozenset({"has", "have", "contain", "hold", "get"})


def filler_of(search: Search, clause: Clause) -> Fact | None:
    """The fact of the clause whose object (or subject) fills the hole; of a yes/no question the first."""
    if search.asked.wanted == "yes_no":  # of several things told in one breath, the one that is asked about
        return next((f for f in clause.facts if f.object is not None and f.object in search.asked.entities), clause.first)
    now = [f for f in clause.facts if f.holds(instant_of(search), search.known_at)]
    if now and len(now) < len(clause.facts):
        then = tuple(f for f in clause.facts if f not in now)
        clause = replace(clause, facts=(*then, *now) if search.asked.formerly else (*now, *then))
    clause = _without_former(search, clause)
    towards = _in_direction(search, clause)
    if towards is None:
        return None
    clause = towards
    if search.asked.colour and search.asked.wanted in ("what", "which") and not _is_coloured(search, clause):
        return None
    if search.asked.about:
        return clause.first
    return _FILLERS.get(search.asked.wanted, _thing)(search, clause)


def _without_former(search: Search, clause: Clause) -> Clause:
    """Without what something is changed from, where it is asked what it is."""
    if search.asked.formerly or search.asked.role in _AWAY:
        return clause
    kept = tuple(f for f in clause.facts if not (f.role == "from" and _CHANGING.search(f.predicate)))
    return replace(clause, facts=kept) if kept else clause


def _in_direction(search: Search, clause: Clause) -> Clause | None:
    """Where "to" is asked for, without what was said of "from", and the other way around; None where only that was said."""
    asked, away = (_TOWARDS, _AWAY) if search.asked.role in _TOWARDS else (_AWAY, _TOWARDS)
    if search.asked.role not in asked:
        return clause
    contrary = tuple(f for f in clause.facts if _ways(f) & away)
    apt = any(_ways(f) & asked for f in clause.facts)
    rest = tuple(f for f in clause.facts if f not in contrary)
    if not contrary and not apt and re.search(rf"\b(?:{'|'.join(sorted(away))})\b", clause.first.text):
        return None
    return clause if not contrary else replace(clause, facts=rest) if apt and rest else None


def _ways(fact: Fact) -> set[str]:
    return {fact.role.split("_")[0], *fact.predicate.split("_to_")[-1].split("_")[1:]}


def _is_coloured(search: Search, clause: Clause) -> bool:
    """Whether a colour is told, other than that of something beside what is asked about."""
    asked = search.asked.entities
    beside = (search.question.entities[e] for f in clause.facts for e in (f.subject, f.object) if e and e in search.question.entities)
    nouns = {t.lemma for t in search.asked.terms}
    others = {w for e in beside if asked and e.id not in asked and not nouns & set(e.heads) for w in known_as(e)}
    return any(word in kinds().colours and word not in others for f in clause.facts for word in (*f.lemmas, f.said.lower()))


def _person(search: Search, clause: Clause) -> Fact | None:
    for fact in clause.facts:
        if fact.modality == "reported" and fact.said_by and not asked_about(search, fact.said_by) and search.asked.role == "subject":
            return fact
        if fact.subject == search.question.customer and _is_only_wished(search, fact):
            continue
        owners = [e.owner for e in (search.question.entities.get(i) for i in (fact.subject, fact.object) if i) if e]
        for entity in (fact.subject, fact.object, *(owners if search.asked.wanted == "whose" else ())):
            found = search.question.entities.get(entity) if entity else None
            own = entity == search.question.customer and (
                search.asked.customer or (search.asked.role == "subject" and fact.subject != entity)
            )
            if found and not asked_about(search, entity) and not own and _is_somebody(found) and entity != search.question.business:
                return fact
        if fact.subject == search.asked.of and fact.role == "attribute":
            return fact
    return next((f for f in clause.facts if f.subject == search.question.business and not search.asked.customer), None)


def _is_only_wished(search: Search, fact: Fact) -> bool:
    """ "Who will clean the gutters?" after "I'd like to have the gutters cleaned": who wants it done does not do it."""
    wished = re.match(r"asks_to_|(?:want|need|like)(?:_|$)", fact.predicate)
    return wished is not None and search.asked.role == "subject" and not search.asked.customer and search.asked.predicate not in _WISHING


def _is_somebody(entity: Entity) -> bool:
    """Persons, also by their trade, and what has nothing but a name: "the Hartleys"."""
    named = any(word[:1].isupper() for word in entity.name.split())
    words = (*entity.heads, *(entity.attributes if named else ()))
    trade = entity.type not in ("product", "vehicle") and any(is_kind(word, "person") == 1 for word in words)
    return entity.type in PERSONAL or trade or (entity.type == "thing" and entity.name[:1].isupper())


def _time(search: Search, clause: Clause) -> Fact | None:
    once = search.asked.past and search.asked.predicate != "be"  # "When did I last see her?" asks for no "every six months"
    points = [f for f in clause.facts if (_is_point(f.when) or f.value_type in ("date", "datetime")) and not (once and _recurs(f))]
    told = [f for f in points if f.role == "when"]
    if len(told) > 1:
        return max(told, key=lambda f: _nearness(search, f))
    return next(iter(points), None) or next((f for f in clause.facts if _MOMENT.search(f.text)), None)


def _recurs(fact: Fact) -> bool:
    return (fact.value or fact.when or "").startswith("R/")


def _nearness(search: Search, fact: Fact) -> int:
    """Of several times in one sentence, how near before it stands what is asked about: "a coat on the 12th and a scarf on the 25th"."""
    text = fact.text.lower()
    place = text.find(fact.said.lower())
    before = (text.rfind(t.lemma[:_STEM], 0, place) for t in search.asked.terms if not t.verb)
    return -(place - max(before, default=-1)) if place >= 0 else -len(text)


def _is_point(when: str | None) -> bool:
    """Not a length of time ("P3D")."""
    return when is not None and not when.startswith("P")


def _place(search: Search, clause: Clause) -> Fact | None:
    for fact in clause.facts:
        if fact.predicate in _LEFT and search.asked.role not in _AWAY:
            continue
        entity = search.question.entities.get(fact.object) if fact.object else None
        placed = fact.role.split("_")[0] in _PLACE_ROLES or fact.predicate in ("lives_in", "is_at", "is_in", "is_with")
        towards_person = entity is not None and entity.type == "person" and fact.role in ("to", "by")  # "married to Rod"
        if (
            placed
            and not towards_person
            and not asked_about(search, fact.object)
            and fact.value_type not in ("date", "datetime", "duration", "number")
        ):
            return fact
        if entity and entity.type in ("place", "address") and not asked_about(search, fact.object):
            return fact
        if fact.predicate in _HOLDING and asked_about(search, fact.object) and _is_thing(search, fact.subject):
            return fact
        if fact.role == "adverb" and fact.value and re.search(r"(stairs|side|here|there|home|away)$", fact.value):
            return fact
    whole = all(how_like(search, t, clause) >= 0.85 for t in search.asked.terms)
    return clause.first if whole and search.asked.terms and _WHERE.search(clause.first.text) else None


def _is_thing(search: Search, entity: EntityId) -> bool:
    found = search.question.entities.get(entity)
    return found is not None and found.type not in PERSONAL


def _reason(_search: Search, clause: Clause) -> Fact | None:
    because = next((f for f in clause.facts if re.search(r"\b(because|since|so that|due to|as)\b", f.text.lower())), None)
    return because or next((f for f in clause.facts if f.role in ("for", "about") and f.value_type in (None, "text")), None)


def _thing(search: Search, clause: Clause) -> Fact | None:
    """For "what" and "which": an object or subject that the question does not name, of the kind that it does."""
    noun = search.asked.noun
    if search.asked.kind_of and (renamed := next((f for f in clause.facts if is_renamed(search.asked.kind_of, f)), None)) is not None:
        return renamed
    if any(t.lemma in _VALUED and not _is_called(t.lemma, clause) for t in search.asked.terms):
        return None
    if search.asked.sort:
        clause = replace(clause, facts=tuple(f for f in clause.facts if tells_sort(search, f) and is_sort_of_it(search, f)))
    if not clause.facts:
        return None
    choice = noun is not None and _only_choice(search, clause)
    whole = noun is None or choice
    for fact in clause.facts:
        told = (fact.object is not None or fact.value is not None) and fact.predicate != "age"  # what asks for an age accounts for the word
        if (
            told
            and _is_fresh(search, fact.object)
            and not _said_in_question(search, fact)
            and (noun is None or (choice and _may_be_chosen(search, fact)) or is_alike(search, noun, fact))
        ):
            return fact
    subject = next((f for f in clause.facts if _is_thing_by_subject(search, f) or (not whole and _is_only_name(search, clause, f))), None)
    if subject is not None:
        return subject
    return clause.first if noun is None and clause.first.object is None and clause.first.value is None else None


def _is_called(noun: str, clause: Clause) -> bool:
    """Whether the clause speaks of a number, an address …, or tells one."""
    figures = noun in ("number", "code", "phone") and any(any(c.isdigit() for c in f.said) and f.role == "attribute" for f in clause.facts)
    return noun in clause.words or figures or any(f.value_type in kinds().values.get(noun, ()) for f in clause.facts)


def _is_fresh(search: Search, entity: EntityId | None) -> bool:
    """Whether the question neither names it nor is put by or to it."""
    return not asked_about(search, entity) and entity not in (search.question.customer, search.question.business)


def _is_thing_by_subject(search: Search, fact: Fact) -> bool:
    """Whether the subject of the fact, or what it belongs to, is the thing that is asked for."""
    noun, owner = search.asked.noun, _owner(search, fact.subject)
    if noun is not None and is_a(search, noun, owner) and not asked_about(search, owner):
        return True
    if not _is_fresh(search, fact.subject):
        return False
    if noun is not None:
        return is_a(search, noun, fact.subject)
    renamed = fact.predicate == "is" and asked_about(search, fact.object)  # "Honda is the car"
    return search.asked.role == "subject" or not fact.object or renamed


def _is_only_name(search: Search, clause: Clause, fact: Fact) -> bool:
    """ "Which dog is the boxer?" after "Rex is the boxer": who is known by nothing but a name may be of any kind."""
    found = search.question.entities.get(fact.subject)
    known = found is None or found.heads or not found.name[:1].isupper() or not _is_fresh(search, fact.subject)
    return search.asked.role == "subject" and not known and all(how_like(search, t, clause) >= 0.85 for t in search.asked.terms)


def _only_choice(search: Search, clause: Clause) -> bool:
    """Whether all of the question is accounted for and one object is left to be meant: its kind need not be known by name."""
    asked = search.asked
    if not asked.terms:
        alone = len([f for f in clause.facts if f.role == asked.role]) == 1
        return alone and asked.role not in ("object", "attribute", "subject")
    if any(how_like(search, t, clause) < 0.85 for t in asked.terms):
        return False
    if asked.predicate == "be" and asked.role == "attribute" and asked.noun is not None:
        return False  # "What flavor is the cake?" asks for no more than that
    free = [f for f in clause.facts if _may_be_chosen(search, f) and not asked_about(search, f.object)]
    found = search.question.entities.get(free[0].object) if len(free) == 1 and free[0].object else None
    sorts = kinds().entities.get(asked.noun or "", ())
    return len(free) == 1 and not (sorts and found is not None and found.type not in (*sorts, "thing"))


def _may_be_chosen(search: Search, fact: Fact) -> bool:
    """ "Which ankle did I break?": what was broken, not when or how."""
    return fact.role in ("object", "attribute", search.asked.role)


def _owner(search: Search, entity: EntityId) -> EntityId | None:
    found = search.question.entities.get(entity)
    return found.owner if found else None


def _said_in_question(search: Search, fact: Fact) -> bool:
    words = set(re.findall(r"\w+", fact.said.lower())) - {"the", "a", "an", "my", "our", "your"}
    return bool(words) and words <= {search.asked.noun, *(t.lemma for t in search.asked.terms)}


_FILLERS: Mapping[str, Callable[[Search, Clause], Fact | None]] = {
    "who": _person,
    "whose": _person,
    "when": _time,
    "where": _place,
    "how many": number,
    "how much": number,
    "how old": age,
    "how long": duration,
    "how often": frequency,
    "why": _reason,
    "how": manner,
}
