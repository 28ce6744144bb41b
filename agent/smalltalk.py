"""What is said where no goal is open: answers, abstentions, questions back, courtesies, acknowledgements.

Knows acts, what references came to, and what playbook and memory answer; not goals.
"""

import re
from collections.abc import Sequence

from agent.digressions import Answered, Objected
from agent.heard import Decision, Heard, Piece

_WHO = frozenset({"he", "she", "they", "him", "her", "them", "his", "their", "theirs", "hers"})
_IDENTITY = re.compile(r"\b(?:bot|robot|human|person|machine|ai|who|name|computer)\b", re.IGNORECASE)
_SURE = 0.6  # of the playbook's answer, to go before what memory knows


def without_goal(heard: Heard, acts: frozenset[str], answers: Sequence[Answered], objected: Objected | None) -> Decision:
    """The reply to a turn that touches no goal."""
    if "question" in acts:
        return _answered(heard, acts, answers)
    if objected:
        return Decision("object", (Piece("objection", objected.objection.say),))
    if acts & {"thank", "goodbye", "smalltalk"} and not _tells(heard):
        return Decision("smalltalk", (Piece("goodbye" if "goodbye" in acts else "thank" if "thank" in acts else "smalltalk"),))
    if "greet" in acts and not _tells(heard):
        return Decision("smalltalk", (Piece("greet"),))
    if "wait" in acts:
        return Decision("inform", (Piece("wait"),))
    unclear = _unclear(heard, acts)
    return unclear or Decision("inform", (Piece("inform"),))


def _tells(heard: Heard) -> bool:
    """Whether the turn says more than a courtesy."""
    return any(r.modality == "asserted" and len(r.arguments) > 1 for r in heard.parse.relations) or len(heard.parse.tokens) > 9


def _answered(heard: Heard, acts: frozenset[str], answers: Sequence[Answered]) -> Decision:
    memory = heard.memory
    sure = any(a.score >= _SURE for a in answers)
    if memory and not memory.abstained and not sure:
        return Decision("answer", (Piece("memory", memory.text, citations=memory.citations),))
    if answers:
        return Decision("answer", tuple(Piece("knowledge", a.entry.say) for a in answers))
    unclear = _unclear(heard, acts)
    if unclear:
        return unclear
    if "smalltalk" in acts:
        return Decision("smalltalk", (Piece("identity" if _IDENTITY.search(heard.parse.text) else "smalltalk"),))
    if "request" in acts and not acts & {"wh_question"} and not _asks_to_know(heard):
        return Decision("inform", (Piece("inform"),))
    return Decision("abstain", (Piece("abstain", citations=memory.citations if memory else ()),))


def _asks_to_know(heard: Heard) -> bool:
    return any(t.lemma.lower() in ("know", "remember", "tell", "remind") for t in heard.parse.tokens)


def _unclear(heard: Heard, acts: frozenset[str]) -> Decision | None:
    """A reference that a careful listener would ask about: two are meant equally well, or nobody, and something hangs on it."""
    for mention in heard.parse.mentions:
        named = heard.named.get(mention.index)
        if named and named.candidates and named.entity is None:
            return Decision("clarify", (Piece("clarify", mention.text, options=named.candidates[:3]),), understood=False)
        person = mention.text.lower() in _WHO and mention.kind == "pronoun"
        if person and "question" in acts and (named is None or (named.entity is None and named.name is None)):
            return Decision("clarify", (Piece("clarify", mention.text),), understood=False)
    return None
