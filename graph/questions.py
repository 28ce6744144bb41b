"""A question -> the facts that answer it, or an abstention with its reason. Pure.

A question is matched as a relation with a hole: every word that carries meaning must be accounted for by one clause of memory, and
the hole must be filled by something of the kind that is asked for. What nobody said is not answered.
"""

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graph.asked import Asked, Question, Term, read
from graph.dates import spoken
from graph.model import Entity, EntityId, Fact, FactId, TurnId
from graph.persons import possessive
from graph.predicates import lexicon
from graph.wording import capitalised

Similarity = Callable[[str, str], float]
Classes = Mapping[str, tuple[int, ...]]  # predicate -> the classes of meaning that it is in

ENOUGH = 0.62  # share of the question's weight that a clause must account for
ALIKE = 0.55  # cosine from which a word counts as like another
_PLACE_ROLES = frozenset(
    {"in", "at", "on", "near", "by", "to", "behind", "under", "inside", "outside", "from", "around", "along", "over", "through"}
)
_ENDINGS = frozenset(
    ["", "s", "es", "e", "ed", "d", "ing", "er", "ers", "or", "y", "ly", "al", "ion", "ation", "ment", "ance", "ence", "ness", "ies", "ied"]
)
_COLOURS = frozenset(
    ["red", "blue", "green", "yellow", "black", "white", "gray", "grey", "silver", "gold", "golden", "brown", "beige", "tan", "orange", "purple", "violet", "pink", "teal", "navy", "maroon", "burgundy", "charcoal", "cream", "ivory", "turquoise", "bronze", "copper", "lavender", "magenta", "olive", "dark", "light", "blonde"]
)  # fmt: skip
_HAVING = frozenset({"has", "owns", "have", "get", "keep", "drive", "buy"})
_PERSONAL = frozenset({"person", "organisation", "group", "animal"})


@dataclass(frozen=True)
class Citation:
    turn: TurnId
    fact: FactId | None
    text: str


@dataclass(frozen=True)
class Answer:
    """reason: why there is no answer, or why it is hedged; empty otherwise."""

    text: str
    abstained: bool
    reason: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Clause:
    """The facts that one clause gave, with all the words that it can be known by."""

    facts: tuple[Fact, ...]
    words: frozenset[str]
    entities: frozenset[EntityId]
    context: frozenset[EntityId] = frozenset()  # of the rest of its turn, and of the turn before

    @property
    def first(self) -> Fact:
        return self.facts[0]


@dataclass(frozen=True)
class Match:
    clause: Clause
    score: float
    filler: Fact | None
    holds: bool


def answer(
    question: Question, facts: Collection[Fact], known_at: datetime, *, similarity: Similarity, classes: Classes, to_customer: bool
) -> Answer:
    """`facts`: all versions; those not known at `known_at` are left out. `to_customer`: worded as "you", else in the third person."""
    asked = read(question)
    if asked is None:
        return Answer("I don't see a question there.", True, "no question")
    known = [f for f in facts if f.known(known_at)]
    if asked.unknown and not _mentioned(asked.unknown, known, question.entities):
        return _nothing(f"no {asked.unknown[0]} was ever mentioned")
    teller = _Teller(question, known_at, to_customer)
    named = _identity(asked, question, known, teller)
    if named is not None:
        return named
    matcher = _Matcher(asked, question, similarity, classes, known_at)
    matches = matcher.matches(clauses(known, question.entities))
    return teller.told(asked, matches) if matches else _nothing("never mentioned")


def clauses(facts: Collection[Fact], entities: Mapping[EntityId, Entity]) -> list[Clause]:
    """Facts by the clause that gave them, in the order of their recording."""
    groups: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda f: (f.recorded_at, f.id)):
        groups.setdefault(f"{fact.clause}/{fact.recorded_at.isoformat()}", []).append(fact)
    found = [_clause(tuple(group), entities) for group in groups.values()]
    spoken_of: dict[TurnId, set[EntityId]] = {}
    for clause in found:
        spoken_of.setdefault(clause.first.turn, set()).update(clause.entities)
    turns = list(spoken_of)
    around = {t: frozenset(spoken_of[t] | (spoken_of[turns[n - 1]] if n else set())) for n, t in enumerate(turns)}
    return [replace(c, context=around[c.first.turn]) for c in found]


def _clause(facts: tuple[Fact, ...], entities: Mapping[EntityId, Entity]) -> Clause:
    ids = frozenset(e for f in facts for e in (f.subject, f.object) if e)
    owners = frozenset(o for e in ids if (o := entities[e].owner if e in entities else None))
    words = {w for f in facts for w in f.lemmas}
    words |= {w for f in facts for w in _split(f.predicate)}
    words |= {w for e in (*ids, *owners) if e in entities for w in _known_as(entities[e])}
    words |= {w for f in facts for w in _of_value(f)}
    members = frozenset(m for e in ids if e in entities for m in entities[e].members)
    return Clause(facts, frozenset(words), ids | owners | members)


def _derived(one: str, other: str) -> bool:
    """Whether two words come from one another by plain endings: leak, leaking; roof, roofer."""
    shared = len(os.path.commonprefix([one, other]))
    return shared >= 4 and one[shared:] in _ENDINGS and other[shared:] in _ENDINGS


def _of_value(fact: Fact) -> set[str]:
    """Words that a value is asked by without having been said."""
    digits = set(re.findall(r"\d+", fact.value or ""))
    kinds = {"phone": {"phone", "number"}, "email": {"email", "mail", "address"}, "money": {"dollar", "price", "cost"}}
    asked = {"want", "ask", "request"} if fact.predicate.startswith("asks_to_") else set[str]()
    return digits | kinds.get(fact.value_type or "", set()) | asked


def _known_as(entity: Entity) -> set[str]:
    names = {w for n in (entity.name, *(a for a in entity.aliases if a[:1].isupper())) for w in re.findall(r"\w+", n.lower())}
    return names | set(entity.heads) | set(entity.attributes)


def _split(predicate: str) -> set[str]:
    parts = {w for w in predicate.split("_") if len(w) > 2}
    return parts | {w.removesuffix("s") for w in parts} | {predicate}


def _mentioned(nouns: Sequence[str], facts: Collection[Fact], entities: Mapping[EntityId, Entity]) -> bool:
    types = {e.type for e in entities.values() if not e.is_customer and not e.is_business}
    nouns = [n for n in nouns if not types & set(_SORTS.get(n, ()))]
    words = {w for f in facts for w in f.lemmas} | {h for e in entities.values() for h in _known_as(e)}
    return all(n.lower() in words for n in nouns)


def _nothing(reason: str) -> Answer:
    return Answer("You haven't told me that.", True, reason)


def _identity(asked: Asked, question: Question, facts: Collection[Fact], teller: "_Teller") -> Answer | None:
    """Who or what something is, where the question asks nothing else: its name."""
    if asked.colour and (coloured := _coloured(asked, question, teller)) is not None:
        return coloured
    if asked.attribute == "name" and asked.wanted == "what":
        return _own_name(asked, question, facts, teller)
    if asked.of is None or (asked.wanted == "what" and asked.attribute != "name") or asked.of in (question.customer, question.business):
        return None
    entity = question.entities.get(asked.of)
    if entity is None or not entity.name[:1].isupper():
        return None
    mentioned = {m.text.lower() for m in question.parse.mentions if question.referents[m.index] == asked.of}
    if any(entity.name.lower() in text for text in mentioned) and asked.attribute != "name":
        return None
    about = [f for f in facts if asked.of in (f.subject, f.object) and f.role in ("possession", "name", "attribute")]
    noun = next((h for h in entity.heads if h.lower() not in entity.name.lower().split()), None)
    words = f"{capitalised(teller.owner(entity))} {noun} is {entity.name}." if noun and entity.owner else f"It's {entity.name}."
    return Answer(words, False, "", tuple(Citation(f.turn, f.id, f.text) for f in about[:2]))


def _coloured(asked: Asked, question: Question, teller: "_Teller") -> Answer | None:
    """ "What color is my car?" after "my blue Subaru": by the words that went with the noun."""
    kinds = {t for m in question.parse.mentions for t in _SORTS.get(m.head_lemma, ())}
    about = [question.entities[e] for e in asked.entities if e in question.entities]
    about += [e for e in question.entities.values() if kinds and e.type in kinds and e.owner == question.customer]
    for entity in about:
        colour = next((a for a in entity.attributes if a.lower() in _COLOURS), None)
        if colour is not None and entity.first_turn is not None:
            said = f"{capitalised(teller.owner(entity))} {entity.name} is {colour}."
            return Answer(said, False, "", (Citation(entity.first_turn, None, said),))
    return None


def _own_name(asked: Asked, question: Question, facts: Collection[Fact], teller: "_Teller") -> Answer | None:
    """ "What's my last name?", "what is her name?": the name of whoever owns it."""
    owners = [question.referents[m.possessor] for m in question.parse.mentions if m.head_lemma == "name" and m.possessor is not None]
    whose = question.entities.get(EntityId(owners[0])) if owners and owners[0] else question.entities.get(asked.of) if asked.of else None
    if whose is None:
        return None
    if not whose.name[:1].isupper():
        return _nothing("the name was never told")
    words = question.parse.text.lower()
    parts = whose.name.split()
    part = parts[-1] if "last name" in words or "surname" in words else parts[0] if "first name" in words else whose.name
    said = next((f for f in facts if f.subject == whose.id and f.predicate == "name"), None)
    owner = (
        "Your"
        if whose.id == question.customer and teller.to_customer
        else f"{capitalised(teller.owner(whose))} {next(iter(whose.heads), '')}'s"
    )
    return Answer(f"{owner} name is {part}.", False, "", (Citation(said.turn, said.id, said.text),) if said else ())


# matching


class _Matcher:
    """One question against clauses."""

    def __init__(self, asked: Asked, question: Question, similarity: Similarity, classes: Classes, known_at: datetime) -> None:
        self.asked, self.question, self.similarity, self.classes, self.known_at = asked, question, similarity, classes, known_at

    def matches(self, found: Sequence[Clause]) -> list[Match]:
        """Best first; only those that account for enough of the question and fill its hole."""
        scored = [m for c in found if (m := self._match(c)) is not None]
        order = {m.clause.first.id: n for n, m in enumerate(scored)}
        return sorted(scored, key=lambda m: (-round(m.score, 3), -order[m.clause.first.id]))

    def _match(self, clause: Clause) -> Match | None:
        if not self._predicate_fits(clause) or not self._takes_part(clause) or self._elsewhen(clause):
            return None
        total = sum(t.weight for t in self.asked.terms)
        got = 0.0
        verb_missing = False
        for term in self.asked.terms:
            likeness = self._likeness(term, clause)
            if (term.named and likeness < 0.5) or (term.verb and likeness < 0.5 and term.weight > 0.5 and self.asked.wanted == "yes_no"):
                return None
            verb_missing |= term.verb and likeness < 0.5
            got += term.weight * likeness
        share = got / total if total else 0.7 * self._has_customer(clause)
        if share < ENOUGH or (verb_missing and share < 0.75 and len(self.asked.terms) > 1):
            return None
        filler = self._filler(clause)
        if filler is None and self.asked.wanted != "yes_no":
            return None
        holds = filler.holds(self._instant(), self.known_at) if filler else False
        return Match(clause, share + self._bonus(clause, holds, filler), filler, holds)

    def _predicate_fits(self, clause: Clause) -> bool:
        """Verbs too light to be a word of the question still say what kind of clause answers: having, being somewhere."""
        predicates = {f.predicate for f in clause.facts}
        light = self.asked.predicate
        if self.asked.wanted == "yes_no" and light.split("_")[0] not in ("be", "have", "do", "get", "allergic"):
            return any(self._same_verb(light, f.predicate.removeprefix("asks_to_")) for f in clause.facts)
        if light == "have" and self.asked.wanted in ("yes_no", "what", "which", "how many"):
            return (
                bool(predicates & (_HAVING | lexicon().ending_verbs))
                or any(f.role == "possession" for f in clause.facts)
                or len(self.asked.terms) > 1
            )
        if not self.asked.terms and light == "be":
            return any(p.startswith("is_") and p.removeprefix("is_") in (self.asked.role, "in", "at", "on", "with") for p in predicates)
        return True

    def _same_verb(self, asked: str, told: str) -> bool:
        one, other = asked.split("_", maxsplit=1)[0], told.split("_", maxsplit=1)[0]
        mine = {*self.classes.get(asked, ()), *self.classes.get(one, ())}
        theirs = {*self.classes.get(told, ()), *self.classes.get(other, ())}
        same = one == other.removesuffix("s") or one == other or bool(mine & theirs) or _derived(one, other)
        return same or self.similarity(one, other) >= ALIKE or told in ("has", "owns", "is")

    def _instant(self) -> datetime:
        """When the answer is to hold: at the time that the question names, else at `as_of`."""
        named = self.asked.when.start if self.asked.when and self.asked.wanted != "when" else None
        return named or self.question.as_of

    def _takes_part(self, clause: Clause) -> bool:
        """Whoever asks about themselves asks for what they did or had, not for what somebody of theirs did."""
        if not self.asked.speaks or self.asked.wanted in ("who", "whose"):
            return True
        ends = {e for f in clause.facts for e in (f.subject, f.object) if e}
        members = {m for e in ends if e in self.question.entities for m in self.question.entities[e].members}
        said = any(f.said_by == self.question.customer for f in clause.facts) and self.question.business in ends
        return (
            self.question.customer in ends | members
            or said
            or not any(e.type in _PERSONAL for i in ends if (e := self.question.entities.get(i)))
        )

    def _elsewhen(self, clause: Clause) -> bool:
        """Whether the clause tells of another time than the one that the question names."""
        asked, said = self.asked.when, clause.first.when
        if asked is None or asked.start is None or asked.end is None or said is None or self.asked.wanted == "when":
            return False
        first, last = (part[:10] for part in (said.split("/")[0], said.split("/")[-1]))
        if not first[:1].isdigit() or not last[:1].isdigit():
            return False
        start, end = asked.start.date().isoformat(), asked.end.date().isoformat()
        return last < start[: len(last)] or first > end[: len(first)]

    def _has_customer(self, clause: Clause) -> float:
        return float(self.question.customer in clause.entities)

    def _likeness(self, term: Term, clause: Clause) -> float:
        lemma = term.lemma.rstrip("'s") if term.named else term.lemma
        if lemma in clause.words and term.entity is None:
            return 1.0
        if term.entity is not None:
            if term.entity in clause.entities:
                return 1.0
            if term.entity in clause.context:
                return 0.6
            entity = self.question.entities.get(term.entity)
            if entity and any(m in clause.entities for m in entity.members):
                return 0.9
            return 0.9 if term.lemma in clause.words and not term.named else 0.0
        if term.lemma in clause.words:
            return 1.0
        if not term.named and any(_derived(term.lemma, w) for w in clause.words):
            return 0.9
        mine = set(self.classes.get(term.lemma, ()))
        if mine and any(mine & set(self.classes.get(w, ())) for w in clause.words):
            return 0.9
        if term.named or term.noun:
            return 0.0
        heads = {f.predicate.removeprefix("asks_to_").split("_")[0] for f in clause.facts}
        others = heads if term.verb else {w for w in clause.words if "_" not in w} - heads
        best = max((self.similarity(term.lemma, w) for w in sorted(others)), default=0.0)
        return best if best >= ALIKE else 0.0

    def _bonus(self, clause: Clause, holds: bool, filler: Fact | None) -> float:
        first, asked = clause.first, self.asked
        apt = (holds != asked.formerly) or (asked.past and not asked.formerly)
        bonus = 0.15 * apt - 0.1 * (first.modality == "uncertain")
        bonus += 0.1 * (self._has_customer(clause) > 0 and asked.customer)
        bonus += 0.05 * (filler is not None and filler.role == asked.role)
        bonus += 0.05 * ((first.tense == "past") == asked.past)
        bonus -= 0.03 * max(0, len(first.lemmas) - 2 * len(asked.terms)) / 4
        if asked.when is not None and asked.wanted != "when":
            bonus += 0.2 if self._in_time(first) else -0.4 if first.valid_from is not None or first.when is not None else -0.15
        return bonus + 0.05 * (first.polarity == "positive")

    def _in_time(self, fact: Fact) -> bool:
        when = self.asked.when
        return bool(when and fact.valid_from and when.start and when.end and when.start <= fact.valid_from < when.end)

    # the hole

    def _filler(self, clause: Clause) -> Fact | None:
        """The fact of the clause whose object (or subject) fills the hole."""
        rules: dict[str, Callable[[Clause], Fact | None]] = {
            "who": self._person, "whose": self._person, "when": self._time, "where": self._place, "how many": self._number,
            "how much": self._number, "how old": self._age, "how long": self._duration, "how often": self._duration, "why": self._reason,
            "how": self._manner,
        }  # fmt: skip
        if self.asked.wanted == "yes_no":
            return clause.first
        now = [f for f in clause.facts if f.holds(self._instant(), self.known_at)]
        if now and len(now) < len(clause.facts):
            clause = replace(clause, facts=tuple(now) + tuple(f for f in clause.facts if f not in now))
        return rules.get(self.asked.wanted, self._thing)(clause)

    def _asked_about(self, entity: EntityId | None) -> bool:
        return entity is not None and entity in self.asked.entities

    def _person(self, clause: Clause) -> Fact | None:
        for fact in clause.facts:
            if fact.modality == "reported" and fact.said_by and not self._asked_about(fact.said_by) and self.asked.role == "subject":
                return fact
            owners = [e.owner for e in (self.question.entities.get(i) for i in (fact.subject, fact.object) if i) if e]
            for entity in (fact.subject, fact.object, *(owners if self.asked.wanted == "whose" else ())):
                found = self.question.entities.get(entity) if entity else None
                own = entity == self.question.customer and (
                    self.asked.customer or (self.asked.role == "subject" and fact.subject != entity)
                )
                if found and not self._asked_about(entity) and not own and found.type in _PERSONAL and entity != self.question.business:
                    return fact
        return next((f for f in clause.facts if f.subject == self.question.business and not self.asked.customer), None)

    def _time(self, clause: Clause) -> Fact | None:
        return next((f for f in clause.facts if f.when is not None or f.value_type in ("date", "datetime")), None)

    def _place(self, clause: Clause) -> Fact | None:
        for fact in clause.facts:
            entity = self.question.entities.get(fact.object) if fact.object else None
            placed = fact.role.split("_")[0] in _PLACE_ROLES or fact.predicate in ("lives_in", "is_at", "is_in")
            if placed and not self._asked_about(fact.object) and fact.value_type not in ("date", "datetime", "duration", "number"):
                return fact
            if entity and entity.type in ("place", "address") and not self._asked_about(fact.object):
                return fact
            if fact.role == "adverb" and fact.value and re.search(r"(stairs|side|here|there|home|away)$", fact.value):
                return fact
        return None

    def _number(self, clause: Clause) -> Fact | None:
        for fact in clause.facts:
            counted = self.asked.noun is None or self._alike(self.asked.noun, fact)
            money = fact.value_type == "money" or "$" in fact.said or "dollar" in fact.said
            if self.asked.wanted == "how much" and not money and self.asked.noun is None:
                continue
            if counted and (fact.value_type in ("money", "number") or re.search(rf"\d|\b({_NUMERALS})\b", fact.said.lower())):
                return fact
        return None

    def _age(self, clause: Clause) -> Fact | None:
        return next((f for f in clause.facts if f.predicate == "age" or re.search(r"\b[\w-]+[- ]years?[- ]old\b", f.text)), None)

    def _duration(self, clause: Clause) -> Fact | None:
        said = re.compile(rf"\b(\d+|{_NUMERALS}|an?|every|each|once|twice|daily|weekly|monthly|yearly|until|since)\b")
        return next((f for f in clause.facts if f.value_type == "duration" or said.search(f.text.lower())), None)

    def _reason(self, clause: Clause) -> Fact | None:
        return next((f for f in clause.facts if re.search(r"\b(because|since|so that|due to|as)\b", f.text.lower())), None)

    def _manner(self, clause: Clause) -> Fact | None:
        rest = [f for f in clause.facts if f.role in ("adverb", "with", "by", "when", "in", "complement", "attribute")]
        return rest[0] if rest else clause.first

    def _thing(self, clause: Clause) -> Fact | None:
        """For "what" and "which": an object or subject that the question does not name, of the kind that it does."""
        noun = self.asked.noun
        whole = noun is None or self._only_choice(clause)
        for fact in clause.facts:
            if fact.object is not None or fact.value is not None:
                fresh = not self._asked_about(fact.object) and fact.object not in (self.question.customer, self.question.business)
                if fresh and not self._said_in_question(fact) and (whole or self._alike(noun or "", fact)):
                    return fact
        for fact in clause.facts:
            if noun is not None and self._is_a(noun, self._owner(fact.subject)) and not self._asked_about(self._owner(fact.subject)):
                return fact
            fresh = not self._asked_about(fact.subject) and fact.subject not in (self.question.customer, self.question.business)
            if (
                fresh
                and (noun is None or self._is_a(noun, fact.subject))
                and (noun is not None or self.asked.role == "subject" or not fact.object)
            ):
                return fact
        if noun is None and clause.first.object is None and clause.first.value is None:
            return clause.first
        return None

    def _only_choice(self, clause: Clause) -> bool:
        """Whether all of the question is accounted for and one object is left to be meant: its kind need not be known by name."""
        if not self.asked.terms:
            return len([f for f in clause.facts if f.role == self.asked.role]) == 1 and self.asked.role not in (
                "object",
                "attribute",
                "subject",
            )
        if any(self._likeness(t, clause) < 0.85 for t in self.asked.terms):
            return False
        free = [f for f in clause.facts if f.role in ("object", "attribute") and not self._asked_about(f.object)]
        found = self.question.entities.get(free[0].object) if len(free) == 1 and free[0].object else None
        sorts = _SORTS.get(self.asked.noun or "", ())
        return len(free) == 1 and not (sorts and found is not None and found.type not in (*sorts, "thing"))

    def _owner(self, entity: EntityId) -> EntityId | None:
        found = self.question.entities.get(entity)
        return found.owner if found else None

    def _said_in_question(self, fact: Fact) -> bool:
        words = set(re.findall(r"\w+", fact.said.lower())) - {"the", "a", "an", "my", "our", "your"}
        return bool(words) and words <= {t.lemma for t in self.asked.terms}

    def _alike(self, noun: str, fact: Fact) -> bool:
        if self._is_a(noun, fact.object):
            return True
        words = re.findall(r"\w+", fact.said.lower())
        kinds = {"number": ("phone", "number", "code"), "phone": ("phone",), "code": ("code", "number"), "email": ("email",), "price": ("money",),
                 "amount": ("money",), "address": ("address",), "date": ("date",), **dict.fromkeys(("opening", "slot", "appointment", "time", "day", "option"), ("datetime", "date"))}  # fmt: skip
        if fact.value_type in kinds.get(noun, ()) or fact.value_type in _SORTS.get(noun, ()):
            return True
        return any(w.rstrip("s") == noun.rstrip("s") for w in words) or any(self.similarity(noun, w) >= ALIKE for w in words if w.isalpha())

    def _is_a(self, noun: str, entity: EntityId | None) -> bool:
        found = self.question.entities.get(entity) if entity else None
        if found is None:
            return False
        if found.type in _SORTS.get(noun, ()):
            return True
        known = _known_as(found)
        return noun in known or any(self.similarity(noun, h) >= ALIKE for h in found.heads)


_SORTS: Mapping[str, tuple[str, ...]] = {
    "person": ("person",), "people": ("person",), "company": ("organisation", "place"), "firm": ("organisation", "place"), "vehicle": ("vehicle",),
    "car": ("vehicle",), "place": ("place", "address"), "property": ("place", "address"), "city": ("place",), "town": ("place",),
    "state": ("place",), "country": ("place",), "pet": ("animal",), "animal": ("animal",),
}  # fmt: skip
_NUMERALS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|half|dozen"


# wording


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if sentence.startswith(("You", "The ", "Your")) else sentence


class _Teller:
    """Puts matches into short sentences, with what they rest on."""

    def __init__(self, question: Question, known_at: datetime, to_customer: bool) -> None:
        self.question, self.known_at, self.to_customer = question, known_at, to_customer

    def told(self, asked: Asked, matches: Sequence[Match]) -> Answer:
        best = matches[0]
        if asked.wanted == "yes_no":
            return self._yes_no(asked, matches)
        if not best.holds and not asked.past and not asked.formerly:
            best = next((m for m in matches if m.holds and m.score > best.score - 0.25), best)
        if not best.holds and not asked.past and not asked.formerly and best.clause.first.valid_to is not None:
            return Answer(
                f"Not any more. Before: {_small(self._sentence(best))}",
                False,
                "no longer so",
                (self._cite(best.filler or best.clause.first),),
            )
        together = [best, *self._alongside(asked, best, matches)]
        sentences = list(dict.fromkeys(self._sentence(m) for m in together))
        cited = tuple(self._cite(m.filler or m.clause.first) for m in together)
        reason = "only uncertain" if best.clause.first.modality == "uncertain" else ""
        return Answer(" ".join(sentences), False, reason, cited)

    def _alongside(self, asked: Asked, best: Match, matches: Sequence[Match]) -> list[Match]:
        """Other clauses that answer as well: lists of what was done, had or said."""
        if asked.wanted not in ("what", "which", "who") or asked.noun is not None:
            return []
        same = [m for m in matches[1:] if m.score >= best.score - 0.02 and m.holds == best.holds and m.filler and best.filler]
        return [m for m in same if m.filler and best.filler and m.filler.predicate == best.filler.predicate][:3]

    def _yes_no(self, asked: Asked, matches: Sequence[Match]) -> Answer:
        whole = [m for m in matches if asked.predicate == "have" or m.clause.first.role not in ("possession", "name")] or matches
        sure = [m for m in whole if m.clause.first.modality != "uncertain"]
        if not sure:
            return Answer(f"That was only said to be possible: {self._sentence(matches[0])}", True, "only uncertain")
        best = sure[0]
        first = best.clause.first
        ends = first.predicate.split("_")[0] in lexicon().ending_verbs and first.polarity == "positive"
        if ends and (asked.predicate == "have" or not any(t.verb and t.weight > 0.5 for t in asked.terms)):
            return Answer(f"No. {self._sentence(best)}", False, "no longer so", (self._cite(first),))
        ended = not best.holds and not asked.past
        says = self._sentence(best)
        if first.modality == "reported":
            return Answer(says, False, "reported", (self._cite(first),))
        if first.polarity == "negative":
            return Answer(f"No. {says}", False, "", (self._cite(first),))
        if ended or (first.valid_to is not None and first.valid_to <= self.question.as_of and (asked.still or not asked.past)):
            return Answer(f"No, not any more. Before: {_small(says)}", False, "no longer so", (self._cite(first),))
        return Answer(f"Yes. {says}", False, "", (self._cite(first),))

    def _sentence(self, match: Match) -> str:
        fact = match.filler or match.clause.first
        text = (fact.told if self.to_customer and fact.told else fact.text) or fact.text
        if fact.modality == "reported" and fact.said_by:
            text = f"{self.name(fact.said_by)} says that {text[:1].lower() + text[1:]}"
        elif fact.modality == "uncertain":
            text = f"{'You weren’t' if self.to_customer else 'They weren’t'} sure, but {text[:1].lower() + text[1:]}"
        when = fact.when or (fact.value if fact.value_type in ("date", "datetime") else None)
        exact = spoken(when) if when else ""
        said = text if not exact or exact.lower() in text.lower() else f"{text} ({exact})"
        if fact.value and fact.value_type in ("phone", "money", "code", "number") and fact.value not in said:
            said = f"{said} ({fact.value})"
        return f"{capitalised(said.rstrip('.'))}."

    def name(self, entity: EntityId) -> str:
        found = self.question.entities.get(entity)
        if entity == self.question.customer and self.to_customer:
            return "you"
        if found is None:
            return "somebody"
        return found.name if found.name[:1].isupper() else f"{self.owner(found)} {found.name}"

    def owner(self, entity: Entity) -> str:
        """ "your", "Dana's" or "the", as fits before the noun."""
        if entity.owner is None:
            return "the"
        if entity.owner == self.question.customer and self.to_customer:
            return "your"
        if entity.owner == self.question.business:
            return "our"
        found = self.question.entities.get(entity.owner)
        return possessive(found.name) if found else "the"

    def _cite(self, fact: Fact) -> Citation:
        return Citation(fact.turn, fact.id, fact.text)
