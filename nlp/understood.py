"""Words for referents: how a reader who has not heard the conversation would have to be told what a mention means.

Knows resolutions and earlier turns; decides no reference itself and fills in nothing that was left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.callback_words import callback_words
from nlp.noun_core import core_span
from nlp.phrases import Mark, Phrase, join
from nlp.types import (
    Ambiguous,
    Discourse,
    Linked,
    Mention,
    New,
    Parse,
    PriorMention,
    PriorTurn,
    Resolution,
    Span,
    Speaker,
    TimeExpression,
    Unresolved,
)

Edits = list[tuple[Span, Phrase]]

ISO = re.compile(r"\d{4}-\d\d(-\d\d)?(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
DEPENDENT_POSSESSIVES = frozenset({"his", "her", "its", "their"})
INDEPENDENT_POSSESSIVES = frozenset({"mine", "yours", "his", "hers", "ours", "theirs", "its"})
_POINTING = ("this ", "that ", "these ", "those ", "the ", "another ", "same ", "such ")
_REFLEXIVES = frozenset({"himself", "herself", "itself", "themselves", "themself", "myself", "yourself", "ourselves"})
_MOTION = frozenset(
    {"go", "come", "drive", "move", "travel", "get", "send", "take", "bring", "direct", "navigate", "head", "fly", "walk", "run"}
)
_SHIFT = {"i": "you", "me": "you", "my": "your", "mine": "yours", "we": "you", "us": "you", "our": "your", "ours": "yours", "you": "I"}
_SHIFT_BACK = {"your": "my", "yours": "mine"}
_MAXIMUM = 90  # characters of a noun phrase that may stand for a pronoun


def turn_phrase(parse: Parse, resolutions: Sequence[Resolution]) -> Phrase:
    """The turn as said, with what its mentions refer to and its dates."""
    marks = tuple(Mark(r.mention.span, referent_of(r)) for r in resolutions)
    return Phrase(parse.text, marks, dates(parse))


def prior_phrase(prior: PriorTurn) -> Phrase:
    """An earlier turn as said, with what its mentions refer to and its dates."""
    marks = tuple(Mark(m.mention.span, m.referent) for m in prior.mentions)
    return Phrase(prior.parse.text, marks, dates(prior.parse))


def referent_of(resolution: Resolution) -> str | None:
    return resolution.referent if isinstance(resolution, Linked | New) else None


def dates(parse: Parse) -> tuple[tuple[int, str], ...]:
    """(offset, ISO value) after each time that doesn't say its own year; the ends of a range are told by the whole."""
    return tuple(sorted((t.span.end, t.value) for t in parse.times if _needs_date(t)))


def _needs_date(time: TimeExpression) -> bool:
    if time.part_of is not None or time.kind not in ("point", "range"):
        return False
    return all(ISO.fullmatch(end) for end in time.value.split("/")) and not re.search(r"\b\d{4}\b", time.text)


@dataclass(frozen=True)
class Describer:
    """Finds words for the things that the conversation and the memory know, as the speaker of the turn would say them."""

    discourse: Discourse

    def describe(self, referent: str, depth: int = 0) -> Phrase | None:
        """A name, else the fullest noun phrase that it was called by in the earlier turns in view, else the memory's words for it."""
        known = self.discourse.referents.get(referent)
        if referent in (self.discourse.customer, self.discourse.business):
            return None
        if known and known.name[:1].isupper() and not known.members:
            return Phrase.of(self._introduced(known.name, referent), referent)
        said = self._said(referent, depth)
        if said is not None:
            return said
        if known and known.members:
            return Phrase.of(known.name, referent)
        if known and known.type not in ("event", "thing", "") and known.name:
            return Phrase.of(_definite(known.name), referent)
        return Phrase.of(_definite(known.name), referent) if known else None

    def noun_phrase(self, prior: PriorTurn, span: Span, depth: int = 0) -> Phrase:
        """That stretch of an earlier turn with its pronouns replaced, first and second persons as seen from the present speaker."""
        phrase = prior_phrase(prior)
        edits: Edits = []
        for mention in prior.mentions:
            inner = mention.mention
            if not (span.start <= inner.span.start and inner.span.end <= span.end) or inner.span == span:
                continue
            if inner.kind == "pronoun" and mention.referent and depth < 2:
                words = self.describe(mention.referent, depth + 1)
                edits += [(inner.span, inflected(inner.text, words))] if words else []
        for token in prior.parse.tokens:
            shifted = shifted_person(token.text, prior.speaker, self.discourse.speaker, subject=token.dep in ("nsubj", "nsubjpass"))
            if span.start <= token.span.start and token.span.end <= span.end and shifted != token.text:
                edits.append((token.span, Phrase(shifted)))
        return edited_within(phrase, span, edits)

    def _introduced(self, name: str, referent: str) -> str:
        """The name with the article or owner that it was last said with: "the Outback", "my Tacoma"."""
        for prior, mention in self._mentions(referent):
            first, _, rest = mention.mention.text.partition(" ")
            if rest.lower() == name.lower() and (first.lower() == "the" or first.lower() in ("my", "our", "your")):
                return f"{shifted_person(first.lower(), prior.speaker, self.discourse.speaker)} {name}"
            if mention.mention.text.lower() == name.lower():
                return name
        return name

    def _said(self, referent: str, depth: int) -> Phrase | None:
        best: tuple[tuple[int, int], Phrase] | None = None
        for prior, mention in self._mentions(referent):
            if not _speaks(mention.mention) or len(mention.mention.text) > _MAXIMUM:
                continue
            rank = (int(mention.mention.kind == "name"), min(len(mention.mention.modifiers), 2))
            if best is None or rank > best[0]:
                phrase = self.noun_phrase(prior, core_span(prior.parse, mention.mention), depth)
                text = _definite(phrase.text)
                best = rank, replace(_prefixed(phrase, text), marks=(Mark(Span(0, len(text)), referent),))
        return best[1] if best else None

    def _mentions(self, referent: str) -> Iterator[tuple[PriorTurn, PriorMention]]:
        for prior in reversed(self.discourse.turns):
            for mention in reversed(prior.mentions):
                if mention.referent == referent:
                    yield prior, mention


def replacements(parse: Parse, discourse: Discourse, resolutions: Sequence[Resolution]) -> Edits:
    """What to put in the place of the turn's mentions that go back to something said before it; the outermost one wins."""
    describer = Describer(discourse)
    named: set[tuple[int, str]] = set()
    edits: Edits = []
    for resolution in resolutions:
        if isinstance(resolution, Unresolved | Ambiguous):
            continue
        mention, referent = resolution.mention, referent_of(resolution)
        words = _words(resolution, parse, describer) if isinstance(resolution, Linked) else None
        fresh = referent is None or (mention.sentence, referent) not in named
        if words is not None and fresh and words.text.lower() != mention.text.lower():
            edits += [(mention.span, words), *_spelled_out(parse, mention)]
        if referent is not None and (words is not None or _speaks(mention)):
            named.add((mention.sentence, referent))
    return outermost(edits)


def _spelled_out(parse: Parse, mention: Mention) -> Edits:
    """The "'s" of "it's worse" as "is": after a noun it would read as a possessive."""
    token = next((t for t in parse.tokens if t.span.start == mention.span.end), None)
    if token is None or token.pos not in ("AUX", "VERB", "PART") or mention.kind != "pronoun":
        return []
    following = parse.tokens[token.i + 1] if token.i + 1 < len(parse.tokens) else None
    perfect = following is not None and following.tag == "VBN" and token.dep == "aux"
    full = {"'s": "has" if perfect else "is", "'ll": "will", "'ve": "have", "'re": "are", "'d": "would"}.get(
        token.text.lower().replace("’", "'")
    )
    return [(token.span, Phrase(f" {full}"))] if full else []


def outermost(edits: Edits) -> Edits:
    """Without those that lie within another; of two with one span the first."""
    kept: Edits = []
    for span, phrase in sorted(edits, key=lambda e: (e[0].start, -e[0].end)):
        if not kept or span.start >= kept[-1][0].end:
            kept.append((span, phrase))
    return kept


def edited_within(phrase: Phrase, span: Span, edits: Edits) -> Phrase:
    """The part of the phrase within `span`, with those edits that lie inside it."""
    inside = [(s, p) for s, p in outermost(edits) if span.start <= s.start and s.end <= span.end]
    moved = [(Span(s.start - span.start, s.end - span.start), p) for s, p in inside]
    return phrase.cut(span).edited(moved)


def _words(link: Linked, parse: Parse, describer: Describer) -> Phrase | None:
    """What stands for a linked mention, None where it can stay."""
    mention, discourse = link.mention, describer.discourse
    if mention.kind in ("speaker", "time", "name") or mention.text.lower() in _REFLEXIVES:
        return None
    if (link.antecedent is not None and link.antecedent.turn_id == discourse.turn_id) or _of_what_was_said(mention, parse):
        return None
    if link.referent is None:
        return _value_words(link) if mention.kind in ("ordinal", "callback") else None
    if link.referent in (discourse.customer, discourse.business):
        return None
    words = describer.describe(link.referent)
    if words is None:
        return None
    if mention.kind == "pronoun" or mention.text.lower() in INDEPENDENT_POSSESSIVES:
        if mention.text.lower() in ("there", "here"):
            return _located(mention, parse, words)
        return inflected(mention.text, words, dependent=_dependent(mention, parse))
    if mention.kind in ("ordinal", "callback"):
        return _recalled(mention, words)
    return _named(mention, words)


def _of_what_was_said(mention: Mention, parse: Parse) -> bool:
    """ "That sounds good", "that's it": of all that was just said, not of one thing in it."""
    if mention.kind != "pronoun" or mention.text.lower() not in ("that", "this"):
        return False
    governor = parse.tokens[parse.tokens[mention.head].head]
    return mention.role == "subject" and governor.lemma in ("be", "'s", "’s", "sound", "do", "work", "seem", "look", "help", "suit", "make")


def _recalled(mention: Mention, words: Phrase) -> Phrase:
    """ "the leak I texted you about" -> "the leak of the water heater"; "the second one" -> "the condo"."""
    vague = callback_words().vague | callback_words().ordinals.keys() | {"option", "choice"}
    if mention.kind == "ordinal" or mention.head_lemma in vague or mention.head_lemma in words.text.lower():
        return replace(words, text=_as_started(mention.text, words.text))
    return join([Phrase(_as_started(mention.text, f"the {mention.head_lemma} of ")), words])


def _value_words(link: Linked) -> Phrase | None:
    if not link.name:
        return None
    if link.members or " and " in link.name:
        return Phrase(_of_two(link.mention.text, link.name))
    when = link.value if link.value and all(ISO.fullmatch(v) for v in link.value.split("/")) else None
    return Phrase(link.name, (), ((len(link.name), when),) if when and when not in link.name else ())


def _of_two(text: str, name: str) -> str:
    """ "neither" of "A and B" -> "neither A nor B"."""
    word = text.partition(" ")[0]
    link = {"neither": " nor ", "either": " or "}.get(word.lower())
    return f"{word} {link.join(name.rsplit(' and ', 1))}" if link else name


def _named(mention: Mention, words: Phrase) -> Phrase | None:
    """ "my lawyer" -> "my lawyer Denise Achebe"; None where the mention already says as much as there is to say."""
    name = re.sub(r"^(the|my|our|your) ", "", words.text)
    if not name[:1].isupper() or mention.definiteness not in ("definite", "possessive", "demonstrative"):
        return None
    lower = mention.text.lower()
    if any(word.lower() in lower for word in name.split()) or mention.number == "plural":
        return None
    start = next((len(d) for d in _POINTING if lower.startswith(d)), None)
    stem = mention.text if start is None or mention.definiteness == "possessive" else "the " + mention.text[start:]
    text = f"{stem} {name}"
    referent = words.marks[0].referent if words.marks else None
    return Phrase.of(_as_started(mention.text, text), referent)


def inflected(pronoun: str, words: Phrase, *, dependent: bool = True) -> Phrase:
    """The words in the pronoun's place: with 's for a dependent possessive, with a capital where it had one."""
    lower = pronoun.lower()
    if (lower in DEPENDENT_POSSESSIVES and dependent) or lower in ("whose",):
        words = replace(words, text=words.text + ("'" if words.text.endswith("s") and lower == "their" else "'s"))
    return replace(words, text=_as_started(pronoun, words.text))


def shifted_person(word: str, said_by: Speaker, now_by: Speaker, *, subject: bool = True) -> str:
    """ "you" in the other's mouth is "I" in mine; unchanged where the speakers are the same."""
    lower = word.lower()
    if said_by == now_by or lower not in (_SHIFT | _SHIFT_BACK):
        return word
    shifted = "me" if lower == "you" and not subject else (_SHIFT | _SHIFT_BACK)[lower]
    return shifted if shifted == "I" else _as_started(word, shifted) if word != "I" else shifted


def _dependent(mention: Mention, parse: Parse) -> bool:
    return parse.tokens[mention.head].tag == "PRP$" if mention.head < len(parse.tokens) else True


def _located(mention: Mention, parse: Parse, words: Phrase) -> Phrase:
    head = parse.tokens[parse.tokens[mention.head].head]
    before = parse.tokens[mention.head - 1].pos if mention.head else ""
    if before == "ADP":
        return replace(words, text=_as_started(mention.text, words.text))
    preposition = "to " if head.lemma in _MOTION else "at "
    return _prefixed(words, preposition + words.text)


def _prefixed(phrase: Phrase, text: str) -> Phrase:
    """The phrase under a text that is longer or shorter at its start."""
    moved = phrase.shifted(len(text) - len(phrase.text))
    return replace(moved, text=text, marks=tuple(m for m in moved.marks if m.span.start >= 0))


def _definite(text: str) -> str:
    """ "a grinding noise" -> "the grinding noise"; a name, a possessive or a number stays."""
    first, _, rest = text.partition(" ")
    if first.lower() in ("a", "an", "some", "this", "that", "these", "those", "any", "another") and rest:
        return f"the {rest}"
    if first.lower() in _DETERMINED or text[:1].isupper() or first[:1].isdigit() or "'s " in text:
        return f"the {rest}" if first == "The" else _lowered(text)
    return f"the {text}"


_DETERMINED = frozenset(
    [
        "the",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "both",
        "all",
        "each",
        "every",
        "no",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
    ]
)


def _lowered(text: str) -> str:
    first = text.partition(" ")[0]
    return text[:1].lower() + text[1:] if first.lower() in _DETERMINED and first.istitle() else text


def _as_started(like: str, text: str) -> str:
    """With a capital where what it stands for had one."""
    return text[:1].upper() + text[1:] if like[:1].isupper() and like != "I" else text


def _speaks(mention: Mention) -> bool:
    """Whether the mention's own words tell what it is."""
    return mention.kind in ("name", "nominal", "callback") and mention.head_lemma not in (
        "one",
        "ones",
        "other",
        "same",
        "thing",
        "that",
        "this",
    )
