"""The facts of one customer while a turn is entered into them: what is added, confirmed, closed or withdrawn. Pure.

A fact is touched only by one about the same thing: the same subject and predicate, or the very thing that ends. What was stored only
gains ends; what was known earlier stays as it was known. How drafts come about is not known here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from graph.drafts import Draft, Heard, fact_of
from graph.endings import ended_by
from graph.model import EntityId, Fact, FactEnd, FactId, derived_id
from graph.predicates import lexicon
from graph.restating import Swap, restated, swap_of
from graph.rivals import (
    Signals,
    are_rivals,
    corrects,
    is_elsewhere,
    is_one_of_many,
    is_other_price,
    is_other_trade,
    is_within,
    same_object,
    tells_place,
    tells_trade,
)
from graph.spells import meets, without
from nlp.types import Interval


@dataclass(frozen=True)
class Changes:
    """New facts in order, ends of stored ones, and what the turn did in all (`written`, for its answer)."""

    facts: tuple[Fact, ...]
    ends: tuple[FactEnd, ...]
    written: tuple[Fact, ...]


class Ledger:
    """Takes drafts one after the other; `changes` are what they make together."""

    def __init__(self, heard: Heard, facts: Mapping[FactId, Fact]) -> None:
        self.heard = heard
        self.at = heard.turn.at
        self.stored = facts
        self.new: list[Fact] = []
        self.ends: dict[FactId, FactEnd] = {}
        self.confirmed: list[Fact] = []
        last = next((f.turn for i in reversed(list(facts)) if (f := facts[i]).said_by == heard.speaker), None)
        self.said = Signals.of(heard.turn.text, last)
        self.entered = 0  # drafts so far that became facts
        self._known_of: dict[EntityId, list[Fact]] = {}
        self.denied: set[FactId] = set()  # facts that end because a new one says that they are not so

    def changes(self) -> Changes:
        ends = tuple(e for e in self.ends.values() if e.fact in self.stored)
        ended = tuple(self._shown(e) for e in ends if e.replaced_by is None or e.fact in self.denied)
        confirmed = tuple(f for f in self.confirmed if f.id not in self.ends)
        return Changes(tuple(self.new), ends, (*self.new, *confirmed, *ended))

    def enter(self, draft: Draft) -> None:
        target = self.stored.get(draft.instead_of) if draft.instead_of is not None else None
        if target is not None and target.id not in self.ends:
            self._add(draft, [target], ())
            return
        if "no_longer" in draft.cues:
            draft = replace(draft, polarity="negative", valid_from=draft.valid_from or self.at, valid_to=None)
        denies = draft.polarity == "negative"
        back = (self.said.strong or self.said.weak or denies) and draft.tense == "past"  # what was may be put right, too
        same = [f for f in self._of(draft.subject) if f.predicate == draft.predicate and f.modality != "uncertain"]
        same = [f for f in same if f.id not in self.ends and (back or self._is_open(f))]
        equal = [f for f in same if same_object(f, draft) and f.polarity == draft.polarity]
        ends = set(self.ends)
        for ended in ended_by(self.heard, draft, partial(self._current, draft.subject), self._known()):
            self._end(ended, draft.valid_from or self.at)
        if any(f.subject == draft.subject and f.predicate == draft.predicate and same_object(f, draft) for f in self.new):
            return
        if equal and draft.valid_from is None and draft.valid_to is None and draft.modality == equal[-1].modality:
            self.confirmed += [replace(equal[-1], change="confirmed")] if all(c.id != equal[-1].id for c in self.confirmed) else []
            return
        rivals = [f for f in same if f.id not in self.ends and are_rivals(self.heard, self.said, f, draft)]
        rivals += [f for f in self._others(draft) if is_elsewhere(self.said, f, draft) or is_other_trade(self.said, f, draft)]
        rivals += [f for f in self._earlier(draft) if is_other_price(f, draft)] if draft.value_type == "money" else []
        self._add(draft, rivals, equal)
        self._deny([i for i in self.ends if i not in ends], draft)

    def _deny(self, ended: Sequence[FactId], draft: Draft) -> None:
        """What ends because the draft says that it is not so has been replaced by that."""
        if draft.polarity == "positive" or not self.new:
            return
        for i in ended:
            if self.ends[i].replaced_by is None and self.ends[i].fact in self.stored:
                self.ends[i] = replace(self.ends[i], replaced_by=self.new[-1].id)
                self.denied.add(i)

    # who gives way

    def _of(self, subject: EntityId) -> list[Fact]:
        """What is stored on this subject and stands, gone through once for all drafts on it."""
        if subject not in self._known_of:
            self._known_of[subject] = [f for f in self.stored.values() if f.subject == subject and f.retracted_at is None]
        return self._known_of[subject]

    def _known(self) -> Iterator[Fact]:
        return (f for f in self.stored.values() if f.retracted_at is None)

    def _current(self, subject: EntityId) -> list[Fact]:
        """Stored facts on this subject that are not yet closed, in the order of their recording."""
        return [f for f in self._of(subject) if f.id not in self.ends and self._is_open(f)]

    def _is_open(self, fact: Fact) -> bool:
        return fact.valid_to is None or fact.valid_to > self.at

    def _others(self, draft: Draft) -> list[Fact]:
        """What earlier turns told of its subject, where it says that something else of that was wrong."""
        if not tells_place(self.said, draft) and not tells_trade(self.said, draft):
            return []
        return self._earlier(draft)

    def _earlier(self, draft: Draft) -> list[Fact]:
        return [f for f in self._current(draft.subject) if f.turn != self.heard.turn.id]

    # what is written

    def _add(self, draft: Draft, rivals: Sequence[Fact], equal: Sequence[Fact]) -> None:
        fact = fact_of(self.heard, draft, self.entered)
        self.entered += 1
        gone = bool(draft.valid_to and draft.valid_to <= self.at)
        wrong = bool(rivals) and not equal and corrects(self.said, draft)
        if rivals and (wrong or not gone):
            old = rivals[-1]
            start = old.valid_from if wrong else (draft.valid_from or self.at)
            end = old.valid_to if wrong and draft.valid_to is None else draft.valid_to
            fact = replace(fact, valid_from=start, valid_to=end, change="corrected" if wrong else "superseded", replaces=old.id)
        elif equal and draft.valid_from is None and draft.valid_to is not None:
            fact = self._reopened(fact, equal[-1])
        elif fact.valid_from is None and not gone and draft.polarity == "positive":
            fact = replace(fact, valid_from=self._last_end(fact))
        fact = self._limited(fact, draft)
        for rival in rivals if wrong or not gone else ():
            self._give_way(rival, fact, corrects=wrong)
        for other in self._at_once(fact, draft):
            self._give_way(other, fact, corrects=False)
        self.new.append(fact)

    def _at_once(self, fact: Fact, draft: Draft) -> list[Fact]:
        """Other values of a predicate of one value that would hold at an instant at which this one does."""
        if fact.predicate not in lexicon().single or is_one_of_many(draft):
            return []
        found = [*self._of(fact.subject), *(f for f in self.new if f.subject == fact.subject)]
        return [f for f in found if f.id not in self.ends and self._is_value(f, fact) and meets(_spell(f), _spell(fact))]

    def _is_value(self, known: Fact, fact: Fact) -> bool:
        """Whether both are sure values of one predicate, said in clauses of their own, of which only one can be."""
        alike = known.predicate == fact.predicate and known.polarity == fact.polarity == "positive"
        sure = known.modality == fact.modality == "asserted"
        return alike and sure and known.clause != fact.clause and not is_within(self.heard, known, fact)

    def _give_way(self, old: Fact, new: Fact, *, corrects: bool) -> None:
        """What was never so is withdrawn; else the old keeps the time that the new leaves it."""
        left = () if corrects or _same_value(old, new) else without(_spell(old), _spell(new))
        if left == (_spell(old),):
            return
        self._carry_over(old, new, corrects=corrects)
        if old.role == "possession" and old.object not in (None, new.object) and not corrects:
            self._end([f for f in self._of(old.object) if f.predicate == "name" and f.turn == old.turn], new.valid_from or self.at)
        if old.turn == self.heard.turn.id and old in self.new:
            self._shrink(old, left, new)
        elif len(left) == 1 and left[0].start == old.valid_from and old.valid_to is None:
            self.ends[old.id] = FactEnd(old.id, valid_to=left[0].end, end_recorded_at=self.heard.recorded_at, replaced_by=new.id)
        else:
            again = [self._again(old, f"{n}:{new.id}", spell) for n, spell in enumerate(left)]
            self._withdraw(old, again[0] if again else new)
            self.new += [replace(f, replaced_by=new.id) if f.valid_to == new.valid_from else f for f in again]

    def _shrink(self, old: Fact, left: Sequence[Interval], new: Fact) -> None:
        """A fact of this very turn gives way: it is not stored yet, so its spell is cut; what it replaced passes on to the new one."""
        kept = [replace(old, valid_from=spell.start, valid_to=spell.end) for spell in left[:1]]
        at = self.new.index(old)
        self.new[at : at + 1] = kept
        if not kept:
            self.ends = {i: replace(e, replaced_by=new.id) if e.replaced_by == old.id else e for i, e in self.ends.items()}

    def _again(self, old: Fact, mark: str, spell: Interval) -> Fact:
        """The fact stated anew by this turn, for another stretch of time."""
        return replace(
            old, id=FactId(derived_id(old.id, mark, self.heard.turn.id)), valid_from=spell.start, valid_to=spell.end,
            end_recorded_at=None, recorded_at=self.heard.recorded_at, replaces=old.id, replaced_by=None, change="superseded",
        )  # fmt: skip

    def _withdraw(self, old: Fact, by: Fact) -> None:
        self.ends[old.id] = FactEnd(old.id, retracted_at=self.heard.recorded_at, replaced_by=by.id)

    def _carry_over(self, old: Fact, new: Fact, *, corrects: bool) -> None:
        """What else was said with words that are no longer right is told anew with the new ones."""
        if new.subject != old.subject:
            for fact in self._of(old.subject):
                if (fact.turn, fact.clause) == (old.turn, old.clause) and fact.id != old.id and fact.id not in self.ends and corrects:
                    self._withdraw(fact, new)
            return
        swap = swap_of(old, new)
        if swap is None:
            return
        for fact in self._told_with(old, swap, everywhere=corrects and new.predicate == "name"):
            if fact.predicate == new.predicate or (fact.role == "when" and not corrects):
                continue  # gives way by itself, or tells when the old came about
            again = restated(fact, swap, FactId(derived_id(fact.id, "restated", self.heard.turn.id)), self.heard.recorded_at)
            again = replace(again, object=new.object, value=new.value) if _same_value(fact, old) else again
            again = replace(again, when=new.when) if corrects and fact.when is not None and fact.when == old.when else again
            if corrects:
                self._withdraw(fact, again)
                self.new.append(replace(again, change="corrected"))
            elif fact.valid_to is None:
                self.ends[fact.id] = FactEnd(fact.id, valid_to=new.valid_from or self.at, end_recorded_at=self.heard.recorded_at,
                                             replaced_by=again.id)  # fmt: skip
                self.new.append(replace(again, valid_from=new.valid_from or self.at, change="superseded"))

    def _told_with(self, old: Fact, swap: Swap, *, everywhere: bool) -> list[Fact]:
        """Other stored facts with the old words: of the same clause; of a wrong name, all that were told of who has it."""
        if everywhere:
            near = [f for f in self._known() if old.subject in (f.subject, f.object)]
        else:
            near = [f for f in self._known() if f.turn == old.turn and f.clause == old.clause]
        return [f for f in near if f.id != old.id and f.id not in self.ends and swap.concerns(f)]

    def _reopened(self, fact: Fact, old: Fact) -> Fact:
        """The same said again with another end ("through August"): the earlier end was not to be, nor what was to follow then."""
        for later in self._current(old.subject):
            if later.predicate == old.predicate and later.valid_from and later.valid_from > self.at and fact.valid_to:
                again = self._again(later, "from", Interval(max(fact.valid_to, later.valid_from), later.valid_to))
                self._withdraw(later, again)
                self.new.append(again)
        self._withdraw(old, fact)
        return replace(fact, valid_from=old.valid_from, change="superseded", replaces=old.id)

    def _last_end(self, fact: Fact) -> datetime | None:
        """A value of one at a time starts where the last one ended."""
        if fact.predicate not in lexicon().single:
            return None
        ended = [f for f in self._of(fact.subject) if f.predicate == fact.predicate and f.polarity == "positive"]
        ends = [end.valid_to for f in ended if (end := self.ends.get(f.id)) is not None and end.valid_to is not None]
        here = [f.valid_to for f in self.new if f.subject == fact.subject and f.predicate == fact.predicate and f.clause != fact.clause]
        known = [f.valid_to for f in ended if f.id not in self.ends]
        return max([v for v in (*ends, *known, *here) if v is not None and v <= self.at], default=None)

    def _limited(self, fact: Fact, draft: Draft) -> Fact:
        """A value of one at a time ends where one that is known to follow starts: one to come, or after what is told as past."""
        if fact.predicate not in lexicon().single or fact.valid_to is not None or fact.valid_from is None or fact.replaces is not None:
            return fact
        past = draft.tense == "past" and "perfect" not in draft.cues
        later = [f.valid_from for f in self._of(fact.subject) if f.id not in self.ends and self._is_value(f, fact)]
        ends = [v for v in later if v is not None and v > fact.valid_from and (past or v > self.at)]
        return replace(fact, valid_to=min(ends, default=None))

    # endings

    def _end(self, facts: Sequence[Fact], at: datetime) -> None:
        for fact in facts:
            if fact.turn == self.heard.turn.id or fact.id in self.ends:
                continue
            end = max(at, fact.valid_from) if fact.valid_from else at
            if fact.valid_to is None:
                self.ends[fact.id] = FactEnd(fact.id, valid_to=end, end_recorded_at=self.heard.recorded_at)
            elif end < fact.valid_to:  # an end that is known is not moved: the fact is told anew
                again = self._again(fact, "ended", Interval(fact.valid_from, end))
                self._withdraw(fact, again)
                self.new.append(again)

    def _shown(self, end: FactEnd) -> Fact:
        fact = self.stored[end.fact]
        return replace(fact, valid_to=end.valid_to or fact.valid_to, change="ended" if end.valid_to else "retracted")


def _spell(fact: Fact) -> Interval:
    return Interval(fact.valid_from, fact.valid_to)


def _same_value(one: Fact, other: Fact) -> bool:
    return (one.object, one.value) == (other.object, other.value)
