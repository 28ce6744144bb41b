"""The words of a noun phrase, and the part of it that names its thing, without clauses and asides. Knows one parse."""

from nlp.types import Mention, Parse, Span, Token

_BREAKING = frozenset({"ADV", "PUNCT", "VERB", "AUX", "SCONJ", "CCONJ"})


def words_of(parse: Parse, mention: Mention) -> list[Token]:
    """The tokens within the mention, in order; walks out from its head, so that long texts cost no more than short ones."""
    tokens, first, last = parse.tokens, mention.head, mention.head
    while first > 0 and tokens[first - 1].span.start >= mention.span.start:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].span.end <= mention.span.end:
        last += 1
    return [t for t in tokens[first : last + 1] if mention.span.start <= t.span.start and t.span.end <= mention.span.end]


def core_span(parse: Parse, mention: Mention) -> Span:
    """The phrase without clauses, asides and what an adverb cuts off: "the dryer" of "the dryer still under warranty"."""
    if mention.members:
        return mention.span
    kept = [t for t in words_of(parse, mention) if t.i <= mention.head]
    for token in (t for t in words_of(parse, mention) if t.i > mention.head):
        if token.pos in _BREAKING or token.tag in ("WDT", "WP", "WRB") or token.dep in ("relcl", "nsubj"):
            break
        kept.append(token)
    while kept and kept[-1].i > mention.head and kept[-1].pos in ("ADP", "DET", "PART"):
        kept.pop()
    return Span(mention.span.start, kept[-1].span.end if kept else mention.span.end)


def is_called_by_owner(parse: Parse, mention: Mention, first: int) -> bool:
    """ "Delgado's Garage", "Trader Joe's": a firm or a place with a name for its owner in its own."""
    named = mention.kind == "name" and mention.type in ("place", "organisation") and parse.tokens[mention.head].pos == "PROPN"
    return named and all(t.pos in ("PROPN", "PART") for t in parse.tokens[first : mention.head])
