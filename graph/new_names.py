"""Names that put others right: whoever was called by the wrong one is called by the new one from now on. Pure.

Knows this turn's drafts and the stored facts of names; not how a name was said to be wrong.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from graph.correction_parts import Part
from graph.drafts import Draft, Heard
from graph.model import Fact
from graph.restating import Swap
from graph.rivals import Signals
from graph.word_swaps import STATED, told_again, with_words

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


def by_other_name(heard: Heard, wrong: Part, right: Part, known: Collection[Fact]) -> list[Draft]:
    """ "I meant Trina, Trevor was a slip" after "my boss Trevor": who was only ever spoken of so is called by the right name."""
    person, other = heard.entity(wrong.entity), heard.entity(right.entity)
    if person is None or person.owner is None or not right.alone or right.kind not in ("person", "name"):
        return []
    if other is not None and (other.id == person.id or other.owner is not None or other.first_turn != heard.turn.id):
        return []
    named = next((f for f in reversed(list(known)) if f.subject == person.id and f.predicate == "name" and f.retracted_at is None), None)
    if named is None or not right.said[:1].isupper() or named.turn != person.first_turn or named.turn == heard.turn.id:
        return []
    new = with_words(told_again(heard, named, STATED - right.span.start), Swap(named.said, right.said))
    return [replace(new, value=right.said)]


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
