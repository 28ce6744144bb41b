"""Which slot of the goal in hand is asked for: "and what time was that again?" in the middle of a booking. Pure.

Knows question words and types of slots; not what a goal is for, nor what memory holds.
"""

import re

from agent.heard import Clause, Heard
from agent.playbook import GoalSpec, SlotSpec
from agent.sense import acts_of
from agent.slots import is_filled
from graph.model import Goal
from nlp.syntax import starting

_ASKED = {
    "datetime": re.compile(r"\b(?:when|what (?:time|day|date)|which (?:time|day|date))\b"),
    "date": re.compile(r"\b(?:when|what (?:day|date)|which (?:day|date))\b"),
    "place": re.compile(r"\b(?:where|what address|which address|what place)\b"),
    "phone": re.compile(r"\b(?:what|which) (?:phone |cell )?number\b"),
    "person": re.compile(r"\b(?:what|which|whose) name\b|\bwho (?:is|was|did|do) (?:it|that|this|i|we|you)\b"),
}
_OWN = frozenset({"time", "day", "date", "name", "number", "place", "address", "phone", "cell", "again"})
_SAYING = frozenset(
    {"be", "say", "book", "have", "do", "put", "pick", "choose", "schedule", "set", "tell", "agree", "give", "decide", "will"}
)


def asked_slot(heard: Heard, goal: Goal, spec: GoalSpec) -> SlotSpec | None:
    """The filled slot that a question is after; None where it is about anything else as well."""
    title = set(re.findall(r"\w+", spec.title.lower()))
    for clause in heard.clauses:
        acts = acts_of(clause)
        if "question" not in acts or "request" in acts or not _is_bare(clause, heard, title):
            continue
        for slot in spec.slots:
            pattern = _ASKED.get(slot.type)
            if pattern is not None and pattern.search(clause.text.lower()) and is_filled(slot, goal.slots):
                return slot
    return None


def _is_bare(clause: Clause, heard: Heard, title: set[str]) -> bool:
    """Whether nothing is named in it but what slots of its type are called, and the matter of the goal."""
    for token in starting(heard.parse.tokens, clause.span):
        word, lemma = token.text.lower(), token.lemma.lower()
        if token.pos in ("NOUN", "PROPN") and not {word, lemma} & (_OWN | title):
            return False
        if token.pos == "VERB" and lemma not in _SAYING:
            return False
    return True
