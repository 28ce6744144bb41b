"""Names that put others right: whoever was called by the wrong one is called by the new one from now on. Pure.

Knows this turn's drafts and the stored facts of names; not how a name was said to be wrong.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from graph.drafts import Draft, Heard
from graph.model import Fact
from graph.restating import Swap
from graph.rivals import Signals

_ALIKE = 0.6  # of two names' letters in common, from which one may be a slip of the other
_TITLES = ("Dr.", "Mr.", "Ms.", "Mrs.")


def called_anew(heard: Heard, said: Signals, found: Sequence[Draft], known: Collection[Fact]) -> list[Draft]:
    """The drafts, with a name that puts another one right as that one's: "The roofer was Delaney" after "… Delgado"."""
    if not (said.strong or said.weak):
        return list(found)
    names = [f for f in known if f.predicate == "name" and f.retracted_at is None and f.turn != heard.turn.id]
    kept: list[Draft] = []
    for draft in found:
        old = next((f for f in reversed(names) if _is_other_name(heard, said, draft, f, found)), None)
        if old is None:
            kept.append(draft)
        elif draft.predicate == "name":
            swap = Swap(old.said, draft.said)
            text, told = swap.of(old.text), swap.of(old.told)
            kept.append(replace(draft, subject=old.subject, text=text, told=told, instead_of=old.id, cues=draft.cues | {"correction"}))
    return kept


def _is_other_name(heard: Heard, said: Signals, draft: Draft, name: Fact, found: Sequence[Draft]) -> bool:
    """Whether the draft gives somebody who has that name already another one: as theirs, by a noun of theirs, or by a name like it."""
    if draft.predicate == "is" and draft.subject == name.subject:
        return any(d.predicate == "name" and d.subject == draft.object for d in found)
    if draft.predicate != "name" or draft.subject == name.subject:
        return False
    holder, other = heard.entity(name.subject), heard.entity(draft.subject)
    if holder is None or other is None or other.first_turn != heard.turn.id or holder.is_customer != other.is_customer:
        return False
    themselves = any(d.predicate == "is" and d.subject == name.subject and d.object == draft.subject for d in found)
    nouns = set(holder.heads) & set(other.heads)
    titled = draft.said.split()[:1] == name.said.split()[:1] and name.said.split()[0] in _TITLES
    alike = SequenceMatcher(None, name.said.lower(), draft.said.lower()).ratio() > _ALIKE
    return themselves or (said.strong and bool(nouns)) or alike or (titled and said.strong)
