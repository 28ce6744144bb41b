"""A bare answer made a statement: the question's words with the answer in the place of what was asked.

Knows the question and the fragment. Takes the question as seen from the answering speaker.
"""

from dataclasses import replace

from nlp.answer_words import completed_answer, fitting_preposition
from nlp.choices import choice, counted_things, divided_choice, named_any
from nlp.ellipsis_words import ellipsis_words
from nlp.function_words import POSSESSIVE
from nlp.phrases import Phrase
from nlp.sources import Source, spaced
from nlp.statements import agreed, declarative, replaced, third_person
from nlp.substitution import Fragment, parallel, time_at
from nlp.syntax import SUBJECTS
from nlp.types import Lexicon, Span, Token

_CLIMBING = frozenset({"NOUN", "PROPN", "ADJ", "ADV", "NUM"})
_REASONS = frozenset({"because", "due", "for", "since", "thanks", "owing"})
_DATING = frozenset({"year", "month", "day", "date", "weekday"})


def answered(question: Source, fragment: Fragment, lexicon: Lexicon) -> Phrase | None:
    """ "Is it gas or electric?" – "Gas." -> "the dryer is gas"; None where the answer does not fit the question."""
    words = _cased(fragment.words(), question)
    question = _first_asked(_without_choice(question))
    if question.wh is not None:
        return _to_wh(question, question.wh, fragment, words)
    if question.last > question.first and question.parse.tokens[question.last].tag in ("WRB", "WP"):
        return _in_the_hole(question, words)
    if question.subject is None:
        return _to_verbless(question, fragment, words, lexicon)
    divided = divided_choice(question, fragment)
    if divided is not None:
        return spaced(divided, words)
    counted = counted_things(question, fragment)
    if counted is not None:
        return declarative(question, substitutions={question.edges(counted.i): spaced(words, Phrase(counted.text.lower()))})
    place = choice(question, fragment) or named_any(question, fragment)
    if place is None:
        found = parallel(fragment, question, lexicon, threshold=1.7)
        place = (found.first, found.last) if found else None
    return declarative(question, substitutions={place: words}) if place else None


def _first_asked(question: Source) -> Source:
    """ "What's her name" of "What's her name, and when is she home?": what is answered first."""
    tokens = question.parse.tokens
    for joint in question.tokens[2:-2]:
        following = tokens[joint.i + 1]
        asks = following.tag in ("WRB", "WP", "WDT") or (following.pos == "AUX" and tokens[joint.i + 2].dep in SUBJECTS)
        if joint.lemma.lower() == "and" and asks and _has_verb(question, joint.i) and tokens[question.first].lemma != "and":
            before = tokens[joint.i - 1]
            return replace(question, last=before.i - 1 if before.pos == "PUNCT" else before.i)
    return question


def _without_choice(question: Source) -> Source:
    """ "Who has it" of "Who has it, your father or your brother?"."""
    tokens = question.parse.tokens
    commas = [t.i for t in question.tokens if t.text in (",", ":", "-", "–", "—")] if question.wh is not None else []
    for comma in commas:
        rest = tokens[comma + 1 : question.last + 1]
        if any(t.lemma == "or" for t in rest) and not any(t.pos in ("VERB", "AUX") for t in rest) and _has_verb(question, question.first):
            return replace(question, last=comma - 1)
    return question


def _in_the_hole(question: Source, words: Phrase) -> Phrase:
    """ "It drips since when?" – "Since May." """
    before = question.parse.tokens[question.last - 1].pos in ("ADP", "SCONJ")
    return spaced(question.words(question.first, question.last - 1 - before), words)


def _cased(words: Phrase, question: Source) -> Phrase:
    """ "Electric" as the question wrote it; "Your" and "The" as words within a sentence."""
    lower = words.text[:1].lower() + words.text[1:]
    inside = POSSESSIVE | {"the", "a", "an", "some"} | {t.text for t in question.tokens}
    return replace(words, text=lower) if lower.partition(" ")[0] in inside else words


def _to_verbless(question: Source, fragment: Fragment, words: Phrase, lexicon: Lexicon) -> Phrase | None:
    """ "Any pets?" – "Two cats." """
    if question.auxiliary is not None or question.finite:
        return None
    head = question.root
    open_question = question.tokens[0].text.lower() in ("any", "some", "other")
    if not open_question or head.pos not in ("NOUN", "PROPN") or fragment.preposition is not None:
        return None
    mine = fragment.head
    close = mine.pos == "NUM" or lexicon.similarity(mine.lemma.lower(), head.lemma.lower()) > 0.3
    noun = Phrase(head.text.lower()) if mine.pos == "NUM" else Phrase("")
    return spaced(Phrase("I have"), words, noun) if close else None


def wh_phrase(question: Source, wh: Token) -> tuple[int, int, Token]:
    """First and last token of "what kind of dryer" or "how many bedrooms", and its head."""
    tokens = question.parse.tokens
    head = wh
    while (
        head.dep in ("det", "poss", "advmod", "amod", "compound", "nummod") and tokens[head.head].pos in _CLIMBING and head.head != head.i
    ):
        head = tokens[head.head]
    limit = question.auxiliary.i if question.auxiliary is not None and question.auxiliary.i > head.i else question.root.i
    inside = [j for j in question.tree.subtree(head.i) if j >= wh.i and (j < limit or head.i == question.root.i)]
    for j in range(wh.i + 1, limit):  # "what day and time suit you", where the parser hangs the nouns elsewhere
        if tokens[j].pos not in ("NOUN", "PROPN", "CCONJ", "ADJ") or wh.tag == "WRB":
            break
        inside.append(j)
        head = tokens[j] if head is wh and tokens[j].pos in ("NOUN", "PROPN") else head
    first = wh.i
    if first > question.first and tokens[first - 1].pos == "ADP":
        first -= 1
    return first, max([head.i, *inside]), head


def _to_wh(question: Source, wh: Token, fragment: Fragment, words: Phrase) -> Phrase | None:
    if wh.lemma.lower() == "why":
        return _because(question, wh, fragment, words)
    _, last, head = wh_phrase(question, wh)
    answer = completed_answer(question, (wh, head, last), fragment, words)
    counted = wh.lemma.lower() == "how" and head.pos == "NOUN"
    if counted and not _has_verb(question, last):
        return answer
    if last >= question.last or not _has_verb(question, last):
        return spaced(Phrase("the " + head.text.lower() + " is"), answer) if head.pos == "NOUN" and wh is not head else None
    rest = _without(question, last + 1)
    inverted = question.auxiliary is not None and question.subject is not None and question.inverted and question.subject != head.i
    if not inverted:
        return _said_to_be(question, (wh, head, last), answer) or spaced(answer, rest.whole())
    timed = fitting_preposition(head, wh, fragment) if _asks_when(question, wh, head) and fragment.preposition is None else ""
    return _in_place(question, rest, head, fragment, spaced(Phrase(timed), answer))


def _said_to_be(question: Source, asked: tuple[Token, Token, int], answer: Phrase) -> Phrase | None:
    """ "What color is the carpet?" – "Cream." -> "the carpet is cream", whichever of the two the parser takes for the subject."""
    wh, head, last = asked
    be = question.root
    after = question.parse.tokens[last + 2] if last + 2 <= question.last else None
    if be.lemma != "be" or be.i != last + 1 or wh is head or after is None or after.pos not in ("DET", "PRON", "PROPN", "NOUN"):
        return None
    who = question.words(after.i, question.last)
    cased = replace(answer, text=answer.text[:1].lower() + answer.text[1:]) if " " not in answer.text and not answer.marks else answer
    return spaced(who, Phrase(agreed(be.text, who.text)), cased)


def _because(question: Source, wh: Token, fragment: Fragment, words: Phrase) -> Phrase | None:
    """ "Why did you cancel?" – "Because of the storm." -> "I did cancel because of the storm"."""
    if fragment.source.parse.tokens[fragment.first].lemma.lower() not in _REASONS:
        return None
    said = declarative(_without(question, wh.i + 1))
    return spaced(said, words) if said is not None else None


def _asks_when(question: Source, wh: Token, head: Token) -> bool:
    """ "What year was it built?": the answer goes with a verb, and says when."""
    governor = question.parse.tokens[head.head]
    governor = question.root if governor.pos == "AUX" and head.i < governor.i and governor.dep in ("aux", "auxpass") else governor
    return governor.pos == "VERB" and (wh.lemma.lower() == "when" or head.lemma.lower() in _DATING)


def _has_verb(question: Source, after: int) -> bool:
    return any(t.pos in ("VERB", "AUX") for t in question.parse.tokens[after + 1 : question.last + 1])


def _without(question: Source, first: int) -> Source:
    return Source(
        question.parse,
        question.tree,
        question.phrase,
        question.edits,
        question.speaker,
        first,
        question.last,
        question.question_mark,
        question.turn_id,
    )


def _in_place(question: Source, rest: Source, head: Token, fragment: Fragment, answer: Phrase) -> Phrase | None:
    """The answer after the verb whose object was asked for, else at the end."""
    tokens = question.parse.tokens
    last = tokens[question.last]
    if last.dep == "prep" and not question.tree.children[last.i] and fragment.preposition is not None:
        answer = fragment.words(content=True)
    governor = tokens[head.head]
    if head.dep == "dobj" and governor.i < question.last and tokens[governor.i + 1].pos in ("VERB", "ADJ") and governor.pos == "VERB":
        return declarative(rest, substitutions={(governor.i, governor.i): spaced(Phrase(governor.text), answer)})
    said = declarative(rest)
    return spaced(said, answer) if said is not None else None


def with_request(request: Source, question: Source, fragment: Fragment) -> Phrase | None:
    """ "what's the weather tomorrow" – "What city?" – "Fresno" -> "what's the weather tomorrow in Fresno".

    None where the question is not about the request.
    """
    wh = question.wh
    if wh is None:
        return None
    _, last, head = wh_phrase(question, wh)
    before = question.parse.tokens[wh.i - 1] if wh.i > question.first else None
    if wh.lemma.lower() == "how" and head.pos == "NOUN" and before is not None and before.pos == "ADP" and not _has_verb(question, last):
        said = completed_answer(question, (wh, head, last), fragment, fragment.words())
        return spaced(without_tail(request), Phrase(before.text.lower()), said)  # "a cake" – "for how many people?" – "twelve"
    asked = head.lemma.lower() in ellipsis_words().locating or wh.lemma.lower() in ("where", "when")
    if not asked or not _wished(request, question, last):
        return None
    words = fragment.words()
    preposition = "" if fragment.preposition is not None else fitting_preposition(head, wh, fragment)
    return spaced(without_tail(request), Phrase(preposition), words)


def without_tail(source: Source) -> Phrase:
    """The sentence without the "please" or "thanks" at its end."""
    last = source.last
    while last > source.first and (
        source.parse.tokens[last].pos == "PUNCT" or source.parse.tokens[last].text.lower() in ellipsis_words().tail
    ):
        last -= 1
    return source.words(source.first, last)


def _wished(request: Source, question: Source, wh_last: int) -> bool:
    """Whether the question is about the request: it has no verb of its own, a verb of wishing, or the request's own words."""
    content = {t.lemma.lower() for t in question.tokens if t.i > wh_last and t.pos in ("NOUN", "VERB", "PROPN")}
    mine = {t.lemma.lower() for t in request.tokens if t.pos in ("NOUN", "VERB", "PROPN")}
    return not content or bool(content & ellipsis_words().desire) or bool(content & mine)


def changed(request: Source, fragment: Fragment, lexicon: Lexicon, threshold: float = 1.0) -> Phrase | None:
    """The request with the fragment in the place of what is like it."""
    place = parallel(fragment, request, lexicon, threshold)
    if place is None:
        return None
    tokens = request.parse.tokens
    keeps = tokens[place.first].pos == "ADP" or fragment.preposition is None
    words = fragment.words(content=not keeps)
    if fragment.head.lemma.lower() in ("one", "ones") and words.text.endswith(fragment.head.text):
        kept = words.text.removesuffix(fragment.head.text).rstrip()
        words = spaced(words.cut(Span(0, len(kept))), Phrase(place.head.text))
    if place.head.pos == "NUM" and place.first == place.last and fragment.head.pos == "NUM":
        words = fragment.source.words(fragment.head.i, fragment.head.i)  # "eight" of "eight of the lavender"
    taken = {(place.first, place.last): words}
    if place.head.tag == "DT" and fragment.head.text.lower() not in ("one", "1"):
        taken[place.head.head, place.head.head] = Phrase(third_person(tokens[place.head.head].text))  # ends as plurals do
    time = time_at(request.parse.times, place.head)
    if time is None or tokens[place.first].span.start > time.span.start or tokens[place.last].span.end < time.span.end:
        taken[place.first, place.last] = replace(
            words, dates=()
        )  # "eight" of eight bagels is no time; "11" of "tomorrow at 11" is told by the whole
    return replaced(request, taken)
