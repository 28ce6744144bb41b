"""A question against the clauses of memory: which account for its words and fill its hole, best first. Pure."""

import re
from collections.abc import Sequence

from graph.fillers import filler_of
from graph.known_clauses import Clause, Match
from graph.likeness import BESIDE, PERSONAL, Search, asked_about, how_like, instant_of, is_a, is_trade, opposed, same_verb
from graph.model import Entity, Fact
from graph.predicates import HAVING, OWNING, lexicon
from graph.question_terms import Term

ENOUGH = 0.62  # share of the question's weight that a clause must account for
SURE = 0.75  # … where it has none of the question's verbs
PLAIN = 0.85  # … of a question for yes or no
SUBSTANCE = 0.6  # weight from which a word says what the question is about: pronouns and light verbs have less
_ADVISED = re.compile(r"\b(?:should|ought to|had better|need to|needs to|have to|has to)\b")
_INSIDE = frozenset({"in", "on", "under", "inside", "behind"})
_HOLDING = frozenset({"has", "have", "contain", "hold"})
_WISHES = frozenset({"need", "want", "like"})
_GETTING = frozenset({"buy", "get", "order", "give", "receive", "bring", "see", "want", "need", "like", "rent", "lease", "use", "keep"})
_WHICH = frozenset({"who", "whose", "which"})


def matches(search: Search, found: Sequence[Clause]) -> list[Match]:
    """Best first; only those that account for enough of the question and fill its hole."""
    scored = [m for c in found if (m := _match(search, c)) is not None]
    order = {m.clause.first.id: n for n, m in enumerate(scored)}
    return sorted(scored, key=lambda m: (-round(m.score, 3), -order[m.clause.first.id]))


def _match(search: Search, clause: Clause) -> Match | None:
    if not _predicate_fits(search, clause) or not _takes_part(search, clause) or _elsewhen(search, clause) or _denies(search, clause):
        return None
    if _is_to_be_done(search, clause) or _is_no_fault(search, clause):
        return None
    total = sum(t.weight for t in search.asked.terms)
    got = 0.0
    verb_missing, anchored = False, all(t.weight < SUBSTANCE for t in search.asked.terms)
    for term in search.asked.terms:
        likeness = how_like(search, term, clause)
        if (term.named and likeness < 0.5) or (search.asked.wanted == "yes_no" and _is_open(search, term, likeness)):
            return None
        verb_missing |= term.verb and likeness < 0.5
        anchored |= term.weight >= SUBSTANCE and likeness > BESIDE
        got += term.weight * likeness
    share = got / total if total else 0.7 * _is_customers(search, clause)
    if not anchored:
        return None  # what only stands around it is not what it tells of
    if share < ENOUGH or (verb_missing and share < SURE and len(search.asked.terms) > 1):
        return None
    filler = filler_of(search, clause)
    if filler is None and search.asked.wanted != "yes_no":
        return None
    holds = filler is not None and filler.holds(instant_of(search), search.known_at) and not _is_to_come(search, filler)
    return Match(clause, share + _bonus(search, clause, holds, filler), filler, holds)


def _is_open(search: Search, term: Term, likeness: float) -> bool:
    """Whether yes or no would leave a word of the question unanswered: what is done, and of whom."""
    whose = search.question.entities.get(term.entity) if term.entity else None
    about = term.weight > 0.5 and whose is not None and (whose.type in PERSONAL or term.named)
    quality = not (term.verb or term.noun or term.named or term.entity) and likeness < 0.5
    sort = search.asked.predicate == "be" and term.noun and likeness < (1 if term.entity is None else PLAIN)  # a baker is no bakery
    other = term.noun and term.entity is None and likeness < 0.5  # what windows do, the kitchen window need not
    return (term.verb and term.weight > 0.5 and likeness < 0.5) or (about and likeness < PLAIN) or sort or other or quality


def _is_to_be_done(search: Search, clause: Clause) -> bool:
    """ "Did we replace the roof?" after "we should replace it", "Ana will replace it": nobody said that it was done."""
    ahead = clause.first.tense == "future" or _ADVISED.search(clause.first.text) is not None
    return search.asked.wanted == "yes_no" and search.asked.past and ahead


def _is_to_come(search: Search, fact: Fact) -> bool:
    """ "Where do I live now?" after "I'm moving to Cobble Street on the 15th"."""
    when = (fact.when or "")[: len("2026-03-15")]
    dated = fact.predicate in lexicon().single and when[:1].isdigit() and fact.valid_from is None
    return dated and search.asked.wanted != "when" and when > instant_of(search).date().isoformat()[: len(when)]


def _is_no_fault(search: Search, clause: Clause) -> bool:
    """ "What's wrong with the scooter?" after "we got him a red scooter"."""
    return search.asked.predicate.startswith("wrong") and all(
        f.polarity == "positive" and f.predicate.split("_")[0] in OWNING | _GETTING and not asked_about(search, f.subject)
        for f in clause.facts
    )


def _denies(search: Search, clause: Clause) -> bool:
    """Whether it tells the contrary. "Who smokes?" asks for those who do, not for who doesn't; "who doesn't?" the other way around."""
    asked = "_".join([search.asked.predicate, *(t.lemma for t in search.asked.terms if len(t.lemma) <= len("down"))])  # with its particle
    if any(opposed(asked, f.predicate.removeprefix("asks_to_")) for f in clause.facts):
        return True
    qualities = [t.lemma for t in search.asked.terms if not (t.verb or t.noun or t.named)] + ["wrong"] * search.asked.wrong
    words = set(clause.first.lemmas)
    if any(opposed(q, w) for q in qualities if q not in words for w in words):
        return True  # the new place is not the old one
    negative = all(f.polarity == "negative" for f in clause.facts)
    if search.asked.wanted in _WHICH:
        return search.asked.negated != negative
    return search.asked.wanted in ("when", "where") and search.asked.negated and not negative  # "When can't you come?"


def _predicate_fits(search: Search, clause: Clause) -> bool:
    """Verbs too light to be a word of the question still say what kind of clause answers: having, being somewhere."""
    predicates = {f.predicate for f in clause.facts}
    light = search.asked.predicate
    if search.asked.wanted == "yes_no" and light.split("_")[0] not in ("be", "have", "do", "get", "allergic"):
        return any(same_verb(search, light, f.predicate.removeprefix("asks_to_")) for f in clause.facts)
    if light in _WISHES and search.asked.wanted == "what":  # what somebody is called is nothing that they need
        return any(f.role not in ("possession", "name") and f.predicate not in ("is", "age") for f in clause.facts)
    if light == "have" and search.asked.wanted in ("yes_no", "what", "which", "how many"):
        return _tells_of_having(search, clause, predicates)
    if light == "be" and search.asked.role == "subject" and (within := _within(search)):
        return any(f.role == within or f.predicate in _HOLDING or f.predicate.endswith(f"_{within}") for f in clause.facts)
    if not search.asked.terms and light == "be" and search.asked.degree is None:
        works = "works_at" in predicates and search.asked.role in ("with", "at", "from", "for")
        places = (search.asked.role, "in", "at", "on", "with")
        return works or any(p.startswith("is_") and p.removeprefix("is_") in places for p in predicates)
    return True


def _within(search: Search) -> str:
    """ "What is in the shed?": where it is that something is asked for."""
    return next((t.role for t in search.asked.terms if t.role in _INSIDE), "") if search.asked.wanted == "what" else ""


def _tells_of_having(search: Search, clause: Clause, predicates: set[str]) -> bool:
    """Of what somebody has, or what the thing is that they have: "what car do I have?" after "my car's a Civic"."""
    if search.asked.noun is not None and any(f.predicate == "is" and is_a(search, search.asked.noun, f.subject) for f in clause.facts):
        return True
    if any(f.role == "possession" for f in clause.facts):
        return True
    having = OWNING if search.asked.wanted == "yes_no" else HAVING
    if predicates & (having | lexicon().ending_verbs):
        things = (search.question.entities.get(f.subject) for f in clause.facts)
        return not search.asked.speaks or any(e is None or e.is_customer or e.members or _is_place_of(search, e) for e in things)
    return len(search.asked.terms) > 1


def _is_place_of(search: Search, entity: Entity) -> bool:
    """Whether the customer has what it has: their house, their firm."""
    asks = search.asked.wanted in ("how many", "yes_no")
    return asks and entity.owner == search.question.customer and entity.type not in ("person", "animal")


def _takes_part(search: Search, clause: Clause) -> bool:
    """Whoever asks about themselves asks for what they did or had, not for what somebody of theirs did."""
    if not search.asked.speaks or search.asked.wanted in ("who", "whose"):
        return True
    if search.asked.about:
        return any(f.said_by == search.question.customer for f in clause.facts)
    ends = {e for f in clause.facts for e in (f.subject, f.object) if e}
    members = {m for e in ends if e in search.question.entities for m in search.question.entities[e].members}
    said = any(f.said_by == search.question.customer for f in clause.facts) and search.question.business in ends
    return (
        search.question.customer in ends | members
        or said
        or not any(e.type in PERSONAL and not _is_place_of(search, e) for i in ends if (e := search.question.entities.get(i)))
    )


def _elsewhen(search: Search, clause: Clause) -> bool:
    """Whether the clause tells of another time than the one that the question names."""
    asked, said = search.asked.when, clause.first.when
    if asked is None or asked.start is None or asked.end is None or search.asked.wanted == "when":
        return False
    if all(f.valid_from is not None and f.valid_from >= asked.end for f in clause.facts):
        return True
    lasting = [f for f in clause.facts if f.predicate in lexicon().single and f.valid_from is not None and f.valid_to is None]
    if said is None or any(f.valid_from is not None and f.valid_from < asked.end for f in lasting):
        return False  # what became so then has been so since
    first, last = (part[:10] for part in (said.split("/")[0], said.split("/")[-1]))
    if not first[:1].isdigit() or not last[:1].isdigit():
        return False
    start, end = asked.start.date().isoformat(), asked.end.date().isoformat()
    return last < start[: len(last)] or first > end[: len(first)]


def _is_customers(search: Search, clause: Clause) -> bool:
    """Of a question that only the customer is in: whether they did it, not only have what it tells of, unless that is asked for."""
    own = search.question.customer
    return own in clause.entities if search.asked.noun else any(own in (f.subject, f.object) for f in clause.facts)


def _has_customer(search: Search, clause: Clause) -> float:
    return float(search.question.customer in clause.entities)


def _bonus(search: Search, clause: Clause, holds: bool, filler: Fact | None) -> float:
    first, asked = clause.first, search.asked
    apt = (holds != asked.formerly) or (asked.past and not asked.formerly)
    bonus = 0.15 * apt - 0.1 * (first.modality == "uncertain")
    bonus += 0.1 * (_has_customer(search, clause) > 0 and asked.customer)
    bonus -= 0.05 * first.text.startswith("To ")  # the clause around it says who
    bonus += 0.05 * (filler is not None and filler.role == asked.role)
    bonus += 0.05 * ((first.tense == "past") == asked.past)
    bonus += (
        0.2 * any(f.predicate.split("_")[0] == asked.predicate for f in clause.facts) * any(t.verb and t.weight < 1 for t in asked.terms)
    )
    bonus += 0.2 * (asked.wanted == "where" and asked.predicate == "be" and any(f.predicate.startswith("is_") for f in clause.facts))
    bonus -= 0.4 * (asked.predicate.startswith("wrong") and _is_sort(first))
    bonus -= 0.03 * max(0, len(first.lemmas) - 2 * len(asked.terms)) / 4
    bonus += 0.3 * (asked.wanted == "what" and asked.predicate == "do" and filler is not None and _is_calling(search, filler))
    if asked.when is not None and asked.wanted != "when":
        bonus += 0.2 if _in_time(search, first) else -0.4 if first.valid_from is not None or first.when is not None else -0.15
    return bonus + 0.05 * ((first.polarity == "negative") == asked.negated)


def _is_sort(fact: Fact) -> bool:
    """Whether it tells what a thing is rather than how it is: "a Viessmann", "eleven years old"."""
    return fact.role in ("possession", "name") or (fact.predicate in ("is", "age") and re.match(r"an? |\d", fact.said.lower()) is not None)


def _is_calling(search: Search, fact: Fact) -> bool:
    """ "What does my wife do?" asks for her work where it names no other thing that is done."""
    works = fact.predicate == "works_at" or is_trade(fact)
    return works and not any(term.verb for term in search.asked.terms)


def _in_time(search: Search, fact: Fact) -> bool:
    """Whether it began in the time that is asked for, or was so then, where it is a state whose bounds are told."""
    when = search.asked.when
    if when is None or when.start is None or when.end is None:
        return False
    if fact.valid_from is not None and when.start <= fact.valid_from < when.end:
        return True
    if fact.valid_from is None and (fact.when or "")[:1].isdigit():
        return True  # of a time that may be the one asked for: else it was passed over
    lasting = fact.predicate in lexicon().single and (fact.valid_from is not None or fact.valid_to is not None)
    begun = fact.valid_from is None or fact.valid_from < when.end
    return lasting and begun and (fact.valid_to is None or when.start < fact.valid_to)
