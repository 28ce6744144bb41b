"""How a turn and the facts that it told are made searchable: the text that is embedded, the stems, the points.

Knows turns, facts and points; no query, no store.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from graph import terms
from graph.model import Fact, Scope, Turn
from graph.vectors import Point
from nlp.types import Embedder, Speaker

_SPEAKERS: Mapping[Speaker, str] = {"customer": "Customer", "agent": "Agent"}


def rendering(turn: Turn) -> str:
    """What is embedded: the words with their speaker, and beside them those that understanding added."""
    said = f'{_SPEAKERS[turn.speaker]} said, "{_heard(turn)}"'
    added = _added(turn)
    return f"{said} ({', '.join(added)})" if added else said


def points_for(scope: Scope, turn: Turn, facts: Sequence[Fact], embedder: Embedder) -> tuple[Point, ...]:
    """The turn's point, and one for each fact that it told: that shares the turn's vector, and has words of its own."""
    vector = embedder.embed([rendering(turn)])[0]

    def point(kind: Literal["turn", "fact"], name: str, words: tuple[str, ...]) -> Point:
        return Point(scope, name, kind, turn.id, turn.session, turn.number, turn.channel, turn.speaker, turn.at, vector, words)

    return (point("turn", turn.id, turn_terms(turn)), *(point("fact", fact.id, fact_terms(fact)) for fact in facts))


def turn_terms(turn: Turn) -> tuple[str, ...]:
    """The stems that a turn is found by."""
    return terms.stems(" ".join((_heard(turn), *_added(turn))))


def fact_terms(fact: Fact) -> tuple[str, ...]:
    return terms.stems(fact.text)


def _heard(turn: Turn) -> str:
    return turn.text if turn.heard is None else turn.text[: turn.heard]


def _added(turn: Turn) -> tuple[str, ...]:
    """Words of `understood` whose stems the turn itself has not."""
    said = set(terms.stems(_heard(turn)))
    words = (word.strip(".,;:!?\"'()") for word in turn.understood.split())
    return tuple(dict.fromkeys(word for word in words if word and not said.issuperset(terms.stems(word))))
