"""What a draft brings to an end: what is sold, cancelled, no longer so, or no longer asked for. Pure.

Knows one draft and the stored facts; not how an end is written.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from graph.drafts import Draft, Heard
from graph.model import Fact
from graph.predicates import lexicon
from graph.rivals import same_object

_HAD = ("has", "owns", "drive", "lives_in", "rent", "lease", "works_at")  # predicates of what one can lose
_WANTED = ("want", "need", "order")
_DOING = ("take", "use", "has", "is_on")  # predicates of what one can come off
_COMING = frozenset({"come", "take", "go", "get", "wean"})
_LIVING = ("lives_in", "rent", "lease", "stays_at", "is_in")
_NO_NAMES = frozenset({"the", "my", "our", "a", "an", "that", "trip"})  # of a thing that is off: words that tell nothing


def ended_by(heard: Heard, draft: Draft, current: Callable[[], list[Fact]], known: Iterable[Fact]) -> Iterator[list[Fact]]:
    """Facts that end with the draft, rule by rule. current: those on its subject that are still open, without what ended meanwhile."""
    if draft.modality != "asserted":
        return
    if _parts_with(draft):
        yield [f for f in current() if _has_in_it(heard, f, draft) and (f.predicate in _HAD or f.role == "possession")]
    if _gives_up(draft):
        yield [f for f in known if f.object == draft.object and f.predicate in _DOING and f.turn != heard.turn.id and f.valid_to is None]
    if _moves_out(draft):
        yield [f for f in current() if f.predicate in _LIVING and (draft.object is None or f.object in (None, draft.object))]
    if _cancels(draft):
        yield _plans(heard, draft, known)
    if draft.predicate.startswith("asks_to_") and draft.polarity == "negative":
        yield [f for f in current() if f.predicate.startswith(draft.predicate) and f.polarity == "positive"]
    if "no_longer" in draft.cues:
        same = [f for f in current() if f.predicate == draft.predicate]
        named = [f for f in same if same_object(f, draft)] or [f for f in same if _called_alike(heard, f, draft)]
        yield named or ([f for f in same if draft.single] if draft.object else [])
    if draft.polarity == "negative" and draft.object is None and draft.role in ("none", "adverb"):
        verb = draft.predicate.split("_")[0]
        yield [f for f in current() if f.predicate.split("_")[0] == verb and f.polarity == "positive"]


def _gives_up(draft: Draft) -> bool:
    """ "I came off the tablets", "she took me off the tablets": what somebody no longer takes."""
    off = draft.role == "off" or draft.predicate.endswith("_off")
    return (
        off and draft.predicate.split("_")[0] in _COMING and draft.polarity == "positive" and bool(draft.object) and draft.tense == "past"
    )


def _moves_out(draft: Draft) -> bool:
    """ "They moved out over the weekend": out of where they lived."""
    return draft.predicate.startswith("move_out") and draft.polarity == "positive" and draft.tense != "future"


def _has_in_it(heard: Heard, fact: Fact, draft: Draft) -> bool:
    """Whether the fact is about the thing itself or a group that it is in."""
    group = heard.entity(fact.object)
    return fact.object == draft.object or (group is not None and draft.object in group.members)


def _called_alike(heard: Heard, fact: Fact, draft: Draft) -> bool:
    """ "We no longer have a landline": one of the kind that was told of."""
    one, other = heard.entity(fact.object), heard.entity(draft.object)
    return one is not None and other is not None and bool(set(one.heads) & set(other.heads))


def _parts_with(draft: Draft) -> bool:
    """Sold, lost, given away: done, not asked for or planned."""
    positive = draft.predicate in lexicon().ending_verbs and draft.polarity == "positive"
    return positive and bool(draft.object) and draft.tense != "future"


def _cancels(draft: Draft) -> bool:
    base = draft.predicate.removeprefix("asks_to_")
    off = draft.predicate == "is" and (draft.value or "").lower() in lexicon().off_words
    return draft.polarity == "positive" and (base in lexicon().cancelling or off)


def _plans(heard: Heard, draft: Draft, known: Iterable[Fact]) -> list[Fact]:
    """What was planned about the thing that is off: facts that name it, or share its telling words."""
    target = draft.subject if draft.predicate == "is" else draft.object
    entity = heard.entity(target)
    if entity is None:
        return []
    words = {w for a in (entity.name, *entity.aliases) for w in re.findall(r"\w+", a.lower())} - _NO_NAMES
    return [
        f
        for f in known
        if f.turn != heard.turn.id
        and (target in (f.subject, f.object) or words & set(f.lemmas))
        and (
            f.when is not None
            or f.tense == "future"
            or f.predicate.startswith("asks_to_")
            or (f.object == target and f.predicate in _WANTED)
        )
        and f.valid_to is None
    ]
