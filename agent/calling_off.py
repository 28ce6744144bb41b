"""Whether a turn gives a goal up by name: "skip the repair", "forget the checkup then".

Knows the playbook's words for a goal and what fills it; not the stack, nor what a goal's end leads to.
"""

from collections.abc import Sequence

from agent.heard import Clause, Heard
from agent.sense import Sense
from agent.slot_choice import Chosen, named_options, stem
from graph.model import Goal
from nlp.syntax import starting
from nlp.types import Token

_GIVING_UP = frozenset({"skip", "forget", "scrap", "drop", "cancel", "ditch", "abandon", "leave", "forgo"})
_PARTICLES = frozenset({"off", "out", "on"})  # "leave off", "drop it off": something else


def called_off(sense: Sense, heard: Heard, goals: Sequence[Goal]) -> Goal | None:
    """The first of the goals that a clause names as what is not to be done any more; None where something else is named instead."""
    for clause in heard.clauses:
        told = _given_up(heard, clause)
        found = next((g for g in goals if told and _is_named(sense, g, told) and not _has_another(sense, g, heard)), None)
        if found is not None:
            return found
    return None


def _given_up(heard: Heard, clause: Clause) -> list[Token]:
    """The words behind a verb of giving up that is said as a request or a decision, not told of somebody."""
    tokens = starting(heard.parse.tokens, clause.span)
    verb = next((t for t in tokens if t.lemma.lower() in _GIVING_UP and t.tag in ("VB", "VBP")), None)
    if verb is None or clause.negated or clause.past or any(t.text.lower() in _PARTICLES for t in tokens if t.head == verb.i):
        return []
    subjects = {t.lemma.lower() for t in tokens if t.dep == "nsubj" and t.i < verb.i}
    return [t for t in tokens if t.i > verb.i] if subjects <= {"i", "we", "us", "you"} else []


def _is_named(sense: Sense, goal: Goal, told: Sequence[Token]) -> bool:
    spec = sense.playbook.goal(goal.name)
    if spec is None:
        return False
    words = frozenset[str]().union(*(e.lemmas for e in sense.of("start", (goal.name, "")) if e.text == spec.title))
    text = " ".join(t.text for t in told)
    return not words.isdisjoint(stem(t.lemma.lower()) for t in told) or any(
        c.option.name in _chosen(goal) for c in _named(sense, goal, text, told)
    )


def _has_another(sense: Sense, goal: Goal, heard: Heard) -> bool:
    """Whether the turn names another choice: then that one takes its place."""
    return any(c.option.name not in _chosen(goal) for c in _named(sense, goal, heard.parse.text, heard.parse.tokens))


def _named(sense: Sense, goal: Goal, text: str, tokens: Sequence[Token]) -> list[Chosen]:
    spec = sense.playbook.goal(goal.name)
    return [c for slot in (spec.slots if spec else ()) if slot.options for c in named_options(text, tokens, slot.options)]


def _chosen(goal: Goal) -> frozenset[str]:
    return frozenset(str(slot.value) for slot in goal.slots.values())
