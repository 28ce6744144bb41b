"""By which words the entities of memory are called, kept up from turn to turn.

Knows referents; nothing of mentions or turns.
"""

from collections.abc import Mapping

from nlp.names import name_words
from nlp.types import Discourse, Referent, WordIndex


def words_of(discourse: Discourse) -> WordIndex:
    """Places in memory by the words for what is there; made once for all that is understood after it."""
    kept = discourse.called
    if not kept or kept[0][0] is not discourse.referents:
        kept[:] = [(discourse.referents, kept_up(kept[0] if kept else None, discourse.referents))]
    return kept[0][1]


def called(discourse: Discourse, name: str) -> str | None:
    """The entity of memory of which this, in lower case, is the whole name, or rather another whole name that it has; the latest such."""
    index = words_of(discourse)
    ids = dict.fromkeys(id for word in name_words(name)[:1] for _, id in sorted(index.get(word, ())))
    found = [discourse.referents[id] for id in ids]
    other = [r.id for r in found if name in (alias.lower() for alias in r.aliases)]
    return next(reversed(other or [r.id for r in found if r.name.lower() == name]), None)


def kept_up(before: tuple[Mapping[str, Referent], WordIndex] | None, referents: Mapping[str, Referent]) -> WordIndex:
    """The index of `referents`, from that of earlier ones where these only changed here and there or grew. A word may come twice."""
    none: tuple[Mapping[str, Referent], WordIndex] = {}, {}
    old, index = before if before is not None and _goes_on(before[0], referents) else none
    found = dict(index)
    for place, (id, referent) in enumerate(referents.items()):
        was = old.get(id)
        if was is referent:
            continue
        words, earlier = set(_called_by(referent)), set(_called_by(was)) if was is not None else set[str]()
        for word in earlier - words:
            found[word] = [each for each in found[word] if each[1] != id]
        for word in words - earlier:
            found[word] = [*found.get(word, ()), (place, id)]
    return found


def _goes_on(before: Mapping[str, Referent], after: Mapping[str, Referent]) -> bool:
    """Whether each of the earlier ones is still there, in its place."""
    return len(before) <= len(after) and all(one == other for one, other in zip(before, after, strict=False))


def _called_by(referent: Referent) -> tuple[str, ...]:
    return (*sorted(referent.heads), *(word for each in (referent.name, *referent.aliases) for word in name_words(each)))
