"""Facts told anew with other words: what a correction or a change of one of them does to the sentences of the rest. Pure.

Knows stored facts and their wording; not why something is put right.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from graph.content import content_words
from graph.model import Fact, FactId

_DETERMINERS = re.compile(r"^(?:a|an|the|my|our|your)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Swap:
    """Words that give way to others, without determiners where both have one."""

    old: str
    new: str

    def concerns(self, fact: Fact) -> bool:
        return bool(_word(self.old).search(f"{fact.text}\n{fact.told}"))

    def of(self, text: str) -> str:
        """Whole words only: who is called Al is not Alan. An "a" before them becomes "an" where it must, and back."""
        return re.sub(rf"(?:(?<!\w)(an?) )?{_word(self.old).pattern}", self._put, text)

    def _put(self, found: re.Match[str]) -> str:
        article = "" if not found[1] else "an " if self.new[:1].lower() in "aeiou" and self.new[:1] else "a "
        return article + self.new


def _word(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")


def swap_of(old: Fact, new: Fact) -> Swap | None:
    """What a fact that takes the place of another changes in its words; None where that is nothing, or not said."""
    before, after = old.said or old.value or "", new.said or new.value or ""
    if not before or not after or before == after:
        return None
    both = bool(_DETERMINERS.match(before)) and bool(_DETERMINERS.match(after))
    return Swap(_DETERMINERS.sub("", before), _DETERMINERS.sub("", after)) if both else Swap(before, after)


def restated(fact: Fact, swap: Swap, id: FactId, recorded_at: datetime) -> Fact:
    """The fact under a new id, its words put right; as it was in all else."""
    gone, come = set(content_words(swap.old)), content_words(swap.new)
    lemmas = tuple(dict.fromkeys([*(w for w in fact.lemmas if w not in gone), *come]))
    return replace(
        fact, id=id, text=swap.of(fact.text), told=swap.of(fact.told), said=swap.of(fact.said), lemmas=lemmas,
        recorded_at=recorded_at, replaces=fact.id, replaced_by=None, end_recorded_at=None,
    )  # fmt: skip
