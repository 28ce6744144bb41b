"""What the network finds left out, as edits of the turn: weighed against what the rules have filled in, said as the present speaker would.

Knows the turn's parse, the conversation and the rules' edits; decides no reference.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nlp.bridging import is_open_attribute
from nlp.ellipsis_words import ellipsis_words
from nlp.indifference import shrug
from nlp.phrases import Phrase, join
from nlp.sources import Source
from nlp.span_tagger import Insertion, LeftOut, Part, Tagger
from nlp.span_words import Said, is_content, words_of
from nlp.types import Ambiguous, Discourse, Linked, Parse, PriorTurn, Resolution, Span, Token
from nlp.wording import Describer, Edits, prefixed
from nlp.wordlists import words

_ARTICLES = frozenset({"a", "an", "the", "my", "your", "our", "his", "her", "their", "this", "that", "these", "those", "any", "some"})
_PERSONS = frozenset({"he", "him", "his", "himself", "she", "her", "hers", "herself"})
_CHOICES = ("ordinal", "callback")
_DOUBTED = 0.4  # probability below which what a noun would be said to belong to is left out
_UNLIKELY = 0.6  # below which what a rule would put for a pronoun for things is left out: it knows little of them
_ABSURD = 0.25  # below which any other name is
_SURER = 0.6  # probability above which the network's antecedent of "it" or "there" is taken before the rules'
_UNPROMPTED = 0.7  # probability of what goes into a sentence that shows no gap
_WHOLE = 5  # words of content with which a sentence that has its verb says all by itself
_OPEN = frozenset({"ADP", "VERB", "AUX", "CCONJ", "PUNCT", "SCONJ", "PART", "INTJ"})


@dataclass(frozen=True)
class Weighing:
    """The network's word on a turn: looked for only where a rule puts something in, or a sentence may be incomplete."""

    parse: Parse
    sentences: Sequence[Source]
    discourse: Discourse
    tagger: Tagger | None
    resolutions: Sequence[Resolution]
    settled: Collection[int] = ()  # of the mentions, those that a rule for what was listed, heard or asked before decided

    def named(self, renamed: Edits) -> Edits:
        """The rules' names without those that the network finds unlikely, in what it completes; persons and choices are the rules'."""
        return [edit for edit in renamed if self._is_sure(edit[0]) or not self._doubted(edit[1], self._least(edit[0]))]

    def bridged(self, edits: Edits) -> Edits:
        """The rules' edits that say what a noun belongs to, without those that the network finds unlikely."""
        return [edit for edit in edits if not self._doubted(edit[1], _DOUBTED)]

    def added(self, filled: Edits, renamed: Edits) -> Edits:
        """What to put in beside the rules' edits, `filled` what was left out and `renamed` what goes back to something, of which it may
        stand in the place. A statement with its verb stays as the rules have it: what is told is remembered, and nothing may be
        remembered that was not said."""
        edits: Edits = []
        for insertion in self._found.insertions if self._places else ():
            rivals = [edit for edit in renamed if _taken(insertion.span, [edit])]
            if all(_overruled(insertion, span, self.parse) for span, _ in rivals):
                edits += self._put(insertion, self._places, filled, [edit for edit in renamed if edit not in rivals])
        return edits

    def shown(self, filled: Edits, renamed: Edits) -> Edits:
        """What is put in besides for a reader alone, since nothing may be remembered of it: into statements and answers, where the rules
        have nothing. `filled` and `renamed` as for `added`, with what that gave."""
        edits: Edits = []
        for insertion in self._found.insertions if self._gaps else ():
            if not _taken(insertion.span, renamed):
                edits += self._put(insertion, self._gaps, filled, renamed)
        return edits

    def _put(self, insertion: Insertion, places: Sequence[Span], filled: Edits, others: Edits) -> Edits:
        if not self._wanted(insertion, places) or _taken(insertion.span, filled) or _doubles(insertion, self.parse):
            return []
        edit = _edit(insertion, self.parse, self._before, Describer(self.discourse))
        return [edit] if _adds(edit[1], self.parse, [*filled, *others]) else []

    def _wanted(self, insertion: Insertion, places: Sequence[Span]) -> bool:
        """Whether it goes into a sentence that may be incomplete; one that has its verb and no word that stands for something shows no
        gap, so that the network must be surer there."""
        sentence = next((s for s in self.sentences if _inside(insertion.span, [s.span])), None)
        if sentence is None or sentence.span not in places or _overlaps(insertion.span, self._open):
            return False
        return _shows_gap(sentence) or insertion.probability >= _UNPROMPTED

    @cached_property
    def _places(self) -> list[Span]:
        """The sentences that may be incomplete; bare answers are the rules', which know the question."""
        return [s.span for s in self._open_sentences if _asks(s) or not (s.finite or self._answers(s))]

    @cached_property
    def _gaps(self) -> list[Span]:
        """Of the others, answers and what is told, those in which something is missing or stands for something."""
        return [s.span for s in self._open_sentences if s.span not in self._places and _shows_gap(s)]

    @cached_property
    def _open_sentences(self) -> list[Source]:
        return [s for s in self.sentences if not (_is_whole(s) or _is_courtesy(s) or _puts_right(s))]

    def _answers(self, fragment: Source) -> bool:
        """Whether it answers a question of the other side, or is a mere value or name."""
        asked = self._before and self._before[-1].speaker != self.discourse.speaker and "?" in _heard(self._before[-1])
        return bool(asked) or all(t.pos == "PROPN" for t in fragment.tokens if t.text[:1].isalpha())

    @cached_property
    def _before(self) -> tuple[PriorTurn, ...]:
        return tuple(turn for turn in self.discourse.turns if turn.session_id == self.discourse.session_id)

    @cached_property
    def _found(self) -> LeftOut:
        """Nothing in the agent's turns: the network has learnt from customers'."""
        if self.tagger is None or self.discourse.speaker != "customer":
            return LeftOut()
        turns = [Said(turn.speaker == "customer", _heard(turn)) for turn in self._before]
        return self.tagger.left_out(turns, Said(by_customer=True, text=self.parse.text))

    @cached_property
    def _open(self) -> list[Span]:
        """What means one of several, nobody knows which: that is asked, not guessed."""
        return [
            r.mention.span
            for r in self.resolutions
            if isinstance(r, Ambiguous) or (r.mention.kind in _CHOICES and not isinstance(r, Linked))
        ]

    def _is_sure(self, span: Span) -> bool:
        own = [n for n, r in enumerate(self.resolutions) if r.mention.span == span]
        decided = any(n in self.settled or self.resolutions[n].mention.kind in _CHOICES for n in own)
        return decided or self._word(span) in _PERSONS or not _inside(span, self._places)

    def _least(self, span: Span) -> float:
        """How likely a name for what stands there must be."""
        return _UNLIKELY if self._word(span) in words("anaphors.txt") else _ABSURD

    def _word(self, span: Span) -> str:
        """The last word there: "the cheap one" stands for something as "one" does."""
        return self.parse.text[span.start : span.end].lower().rpartition(" ")[2]

    def _doubted(self, phrase: Phrase, least: float) -> bool:
        own = {w.text.lower() for w in words_of(self.parse.text)}
        new = {w.text.lower() for w in words_of(phrase.text) if is_content(w.text)} - own
        chances = [self._found.likely[word] for word in new if word in self._found.likely]
        return bool(chances) and max(chances) < least


def _is_whole(sentence: Source) -> bool:
    """Whether it plainly needs nothing that was said before: it has its verb, no word that stands for something, and a name or words
    enough. Held out of the training data, that spares one turn in eight the network and loses nothing of what is rightly added."""
    if not sentence.finite or any(t.text.lower() in words("anaphors.txt") for t in sentence.tokens):
        return False
    return any(t.pos == "PROPN" for t in sentence.tokens) or sum(is_content(t.text) for t in sentence.tokens) >= _WHOLE


def _puts_right(sentence: Source) -> bool:
    """ "Not two but four dozen": read against the very words that it corrects."""
    said = [t.text.lower() for t in sentence.tokens]
    return not sentence.finite and said[:1] == ["not"] and "but" in said


def _asks(sentence: Source) -> bool:
    return sentence.is_question or sentence.imperative or _wishes(sentence)


def _shows_gap(sentence: Source) -> bool:
    """Whether a verb or a subject is missing, a word stands for something, or nothing says whose "the deposit" is."""
    says = sentence.finite and (sentence.subject is not None or sentence.imperative)
    return not says or any(t.text.lower() in words("anaphors.txt") or is_open_attribute(sentence, t) for t in sentence.tokens)


def _is_courtesy(sentence: Source) -> bool:
    """ "Thanks!", "Okay, thank you very much.": nothing but what one says to be polite."""
    lists = ellipsis_words()
    said = [t.text.lower() for t in sentence.tokens if t.text[:1].isalpha()]
    return all(word in lists.lead | lists.polite | lists.affirm | lists.deny for word in said)


def _wishes(sentence: Source) -> bool:
    """Whether the speaker wishes something, or does not mind; what others wish or need is told."""
    own = sentence.subject is None or sentence.parse.tokens[sentence.subject].text.lower() in ("i", "we", "you")
    return (own and any(t.lemma.lower() in ellipsis_words().desire for t in sentence.tokens)) or shrug(sentence) is not None


def _inside(span: Span, sentences: Sequence[Span]) -> bool:
    return any(s.start <= span.start and span.end <= s.end for s in sentences)


def _heard(turn: PriorTurn) -> str:
    return turn.parse.text if turn.heard is None else turn.parse.text[: turn.heard]


def _edit(insertion: Insertion, parse: Parse, before: Sequence[PriorTurn], describer: Describer) -> tuple[Span, Phrase]:
    at = insertion.span
    previous = next((t for t in reversed(parse.tokens) if t.span.end <= at.start), None)
    open_place = previous is None or previous.pos in _OPEN or bool(insertion.lead)
    parts = [_words(part, before, describer, determined=open_place) for part in insertion.parts]
    lead = insertion.lead if not parts[0].text.lower().startswith(insertion.lead + " ") else ""
    said = join([Phrase(word) for word in (lead,) if word] + parts, " ")
    if insertion.tail in ("' s", "'s") and at.end > at.start:
        said = replace(said, text=said.text + "'s")
    elif insertion.tail and insertion.tail[0].isalpha():
        said = replace(said, text=f"{said.text} {insertion.tail}")
    at = _with_echo(at, said.text, parse.text)
    return at, _spaced(said, at, parse.text, first=previous is None)


def _with_echo(at: Span, said: str, text: str) -> Span:
    """The place with the words around it that what is put in says too: "that | part of town" for "the north part of town"."""
    new = [w.text.lower() for w in words_of(said)]
    before = [w for w in words_of(text) if w.span.end <= at.start]
    after = [w for w in words_of(text) if w.span.start >= at.end]
    ahead = next((n for n in range(len(new), 0, -1) if [w.text.lower() for w in before[-n:]] == new[:n]), 0)
    behind = next((n for n in range(len(new), 0, -1) if [w.text.lower() for w in after[:n]] == new[-n:]), 0)
    return Span(before[-ahead].span.start if ahead else at.start, after[behind - 1].span.end if behind else at.end)


def _words(part: Part, before: Sequence[PriorTurn], describer: Describer, *, determined: bool) -> Phrase:
    """The part in the present speaker's words; where it may have an article, with the one that it had, made definite."""
    turn = before[-part.turn]
    token = next((t for t in reversed(turn.parse.tokens) if t.span.end <= part.span.start), None)
    start = token.span.start if determined and token is not None and _owns(token, turn.parse, part) else part.span.start
    phrase = describer.noun_phrase(turn, Span(start, part.span.end))
    first, _, rest = phrase.text.partition(" ")
    if first != "I" and not is_content(first):
        phrase = replace(phrase, text=phrase.text[:1].lower() + phrase.text[1:])
    if not determined and first.lower() in _ARTICLES and rest:
        return phrase.cut(Span(len(first) + 1, len(phrase.text)))
    return _definite(phrase, len(first)) if first.lower() in ("a", "an") else phrase


def _definite(phrase: Phrase, article: int) -> Phrase:
    """With "the" for an article of that length; what the whole refers to stays."""
    moved = prefixed(phrase, "the" + phrase.text[article:])
    whole = [replace(mark, span=Span(0, mark.span.end + 3 - article)) for mark in phrase.marks if mark.span.start == 0]
    return replace(moved, marks=(*whole, *(mark for mark in moved.marks if mark.span.start > 3)))


def _owns(token: Token, parse: Parse, part: Part) -> bool:
    """Whether the word before the part is its determiner."""
    head = parse.tokens[token.head].span
    return token.text.lower() in _ARTICLES and part.span.start <= head.start < part.span.end


def _spaced(said: Phrase, at: Span, text: str, *, first: bool) -> Phrase:
    """With the spaces that its place needs, and a capital where it opens the turn."""
    if first and at.start == 0:
        said = replace(said, text=said.text[:1].upper() + said.text[1:])
    if at.start and not text[at.start - 1].isspace():
        said = join([Phrase(" "), said])
    return join([said, Phrase(" ")]) if at.end < len(text) and text[at.end].isalnum() else said


def _taken(at: Span, edits: Edits) -> bool:
    """Whether a rule has already filled the place."""
    return any((at.start < span.end and span.start < at.end) or span.start < at.start < span.end for span, _ in edits)


def _overlaps(at: Span, spans: Iterable[Span]) -> bool:
    return any(at.start < span.end and span.start < at.end for span in spans)


def _doubles(insertion: Insertion, parse: Parse) -> bool:
    """Whether it would stand beside the pronoun that is the subject already."""
    after = next((t for t in parse.tokens if t.span.start >= insertion.span.end), None)
    return insertion.span.start == insertion.span.end and after is not None and after.tag == "PRP" and after.dep in ("nsubj", "nsubjpass")


def _overruled(insertion: Insertion, span: Span, parse: Parse) -> bool:
    """Whether the network knows better than the rules what a pronoun for things goes back to; for persons it does not."""
    said = [w.text.lower() for w in words_of(parse.text[span.start : span.end])]
    stands_in = bool(said) and all(word in words("anaphors.txt") for word in said) and _PERSONS.isdisjoint(said)
    return insertion.span == span and insertion.probability >= _SURER and stands_in


def _adds(said: Phrase, parse: Parse, known: Edits) -> bool:
    """Whether it says something that the turn does not, and nothing that a rule's edit says."""
    new = {w.text.lower() for w in words_of(said.text) if is_content(w.text)} - {w.text.lower() for w in words_of(parse.text)}
    return bool(new) and new.isdisjoint(w.text.lower() for _, phrase in known for w in words_of(phrase.text))
