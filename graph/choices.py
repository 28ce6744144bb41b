"""What the customer picks of what was offered: "the second one works", "Friday is fine", "tomorrow at 9:30, please". Pure.

Knows the mentions that stand for a time said before, and the turn that this one answers: whether it offered times or asked for one.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from graph.dates import spoken
from graph.drafts import Draft, Heard
from nlp.number_words import PATTERN, number_of
from nlp.syntax import within
from nlp.types import Relation, Span, TimeExpression

_PICKING = frozenset(
    {"work", "take", "choose", "pick", "select", "prefer", "want", "like", "do", "go", "be", "have", "book", "make", "suit", "come"}
)
_KNOWN_AS = ("choose", "pick", "take", "opening", "slot", "time", "appointment", "option", "visit")
_FINE = frozenset(
    {"fine", "good", "well", "great", "perfect", "ok", "okay", "ideal", "best", "better", "lovely", "wonderful", "alright", "cool"}
)
_ASKED = re.compile(
    r"\b(?:when|what (?:day|time|date)|which (?:day|time|date|slot)|how about|suits?|would you like|prefer|available)\b", re.IGNORECASE
)
_REFUSED = re.compile(r"\b(?:not|no|never|but not|can't|cannot|anything but)(?: (?:on|at|before|after))?\s*$", re.IGNORECASE)
_IT = frozenset({"it", "that", "this", "that one", "this one", "that slot"})
_STATED = -4000  # of the clause numbers of choices that stand in no clause


def chosen(heard: Heard) -> list[Draft]:
    """One draft at most: the last time of an offer that the turn agrees to."""
    if heard.turn.speaker != "customer":
        return []
    agreed = [(m, r) for m in heard.parse.mentions if m.index in heard.values for r in [_clause(heard, m.span)] if _agrees(r)]
    if agreed and "T" in (value := heard.values[agreed[-1][0].index]):
        mention, relation = agreed[-1]
        return [_choice(heard, value, mention.span, relation)]
    return [_choice(heard, value, span, _clause(heard, span)) for value, span in [*_accepted(heard)][:1]]


def _choice(heard: Heard, value: str, span: Span, relation: Relation | None) -> Draft:
    when = spoken(value)
    name = heard.words.name(heard.customer)
    return Draft(
        subject=heard.customer,
        predicate="chooses",
        object=None,
        value=value,
        value_type="datetime" if "T" in value else "date",
        role="object",
        relation=relation.index if relation else _STATED - span.start,
        span=heard.evidence(span),
        text=f"{name} chose {when}",
        told=f"You chose {when}",
        said=when,
        said_by=heard.customer,
        lemmas=_KNOWN_AS,
        when=value,
        single=True,
    )


def _accepted(heard: Heard) -> Iterator[tuple[str, Span]]:
    """Times by which an offer of times, or the question for one, is answered: as they were offered where that says more."""
    prior = heard.prior.parse if heard.prior is not None else None
    if prior is None or "?" in heard.parse.text or not (prior.times or _ASKED.search(prior.text)):
        return
    offered = [t for t in prior.times if t.part_of is None and "T" in t.value and t.interval is not None]
    for time in heard.parse.times:
        if time.part_of is None and time.kind in ("point", "range") and _takes(heard, time):
            same = [t.value for t in offered if "T" not in time.value and t.value[:10] == time.value]
            plain = len(same) == 1 and not any(r.negated for r in heard.parse.relations)
            yield (same[0] if plain else time.value), time.span
    for relation in heard.parse.relations:
        subject = relation.argument("subject")
        hour = _number(subject.text) if subject is not None else None
        if len(offered) == 1 and _takes_up(relation):
            yield offered[0].value, relation.span
        if subject is not None and hour is not None and _fits(relation):
            same = [t.value for t in offered if _hour(t.value) % 12 == hour % 12]
            yield from [(same[0], subject.span)] if len(same) == 1 else []


def _takes_up(relation: Relation) -> bool:
    """ "I'll take it", "let's do that": whatever was offered."""
    taken = relation.argument("object")
    return taken is not None and taken.text.lower() in _IT and relation.predicate in ("take", "do", "book", "have") and _agrees(relation)


def _number(words: str) -> Decimal | None:
    if words.isdecimal():
        return Decimal(words)
    return number_of(words) if re.fullmatch(PATTERN, words.lower()) else None


def _hour(value: str) -> int:
    return datetime.fromisoformat(value.partition("/")[0]).hour


def _takes(heard: Heard, time: TimeExpression) -> bool:
    """By itself, or in a clause that only finds it fit or settles on it."""
    before = heard.parse.text[max(0, time.span.start - 14) : time.span.start]
    if time.bound in ("until", "since", "except") or _REFUSED.search(before):
        return False
    relation = _clause(heard, time.span)
    if relation is None:
        return not heard.own or _is_bare(heard, time)
    return _fits(relation) or (not heard.own and _agrees(relation) and not _of_another(heard, relation))


def _of_another(heard: Heard, relation: Relation) -> bool:
    """ "My roommate will be home between 8 and noon": what somebody else does is no choice of a time."""
    subject = relation.argument("subject")
    entity = heard.entity(heard.referent(subject.mention)) if subject is not None else None
    return entity is not None and entity.type == "person" and not entity.is_customer


def _is_bare(heard: Heard, time: TimeExpression) -> bool:
    """Whether its sentence says nothing beside it: "Saturday at 9, please"."""
    inside = next((s for s in heard.parse.sentences if s.start <= time.span.start < s.end), time.span)
    spans = [t.span for t in heard.parse.times]
    rest = [t for t in within(heard.parse.tokens, inside) if not any(s.start <= t.span.start < s.end for s in spans)]
    return not any(t.pos in ("NOUN", "PROPN", "VERB") and t.lemma.lower() not in _FINE | {"please", "thanks"} for t in rest)


def _fits(relation: Relation) -> bool:
    """ "Friday works", "Monday at 4 is great", "Thursday it is", "Tuesday would suit me"."""
    verb, attribute, subject = relation.predicate.split("_")[0], relation.argument("attribute"), relation.argument("subject")
    if relation.negated or relation.modality not in ("asserted", "hypothesis"):
        return False
    if verb in ("work", "suit") or verb in _FINE:
        return subject is None or subject.lemma not in ("i", "we", "he", "she", "they")
    settled = attribute is None and subject is not None and subject.text.lower() == "it"
    return verb == "be" and (settled or (attribute is not None and attribute.lemma.lower() in _FINE))


def _clause(heard: Heard, span: Span) -> Relation | None:
    around = [r for r in heard.parse.relations if r.span.start <= span.start and span.end <= r.span.end]
    return min(around, key=lambda r: r.span.end - r.span.start, default=None)


def _agrees(relation: Relation | None) -> bool:
    """A bare mention is a choice; in a clause, one that wants it or finds it fit."""
    if relation is None:
        return True
    verb = relation.predicate.split("_")[0]
    return not relation.negated and relation.modality in ("asserted", "request", "wish", "uncertain") and verb in _PICKING
