"""Drafts -> changes of memory: add, confirm, supersede, correct, end. Pure.

A fact is touched only by one about the same thing: the same subject and predicate, or the very thing that ends. What was stored only
gains ends; what was known earlier stays as it was known.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from graph.answered import answered
from graph.choices import chosen
from graph.clauses import drafts
from graph.drafts import Draft, Heard
from graph.endings import ended_by
from graph.model import EntityId, Fact, FactEnd, FactId, derived_id
from graph.predicates import lexicon
from graph.rewrites import rewritten
from graph.rivals import Signals, are_rivals, corrects, same_object


@dataclass(frozen=True)
class Changes:
    """New facts in order, ends of stored ones, and what the turn did in all (`written`, for its answer)."""

    facts: tuple[Fact, ...]
    ends: tuple[FactEnd, ...]
    written: tuple[Fact, ...]


def derive(heard: Heard, facts: Mapping[FactId, Fact]) -> Changes:
    """What the turn changes in `facts` (all stored ones of the customer)."""
    return entered(heard, rewritten(heard, [*drafts(heard), *answered(heard), *chosen(heard)], facts.values()), facts)


def entered(heard: Heard, found: Sequence[Draft], facts: Mapping[FactId, Fact]) -> Changes:
    """What these drafts of the turn change in `facts`, one after the other."""
    ledger = _Ledger(heard, facts)
    for draft in found:
        ledger.enter(draft)
    return ledger.changes()


class _Ledger:
    """The facts of one customer while one turn is entered into them."""

    def __init__(self, heard: Heard, facts: Mapping[FactId, Fact]) -> None:
        self.heard = heard
        self.stored = facts
        self.known_of: dict[EntityId, list[Fact]] = {}  # by subject, as they are asked for
        self.new: list[Fact] = []
        self.ends: dict[FactId, FactEnd] = {}
        self.confirmed: list[Fact] = []
        self.said = Signals.of(heard.turn.text)

    def changes(self) -> Changes:
        ends = tuple(e for e in self.ends.values() if e.fact in self.stored)
        new = tuple(self._ended_here(f) for f in self.new)
        ended = tuple(self._shown(e) for e in ends if e.replaced_by is None)
        confirmed = tuple(f for f in self.confirmed if f.id not in self.ends)
        return Changes(new, ends, (*new, *confirmed, *ended))

    def enter(self, draft: Draft) -> None:
        same = [f for f in self._current(draft.subject) if f.predicate == draft.predicate and f.modality != "uncertain"]
        equal = [f for f in same if same_object(f, draft) and f.polarity == draft.polarity]
        for ended in ended_by(self.heard, draft, partial(self._current, draft.subject), self._known()):
            self._end(ended, draft.valid_from or self.heard.turn.at)
        if "no_longer" in draft.cues:
            return
        if any(f.subject == draft.subject and f.predicate == draft.predicate and same_object(f, draft) for f in self.new):
            return
        if equal and draft.valid_from is None and draft.valid_to is None and draft.modality == equal[-1].modality:
            self.confirmed += [replace(equal[-1], change="confirmed")] if all(c.id != equal[-1].id for c in self.confirmed) else []
            return
        rivals = [f for f in same if are_rivals(self.heard, self.said, f, draft)]
        self._add(draft, rivals, equal)

    # who gives way

    def _of(self, subject: EntityId) -> list[Fact]:
        if subject not in self.known_of:
            self.known_of[subject] = [f for f in self.stored.values() if f.subject == subject and f.retracted_at is None]
        return self.known_of[subject]

    def _known(self) -> Iterator[Fact]:
        return (f for f in self.stored.values() if f.retracted_at is None)

    def _current(self, subject: EntityId) -> list[Fact]:
        """Stored facts on this subject that are not yet closed, in the order of their recording."""
        open_ones = [f for f in self._of(subject) if f.id not in self.ends]
        return [f for f in open_ones if f.valid_to is None or f.valid_to > self.heard.turn.at]

    # what is written

    def _add(self, draft: Draft, rivals: Sequence[Fact], equal: Sequence[Fact]) -> None:
        heard, at = self.heard, self.heard.turn.at
        fact = _fact(heard, draft, len(self.new))
        gone = bool(draft.valid_to and draft.valid_to <= at)
        wrong = bool(rivals) and not equal and corrects(self.said, draft)
        if rivals and not gone:
            old = rivals[-1]
            start = old.valid_from if wrong else (draft.valid_from or at)
            fact = replace(fact, valid_from=start, change="corrected" if wrong else "superseded", replaces=old.id)
            for rival in rivals:
                self._give_way(rival, fact, corrects=wrong)
            if draft.predicate == "name" and wrong:
                self._renamed(draft.subject, old.value or "", draft.value or "")
        elif equal and draft.valid_from is None and draft.valid_to is not None:
            fact = self._reopened(fact, equal[-1])
        elif fact.valid_from is None and not gone and draft.polarity == "positive":
            fact = replace(fact, valid_from=self._last_end(fact))
        self.new.append(self._limited(fact))

    def _renamed(self, entity: EntityId, wrong: str, right: str) -> None:
        """What was told of somebody under a wrong name is told anew under the right one."""
        heard = self.heard
        stale = [f for f in self._known() if entity in (f.subject, f.object) and wrong and wrong in f.text and f.id not in self.ends]
        for fact in stale:
            again = replace(
                fact, id=FactId(derived_id(fact.id, "renamed", heard.turn.id)), text=_put_right(fact.text, wrong, right),
                told=_put_right(fact.told, wrong, right), said=_put_right(fact.said, wrong, right), recorded_at=heard.recorded_at,
                change="corrected", replaces=fact.id,
            )  # fmt: skip
            self.ends[fact.id] = FactEnd(fact.id, retracted_at=heard.recorded_at, replaced_by=again.id)
            self.new.append(again)

    def _give_way(self, old: Fact, new: Fact, *, corrects: bool) -> None:
        recorded = self.heard.recorded_at
        if corrects or (new.valid_from is not None and old.valid_from is not None and new.valid_from <= old.valid_from):
            self.ends[old.id] = FactEnd(old.id, retracted_at=recorded, replaced_by=new.id)
        elif old.valid_to is not None:
            self._restate(old, new.valid_from, new)
        else:
            self.ends[old.id] = FactEnd(old.id, valid_to=new.valid_from, end_recorded_at=recorded, replaced_by=new.id)

    def _restate(self, old: Fact, end: datetime | None, new: Fact) -> None:
        """An end that was known already moves: the old version is closed in recorded time and stated anew with the new end."""
        recorded = self.heard.recorded_at
        again = replace(
            old, id=FactId(derived_id(old.id, "until", self.heard.turn.id)), valid_to=end, end_recorded_at=None, recorded_at=recorded,
            replaces=old.id, change="superseded", turn=self.heard.turn.id, replaced_by=new.id,
        )  # fmt: skip
        self.ends[old.id] = FactEnd(old.id, retracted_at=recorded, replaced_by=again.id)
        self.new.append(again)

    def _reopened(self, fact: Fact, old: Fact) -> Fact:
        """The same said again with another end ("through August"): the earlier end was not to be, nor what was to follow then."""
        for later in self._current(old.subject):
            if later.predicate == old.predicate and later.valid_from and later.valid_from > self.heard.turn.at and fact.valid_to:
                self._postponed(later, fact.valid_to)
        self.ends[old.id] = FactEnd(old.id, retracted_at=self.heard.recorded_at, replaced_by=fact.id)
        return replace(fact, valid_from=old.valid_from, change="superseded", replaces=old.id)

    def _postponed(self, fact: Fact, start: datetime) -> None:
        again = replace(
            fact, id=FactId(derived_id(fact.id, "from", self.heard.turn.id)), valid_from=max(start, fact.valid_from or start),
            recorded_at=self.heard.recorded_at, replaces=fact.id, change="superseded",
        )  # fmt: skip
        self.ends[fact.id] = FactEnd(fact.id, retracted_at=self.heard.recorded_at, replaced_by=again.id)
        self.new.append(again)

    def _last_end(self, fact: Fact) -> datetime | None:
        """A value of one at a time starts where the last one ended."""
        if fact.predicate not in lexicon().single:
            return None
        ended = [f for f in self._of(fact.subject) if f.predicate == fact.predicate and f.polarity == "positive" and f.turn != fact.turn]
        ends = [end.valid_to for f in ended if (end := self.ends.get(f.id)) is not None and end.valid_to is not None]
        return max([*ends, *(f.valid_to for f in ended if f.valid_to is not None and f.id not in self.ends)], default=None)

    def _limited(self, fact: Fact) -> Fact:
        """A value of one at a time ends where one that is already known starts."""
        later = [f.valid_from for f in self._of(fact.subject) if self._limits(f, fact) and f.valid_from is not None]
        start = fact.valid_from
        ends = [v for v in later if start is None or v > start]
        end = min([*ends, *([fact.valid_to] if fact.valid_to else [])], default=None)
        return replace(fact, valid_to=end) if end != fact.valid_to and fact.replaces is None else fact

    def _limits(self, known: Fact, fact: Fact) -> bool:
        return (
            known.predicate == fact.predicate
            and fact.predicate in lexicon().single
            and known.turn != fact.turn
            and known.id not in self.ends
            and fact.valid_from is not None
        )

    # endings

    def _end(self, facts: Sequence[Fact], at: datetime) -> None:
        for fact in facts:
            if fact.turn == self.heard.turn.id or fact.id in self.ends:
                continue
            end = max(at, fact.valid_from) if fact.valid_from else at
            self.ends[fact.id] = FactEnd(fact.id, valid_to=end, end_recorded_at=self.heard.recorded_at)

    def _ended_here(self, fact: Fact) -> Fact:
        end = self.ends.get(fact.id)
        return replace(fact, valid_to=end.valid_to) if end and end.valid_to else fact

    def _shown(self, end: FactEnd) -> Fact:
        fact = self.stored[end.fact]
        return replace(fact, valid_to=end.valid_to or fact.valid_to, change="ended" if end.valid_to else "retracted")


def _put_right(text: str, wrong: str, right: str) -> str:
    """Whole words only: who is called Al is not Alan."""
    return re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", lambda _: right, text)


def _fact(heard: Heard, draft: Draft, n: int) -> Fact:
    return Fact(
        id=FactId(derived_id(heard.turn.id, "fact", n)),
        subject=draft.subject,
        predicate=draft.predicate,
        object=draft.object,
        value=draft.value,
        value_type=draft.value_type,
        text=draft.text,
        turn=heard.turn.id,
        span=draft.span,
        clause=f"{heard.turn.id}#{draft.relation}",
        role=draft.role,
        recorded_at=heard.recorded_at,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        confidence=0.5 if draft.modality == "uncertain" else 0.9,
        polarity=draft.polarity,
        modality=draft.modality,
        said_by=draft.said_by,
        tense=draft.tense,
        lemmas=draft.lemmas,
        when=draft.when,
        said=draft.said,
        told=draft.told,
    )
