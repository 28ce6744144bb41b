"""Turns, facts and goals of one customer under other ids, everywhere that they are named. Pure.

Knows which fields of graph.model are ids of these. What was answered to clients stays as it was answered.
"""

from collections.abc import Mapping
from dataclasses import replace

from graph.archive import Archive
from graph.model import Entity, Fact, FactId, Goal, GoalId, MentionRecord, SlotValue, Turn, TurnId


def relabelled(archive: Archive, labels: Mapping[str, str]) -> Archive:
    """labels: new ids by the old ones; all others stay."""
    if not labels:
        return archive
    given = _Labels(labels)
    return replace(
        archive,
        turns=tuple(map(given.turn, archive.turns)),
        entities=tuple(map(given.entity, archive.entities)),
        facts=tuple(map(given.fact, archive.facts)),
        goals=tuple(map(given.goal, archive.goals)),
    )


class _Labels:
    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels

    def turn(self, turn: Turn) -> Turn:
        reply_to = TurnId(self._of(turn.reply_to)) if turn.reply_to else None
        return replace(turn, id=TurnId(self._of(turn.id)), reply_to=reply_to, mentions=tuple(map(self._mention, turn.mentions)))

    def entity(self, entity: Entity) -> Entity:
        return replace(entity, first_turn=TurnId(self._of(entity.first_turn))) if entity.first_turn else entity

    def fact(self, fact: Fact) -> Fact:
        clause, mark, part = fact.clause.rpartition("#")
        return replace(
            fact,
            id=FactId(self._of(fact.id)),
            turn=TurnId(self._of(fact.turn)),
            clause=f"{self._of(clause)}{mark}{part}",
            replaces=FactId(self._of(fact.replaces)) if fact.replaces else None,
            replaced_by=FactId(self._of(fact.replaced_by)) if fact.replaced_by else None,
        )

    def goal(self, goal: Goal) -> Goal:
        slots = {name: self._slot(slot) for name, slot in goal.slots.items()}
        return replace(goal, id=GoalId(self._of(goal.id)), started_turn=TurnId(self._of(goal.started_turn)), slots=slots)

    def _slot(self, slot: SlotValue) -> SlotValue:
        return replace(slot, turn=TurnId(self._of(slot.turn)))

    def _mention(self, mention: MentionRecord) -> MentionRecord:
        if mention.antecedent is None:
            return mention
        turn, start, end, text = mention.antecedent
        return replace(mention, antecedent=(TurnId(self._of(turn)), start, end, text))

    def _of(self, id: str) -> str:
        return self._labels.get(id, id)
