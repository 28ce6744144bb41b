"""A clause's sentence without what a question did not ask for. Pure.

Knows what was asked and which fact of the clause fills the hole; nothing of how it was found.
"""

import re
from collections.abc import Iterable

from graph.asked import Asked
from graph.known_clauses import Match
from graph.model import Fact

_REASON = re.compile(r",? because .*$", re.IGNORECASE)
_OPPOSITE = {"from": ("to", "into", "onto"), "to": ("from",), "into": ("from",), "onto": ("from",)}


def shortened(text: str, asked: Asked, match: Match) -> str:
    """`text`: the clause of the match as a sentence, in whichever person."""
    filler = match.filler
    if filler is None or asked.about or asked.wanted in ("yes_no", "why", "how"):
        return text
    brief = _REASON.sub("", text)
    if filler.said and filler.said not in brief:
        brief = text
    if asked.wanted in ("where", "which", "what"):
        brief = _one_way(brief, filler, match.clause.facts)
    return _one_of_list(brief, filler, match.clause.facts) if asked.noun is not None else brief


def _one_way(text: str, filler: Fact, facts: Iterable[Fact]) -> str:
    """Where one moved to, without where from; and the other way around."""
    for preposition in _OPPOSITE.get(filler.role, ()):
        for other in facts:
            if other.role == preposition and other.said:
                text = re.sub(rf" {preposition} {re.escape(other.said)}\b", "", text)
    return text


def _one_of_list(text: str, filler: Fact, facts: Iterable[Fact]) -> str:
    """The one that is asked for, in the place of the list that it was told in: "80 large boxes"."""
    lists = (f for f in facts if f.predicate == filler.predicate and f.said != filler.said and filler.said and filler.said in f.said)
    whole = next((f for f in lists if f.object is not None and f.object != filler.object), None)
    return text.replace(whole.said, filler.said) if whole is not None else text
