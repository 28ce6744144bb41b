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


def slot(verb: tuple[str, str] | None, known: Known, person: float | None) -> dict[str, float]:
    """What the verb (lemma and role of its argument) asks there, as figures about the entity.

    person: how likely the entity is one, in [0, 1]; None where the pronoun says already that it is none ("it").
    """
    if verb is None:
        return {}
    lemma, role = verb
    verbs = _verbs()
    if role == "subject" and lemma in verbs["event_subject"]:
        return {"begins": float(known.type == "event")}
    if role == "subject" and lemma in verbs["animal_subject"] and known.type == "animal":
        return {"animal acts": 1.0}
    if role == "object" and lemma in verbs["thing_object"]:
        return {"handled person": person or 0.0, "handled event": float(known.type in ("event", "document"))}
    if role == "object" and lemma in verbs["event_object"]:
        return {"held event": float(known.type == "event"), "held person": 0.0 if known.type == "event" else person or 0.0}
    if role == "object" and lemma in verbs["document_object"]:
        return {"read document": float(known.type == "document"), "held person": 0.0 if known.type == "document" else person or 0.0}
    if person is None:
        return {"says": float(known.type == "document")} if role == "subject" and lemma in verbs["document_subject"] else {}
    if role == "subject" and lemma in verbs["person_subject"]:
        return {"person acts": person - 0.5}
    if role in ("object", "indirect") and lemma in verbs["person_object"]:
        return {"person addressed": person - 0.5}
    return {"person gets": person - 0.5} if role == "indirect" else {}


def likeness(lexicon: Lexicon, verb: tuple[str, str] | None, known: Known) -> float:
    """Verbs stand near the nouns that they go with, brake and truck, bark and dog: a cosine in [0, 1]."""
    if verb is None or verb[0] in _LIGHT or not known.heads:
        return 0.0
    return max(0.0, *(lexicon.similarity(verb[0], head) for head in sorted(known.heads)))
