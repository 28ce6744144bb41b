"""Where a turn is cut into stretches that can mean something alone, and their words without times and numbers of reach.

Knows punctuation, conjunctions and what must not be cut; no playbook, no vectors.
"""

import re
from itertools import pairwise

from nlp.types import Parse, Span

_CUT = re.compile(
    r"[.!?;:\n]+|,\s+|\s[-–—]\s|\s(?:and|but|so|because)\s(?=(?:i|we|it|he|she|they|you|my|our|can|could|would|is|are|do|does|what|when"
    r"|where|how|the|that|there|i'm|i'd|i'll|it's|we're|we'd|they're)\b)"
    r"|(?<=[a-z\d])(?<!\bif)(?<!\band)(?<!\bbut)(?<!\bor)\s(?=(?:can|could|would|will) (?:i|we|you|somebody|someone|anybody|anyone)\b)",
    re.IGNORECASE,
)
_EDGE = re.compile(r"^(?:and|but|so|oh|well|um|uh|ok|okay|also|or|then|please|honestly|actually|hey|hi|hello)\b[ ,]*", re.IGNORECASE)


def clause_spans(parse: Parse) -> list[Span]:
    """Sentences, cut at commas and at conjunctions that begin another clause; a time, an amount or an address is never cut."""
    found: list[Span] = []
    held = [t.span for t in parse.times]
    held += [m.span for m in parse.mentions if m.type in ("address", "money", "phone", "number") or m.kind == "name"]
    for sentence in parse.sentences or (Span(0, len(parse.text)),):
        edges = [sentence.start]
        for cut in _CUT.finditer(parse.text, sentence.start, sentence.end):
            if not any(s.start < cut.start() and cut.end() < s.end for s in held) and not _goes_on(parse, edges[-1], cut):
                edges += [cut.start() if cut[0].strip().isalpha() else cut.end()]
        edges.append(sentence.end)
        parts = [_trim(parse.text, Span(a, b)) for a, b in pairwise(edges)]
        parts = [p for p in parts if p.end > p.start]
        found += parts
    return list(dict.fromkeys(s for s in found if s.end > s.start))


def _goes_on(parse: Parse, start: int, cut: re.Match[str]) -> bool:
    """ "My husband and I are …", "how soon can you …": what stands before is no clause yet, or asks with what follows."""
    if cut[0].strip().lower() not in ("and", ""):
        return False
    before = [t for t in parse.tokens if start <= t.span.start < cut.start()]
    verb = next((n for n, t in reversed(list(enumerate(before))) if t.pos in ("VERB", "AUX")), None)
    asks = any(t.tag in ("WRB", "WP", "WDT") for t in before[verb or 0 :])
    return asks if not cut[0].strip() else bool(before) and verb is None


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and not text[start].isalnum() and text[start] not in "$€£#'\"(+":
        start += 1
    while end > start and text[end - 1] in " .,;:!?\n":
        end -= 1
    return Span(start, end)


def plain_words(parse: Parse, span: Span) -> str:
    """The clause's words without its days, times of day and numbers of reach, cut to what a sentence vector can hold."""
    drop = [t.span for t in parse.times if t.kind != "recurring"] + [m.span for m in parse.mentions if m.type in ("phone", "email")]
    kept = "".join(
        " " if any(s.start <= i < s.end for s in drop) else parse.text[i] for i in range(span.start, min(span.end, span.start + 400))
    )
    bare = re.sub(r"\s+", " ", kept)
    bare = re.sub(r"(?:\s(?:on|at|for|by|in|this|next|from|until))+(?=\s*(?:$|[,.?!]))", "", bare).strip(" ,.;")
    while (shorter := _EDGE.sub("", bare)) != bare and shorter:
        bare = shorter
    return bare or parse.text[span.start : span.end][:400]
