"""What the network finds left out, as edits of the turn: weighed against what the rules have filled in, said as the present speaker would.

Knows the turn's parse, the conversation and the rules' edits; decides no reference.
"""

from collections.abc import Sequence
from dataclasses import replace

from nlp.ellipsis_words import ellipsis_words
from nlp.indifference import shrug
from nlp.phrases import Phrase, join
from nlp.sources import Source
from nlp.span_tagger import Insertion, Part, Tagger
from nlp.span_words import Said, is_content, words_of
from nlp.types import Discourse, Parse, PriorTurn, Span, Token
from nlp.wording import Describer, Edits, prefixed
from nlp.wordlists import words

_ARTICLES = frozenset({"a", "an", "the", "my", "your", "our", "his", "her", "their", "this", "that", "these", "those", "any", "some"})
_PERSONS = frozenset({"he", "him", "his", "himself", "she", "her", "hers", "herself"})
_SURER = 0.6  # probability above which the network's antecedent of "it" or "there" is taken before the rules'
_OPEN = frozenset({"ADP", "VERB", "AUX", "CCONJ", "PUNCT", "SCONJ", "PART", "INTJ"})


def left_out(sentences: Sequence[Source], discourse: Discourse, filled: Edits, renamed: Edits, tagger: Tagger) -> Edits:
    """What to add to the rules' edits, `filled` what was left out and `renamed` what goes back to something, of which it may stand in
    the place. The customer's turns only, which is what the network has learnt from. A statement with its verb stays as it is: what is
    told is remembered, and nothing may be remembered that was not said."""
    parse = sentences[0].parse if sentences else None
    before = [turn for turn in discourse.turns if turn.session_id == discourse.session_id]
    open_sentences = [s.span for s in sentences if not s.finite or s.is_question or s.imperative or _wishes(s)]
    if parse is None or not before or not open_sentences or discourse.speaker != "customer":
        return []
    turns = [Said(turn.speaker == "customer", _heard(turn)) for turn in before]
    found = tagger.insertions(turns, Said(by_customer=True, text=parse.text))
    describer = Describer(discourse)
    edits: Edits = []
    for insertion in found:
        if not _inside(insertion.span, open_sentences) or _taken(insertion.span, filled):
            continue
        rivals = [edit for edit in renamed if _taken(insertion.span, [edit])]
        if all(_overruled(insertion, span, parse) for span, _ in rivals):
            edit = _edit(insertion, parse, before, describer)
            others = [e for e in (*filled, *renamed) if e not in rivals]
            edits += [edit] if _adds(edit[1], parse, others) else []
    return edits


def _wishes(sentence: Source) -> bool:
    return any(t.lemma.lower() in ellipsis_words().desire for t in sentence.tokens) or shrug(sentence) is not None


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
    return at, _spaced(said, at, parse.text, first=previous is None)


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


def _overruled(insertion: Insertion, span: Span, parse: Parse) -> bool:
    """Whether the network knows better than the rules what a pronoun for things goes back to; for persons it does not."""
    word = parse.text[span.start : span.end].lower()
    return insertion.span == span and insertion.probability >= _SURER and word in words("anaphors.txt") and word not in _PERSONS


def _adds(said: Phrase, parse: Parse, known: Edits) -> bool:
    """Whether it says something that neither the turn nor a rule's edit says."""
    there = {w.text.lower() for text in (parse.text, *(phrase.text for _, phrase in known)) for w in words_of(text)}
    return any(is_content(w.text) and w.text.lower() not in there for w in words_of(said.text))
