"""Lists in what was said: openings, places, plans, one after the other, each with its words, price and time.

Knows earlier turns, and of one that was cut off only what was heard. Chooses nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from nlp.callback_words import callback_words
from nlp.measures import measured
from nlp.noun_core import core_span
from nlp.series import series_of
from nlp.types import Antecedent, Grain, PriorMention, PriorTurn, Span, TimeExpression

STAND_INS = frozenset({"one", "ones", "slot", "opening", "option", "choice", "time", "appointment"})
_FINE = frozenset({Grain.MINUTE, Grain.HOUR})
_CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "VERB"})
_JOINING = re.compile(r"\s*,?\s*(?:and|or|&)?\s*", re.IGNORECASE)
_EACH = re.compile(r"\b(?:each|apiece|both|all|either)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing of a list. `span` in the turn's normalised text; `words`: content lemmas of its stretch of the turn."""

    turn: PriorTurn
    span: Span
    text: str
    words: frozenset[str]
    stretch: str
    referent: str | None = None
    value: str | None = None
    start: datetime | None = None
    type: str = "time"

    @property
    def antecedent(self) -> Antecedent:
        source = self.turn.parse.source_span(self.span)
        return Antecedent(self.turn.turn_id, source, self.turn.parse.source[source.start : source.end])

    def measure(self, kind: str) -> float | None:
        """Its price, year, size or time as a number; None where its words give none."""
        if kind == "time":
            return self.start.timestamp() if self.start is not None else None
        sizes = [n for word, n in callback_words().sizes.items() if word in self.words and kind == "size"]
        return float(sizes[0]) if sizes else measured(self.stretch, kind)


@dataclass(frozen=True, slots=True)
class OptionList:
    turn: PriorTurn
    options: tuple[Option, ...]
    kind: str  # time, or the type of its entities
    cut: bool = False  # whether the rest of it was not heard
    nouns: frozenset[str] = frozenset()  # what its turn calls several of them: {"room"} of "two rooms: the Birch and the Cedar"


def lists_of(turn: PriorTurn) -> list[OptionList]:
    """The lists of one turn, times first; only options that were heard, and two of them or more (one, of a list that was cut)."""
    things = list(_entity_lists(turn))
    announced = [each for each in things if _announces(turn, each)]
    found = [*announced, *_time_lists(turn), *(each for each in things if each not in announced)]
    whole = [each for each in found if not any(_holds(other, each) for other in found)]
    return [heard for each in whole if (heard := _heard(each)) is not None]


def _announces(turn: PriorTurn, each: OptionList) -> bool:
    """ "Two tours: the night tour at 8 and the keeper tour at 10" lists tours, each with its time; slots are but times."""
    colon = turn.parse.text.find(":")
    named = each.nouns - STAND_INS if colon > 0 else frozenset[str]()
    return bool(named) and all(o.span.start > colon and named & o.words for o in each.options)


def _holds(wider: OptionList, each: OptionList) -> bool:
    spans = {o.span for o in each.options}
    return len(wider.options) > len(each.options) and spans <= {o.span for o in wider.options}


def heard(turn: PriorTurn, span: Span) -> bool:
    """Whether that stretch of the normalised text was played."""
    return turn.heard is None or turn.parse.source_span(span).end <= turn.heard


def _heard(found: OptionList) -> OptionList | None:
    kept = tuple(o for o in found.options if heard(found.turn, o.span))
    cut = len(kept) < len(found.options) or _broken_off(found)
    return OptionList(found.turn, kept, found.kind, cut, found.nouns) if len(kept) > 1 or (cut and kept) else None


def _broken_off(found: OptionList) -> bool:
    """Whether its turn was cut off before the sentence that lists it came to its end."""
    turn = found.turn
    here = turn.heard is not None and turn.heard >= len(turn.parse.source)
    return here and not re.search(r"[.?!]", turn.parse.text[max(o.span.end for o in found.options) :])


def _time_lists(turn: PriorTurn) -> Iterator[OptionList]:
    times = [t for t in turn.parse.times if t.part_of is None and t.kind in ("point", "range") and t.interval is not None]
    fine = [t for t in times if t.grain in _FINE]
    days = [t for t in times if t.grain in (Grain.DAY, Grain.PART, Grain.WEEKEND)]
    chosen = fine if len(fine) > 1 else days
    if len({t.value for t in chosen}) > 1 and not _says_which(turn, chosen):
        stretches = _stretches(turn, [t.span for t in chosen])
        yield OptionList(turn, tuple(_time_option(turn, t, s) for t, s in zip(chosen, stretches, strict=True)), "time")


def _says_which(turn: PriorTurn, times: Sequence[TimeExpression]) -> bool:
    """ "Thursday is a holiday", "Friday is the 13th": one day by two names."""
    between = (turn.parse.text[a.span.end : b.span.start].strip().lower() for a, b in pairwise(times))
    return any(words in ("is", "'s", "was", "is on", "will be") for words in between)


def _time_option(turn: PriorTurn, time: TimeExpression, stretch: Span) -> Option:
    start = time.interval.start if time.interval is not None else None
    return Option(turn, time.span, time.text, _words(turn, stretch), turn.parse.text[stretch.start : stretch.end], None, time.value, start)


def single_time(turn: PriorTurn) -> Option | None:
    """The one time that a turn offers, if it is one."""
    times = [
        t for t in turn.parse.times if t.part_of is None and t.kind in ("point", "range") and t.interval is not None and heard(turn, t.span)
    ]
    fine = [t for t in times if t.grain in _FINE] or times
    return _time_option(turn, fine[0], fine[0].span) if len({t.value for t in fine}) == 1 else None


def _entity_lists(turn: PriorTurn) -> Iterator[OptionList]:
    return (_entity_list(turn, members) for members in series_of(turn))


def _entity_list(turn: PriorTurn, members: Sequence[PriorMention]) -> OptionList:
    spans = [core_span(turn.parse, m.mention) for m in members]
    stretches = _stretches(turn, spans)
    options = tuple(_entity_option(turn, m, span, s) for m, span, s in zip(members, spans, stretches, strict=True))
    own = {m.mention.index for m in members}
    several = (m.mention for m in turn.mentions if m.mention.number == "plural" and m.mention.person == 3 and m.mention.index not in own)
    return OptionList(turn, options, members[0].mention.type, nouns=frozenset(m.head_lemma for m in several))


def _entity_option(turn: PriorTurn, prior: PriorMention, span: Span, stretch: Span) -> Option:
    said = turn.parse.text[stretch.start : stretch.end]
    text = turn.parse.text[span.start : span.end]
    return Option(turn, span, text, _words(turn, stretch), said, prior.referent, prior.value, type=prior.mention.type)


def told_of(turn: PriorTurn, referent: str) -> Option | None:
    """What a turn says of a thing, as an option that it does not list; None where it does not name it."""
    named = next((m for m in turn.mentions if m.referent == referent), None)
    return _entity_list(turn, [named]).options[0] if named is not None else None


def _stretches(turn: PriorTurn, spans: Sequence[Span]) -> list[Span]:
    """For each option what was said of it: from its start to the next one's, but not past the sentence; the words before it too,
    where a sentence holds only one. "The oak and the pine are $300 each" says it of both."""
    ends = [*(s.start for s in spans[1:]), len(turn.parse.text)]
    stretches: list[Span] = []
    for span, end in zip(spans, ends, strict=True):
        sentence = next((s for s in turn.parse.sentences if s.start <= span.start < s.end), Span(0, len(turn.parse.text)))
        alone = sum(sentence.start <= s.start < sentence.end for s in spans) == 1
        start = sentence.start if alone else span.start
        stretches.append(Span(start, max(span.end, min(end, sentence.end))))
    for n in range(len(spans) - 2, -1, -1):
        shared = turn.parse.text[stretches[n + 1].start : stretches[n + 1].end]
        if _JOINING.fullmatch(turn.parse.text[spans[n].end : spans[n + 1].start]) and _EACH.search(shared):
            stretches[n] = Span(stretches[n].start, stretches[n + 1].end)
    return stretches


def _words(turn: PriorTurn, stretch: Span) -> frozenset[str]:
    inside = (t for t in turn.parse.tokens if stretch.start <= t.span.start and t.span.end <= stretch.end)
    return frozenset(w for t in inside if t.pos in _CONTENT for w in (t.lemma.lower(), t.text.lower()))
