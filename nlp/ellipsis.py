"""From a turn as said to the turn as meant: references settled, what was left out filled in, and words for both.

The one entry point of reference resolution. Knows parses and earlier turns; no graph, no playbook.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp import coref
from nlp.callbacks import resolve_callbacks
from nlp.clarified import clarified
from nlp.completion import Context, bridged, completions
from nlp.phrases import Mark, Phrase
from nlp.sources import Reparse, own_source
from nlp.span_completion import Weighing
from nlp.span_tagger import Tagger
from nlp.syntax import within
from nlp.types import Discourse, Lexicon, Linked, Mention, New, Parse, Resolution, Span, Understanding
from nlp.understood import replacements
from nlp.wording import Edits, dates, outermost, referent_of, turn_phrase


def understand(parse: Parse, discourse: Discourse, lexicon: Lexicon, *, reparse: Reparse, tagger: Tagger | None = None) -> Understanding:
    """Resolves the turn's mentions, completes it, and says it in full. `reparse` reads a completed text as said in this turn; `tagger`
    finds what the rules leave."""
    settled = resolve_callbacks(parse, discourse, lexicon)
    resolutions = coref.resolve(parse, discourse, lexicon, settled=settled)
    said = turn_phrase(parse, resolutions)
    renamed = replacements(parse, discourse, resolutions)
    sentences = own_source(parse, said, renamed, discourse)
    context = Context(discourse, lexicon, reparse)
    weighed = Weighing(parse, sentences, discourse, tagger, resolutions, settled.keys())
    filled, shown = clarified(sentences, resolutions, context), Edits()
    if not filled:
        filled, renamed = _keeping(completions(sentences, context), settled), weighed.named(renamed)
        filled = [*_keeping(weighed.added(filled, renamed), settled), *filled]
        filled = [*filled, *weighed.bridged(bridged(sentences, discourse, filled))]
        shown = _keeping(weighed.shown(filled, renamed), settled)
    meant = said.edited(outermost([*filled, *renamed]))
    told = said.edited(outermost([*filled, *shown, *renamed])) if shown else meant
    if not filled:
        return Understanding(told.dated(), parse, resolutions, tuple(map(referent_of, resolutions)))
    whole = reparse(meant.text)
    marks = sorted(meant.marks, key=lambda mark: mark.span.start)
    referents = tuple(_meant_by(mention, _near(marks, mention), discourse) for mention in whole.mentions)
    resolutions, referents = _named_by_answer(whole, resolutions, referents)
    text = told if shown else _with_new_dates(meant, whole, own=frozenset(t.value for t in parse.times))
    return Understanding(text.dated(), whole, resolutions, referents)


def _named_by_answer(
    whole: Parse, resolutions: tuple[Resolution, ...], referents: tuple[str | None, ...]
) -> tuple[tuple[Resolution, ...], tuple[str | None, ...]]:
    """ "What is her name?" – "Marguerite.": what is new in the turn and, completed, turns out to name somebody known, is that one."""
    new = {r.referent: r for r in resolutions if isinstance(r, New) and r.mention.kind == "name"}
    named = {referents[m.index]: referents[m.same_as] for m in whole.mentions if m.same_as is not None and m.kind == "name"}
    known = {one: other for one, other in named.items() if one is not None and one in new and other is not None and other not in new}
    linked = [_link_to(r, known[r.referent]) if isinstance(r, New) and r.referent in known else r for r in resolutions]
    return tuple(linked), tuple(r if r is None else known.get(r, r) for r in referents)


def _link_to(new: New, referent: str) -> Linked:
    return Linked(new.mention, referent, new.name, None, 0.9, evidence=("named by the answer",))


def _keeping(edits: Edits, settled: Mapping[int, Resolution]) -> Edits:
    """Without those that put other words in the place of a choice: "that one" of the times that were heard says all that it means."""
    chosen = [r for r in settled.values() if isinstance(r, Linked) and r.value is not None and r.name]
    lost = (
        any(s.start <= r.mention.span.start and r.mention.span.end <= s.end and (r.name or "") not in said.text for r in chosen)
        for s, said in edits
    )
    return [edit for edit, loses in zip(edits, lost, strict=True) if not loses]


def _with_new_dates(meant: Phrase, whole: Parse, *, own: frozenset[str]) -> Phrase:
    """Dates of times that only the completion made whole: "tomorrow at" of the request with "11" of the correction. Of the turn's own
    times those that the completion tells otherwise: "in October" answers "when did you see her?" with one that is past."""
    read = dict(dates(whole))
    known = {at: read.get(at, value) if value in own else value for at, value in meant.dates}
    return replace(meant, dates=tuple(sorted((read | known).items())))


def _meant_by(mention: Mention, marks: Sequence[Mark], discourse: Discourse) -> str | None:
    """What a mention of the completed text refers to: as in the place that its words came from."""
    best = max(marks, key=lambda mark: _share(mark, mention), default=None)
    if best is not None and _share(best, mention) >= 0.6:
        return best.referent
    if mention.kind == "speaker" and mention.person in (1, 2):
        own = mention.person == 1
        return discourse.customer if (discourse.speaker == "customer") == own else discourse.business
    return _named(mention, marks)


def _near(marks: Sequence[Mark], mention: Mention) -> list[Mark]:
    """Of marks in order of their starts those that can share most of the mention's words."""
    reach = 2 * (mention.span.end - mention.span.start)
    return within(marks, Span(mention.span.start - reach, mention.span.end + reach))


def _share(mark: Mark, mention: Mention) -> float:
    """Overlap of the two spans over their union."""
    common = min(mark.span.end, mention.span.end) - max(mark.span.start, mention.span.start)
    return max(0, common) / (max(mark.span.end, mention.span.end) - min(mark.span.start, mention.span.start))


def _named(mention: Mention, marks: Sequence[Mark]) -> str | None:
    """A phrase that grew by a preposition or an adjective still ends where its mark ends; one that something was put into, as a verb into
    "the freezer in the garage", begins where its mark begins."""
    close = [m for m in marks if m.span.end == mention.span.end and m.span.start >= mention.span.start]
    if close:
        return min(close, key=lambda m: m.span.start).referent
    return next((m.referent for m in marks if m.span.start == mention.span.start and m.span.end > mention.span.end), None)
