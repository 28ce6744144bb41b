"""Which part of an earlier sentence a fragment stands in the place of: the parallel constituent.

Knows parses, times and word vectors. Gives a place and a score; words are put there by others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.phrases import Phrase
from nlp.sources import Source
from nlp.syntax import starting
from nlp.types import Lexicon, Mention, Span, TimeExpression, Token

_ROLES = (
    "dobj",
    "pobj",
    "attr",
    "nsubj",
    "nsubjpass",
    "npadvmod",
    "dative",
    "acomp",
    "oprd",
    "conj",
    "appos",
    "nummod",
    "amod",
    "compound",
    "advmod",
    "ROOT",
    "dep",
)
_ONE = 1.6  # what speaks for an article as the number that a bare number changes; another number (2) or a clock time (3) has more
_REACH = 400  # characters from the start of a noun phrase to its head
_HALVES = frozenset({"am", "pm", "a.m.", "p.m.", "a.m", "p.m", "noon", "midnight", "o'clock"})


@dataclass(frozen=True, slots=True)
class Fragment:
    """What was said in place of a whole sentence: tokens first to last of `source`, its head, and the preposition before it."""

    source: Source
    first: int
    last: int
    head: Token
    preposition: Token | None = None

    @property
    def content_first(self) -> int:
        return self.preposition.i + 1 if self.preposition is not None else self.first

    def words(self, *, content: bool = False) -> Phrase:
        """As it goes inside a sentence: no capital but of names; `content`: without the preposition."""
        first = self.source.parse.tokens[self.content_first if content else self.first]
        said = self.source.words(first.i, self.last)
        named = first.pos == "PROPN" or first.text in ("I", "I'm") or first.text[1:] != first.text[1:].lower()
        return said if named or not said.text.startswith(first.text) else replace(said, text=said.text[:1].lower() + said.text[1:])


@dataclass(frozen=True, slots=True)
class Place:
    """Tokens first to last of a source that a fragment may replace; `core`: without what follows the noun and can stay."""

    first: int
    last: int
    head: Token
    score: float


def time_at(times: Sequence[TimeExpression], token: Token) -> TimeExpression | None:
    return next((t for t in times if t.span.start <= token.span.start < t.span.end), None)


def mention_at(mentions: Sequence[Mention], token: Token) -> Mention | None:
    near = starting(mentions, Span(token.span.start - _REACH, token.span.end))
    return next((m for m in near if m.head == token.i and not m.members), None)


def parallel(fragment: Fragment, source: Source, lexicon: Lexicon, threshold: float = 1.0) -> Place | None:
    """The best place for the fragment, the last one among equals; None where nothing there is like it."""
    best: Place | None = _of_those(fragment, source)
    for place in (*_counted_as_one(fragment, source), *_places(fragment, source, lexicon)) if best is None else ():
        if place.score >= threshold and (best is None or place.score >= best.score):
            best = place
    return best


def _places(fragment: Fragment, source: Source, lexicon: Lexicon) -> Iterator[Place]:
    asked = _asked_for(source)
    for token in source.tokens:
        if (
            token.i not in asked
            and token.dep in _ROLES
            and token.pos in ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "ADV")
            and token.tag not in ("WP", "WDT", "WRB", "EX")
        ):
            score = _likeness(fragment, source, token, lexicon)
            first, last = _extent(fragment, source, token)
            yield Place(first, last, token, score)


def _counted_as_one(fragment: Fragment, source: Source) -> Iterator[Place]:
    """ "A bottle of cola. Actually, make it two.": the article of a single thing, where a bare number is put."""
    if fragment.head.pos != "NUM" or fragment.content_first != fragment.last:
        return
    for token in source.tokens:
        noun = source.parse.tokens[token.head]
        if token.dep == "det" and token.lemma.lower() in ("a", "an") and noun.tag == "NN" and time_at(source.parse.times, noun) is None:
            yield Place(token.i, token.i, token, _ONE)


def _of_those(fragment: Fragment, source: Source) -> Place | None:
    """ "Make it eight of the lavender" for "six lavender plants": the number of what the fragment names."""
    after = fragment.source.parse.tokens[fragment.head.i + 1 : fragment.last + 1]
    if fragment.head.pos != "NUM" or not after or after[0].lemma.lower() != "of":
        return None
    named = {t.lemma.lower() for t in after if t.pos in ("NOUN", "PROPN", "ADJ")}
    counts = (t for t in source.tokens if t.dep == "nummod" and t.pos == "NUM")
    fitting = (t for t in counts if named & {source.parse.tokens[i].lemma.lower() for i in source.tree.subtree(t.head)})
    number = next(fitting, None)
    return Place(number.i, number.i, number, 2.0) if number is not None else None


def _asked_for(source: Source) -> frozenset[int]:
    """The tokens of the phrase that the question word opens: "what other factors"."""
    if source.wh is None:
        return frozenset()
    top = source.wh
    while top.dep in ("det", "poss", "advmod", "amod") and source.parse.tokens[top.head].pos in ("NOUN", "PROPN", "ADJ", "ADV"):
        top = source.parse.tokens[top.head]
    return frozenset(source.tree.subtree(top.i)) if top is not source.root else frozenset({top.i})


def _likeness(fragment: Fragment, source: Source, token: Token, lexicon: Lexicon) -> float:
    mine, theirs = time_at(fragment.source.parse.times, fragment.head), time_at(source.parse.times, token)
    if fragment.head.lemma.lower() in ("one", "ones"):
        return _as_one(fragment, source, token, lexicon) if theirs is None else -1.0
    if fragment.head.pos == "NUM" and fragment.content_first == fragment.last and token.pos == "NUM" and theirs is None:
        return 2.0
    dated = fragment.head.ent in ("DATE", "TIME") and token.ent in ("DATE", "TIME")
    if (mine is None or theirs is None) and dated and "NUM" not in (fragment.head.pos, token.pos):
        return 2.0  # a time that only the entity recogniser saw
    if (mine is None) != (theirs is None):
        return -1.0
    if mine is not None and theirs is not None:
        return 3.0 if _clock(mine) == _clock(theirs) else 1.6
    return _nominal_likeness(fragment, source, token, lexicon)


def _as_one(fragment: Fragment, source: Source, token: Token, lexicon: Lexicon) -> float:
    """ "a large one" for "a small pizza": a noun with a modifier like the fragment's."""
    called = fragment.words().text.lower().split()  # "the keeper tour", where that is what the second one is
    if token.head != token.i and (token.lemma.lower() in ("one", "ones") or (token.pos == "NOUN" and token.text.lower() in called)):
        return 2.4  # "does the first one have a lid?" – "and the second one?"
    if token.pos != "NOUN" or token.dep in ("compound", "nsubj"):
        return -1.0 if token.pos != "NOUN" or token.dep == "compound" else 0.5
    mine = [fragment.source.parse.tokens[c].lemma.lower() for c in fragment.source.tree.all(fragment.head.i, "amod", "compound")]
    theirs = [source.parse.tokens[c].lemma.lower() for c in source.tree.all(token.i, "amod", "compound")]
    return 0.6 + max((2.0 * lexicon.similarity(m, t) for m in mine for t in theirs), default=0.0)


def _clock(time: TimeExpression) -> bool:
    return time.grain in ("minute", "hour")


def _nominal_likeness(fragment: Fragment, source: Source, token: Token, lexicon: Lexicon) -> float:
    head = fragment.head
    if (head.pos == "NUM") != (token.pos == "NUM"):
        return -1.0
    if head.pos == "NUM":
        return 2.0
    if (token.pos in ("ADJ", "ADV")) != (head.pos in ("ADJ", "ADV")) and token.dep not in ("amod", "compound"):
        return -1.0
    if token.dep in ("amod", "compound") and _plain_modifier(fragment, head, token) is False:
        return -1.0
    score = 2.0 * lexicon.similarity(head.lemma.lower(), token.lemma.lower())
    score += (
        0.5 * (head.pos == token.pos or (head.pos == "VERB" and fragment.first == fragment.last))
        + 0.8 * _same_type(fragment, source, token)
        + 0.4 * (bool(head.ent) and head.ent == token.ent)
    )
    governor = source.parse.tokens[token.head]
    if fragment.preposition is not None:
        score += 1.2 if governor.lemma.lower() == fragment.preposition.lemma.lower() else -0.4
    if token.dep in ("nsubj", "nsubjpass"):
        score -= 0.2
    if token.tag in ("PRP", "PRP$") and head.tag not in ("PRP", "PRP$") and not _personal(fragment):
        score -= 1.0
    return score


def _plain_modifier(fragment: Fragment, head: Token, token: Token) -> bool:
    """ "Turkish?" may take the place of "Hungarian" in "Hungarian food"; "a crown" may not."""
    alone = fragment.content_first == fragment.last or (
        fragment.last - fragment.content_first == 1 and fragment.source.parse.tokens[fragment.content_first].dep == "det"
    )
    return alone and (head.pos == "ADJ" or (head.tag in ("NN", "NNP", "NNS") and token.pos in ("ADJ", "PROPN")))


def _personal(fragment: Fragment) -> bool:
    mention = mention_at(fragment.source.parse.mentions, fragment.head)
    return mention is not None and mention.type == "person"


def _same_type(fragment: Fragment, source: Source, token: Token) -> bool:
    mine, theirs = mention_at(fragment.source.parse.mentions, fragment.head), mention_at(source.parse.mentions, token)
    return mine is not None and theirs is not None and mine.type == theirs.type != "thing"


def _extent(fragment: Fragment, source: Source, token: Token) -> tuple[int, int]:
    """The whole of a time; of a noun phrase its determiner to its head, so that "in the centre" after it stays; a modifier alone."""
    time = time_at(source.parse.times, token)
    inside = [t.i for t in source.tokens if time.span.start <= t.span.start and t.span.end <= time.span.end] if time is not None else []
    if inside:
        first, last = _part_of_time(fragment, source, inside)
        return _with_preposition(fragment, source, first), last
    if token.dep in ("amod", "compound", "nummod", "advmod"):
        return token.i, token.i
    left = [
        c
        for c in source.tree.children[token.i]
        if c < token.i and source.parse.tokens[c].dep in ("det", "amod", "compound", "nummod", "poss", "predet", "nmod", "quantmod")
    ]
    first = min([token.i, *(min(source.tree.subtree(c)) for c in left)])
    last = token.i
    for c in (c for c in source.tree.children[token.i] if c > token.i):
        child = source.parse.tokens[c]
        if child.dep in ("nummod", "appos") or (child.dep == "prep" and child.lemma == "of"):
            last = max(last, source.edges(c)[1])
    return _with_preposition(fragment, source, first), last


def _part_of_time(fragment: Fragment, source: Source, inside: Sequence[int]) -> tuple[int, int]:
    """Of "tomorrow at 10" only "10" for another clock time, only "tomorrow" for another day."""
    mine = time_at(fragment.source.parse.times, fragment.head)
    at = next((i for i in inside if source.parse.tokens[i].lemma.lower() == "at"), None)
    if mine is None or at is None or not inside[0] < at < inside[-1]:
        return inside[0], inside[-1]
    words = fragment.source.parse.tokens[fragment.content_first : fragment.last + 1]
    if mine.grain in ("minute", "hour") and all(t.pos in ("NUM", "ADV", "PART") or t.lemma.lower() in _HALVES for t in words):
        return at + 1, inside[-1]
    return (inside[0], at - 1) if mine.grain == "day" else (inside[0], inside[-1])


def _with_preposition(fragment: Fragment, source: Source, first: int) -> int:
    """One further left where both the place and the fragment begin with a preposition."""
    before = source.parse.tokens[first - 1] if first > source.first else None
    return first - 1 if fragment.preposition is not None and before is not None and before.pos == "ADP" else first
