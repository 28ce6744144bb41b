"""What goals settle becomes memory: each filled slot, and the whole when it is done, as facts with the turn that said so. Pure.

Knows goals and playbooks; a playbook's own words (slot names, questions, titles) are what its facts can be asked by.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from agent.answer import render
from agent.playbook import GoalSpec, Playbook, SlotSpec
from agent.spoken import local_today
from graph.content import content_words
from graph.dates import spoken
from graph.fact_index import noted
from graph.model import Entity, EntityId, Fact, FactEnd, FactId, Goal, SlotValue, Snapshot, Turn, derived_id
from nlp.types import Span

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T.+)?")
# what a slot may be called that is no noun
_NO_NOUNS = frozenset({"when", "where", "who", "whom", "what", "why", "how", "from", "until", "to", "for", "about"})


@dataclass(frozen=True, slots=True)
class Noted:
    facts: tuple[Fact, ...] = ()
    ends: tuple[FactEnd, ...] = ()


def goal_facts(goals: Sequence[Goal], before: Snapshot, turn: Turn, playbook: Playbook, customer: EntityId, recorded: datetime) -> Noted:
    """Facts of the slots that this turn filled or changed, and ends of those that they replace."""
    note = _Note(before, turn, customer, recorded, playbook)
    for goal in goals:
        spec = playbook.goal(goal.name)
        if spec is None:
            continue
        for slot in spec.slots:
            note.slot(goal, spec, slot)
        note.whole(goal, spec)
    return Noted(tuple(note.facts), tuple(note.ends))


class _Note:
    """The facts of one turn's goals, as they gather."""

    def __init__(self, before: Snapshot, turn: Turn, customer: EntityId, recorded: datetime, playbook: Playbook) -> None:
        self.before, self.turn, self.customer, self.recorded, self.playbook = before, turn, customer, recorded, playbook
        self.facts: list[Fact] = []
        self.ends: list[FactEnd] = []

    @cached_property
    def _open(self) -> dict[str, list[Fact]]:
        """What goals noted and nobody took back, by clause."""
        found: dict[str, list[Fact]] = {}
        for fact in noted(self.before):
            if fact.retracted_at is None:
                found.setdefault(fact.clause, []).append(fact)
        return found

    def slot(self, goal: Goal, spec: GoalSpec, slot: SlotSpec) -> None:
        filled = goal.slots.get(slot.name)
        old = self._before(goal, slot)
        if slot.type in ("yes_no", "tell") or filled == old:
            return
        said = in_words(filled, slot) if filled else ""
        noun = slot.name.replace("_", " ")
        asks = " ".join(s.ask for s in spec.slots if s.name == slot.name or s.name in dict(slot.condition))
        matter = spec.title.partition(" ")[2]  # without its verb: nothing is booked yet
        words = content_words(f"{noun} {asks} {matter} {said}")
        named = f"You asked for {matter}: {said}" if matter and noun in _NO_NOUNS else f"Your {noun}: {said}"
        text, role = named, "at" if slot.type == "place" else "object"
        self._put(f"{goal.id}#{slot.name}", filled, slot.name, said, (text, text), words, role)
        if old is not None and old.text and not str(filled.value if filled else "").startswith(str(old.value)):
            self._take_back(old)

    def _before(self, goal: Goal, slot: SlotSpec) -> SlotValue | None:
        known = self.before.goals.get(goal.id)
        return known.slots.get(slot.name) if known else None

    def whole(self, goal: Goal, spec: GoalSpec) -> None:
        """The goal in one sentence, once it is done: what was booked, when; and by its role, for whom. Called off, it ends."""
        clause = f"{goal.id}#done"
        if goal.status == "cancelled":
            ended = (f for f in self._open.get(clause, ()) if f.valid_to is None)
            self.ends += [FactEnd(f.id, valid_to=self.turn.at, end_recorded_at=self.recorded) for f in ended]
        if goal.status != "completed" or not goal.slots:
            return
        kept = [s for s in spec.slots if s.name in goal.slots and s.type not in ("yes_no", "tell", "phone")]
        said = ", ".join(in_words(goal.slots[s.name], s) for s in kept)
        old = self._open.get(clause, [])
        if any(f.said == said for f in old):
            return
        names = " ".join(s.name.replace("_", " ") for s in kept)
        words = (*content_words(f"{spec.title} {spec.done} {names} {said}"), *_called(spec))
        titled = f"{spec.title[:1].upper()}{spec.title[1:]}: {said}"
        text = (titled, self._settled(goal, spec) or titled)
        main = self._fact(clause, SlotValue(said, said, self.turn.id), goal.name, said, text, words, _when(goal))
        meant = [(s, goal.slots[s.name]) for s in kept if goal.slots[s.name].entity not in (None, self.customer)]
        roles = {s.name: "for" if s.type == "person" else s.name for s, _ in meant}
        others = [self._fact(clause, v, goal.name, v.text, text, words, _when(goal), role=roles[s.name]) for s, v in meant]
        self.facts += [replace(f, change="corrected", replaces=old[0].id) if old else f for f in (main, *others)]
        self._end(old, main)

    def _settled(self, goal: Goal, spec: GoalSpec) -> str:
        """What the customer was told when it was done, as far as it names what was settled; "" where it names nothing."""
        told = [part for part in re.split(r"(?<=[.!?])\s+", spec.done) if "{" in part]
        today = local_today(self.turn.at, self.playbook.business.zone)
        return render(" ".join(told), goal, self.playbook, today, channel="sms")

    def _put(
        self,
        clause: str,
        filled: SlotValue | None,
        name: str,
        said: str,
        text: tuple[str, str],
        words: tuple[str, ...],
        role: str = "object",
    ) -> None:
        old = self._open.get(clause, [])
        if filled is not None and any(f.said == said for f in old):
            return
        new = self._fact(clause, filled, name, said, text, words, None, role=role) if filled is not None else None
        if new is not None:
            self.facts.append(replace(new, change="corrected", replaces=old[-1].id) if old else new)
        self._end(old, new)

    def _end(self, facts: Sequence[Fact], new: Fact | None) -> None:
        self.ends += [FactEnd(f.id, retracted_at=self.recorded, replaced_by=new.id if new else None) for f in facts]

    def _take_back(self, old: SlotValue) -> None:
        """What the turn that filled the slot said of it besides: "I'd like to come in for a filling" falls with the filling."""
        words = re.compile(rf"(?<!\w){re.escape(old.text)}(?!\w)", re.IGNORECASE)
        told = (f for f in self.before.facts.values() if f.retracted_at is None and (f.turn == old.turn or f.replaces is not None))
        said = [f for f in told if words.search(f.text) and self._first(f).clause.startswith(f"{old.turn}#")]
        self._end(said, self.facts[-1] if self.facts else None)

    def _first(self, fact: Fact) -> Fact:
        """The first version of what was corrected since."""
        while fact.replaces is not None and fact.replaces in self.before.facts:
            fact = self.before.facts[fact.replaces]
        return fact

    def _fact(
        self,
        clause: str,
        filled: SlotValue,
        name: str,
        said: str,
        text: tuple[str, str],
        words: tuple[str, ...],
        when: str | None,
        *,
        role: str = "object",
    ) -> Fact:
        entity: Entity | None = self.before.entities.get(filled.entity) if filled.entity else None
        own = self.before.entities.get(self.customer)
        whose = own.name if own else "customer"
        value = _iso(filled.value)
        return Fact(
            id=FactId(derived_id(self.turn.id, clause, *([role] if role != "object" else []))),
            subject=self.customer,
            predicate=name,
            object=entity.id if entity and entity.id != self.customer else None,
            value=None if entity and entity.id != self.customer else value or said,
            value_type=_type(value),
            text=text[0].replace("Your ", f"{whose}'s ", 1).replace("You ", f"{whose} ", 1),
            turn=self.turn.id,
            span=Span(0, len(self.turn.text)),
            clause=clause,
            role=role,
            recorded_at=self.recorded,
            said_by=self.customer,
            lemmas=words,
            when=when or (value if _type(value) != "text" else None),
            said=said,
            told=text[1],
            confidence=0.95,
        )


def _called(spec: GoalSpec) -> tuple[str, ...]:
    """What customers call the matter when they begin it ("an appointment"), but for the options that it was not about."""
    options = content_words(" ".join(word for slot in spec.slots for o in slot.options for word in (o.name, *o.also)))
    return tuple(word for word in content_words(" ".join(spec.start)) if word not in options)


def _iso(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _type(value: str | None) -> Literal["datetime", "date", "text"]:
    found = _INSTANT.fullmatch(value or "")
    return "text" if found is None else "datetime" if found[1] else "date"


def _when(goal: Goal) -> str | None:
    values = [s.value for s in goal.slots.values() if isinstance(s.value, str) and re.match(r"\d{4}-\d\d-\d\d", s.value)]
    return values[0] if values else None


def in_words(filled: SlotValue, slot: SlotSpec) -> str:
    """A slot's value as a person reads it."""
    value = filled.value
    if slot.type in ("datetime", "date") and isinstance(value, str):
        return spoken(value) or filled.text
    if isinstance(value, dict):
        return f"{value.get('amount'):,} {value.get('currency', '')}".strip()  # pyright: ignore[reportUnknownMemberType]  # a money value
    return str(value) if value is not None else filled.text
