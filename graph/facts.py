"""Drafts -> changes of memory: add, confirm, supersede, correct, end. Pure.

A fact is touched only by one about the same thing: the same subject and predicate, or the very thing that ends. What was stored only
gains ends; what was known earlier stays as it was known.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graph.answered import answered
from graph.choices import chosen
from graph.clauses import drafts
from graph.drafts import Draft, Heard
from graph.model import Entity, EntityId, Fact, FactEnd, FactId, derived_id
from graph.predicates import lexicon
from graph.rewrites import rewritten

_STRONG = re.compile(
    r"\b(misspoke|i meant|i mean\b|my mistake|scratch that|that's wrong|that was wrong|was mistaken|got that wrong|correction|not \w+(?: \w+)?, but)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\b(oops|sorry|actually|no,|instead|make it|make that|rather|change that|whoops|wait)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Changes:
    """New facts in order, ends of stored ones, and what the turn did in all (`written`, for its answer)."""

    facts: tuple[Fact, ...]
    ends: tuple[FactEnd, ...]
    written: tuple[Fact, ...]


def derive(heard: Heard, facts: Mapping[FactId, Fact]) -> Changes:
    """What the turn changes in `facts` (all stored ones of the customer)."""
    ledger = _Ledger(heard, facts)
    for draft in rewritten(heard, [*drafts(heard), *answered(heard), *chosen(heard)], facts.values()):
        ledger.enter(draft)
    return ledger.changes()


class _Ledger:
    """The facts of one customer while one turn is entered into them."""

    def __init__(self, heard: Heard, facts: Mapping[FactId, Fact]) -> None:
        self.heard = heard
        self.known = {f.id: f for f in facts.values() if f.retracted_at is None}
        self.known_of: dict[EntityId, list[Fact]] = {}
        for fact in self.known.values():
            self.known_of.setdefault(fact.subject, []).append(fact)
        self.new: list[Fact] = []
        self.ends: dict[FactId, FactEnd] = {}
        self.confirmed: list[Fact] = []
        said = heard.turn.text
        self.strong, self.weak = bool(_STRONG.search(said)), bool(_WEAK.search(said))

    def changes(self) -> Changes:
        ends = tuple(e for e in self.ends.values() if e.fact in self.known)
        new = tuple(self._ended_here(f) for f in self.new)
        ended = tuple(self._shown(e) for e in ends if e.replaced_by is None)
        confirmed = tuple(f for f in self.confirmed if f.id not in self.ends)
        return Changes(new, ends, (*new, *confirmed, *ended))

    def enter(self, draft: Draft) -> None:
        same = [f for f in self._current(draft.subject) if f.predicate == draft.predicate and f.modality != "uncertain"]
        equal = [f for f in same if _same_object(f, draft) and f.polarity == draft.polarity]
        self._close_what_ended(draft)
        if "no_longer" in draft.cues:
            return
        if any(f.subject == draft.subject and f.predicate == draft.predicate and _same_object(f, draft) for f in self.new):
            return
        if equal and draft.valid_from is None and draft.valid_to is None and draft.modality == equal[-1].modality:
            self.confirmed += [replace(equal[-1], change="confirmed")] if all(c.id != equal[-1].id for c in self.confirmed) else []
            return
        rivals = [f for f in same if self._rivals(f, draft)]
        self._add(draft, rivals, equal)

    # who gives way

    def _current(self, subject: EntityId) -> list[Fact]:
        """Stored facts on this subject that are not yet closed, in the order of their recording."""
        open_ones = [f for f in self.known_of.get(subject, ()) if f.id not in self.ends]
        return [f for f in open_ones if f.valid_to is None or f.valid_to > self.heard.turn.at]

    def _rivals(self, fact: Fact, draft: Draft) -> bool:
        """Whether both cannot be so at once."""
        if draft.modality != "asserted" or fact.turn == self.heard.turn.id or "also" in draft.cues or "another" in draft.cues:
            return False
        if draft.predicate.startswith("asks_to_"):
            return self._same_request(fact, draft)
        if fact.polarity != draft.polarity:
            return _same_object(fact, draft)
        if draft.polarity == "negative" or _same_object(fact, draft):
            return (
                draft.polarity == "positive" and _same_object(fact, draft) and (draft.valid_from is not None or draft.valid_to is not None)
            )
        if draft.single or self._single_noun(draft):
            return fact.role == draft.role or draft.predicate in lexicon().single
        return self.strong and fact.role == draft.role and self._same_kind(fact, draft)

    def _single_noun(self, draft: Draft) -> bool:
        return draft.predicate in lexicon().single_nouns and (
            bool(draft.cues & {"now", "instead"}) or self.strong or draft.valid_from is not None
        )

    def _same_kind(self, fact: Fact, draft: Draft) -> bool:
        one, other = self._entity(fact.object), self._entity(draft.object)
        return (one.type == other.type) if one and other else (one is None) == (other is None)

    def _same_request(self, fact: Fact, draft: Draft) -> bool:
        """The same thing asked for with another number, time or object of the same kind."""
        if draft.polarity == "negative" or _same_object(fact, draft) or fact.role != draft.role:
            return False
        shared = set(fact.lemmas) & set(draft.lemmas)
        return self.weak and len(shared) >= max(1, min(len(fact.lemmas), len(draft.lemmas)) // 2)

    def _entity(self, entity: EntityId | None) -> Entity | None:
        return self.heard.entities.get(entity) if entity else None

    # what is written

    def _add(self, draft: Draft, rivals: Sequence[Fact], equal: Sequence[Fact]) -> None:
        heard, at = self.heard, self.heard.turn.at
        fact = _fact(heard, draft, len(self.new))
        gone = bool(draft.valid_to and draft.valid_to <= at)
        corrects = bool(rivals) and not equal and self._corrects(draft)
        if rivals and not gone:
            old = rivals[-1]
            start = old.valid_from if corrects else (draft.valid_from or at)
            fact = replace(fact, valid_from=start, change="corrected" if corrects else "superseded", replaces=old.id)
            for rival in rivals:
                self._give_way(rival, fact, corrects)
            if draft.predicate == "name" and corrects:
                self._renamed(draft.subject, old.value or "", draft.value or "")
        elif equal and draft.valid_from is None and draft.valid_to is not None:
            fact = self._reopened(fact, equal[-1])
        self.new.append(self._limited(fact))

    def _renamed(self, entity: EntityId, wrong: str, right: str) -> None:
        """What was told of somebody under a wrong name is told anew under the right one."""
        heard = self.heard
        stale = [f for f in self.known.values() if entity in (f.subject, f.object) and wrong and wrong in f.text and f.id not in self.ends]
        for fact in stale:
            again = replace(
                fact, id=FactId(derived_id(fact.id, "renamed", heard.turn.id)), text=fact.text.replace(wrong, right),
                told=fact.told.replace(wrong, right), said=fact.said.replace(wrong, right), recorded_at=heard.recorded_at,
                change="corrected", replaces=fact.id,
            )  # fmt: skip
            self.ends[fact.id] = FactEnd(fact.id, retracted_at=heard.recorded_at, replaced_by=again.id)
            self.new.append(again)

    def _corrects(self, draft: Draft) -> bool:
        """A correction says it was never so; a change, that it is no longer so."""
        if self.strong:
            return True
        if "correction" in draft.cues and draft.predicate.startswith("asks_to_"):
            return True
        return (
            self.weak and draft.valid_from is None and not draft.cues & {"now", "no_longer"} and not draft.predicate.startswith("asks_to_")
        )

    def _give_way(self, old: Fact, new: Fact, corrects: bool) -> None:
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
        again = replace(old, id=FactId(derived_id(old.id, "until", self.heard.turn.id)), valid_to=end, end_recorded_at=None,
                        recorded_at=recorded, replaces=old.id, change="superseded", turn=self.heard.turn.id, replaced_by=new.id)  # fmt: skip
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

    def _limited(self, fact: Fact) -> Fact:
        """A value of one at a time ends where one that is already known starts."""
        later = [f.valid_from for f in self.known_of.get(fact.subject, ()) if self._limits(f, fact) and f.valid_from is not None]
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

    def _close_what_ended(self, draft: Draft) -> None:
        at = draft.valid_from or self.heard.turn.at
        base = draft.predicate.removeprefix("asks_to_")
        if draft.modality != "asserted":
            return
        if (
            base in lexicon().ending_verbs
            and draft.object
            and draft.polarity == "positive"
            and draft.predicate == base
            and draft.tense != "future"
        ):
            self._end([f for f in self._current(draft.subject) if f.object == draft.object and _possesses(f)], at)
        if self._cancels(draft):
            self._end(self._plans(draft), at)
        if draft.predicate.startswith("asks_to_") and draft.polarity == "negative":
            asked = [f for f in self._current(draft.subject) if f.predicate.startswith(draft.predicate) and f.polarity == "positive"]
            self._end(asked, at)
        if "no_longer" in draft.cues:
            same = [f for f in self._current(draft.subject) if f.predicate == draft.predicate]
            self._end([f for f in same if _same_object(f, draft)] or ([f for f in same if draft.single] if draft.object else []), at)
        if draft.polarity == "negative" and draft.object is None and draft.role in ("none", "adverb"):
            verb = draft.predicate.split("_")[0]
            self._end([f for f in self._current(draft.subject) if f.predicate.split("_")[0] == verb and f.polarity == "positive"], at)

    def _cancels(self, draft: Draft) -> bool:
        base = draft.predicate.removeprefix("asks_to_")
        off = draft.predicate == "is" and (draft.value or "").lower() in lexicon().off_words
        return draft.polarity == "positive" and (base in lexicon().cancelling or off)

    def _plans(self, draft: Draft) -> list[Fact]:
        """What was planned about the thing that is off: facts that name it, or share its telling words."""
        target = draft.subject if draft.predicate == "is" else draft.object
        entity = self._entity(target)
        if entity is None:
            return []
        words = {w for a in (entity.name, *entity.aliases) for w in re.findall(r"\w+", a.lower())} - {
            "the",
            "my",
            "our",
            "a",
            "an",
            "that",
            "trip",
        }
        return [
            f
            for f in self.known.values()
            if f.turn != self.heard.turn.id
            and (target in (f.subject, f.object) or words & set(f.lemmas))
            and (f.when is not None or f.tense == "future" or f.predicate.startswith("asks_to_"))
            and f.valid_to is None
        ]

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
        fact = self.known[end.fact]
        return replace(fact, valid_to=end.valid_to or fact.valid_to, change="ended" if end.valid_to else "retracted")


def _possesses(fact: Fact) -> bool:
    return fact.predicate in ("has", "owns", "drive", "lives_in", "rent", "lease", "works_at") or fact.role == "possession"


def _same_object(fact: Fact, draft: Draft) -> bool:
    if fact.object is not None or draft.object is not None:
        return fact.object == draft.object
    return (fact.value or "").casefold().removeprefix("the ") == (draft.value or "").casefold().removeprefix("the ")


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
