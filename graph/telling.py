"""What memory found, in short sentences, with what they rest on. Pure.

Knows matches and what was asked; nothing of how a match was made.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graph.asked import Asked
from graph.dates import spoken
from graph.known_clauses import Match
from graph.likeness import is_derived
from graph.model import Entity, EntityId, Fact, FactId, TurnId
from graph.persons import possessive
from graph.predicates import lexicon
from graph.question_terms import Question
from graph.shortening import shortened
from graph.wording import capitalised


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


class Teller:
    """Puts matches into short sentences, with what they rest on."""

    def __init__(self, question: Question, known_at: datetime, to_customer: bool) -> None:
        self.question, self.known_at, self.to_customer = question, known_at, to_customer

    def told(self, asked: Asked, matches: Sequence[Match]) -> Answer:
        best = matches[0]
        if asked.wanted == "yes_no":
            return self._yes_no(asked, matches)
        if not best.holds and not asked.past and not asked.formerly:
            best = next((m for m in matches if m.holds and (m.score > best.score - 0.25 or _same_slot(m, best))), best)
        if not best.holds and not asked.past and not asked.formerly and best.clause.first.valid_to is not None:
            return Answer(
                f"Not any more. Before: {_small(self._sentence(asked, best))}",
                False,
                "no longer so",
                (self.cite(best.filler or best.clause.first),),
            )
        together = [best, *self._alongside(asked, best, matches)]
        sentences = list(dict.fromkeys(self._sentence(asked, m) for m in together))
        cited = tuple(self.cite(m.filler or m.clause.first) for m in together)
        reason = "only uncertain" if best.clause.first.modality == "uncertain" else ""
        return Answer(" ".join(sentences), False, reason, cited)

    def _alongside(self, asked: Asked, best: Match, matches: Sequence[Match]) -> list[Match]:
        """Other clauses that answer as well: lists of what was done, had or said."""
        if asked.about:
            return [m for m in matches[1:] if m.clause.first.said_by == best.clause.first.said_by][:3]
        if asked.wanted not in ("what", "which", "who") or asked.noun is not None:
            return []
        same = [m for m in matches[1:] if m.score >= best.score - 0.02 and m.holds == best.holds and m.filler and best.filler]
        return [m for m in same if m.filler and best.filler and m.filler.predicate == best.filler.predicate][:3]

    def _yes_no(self, asked: Asked, matches: Sequence[Match]) -> Answer:
        whole = [m for m in matches if asked.predicate == "have" or m.clause.first.role not in ("possession", "name")] or matches
        sure = [m for m in whole if m.clause.first.modality != "uncertain"]
        if not sure:
            return Answer(f"That was only said to be possible: {self._sentence(asked, matches[0])}", True, "only uncertain")
        best = sure[0]
        first = best.filler or best.clause.first
        parts = bool({first.predicate, first.predicate.split("_")[0]} & lexicon().ending_verbs)
        ends = parts and first.polarity == "positive"
        if ends and (asked.predicate == "have" or not any(t.verb and t.weight > 0.5 for t in asked.terms)):
            return Answer(f"No. {self._sentence(asked, best)}", False, "no longer so", (self.cite(first),))
        ended = not best.holds and not asked.past
        says = self._sentence(asked, best)
        if first.modality == "reported":
            return Answer(says, False, "reported", (self.cite(first),))
        if first.polarity == "negative":
            return Answer(f"No. {says}", False, "", (self.cite(first),))
        if ended or (first.valid_to is not None and first.valid_to <= self.question.as_of and (asked.still or not asked.past)):
            return Answer(f"No, not any more. Before: {_small(says)}", False, "no longer so", (self.cite(first),))
        return Answer(f"Yes. {says}", False, "", (self.cite(first),))

    def _sentence(self, asked: Asked, match: Match) -> str:
        fact = match.filler or match.clause.first
        times = {f.value for f in match.clause.facts if f.role == "when"}
        if len(times) > 1:  # of which the clause's own is but the first
            fact = replace(fact, when=fact.value if fact.role == "when" else None)
        return self.sentence(fact, lambda text: shortened(text, asked, match))

    def sentence(self, fact: Fact, shorten: Callable[[str], str] = str) -> str:
        """The fact in words, with its time and value where its words leave them open."""
        text = shorten((fact.told if self.to_customer and fact.told else fact.text) or fact.text)
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

    def first_told(self, entity: Entity) -> tuple[Citation, ...]:
        """Where it was first spoken of."""
        return (Citation(entity.first_turn, None, entity.name),) if entity.first_turn is not None else ()

    def cite(self, fact: Fact) -> Citation:
        return Citation(fact.turn, fact.id, fact.text)


def _same_slot(one: Match, other: Match) -> bool:
    """Whether one tells the same of the same as the other: where somebody lives now and before."""
    if one.filler is None or other.filler is None:
        return False
    return (one.filler.subject, one.filler.predicate) == (other.filler.subject, other.filler.predicate)


def tells_something(asked: Asked, match: Match) -> bool:
    """Whether a choice that is asked for is told by more than the words of the question: "which shop?" is not answered by "the shop"."""
    if asked.wanted != "who" and (asked.wanted != "which" or asked.noun is None):
        return True
    said = {*match.clause.first.lemmas, *re.findall(r"\w+", (match.filler.value or "").lower() if match.filler else "")}
    words = {"one", asked.noun or "", asked.predicate, *(t.lemma for t in asked.terms)}
    if asked.wanted == "who" and not _restates(match):
        return True
    return any(not any(w == s or is_derived(w, s) for w in words) for s in said)


def _restates(match: Match) -> bool:
    return match.filler is not None and match.filler.role == "possession"


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if sentence.startswith(("You", "The ", "Your")) else sentence


def nothing(reason: str) -> Answer:
    return Answer("You haven't told me that.", True, reason)
