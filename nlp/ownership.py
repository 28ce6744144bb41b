"""Whose a thing is said to be with a verb: "the Trek is mine", "the blue one is my roommate's". Knows one parse; no earlier turns."""

from collections.abc import Sequence
from typing import Literal

from nlp.function_words import INDEPENDENT
from nlp.types import Discourse, Mention, Parse, PriorTurn, Token

_Owner = int | Literal["speaker", "listener"]  # head of the owner's phrase, or which of the two talking
_SPEAKERS: dict[str, Literal["speaker", "listener"]] = {"mine": "speaker", "ours": "speaker", "yours": "listener"}


def _told_owner(parse: Parse, mention: Mention) -> _Owner | None:
    """Whose the mention's thing is said to be; None where its clause says nothing of that."""
    head = parse.tokens[mention.head]
    verb = parse.tokens[head.head]
    if head.dep != "nsubj" or verb.lemma.lower() not in ("be", "'s") or (mention.number == "plural" and mention.members):
        return None
    after = [t for t in parse.tokens[verb.i + 1 : verb.i + 7] if t.head == verb.i]
    if any(t.dep == "neg" for t in after):
        return None
    said = next((t for t in after if t.dep in ("attr", "acomp", "poss")), None)
    if said is None:
        return None
    return _SPEAKERS.get(said.text.lower(), said.i if is_owner(parse.tokens, said.i) else None)


def is_owner(tokens: Sequence[Token], head: int) -> bool:
    """ "my neighbor's", "the neighbors'" where nothing that is theirs follows."""
    mark, after = (tokens[i] if i < len(tokens) else None for i in (head + 1, head + 2))
    return mark is not None and (mark.tag == "POS" or mark.text in ("'", "’")) and (after is None or after.pos in ("PUNCT", "CCONJ"))


def owner_of(turn: PriorTurn, mention: Mention, discourse: Discourse) -> str | None:
    """Referent of whom that turn said the mention's thing to be of."""
    owner = _told_owner(turn.parse, mention)
    if isinstance(owner, int) or owner is None:
        return next((m.referent for m in turn.mentions if m.mention.head == owner and not m.mention.members), None)
    return discourse.customer if (turn.speaker == "customer") == (owner == "speaker") else discourse.business


def owned_subject(parse: Parse, mention: Mention) -> int | None:
    """Head of the subject that a "mine" or "hers" behind "is" says the owner of."""
    head = parse.tokens[mention.head]
    verb = parse.tokens[head.head]
    if head.text.lower() not in INDEPENDENT or verb.lemma.lower() not in ("be", "'s") or head.i < verb.i:
        return None
    return next((t.i for t in parse.tokens[max(0, verb.i - 8) : verb.i] if t.head == verb.i and t.dep == "nsubj"), None)
