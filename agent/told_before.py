"""What the customer told in this conversation before the goal began: "our dishwasher stopped draining", two turns before "can somebody
come out?", is what the visit is for. Pure.

Knows the turns of one conversation and slots that take a choice or words of a kind; not what a goal is for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.heard import Clause, Heard
from agent.playbook import GoalSpec, SlotSpec
from agent.sense import Sense, acts_of
from agent.slot_readers import READERS
from agent.slot_reading import Reader
from agent.slot_text import APART, apart, bare_report, tells_of_need, tells_of_thing
from agent.slots import applies
from agent.starts import is_conditional
from agent.telling import is_of_others
from graph.model import EntityId, SlotValue
from nlp.syntax import starting

_TYPES = frozenset({"choice", "text"})  # a time, a number or a person told of something else is no answer
_UNTOLD = frozenset({"question", "cancel", "never_mind", "greet", "thank", "goodbye", "smalltalk"})
_MATTER = re.compile(
    r"\bwhat(?:'s| is| are| was| would)? (?:it|this|that|they|the \w+|you \w+|we \w+)(?: \w+)? (?:for|about|with)\b"
    r"|\bwhat (?:brings|happened)\b|\bwhat can we (?:do|help)\b"
    r"|\b(?:problem|issue|trouble|matter|reason|wrong|going on|concern|symptoms?|describe)\b",
    re.IGNORECASE,
)  # asks what the matter is, not for one thing


def with_told_before(sense: Sense, heard: Heard, goal: GoalSpec, slots: Mapping[str, SlotValue]) -> dict[str, SlotValue]:
    """The slots of a goal that just began, with what is still due taken from earlier turns."""
    found = dict(slots)
    due = [s for s in goal.slots if s.type in _TYPES and not s.optional and s.name not in found and applies(s, found)]
    readers = [_reader(sense, earlier, goal, found) for earlier in reversed(heard.earlier if due else ())]
    for spec in due:
        fill = _told(spec, readers)
        if fill is not None:
            found[spec.name] = fill
    return found


def _reader(sense: Sense, earlier: Heard, goal: GoalSpec, slots: Mapping[str, SlotValue]) -> Reader:
    perceived = replace(earlier, clauses=sense.perceive(earlier.parse))
    said = tuple(c for c in perceived.clauses if not acts_of(c) & _UNTOLD and not is_conditional(c, perceived))
    return Reader(sense, perceived, goal, slots, said)


def _told(spec: SlotSpec, readers: Sequence[Reader]) -> SlotValue | None:
    """By the need or the report that is most of the slot's kind; else by what was named last."""
    told = [found for reader in readers for found in _reports(spec, reader)]
    if told:
        _, reader, clause = min(told, key=lambda t: t[0])
        text = bare_report(clause.text)
        return SlotValue(text, text, reader.heard.turn)
    for reader in readers:
        apt = tuple(c for c in reader.clauses if spec.type != "choice" or (_matters(reader.heard, c) and not c.past))
        fill = READERS[spec.type](spec, replace(reader, clauses=apt))
        if fill is not None:
            return SlotValue(fill.value, fill.text, reader.heard.turn, EntityId(fill.entity) if fill.entity else None)
    return None


def _reports(spec: SlotSpec, reader: Reader) -> list[tuple[tuple[int, float], Reader, Clause]]:
    """Each with its rank: what is needed or happens before how a thing is, then how far it is from the kind of the slot. None for names
    and choices; a slot that asks what the matter is takes any."""
    key, heard = (reader.goal.name, spec.name), reader.heard
    if spec.type != "text" or key not in reader.sense.kinds or reader.sense.kinds[key].named:
        return []
    found: list[tuple[tuple[int, float], Reader, Clause]] = []
    for clause in reader.clauses:
        needs, far = _needs(heard, clause), apart(reader.sense, clause, key)
        if _matters(heard, clause) and (far <= APART or _MATTER.search(spec.ask)):
            happens = any(t.pos == "VERB" for t in starting(heard.parse.tokens, clause.span))
            found.append(((0 if needs or happens else 1, far), reader, clause))
    return found


def _matters(heard: Heard, clause: Clause) -> bool:
    return _needs(heard, clause) or tells_of_thing(heard, clause)


def _needs(heard: Heard, clause: Clause) -> bool:
    return tells_of_need(heard, clause) and not clause.negated and not is_of_others(starting(heard.parse.tokens, clause.span))
