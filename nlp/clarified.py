"""The answer to "do you mean Ana or Eva?": what was said before it, with the one who was meant in it.

Knows the turn's resolutions and the open mentions of the speaker's turn before; chooses nobody itself.
"""

from collections.abc import Sequence

from nlp.context import Context
from nlp.phrases import Phrase
from nlp.sources import Source
from nlp.types import Discourse, Linked, PriorMention, PriorTurn, Resolution, Span
from nlp.wording import Describer, Edits, inflected

_SAYING = frozenset({"mean", "be", "'s", "’s", "do", "have", "will", "would", "talk", "speak", "say", "think", "not", "no", "one"})
_EMPTY = frozenset({"PRON", "DET", "ADP", "PUNCT", "INTJ", "ADV", "SPACE", "CCONJ", "SCONJ", "PART", "SYM"})
_DENYING = frozenset({"not", "n't", "no"})


def clarified(sentences: Sequence[Source], resolutions: Sequence[Resolution], context: Context) -> Edits:
    """ "Gwen.", "I mean my aunt.", "Not Ned, Carl." -> what was left open before, said of her; nothing where no such is open or named."""
    prior = _open_turn(context.discourse)
    if prior is None:
        return []
    for sentence in sentences:
        chosen = _chosen(sentence, resolutions, {c for m in prior.mentions for c in m.candidates})
        if chosen is not None:
            said = _told(prior, chosen, context)
            last = sentence.parse.tokens[sentence.last]
            following = (t.span.end for t in sentence.parse.tokens[sentence.last + 1 :] if t.sentence == last.sentence and t.pos == "PUNCT")
            return [(Span(sentence.span.start, max([sentence.span.end, *following])), said)] if said is not None else []
    return []


def _open_turn(discourse: Discourse) -> PriorTurn | None:
    """The speaker's turn just before, where it left open who was meant."""
    own = next((t for t in reversed(discourse.turns[-2:]) if t.speaker == discourse.speaker), None)
    if own is None or own.session_id != discourse.session_id or not any(m.candidates for m in own.mentions):
        return None
    return own


def _chosen(sentence: Source, resolutions: Sequence[Resolution], candidates: set[str]) -> str | None:
    """The one candidate that a sentence names, if it says nothing else."""
    found: dict[str, Span] = {}
    for resolution in resolutions:
        span = resolution.mention.span
        inside = sentence.span.start <= span.start and span.end <= sentence.span.end
        if inside and isinstance(resolution, Linked) and resolution.referent in candidates and not _denied(sentence, span):
            found.setdefault(resolution.referent, span)
    if len(found) != 1:
        return None
    named = [r.mention.span for r in resolutions if isinstance(r, Linked) and r.referent in candidates]
    rest = (t for t in sentence.tokens if not any(s.start <= t.span.start < s.end for s in named))
    return next(iter(found)) if all(t.pos in _EMPTY or t.lemma.lower() in _SAYING for t in rest) else None


def _denied(sentence: Source, span: Span) -> bool:
    """ "Not Ned" in "Not Ned, Carl"."""
    opening = next((t for t in reversed(sentence.tokens) if t.span.end <= span.start), None)
    first = next((t for t in sentence.tokens if t.span.start == span.start), None)
    return any(t is not None and t.lemma.lower() in _DENYING for t in (opening, first))


def _told(prior: PriorTurn, chosen: str, context: Context) -> Phrase | None:
    """The first sentence that left it open, with a name for the first pronoun in it, and the others meaning the same."""
    open_ones = [m for m in prior.mentions if chosen in m.candidates]
    source = next((s for s in context.sources(prior) if any(_inside(m, s) for m in open_ones)), None)
    words = Describer(context.discourse).describe(chosen)
    if source is None or words is None:
        return None
    first, *others = [m.mention for m in open_ones if _inside(m, source)]
    edits: Edits = [(first.span, inflected(first, prior.parse, words)), *((m.span, Phrase.of(m.text, chosen)) for m in others)]
    said = source.with_edits(edits).whole()
    return Phrase(said.text + ("?" if source.is_question else "."), said.marks, said.dates)


def _inside(prior: PriorMention, source: Source) -> bool:
    return source.span.start <= prior.mention.span.start and prior.mention.span.end <= source.span.end
