"""The part of a noun phrase that names its thing, without clauses and asides. Knows one parse."""

from nlp.types import Mention, Parse, Span, Token


def core_span(parse: Parse, mention: Mention) -> Span:
    """The phrase without clauses, asides and what an adverb cuts off: "the dryer" of "the dryer still under warranty"."""
    end = mention.span.end
    if mention.members:
        return mention.span
    for token in parse.tokens[mention.head + 1 :]:
        if token.span.start >= mention.span.end:
            break
        if (
            token.pos in ("ADV", "PUNCT", "VERB", "AUX", "SCONJ", "CCONJ")
            or token.tag in ("WDT", "WP", "WRB")
            or token.dep in ("relcl", "nsubj")
        ):
            end = parse.tokens[token.i - 1].span.end
            break
    while end > parse.tokens[mention.head].span.end and _last_token(parse, end).pos in ("ADP", "DET", "PART"):
        end = parse.tokens[_last_token(parse, end).i - 1].span.end
    return Span(mention.span.start, end)


def _last_token(parse: Parse, end: int) -> Token:
    return next(t for t in reversed(parse.tokens) if t.span.end <= end)
