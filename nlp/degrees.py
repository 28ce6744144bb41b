"""Comparatives and superlatives over what was told of the things listed: "the cheaper one", "the bigger hall", "the newest".

Knows lists in view and what later turns say of their things; a tie is ambiguous.
"""

from collections.abc import Sequence
from dataclasses import replace

from nlp.callback_words import callback_words
from nlp.in_view import Asking, ambiguous, fits, linked, recent_lists
from nlp.noun_core import words_of
from nlp.offers import Option, OptionList, told_of
from nlp.types import Mention, Resolution, Span, Token

_AGING = frozenset({"person", "animal"})


def by_degree(asking: Asking) -> Resolution | None:
    """The one that lies at the end asked for; None where nothing is compared or fewer than two are measured."""
    tokens = words_of(asking.parse, asking.mention)
    compared = _compared(tokens)
    if compared is None or asking.mention.definiteness == "indefinite" or _idiom(asking):
        return None
    named, end = callback_words().degrees[compared.lemma.lower()]
    if any(t.lemma.lower() in ("less", "least") for t in tokens):
        end = -end
    for each in recent_lists(asking):
        kind, measured = named, _measured(asking, each, named)
        if named == "year" and len(measured) < 2 and _ages(asking, each):
            kind, measured = "age", _measured(asking, each, "age")
        if len({m for m, _ in measured}) < 2 or not (fits(asking, each) or _is_somebody(asking, each)):
            continue
        end = -end if kind != named else end  # who is older has more years, what is older an earlier one
        asking = asking if asking.stands_in else replace(asking, mention=_to_its_head(asking))
        best = (max if end > 0 else min)(m for m, _ in measured)
        chosen = [o for m, o in measured if m == best]
        return (
            linked(asking, chosen[0], "callback", (f"by {kind} among what was listed",)) if len(chosen) == 1 else ambiguous(asking, chosen)
        )
    return None


def _measured(asking: Asking, each: OptionList, kind: str) -> list[tuple[float, Option]]:
    return [(m, o) for o in each.options if (m := _measure(asking, o, kind)) is not None]


def _to_its_head(asking: Asking) -> Mention:
    """ "The younger lady" of "would the younger lady like a seat?", all of it read as one phrase."""
    span = Span(asking.mention.span.start, asking.parse.tokens[asking.mention.head].span.end)
    return replace(asking.mention, span=span, text=asking.parse.text[span.start : span.end])


def _ages(asking: Asking, each: OptionList) -> bool:
    """Whether persons or animals are listed, whatever one odd name was taken for."""
    known = (asking.discourse.referents.get(o.referent or "") for o in each.options)
    return each.kind in _AGING or any(k is not None and k.type in _AGING for k in known)


def _is_somebody(asking: Asking, each: OptionList) -> bool:
    """ "The older gentleman" of two persons."""
    return _ages(asking, each) and asking.mention.head_lemma in callback_words().persons


def _compared(tokens: Sequence[Token]) -> Token | None:
    """The adjective that compares: "cheaper", "latest", "expensive" of "more expensive"."""
    degrees = callback_words().degrees
    marked = (t for t in tokens if t.tag in ("JJR", "JJS", "RBR", "RBS") or t.text.lower() in ("earlier", "later", "sooner"))
    own = next((t for t in marked if t.lemma.lower() in degrees), None)
    by_more = any(t.lemma.lower() in ("more", "most", "much", "less", "least") for t in tokens)
    return own or (next((t for t in tokens if t.lemma.lower() in degrees), None) if by_more else None)


def _idiom(asking: Asking) -> bool:
    """ "at the latest", "at the earliest"."""
    first = words_of(asking.parse, asking.mention)[0].i
    alone = asking.parse.tokens[asking.mention.head].tag in ("JJS", "RBS", "JJR")
    return alone and first > 0 and asking.parse.tokens[first - 1].lemma.lower() == "at"


def _measure(asking: Asking, option: Option, kind: str) -> float | None:
    """As its list tells it, else as a later turn does."""
    own = option.measure(kind)
    if own is not None or option.referent is None:
        return own
    later = (t for t in reversed(asking.discourse.turns) if t.number > option.turn.number)
    told = (told_of(turn, option.referent) for turn in later)
    return next((m for each in told if each is not None and (m := each.measure(kind)) is not None), None)
