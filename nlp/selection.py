"""What a verb asks of its subject or object: people say things, things are fixed, noises start.

Knows verbs, entities and word vectors; nothing of a conversation.
"""

import json
from functools import cache
from importlib.resources import files

from nlp.known import Known
from nlp.types import Lexicon

_LIGHT = frozenset({"be", "have", "do", "get", "go"})


@cache
def _verbs() -> dict[str, frozenset[str]]:
    lists: dict[str, str] = json.loads(files("nlp").joinpath("data/verb_selection.json").read_text(encoding="utf-8"))
    return {slot: frozenset(verbs.split()) for slot, verbs in lists.items()}


def selection(lexicon: Lexicon, verb: tuple[str, str] | None, known: Known, person: float | None) -> float:
    """How well the entity fits as that argument (lemma and role) of the verb.

    person: how likely the entity is one, in [0, 1]; None where the pronoun says already that it is none ("it").
    """
    if verb is None:
        return 0.0
    lemma, role = verb
    return _slots(lemma, role, known, person) + _likeness(lexicon, lemma, known)


def _slots(lemma: str, role: str, known: Known, person: float | None) -> float:
    verbs = _verbs()
    if role == "subject" and lemma in verbs["event_subject"]:
        return 1.0 if known.type == "event" else 0.0
    if role == "subject" and lemma in verbs["animal_subject"] and known.type == "animal":
        return 1.5
    if role == "object" and lemma in verbs["thing_object"]:
        return -1.2 * (person or 0.0) - (0.8 if known.type in ("event", "document") else 0.0)
    if role == "object" and lemma in verbs["event_object"]:
        return 0.6 if known.type == "event" else -0.6 * (person or 0.0)
    if role == "object" and lemma in verbs["document_object"]:
        return 0.5 if known.type == "document" else -0.6 * (person or 0.0)
    if person is None:
        return 0.0
    if role == "subject" and lemma in verbs["person_subject"]:
        return 1.6 * (person - 0.5)
    if role in ("object", "indirect") and lemma in verbs["person_object"]:
        return 2.0 * (person - 0.5)
    return 1.0 * (person - 0.5) if role == "indirect" else 0.0


def _likeness(lexicon: Lexicon, lemma: str, known: Known) -> float:
    """Verbs stand near the nouns that they go with: brake and truck, bark and dog."""
    if lemma in _LIGHT or not known.heads:
        return 0.0
    return 0.8 * max(0.0, *(lexicon.similarity(lemma, head) for head in sorted(known.heads)))
