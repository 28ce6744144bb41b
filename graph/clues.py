"""What a query says beside its words and meaning, read without a parse: who of the two speakers, which entities, which time.

Knows names and facts of one customer's memory; no scores, no store.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from graph import terms, views
from graph.model import Entity, Snapshot, TurnId
from nlp.types import Interval, Speaker

_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)*")


@dataclass(frozen=True, slots=True)
class Clues:
    """What the query says beside its words and meaning.

    speaker: whom it names of the two who speak. entities: by turn, how telling it is [0, 1] that it mentions what the query names, with the
    names. times: when. told: turns whose facts fall into these times.
    """

    speaker: Speaker | None = None
    entities: Mapping[TurnId, tuple[float, tuple[str, ...]]] = field(default_factory=dict[TurnId, tuple[float, tuple[str, ...]]])
    times: tuple[Interval, ...] = ()
    told: frozenset[TurnId] = frozenset()


def speaker_names(entities: Iterable[Entity]) -> dict[str, Speaker]:
    """Lower-case proper names of the customer, of the business and of who speaks for it, persons' also by their first word; none that would
    mean both."""
    meant: dict[str, set[Speaker]] = {}
    for entity in entities:
        if not _speaks(entity):
            continue
        for name in (entity.name, *entity.aliases):
            if _NAME.fullmatch(name) and all(word[0].isupper() for word in name.split()):
                for form in (name,) if entity.is_business else (name, name.split()[0]):
                    meant.setdefault(form.lower(), set()).add("customer" if entity.is_customer else "agent")
    return {name: next(iter(speakers)) for name, speakers in meant.items() if len(speakers) == 1}


def _speaks(entity: Entity) -> bool:
    return entity.is_customer or entity.is_business or entity.is_staff


def with_roles(query: str, names: Mapping[str, Speaker]) -> str:
    """The query as turns are rendered: roles in place of the speakers' names."""
    return _replaced(query, {name: f"the {speaker}" for name, speaker in names.items()})


def without(query: str, names: Mapping[str, Speaker]) -> str:
    """The query without the speakers' names: a turn that says one addresses that person, and is mostly said by the other."""
    return _replaced(query, dict.fromkeys(names, ""))


def _replaced(query: str, by: Mapping[str, str]) -> str:
    if not by:
        return query
    forms = "|".join(re.escape(name) for name in sorted(by, key=lambda n: (-len(n), n)))
    return re.sub(rf"\b(?:{forms})\b", lambda match: by[match[0].lower()], query, flags=re.IGNORECASE)


def speaker_named(query: str, names: Mapping[str, Speaker]) -> Speaker | None:
    """Whom of the two the query names, None where neither or both."""
    named: set[Speaker] = {speaker for name, speaker in names.items() if re.search(rf"\b{re.escape(name)}\b", query, flags=re.IGNORECASE)}
    return next(iter(named)) if len(named) == 1 else None


def named_in(query: str, snapshot: Snapshot) -> list[Entity]:
    """Entities other than the two who speak, all words of one of whose names are in the query, in the order they came up."""
    asked = frozenset(terms.stems(query))
    others = (each for each in views.whole(snapshot.entities).values() if not _speaks(each))
    return [each for each in others if any(_within(name, asked) for name in (each.name, *each.aliases))]


def _within(name: str, asked: frozenset[str]) -> bool:
    stems = _name_stems(name)
    return bool(stems) and stems <= asked


@lru_cache(maxsize=65_536)
def _name_stems(name: str) -> frozenset[str]:
    return frozenset(terms.stems(name))


def told_in(snapshot: Snapshot, times: Sequence[Interval]) -> frozenset[TurnId]:
    """Turns whose facts began to be true in one of these times."""
    if not times:
        return frozenset()
    dated = ((fact.turn, fact.valid_from) for fact in snapshot.facts.values() if fact.valid_from is not None)
    return frozenset(turn for turn, at in dated if any(covers(time, at) for time in times))


def covers(time: Interval, at: datetime) -> bool:
    return (time.start is None or time.start <= at) and (time.end is None or at < time.end)
