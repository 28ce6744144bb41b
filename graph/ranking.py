"""Found points -> one ranked list that says why. Pure: places and scores in, places and scores out; no text, no store.

BM25 and cosine are brought to one scale by their z-scores over the candidates and added; a turn then gains from its neighbours (what
answers a question shares few words with it), from its session, and from the clues of the query: who is asked about, which entities it
names, which time. Constants are round numbers; the table under `tests/benchmarks/recall.md` tells what half and double of each does.

Source: Shaw & Fox 1994, "Combination of Multiple Searches" (CombSUM), on z-scores as in Montague & Aslam 2001.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.clues import Clues, covers
from graph.model import SessionId
from graph.vectors import Found, Place, Scored

MEANING = 1.0  # of the cosine's z-score, against 1 of the words'
NEIGHBOUR = 0.3  # of a neighbour's score, to the power of its distance in turns
REACH = 2  # turns to either side
SESSION = 0.5  # of the z-score of a session's best turn among the sessions' best
SPEAKER = 0.5  # for being said by whom the query names, and against being said by the other
ENTITY = 0.5  # for mentioning the rarest entity that the query names; less for one that is mentioned all the time
TIME = 0.5  # for being said, or telling of what happened, in the time that the query names

Scores = NDArray[np.float64]
_WEIGHTS = [NEIGHBOUR**distance for distance in range(REACH + 1)]


@dataclass(frozen=True, slots=True)
class Ranked:
    """why: the parts of the score by name, those that are not 0; `cosine` and `bm25` are what was measured."""

    place: Place
    score: float
    why: dict[str, float]


def rank(found: Found, clues: Clues, *, k: int, scale: Found | None = None) -> tuple[Ranked, ...]:
    """The k best of all candidates, best first; equal ones with the later first. scale: the candidates that z-scores are taken over, if not
    these."""
    places = _places(found)
    if not places:
        return ()
    dense, words = _measures(found, places)
    over = _measures(scale, _places(scale)) if scale and (scale.dense or scale.words) else (dense, words)
    own = {
        "words": _z(words, over[1]),
        "meaning": MEANING * _z(dense, over[0]),
        "speaker": _speaker(places, clues),
        "entities": np.array([ENTITY * clues.entities.get(p.turn_id, (0.0, ()))[0] for p in places]),
        "time": np.array([TIME * _in_time(p, clues) for p in places]),
    }
    base = np.sum(list(own.values()), axis=0)
    parts = own | {"neighbours": _neighbours(places, base), "session": _session(places, base)}
    total = np.sum(list(parts.values()), axis=0)
    order = sorted(range(len(places)), key=lambda i: (-total[i], -places[i].number, places[i].id))[:k]
    measured = {"cosine": dense, "bm25": words}
    return tuple(Ranked(places[i], float(total[i]), _why(parts | measured, i)) for i in order)


def _places(found: Found) -> list[Place]:
    known = {scored.place.id: scored.place for scored in (*found.dense, *found.words)}
    return sorted(known.values(), key=lambda p: (p.number, p.id))


def _measures(found: Found, places: Sequence[Place]) -> tuple[Scores, Scores]:
    """Cosines and BM25 by place: one that is not among the nearest gets the least of their cosines, one without the words gets 0."""
    return _column(found.dense, places, min((s.score for s in found.dense), default=0.0)), _column(found.words, places, 0.0)


def _column(scored: Sequence[Scored], places: Sequence[Place], absent: float) -> Scores:
    by_id = {s.place.id: s.score for s in scored}
    return np.array([by_id.get(p.id, absent) for p in places])


def _z(values: Scores, over: Scores) -> Scores:
    deviation = float(over.std())
    return (values - over.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)


def _speaker(places: Sequence[Place], clues: Clues) -> Scores:
    if clues.speaker is None:
        return np.zeros(len(places))
    return np.array([SPEAKER if p.speaker == clues.speaker else -SPEAKER for p in places])


def _in_time(place: Place, clues: Clues) -> bool:
    return place.turn_id in clues.told or any(covers(time, place.at) for time in clues.times)


def _neighbours(places: Sequence[Place], base: Scores) -> Scores:
    """What the turns around add. One that was no candidate counts as the least of them; there is none beyond the session's ends."""
    scores = base.tolist()
    by_number = {place.number: (place.session, score) for place, score in zip(places, scores, strict=True)}
    ends, least = _ends(places), min(scores)
    gains = np.zeros(len(places))
    for i, place in enumerate(places):
        first, last = ends[place.session]
        for number in range(max(first, place.number - REACH), min(last, place.number + REACH) + 1):
            session, score = by_number.get(number, (place.session, least))
            if number != place.number and session == place.session:
                gains[i] += _WEIGHTS[abs(number - place.number)] * score
    return gains


def _ends(places: Sequence[Place]) -> dict[SessionId, tuple[int, int]]:
    """The first and the last candidate's number of each session. Places come in the order of their numbers."""
    ends: dict[SessionId, tuple[int, int]] = {}
    for place in places:
        ends[place.session] = (ends[place.session][0] if place.session in ends else place.number, place.number)
    return ends


def _session(places: Sequence[Place], base: Scores) -> Scores:
    best: dict[SessionId, float] = {}
    for place, score in zip(places, base, strict=True):
        best[place.session] = max(best.get(place.session, float(score)), float(score))
    prior = dict(zip(best, SESSION * _z(np.array(list(best.values())), np.array(list(best.values()))), strict=True))
    return np.array([prior[p.session] for p in places])


def _why(parts: Mapping[str, Scores], i: int) -> dict[str, float]:
    return {name: round(float(values[i]), 3) for name, values in parts.items() if abs(float(values[i])) >= 0.0005}
