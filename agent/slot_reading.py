"""What reading a slot may look at, and what it gives.

Knows the turn and the slots of one goal; not how any type is read. Must not know a playbook's words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.heard import Clause, Heard
from agent.playbook import GoalSpec
from agent.sense import Sense, acts_of
from graph.model import SlotValue
from nlp.syntax import starting
from nlp.types import Span

_OFFERS = re.compile(
    r"\b(?:i|we|he|she|they)(?:'ll| will| can| could|'d be able to) (?:also |just |probably |easily )?"
    r"(?:come|be there|make it|do|bring|drop|stop|swing|pop|meet|see you|start|be (?:free|home|available|ready))\b"
    r"|\b(?:works?|suits?|would work|is (?:fine|good|best|better|ok|okay|perfect))\b(?: \w+)? ?(?:for|with|best|better|too)?"
)


@dataclass(frozen=True, slots=True)
class Fill:
    """One slot's value as read from a turn. span: where, in the parse's text. beside: words that served it otherwise ("not a filling")."""

    value: Any
    text: str
    span: Span
    entity: str | None = None
    beside: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Reader:
    """What reading a slot may look at. asked: the slot that the agent asked for. clauses: those of the turn that were not taken up
    otherwise. starting: among them, what started the goal. correcting: the turn changes what was said."""

    sense: Sense
    heard: Heard
    goal: GoalSpec
    slots: Mapping[str, SlotValue]
    clauses: tuple[Clause, ...]
    asked: str | None = None
    starting: tuple[Clause, ...] = ()
    correcting: bool = False
    taken: tuple[Span, ...] = field(default=())

    def free(self, span: Span) -> bool:
        return not any(t.start < span.end and span.start < t.end for t in self.taken)

    def clause_of(self, span: Span) -> Clause | None:
        return next((c for c in self.clauses if c.span.start <= span.start < c.span.end), None)


def is_bid(clause: Clause, reader: Reader) -> bool:
    """A request, an offer to come, or a fragment: what may carry a time without a question for it."""
    if "request" in acts_of(clause):
        return True
    tokens = starting(reader.heard.parse.tokens, clause.span)
    if _OFFERS.search(clause.text.lower().replace("’", "'")) and not clause.negated and not clause.past:
        return True
    times = [t.span for t in reader.heard.parse.times]  # "eleven would be good" tells of nothing else
    subjects = (t for t in tokens if t.dep in ("nsubj", "nsubjpass") and t.text.lower() not in ("it", "that"))
    return all(any(s.start <= t.span.start < s.end for s in times) for t in subjects)


def is_pure_question(clause: Clause) -> bool:
    acts = acts_of(clause)
    return "question" in acts and "request" not in acts


def is_alone(span: Span, clause: Clause, reader: Reader) -> bool:
    """Whether the clause says nothing but what stands in the span, in its own text."""
    start, end = clause.span.start + span.start, clause.span.start + span.end
    inside = starting(reader.heard.parse.tokens, clause.span)
    others = [t for t in inside if not start <= t.span.start < end]
    return not any(t.pos in ("NOUN", "PROPN", "VERB", "AUX", "NUM") or t.lemma.lower() == "not" for t in others)
