"""How near words, verbs and things of a question are to those of a clause: the same, inflected, of one class, alike. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from graph.asked import Asked
from graph.kinds import kinds
from graph.known_clauses import TYPED, Clause, known_as
from graph.model import EntityId, Fact
from graph.predicates import lexicon
from graph.question_terms import LIGHT_NOUNS, Question, Term
from nlp.kinds import is_kind

Similarity = Callable[[str, str], float]
Classes = Mapping[str, tuple[int, ...]]  # predicate -> the classes of meaning that it is in
ALIKE = 0.55  # cosine from which a word counts as like another
TOLD = 0.9  # what it counts for a thing that its words name, though what they mean is said around it
BESIDE = 0.6  # what a clause counts for a thing that is only spoken of around it
_ENDINGS = frozenset(
    ["", "s", "es", "e", "ed", "d", "ing", "er", "ers", "or", "y", "ly", "al", "ion", "ation", "ment", "ance", "ence", "ness", "ies", "ied"]
)
_BOUNDS = frozenset({"start", "begin", "end", "expire", "finish", "stop"})
_ENTAILING: Mapping[str, tuple[str, ...]] = {
    "buy": ("pay",),
    "birthday": ("turn", "bear"),
    "work": ("teach",),
}  # what is told by another verb
_STANDING_IN = frozenset({"mine", "yours", "his", "hers", "ours", "theirs", "one", "it", "that"})
PERSONAL = frozenset({"person", "organisation", "group", "animal"})


@dataclass(frozen=True)
class Search:
    """A question with what words are compared by. known_at: what was recorded later is not known."""

    asked: Asked
    question: Question
    similarity: Similarity
    classes: Classes
    known_at: datetime


def renamed(search: Search, facts: Iterable[Fact]) -> Search:
    """The question with what it names taken for what that was said to be: "Sparkwell" for "our last cleaning company"."""
    meant = {t.entity for t in search.asked.terms if t.entity is not None}
    other: dict[EntityId, EntityId] = {}
    for fact in facts if meant else ():
        if fact.predicate == "is" and fact.role == "attribute" and fact.object is not None and fact.polarity == "positive":
            for one, two in ((fact.subject, fact.object), (fact.object, fact.subject)):
                if one in meant:
                    other.setdefault(one, two)
    if not other:
        return search
    terms = tuple(
        replace(t, entity=other.get(t.entity, t.entity), named=t.named and t.entity not in other) if t.entity else t
        for t in search.asked.terms
    )
    return replace(search, asked=replace(search.asked, terms=terms, entities=tuple(other.get(e, e) for e in search.asked.entities)))


def opposed(one: str, other: str) -> bool:
    """Whether the one denies the other, as words or by their particles: cheap, expensive; move_in, move_out."""
    verb, *particles = one.split("_")
    other_verb, *others = other.split("_")
    pairs = kinds().opposites
    return (verb, other_verb) in pairs or (verb == other_verb and any((p, q) in pairs for p in particles for q in others))


def same_verb(search: Search, asked: str, told: str) -> bool:
    if opposed(asked, told):
        return False
    one, other = asked.split("_", maxsplit=1)[0], told.split("_", maxsplit=1)[0]
    mine = {*search.classes.get(asked, ()), *search.classes.get(one, ())}
    theirs = {*search.classes.get(told, ()), *search.classes.get(other, ())}
    same = one == other.removesuffix("s") or one == other or bool(mine & theirs) or is_derived(one, other)
    alike = search.asked.wanted != "yes_no" and search.similarity(one, other) >= ALIKE  # what is near may be the contrary
    return same or alike or told in ("has", "owns", "is")


def instant_of(search: Search) -> datetime:
    """When the answer is to hold: at the time that the question names, else at `as_of`."""
    named = search.asked.when.start if search.asked.when and search.asked.wanted != "when" else None
    return named or search.question.as_of


def how_like(search: Search, term: Term, clause: Clause) -> float:
    lemma = term.lemma.rstrip("'s") if term.named else term.lemma
    if lemma in clause.words and term.entity is None:
        return 1.0
    if term.entity is not None:
        if term.entity in clause.entities:
            return 1.0
        if term.entity in clause.context and not _is_of_another(search, term, clause) and not _has_another(search, term, clause):
            return TOLD if term.lemma in clause.words and search.asked.wanted != "yes_no" else BESIDE
        entity = search.question.entities.get(term.entity)
        if entity and any(m in clause.entities for m in entity.members):
            return 0.9
        return 0.9 if term.lemma in clause.words and (not term.named or _is_no_name(search, term, clause)) else 0.0
    if term.lemma in clause.words:
        return 1.0
    if not term.named and any(is_derived(term.lemma, w) for w in clause.words):
        return 0.9
    mine = set(search.classes.get(term.lemma, ()))
    if mine and any(mine & set(search.classes.get(w, ())) for w in clause.words):
        return 0.9
    if any(f.predicate.split("_")[0] in _ENTAILING.get(term.lemma, ()) for f in clause.facts) or _is_narrower(search, term, clause):
        return 0.9
    if term.verb and term.lemma in _BOUNDS and any("/" in (f.when or "") for f in clause.facts):
        return 0.9  # what runs from June to May starts in June
    if term.named or term.noun or search.asked.wanted == "yes_no":
        return 0.0
    if term.verb and search.asked.predicate.startswith(f"{term.lemma}_") and term.lemma not in search.asked.predicate.split("_")[1:]:
        return 0.0  # what gets off is not what comes
    heads = {f.predicate.removeprefix("asks_to_").split("_")[0] for f in clause.facts}
    others = heads if term.verb else {w for w in clause.words if "_" not in w} - heads
    best = max((search.similarity(term.lemma, w) for w in sorted(others) if not opposed(term.lemma, w)), default=0.0)
    return best if best >= ALIKE else 0.0


def _is_narrower(search: Search, term: Term, clause: Clause) -> bool:
    """Whether it tells of something of the kind that is asked for: who has a hamster has a pet, who is a nurse
    works. Who has no hamster may have a pet."""
    if term.verb and term.lemma == "work" and any(is_trade(f) for f in clause.facts):
        return True
    if not term.noun or term.entity is not None or all(f.polarity == "negative" for f in clause.facts):
        return False
    things = [found for e in clause.entities if (found := search.question.entities.get(e)) is not None]
    own = search.question.customer
    if term.lemma in search.asked.unknown and not any(own in (f.subject, f.object) for f in clause.facts):
        things = [e for e in things if e.owner == own]  # "my car" is not the one that my wife drives
    return any(is_of_type(term.lemma, e.type) or any(is_kind(head, term.lemma) == 1 for head in e.heads) for e in things)


def is_of_type(noun: str, type: str) -> bool:
    """Whether a noun calls what is known by its name alone: a Passat is a car, Rex a pet."""
    return type in TYPED and type in kinds().entities.get(noun, ())


def is_trade(fact: Fact) -> bool:
    """ "My sister is a nurse": what somebody does for a living."""
    return fact.predicate == "is" and fact.role == "attribute" and any(is_kind(w, "person") == 1 for w in fact.said.lower().split())


def _is_of_another(search: Search, term: Term, clause: Clause) -> bool:
    """Whether the clause tells of somebody who stands beside the one asked about: what my father wants is not what my mother does."""
    asked = search.question.entities.get(term.entity) if term.entity else None
    things = (search.question.entities[e] for e in clause.entities if e in search.question.entities)
    if term.role == "subject" and asked is not None and asked.type in PERSONAL and search.asked.predicate == "have":
        return True  # who has it is told with it
    if term.owns and any(t.owner is not None and t.owner != term.entity for t in things):
        return True
    whose = search.question.entities.get(clause.first.subject)  # the clause's own subject: where its things are is told beside it
    return asked is not None and asked.type in PERSONAL and whose is not None and whose.type in PERSONAL and not whose.is_business


def _has_another(search: Search, term: Term, clause: Clause) -> bool:
    """Whether the clause says of something else, or of nothing, what was done: who fixed the tap has not thereby fixed the sink beside
    it, and who eats has thereby had no shots."""
    if term.role != "object":
        return False
    told = [f for f in clause.facts if _tells_object(f) and f.said.lower() not in _STANDING_IN]
    objects = (search.question.entities.get(f.object) if f.object else None for f in told)
    if any(e is None or not LIGHT_NOUNS & set(e.heads) for e in objects):  # "the whole thing" may be it
        return True
    return not told and not any(same_verb(search, search.asked.predicate, f.predicate) for f in clause.facts)


def _tells_object(fact: Fact) -> bool:
    """Whether it says to what something is done, also with another verb between: "tried to fix the tap"."""
    return fact.role == "object" or (fact.role == "complement" and fact.predicate not in lexicon().report)


def _is_no_name(search: Search, term: Term, clause: Clause) -> bool:
    """Whether nothing in the clause bears the name of the term, which is a word of it all the same: a language, a brand."""
    things = (search.question.entities[e] for e in clause.entities if e in search.question.entities)
    return not any(term.lemma in known_as(e) for e in things)


def is_like(search: Search, term: Term, word: str) -> bool:
    """Whether a word may count for the term at all."""
    lemma = term.lemma.rstrip("'s") if term.named else term.lemma
    if word in (term.lemma, lemma):
        return True
    if term.named:
        return False
    mine, theirs = search.classes.get(term.lemma, ()), search.classes.get(word, ())
    if is_derived(term.lemma, word) or bool(set(mine) & set(theirs)):
        return True
    if word.split("_", maxsplit=1)[0] in _ENTAILING.get(term.lemma, ()):
        return True
    if term.verb and term.lemma in _BOUNDS and (word.endswith("_when") or word in ("when", "scheduled_for")):
        return True
    if (term.noun and (is_kind(word, term.lemma) == 1 or is_of_type(term.lemma, word))) or (
        term.verb and term.lemma == "work" and is_kind(word, "person") == 1
    ):
        return True
    return not term.noun and search.similarity(term.lemma, word.split("_", maxsplit=1)[0]) >= ALIKE


def asked_about(search: Search, entity: EntityId | None) -> bool:
    return entity is not None and entity in search.asked.entities


def is_a(search: Search, noun: str, entity: EntityId | None) -> bool:
    found = search.question.entities.get(entity) if entity else None
    if found is None:
        return False
    if found.type in kinds().entities.get(noun, ()):
        return True
    known = known_as(found)
    if noun in known or any(is_kind(h, noun) == 1 for h in found.heads):
        return True
    return any(search.similarity(noun, h) >= ALIKE for h in found.heads)


def is_alike(search: Search, noun: str, fact: Fact) -> bool:
    if is_a(search, noun, fact.object):
        return True
    words = re.findall(r"\w+", fact.said.lower())
    if fact.value_type in (*kinds().values.get(noun, ()), *kinds().entities.get(noun, ())):
        return True
    if any(is_kind(w, noun) == 1 for w in words):
        return True
    return any(w.rstrip("s") == noun.rstrip("s") for w in words) or any(search.similarity(noun, w) >= ALIKE for w in words if w.isalpha())


def is_derived(one: str, other: str) -> bool:
    """Whether two words come from one another by plain endings: leak, leaking; roof, roofer."""
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and long in (f"{short}{short[-1]}{ending}" for ending in ("ed", "ing", "er")):
        return True
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= 4 and one[shared:] in _ENDINGS and other[shared:] in _ENDINGS
