"""What a turn leaves out, filled in from what it answers, repeats or changes: the rules in the order in which they apply.

Knows the turn's sentences and the conversation's; gives edits on the turn's text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlp.answers import answered, changed, with_request, without_tail
from nlp.bridging import of_focus, of_topic
from nlp.context import Context
from nlp.ellipsis_words import ellipsis_words
from nlp.fragments import Incomplete, incomplete
from nlp.groups import refused
from nlp.indifference import topic_filled
from nlp.phrases import Phrase, join
from nlp.role_holders import held_by_another
from nlp.sources import Source, spaced
from nlp.substitution import Fragment, parallel, time_at
from nlp.types import Discourse, Span
from nlp.verb_ellipsis import completed_verbs
from nlp.wording import Edits
from nlp.yes_no import answer_with_more, asks_what, is_unspecific, spelled_out_answer

_BEFORE = 20  # sentences of the turn itself that one may be completed from, the nearest
_JUST_SAID = 1.5  # more for what the same turn says: "a cola, no, make it two" changes no hour said before
_LIKELY = 0.45  # likeness that is enough where a question is clearly asked again


def completions(sentences: Sequence[Source], context: Context) -> Edits:
    """What to put where in the turn, so that each sentence says all that it means."""
    bare = spelled_out_answer(sentences, context.asked)
    if bare:
        return bare
    edits: Edits = []
    for n, sentence in enumerate(sentences):
        before = tuple(reversed(sentences[max(0, n - _BEFORE) : n]))
        found = answer_with_more(sentence, None if before else context.asked) or _filled(sentence, before, context)
        found = found or completed_verbs(
            sentence, (*before, *([context.asked] if context.asked else []), *context.said_by_other), context.lexicon
        )
        found = found or held_by_another(sentence)
        edits += found or refused(sentence, context.discourse) or topic_filled(sentence, context.asked)
    return edits


def bridged(sentences: Sequence[Source], discourse: Discourse, known: Edits) -> Edits:
    """What nouns belong to the thing in focus, in sentences that nothing else was put into."""
    free = [s for s in sentences if not any(s.span.start <= span.start <= s.span.end for span, _ in known)]
    return [edit for sentence in free for edit in of_focus(sentence, discourse)]


def _filled(sentence: Source, before: Sequence[Source], context: Context) -> Edits:
    """The sentence whole, where it is only a fragment."""
    if not before and (asked := of_topic(sentence, context.discourse)):
        return asked
    found = incomplete(sentence)
    if found is None:
        return []
    fragment = found.fragment
    place = _place(sentence, found)
    if _asks_on(sentence) and (told := next(iter(context.said_by_other), None)) is not None and not told.is_question:
        return _put(sentence, (sentence.first, sentence.last), spaced(without_tail(told), fragment.words()), asks=True)
    if found.kind == "about":
        return _about(fragment, before, context, place)
    earlier = (*before, *context.requests)
    if found.kind == "same":
        return _again(fragment, earlier, context, place)
    if found.kind in ("make", "changed"):
        edits = _revised(found, earlier, len(before), context, place)
        if edits or found.kind == "make":
            return edits
    summing_up = context.discourse.speaker == "agent" and sentence.last < len(sentence.parse.tokens) - 2
    if context.asked is not None and not before and not sentence.question_mark and not summing_up:
        return _answering(fragment, context.asked, context, place)
    if found.kind != "further" or not sentence.question_mark or _asks_anew(sentence, fragment, context):
        return []
    return _further(fragment, earlier, context, place)


def _asks_on(sentence: Source) -> bool:
    """ "Since when?", "for how long?" after a statement."""
    asked = any(t.tag in ("WRB", "WP", "WDT") for t in sentence.tokens)
    return (
        sentence.question_mark
        and asked
        and not any(t.pos in ("VERB", "AUX", "NOUN", "PROPN", "PRON") for t in sentence.tokens if t.tag != "WP")
    )


def _asks_anew(sentence: Source, fragment: Fragment, context: Context) -> bool:
    """ "Any pets?", "House or apartment?": the next of the business's questions, once the one before was answered."""
    answered = context.discourse.speaker == "agent" and bool(context.said_by_other)
    first = next((t for t in sentence.tokens if t.pos != "PUNCT"), sentence.root)
    open_choice = first.lemma.lower() in ("any", "some", "other") or any(t.lemma == "or" and t.i > first.i for t in sentence.tokens)
    return answered and open_choice and fragment.preposition is None


def _place(sentence: Source, found: Incomplete) -> tuple[int, int]:
    """First and last token of what a completion replaces: "make it" goes, "no," and "please" stay."""
    fragment = found.fragment
    if found.kind in ("about", "same"):
        return sentence.first, sentence.last
    return (fragment.first - 2 if found.kind == "make" else fragment.first), fragment.last


def _put(sentence: Source, place: tuple[int, int], said: Phrase, *, asks: bool) -> Edits:
    """The words in that place, with a capital at the start of a sentence and the mark that goes with them at its end."""
    first, last = place
    tokens = sentence.parse.tokens
    start, end = tokens[first].span.start, tokens[last].span.end
    if last == sentence.last:
        following = [t for t in tokens[last + 1 :] if t.sentence == tokens[last].sentence]
        end = max([end, *(t.span.end for t in following if t.pos == "PUNCT")])
        said = replace(said, text=said.text.rstrip(".?! ") + ("?" if asks else "."))
    return [(Span(start, end), _started(said) if first == sentence.first else _uncapitalised(said))]


def _about(fragment: Fragment, before: Sequence[Source], context: Context, place: tuple[int, int]) -> Edits:
    """ "What about Sundays?" -> "Are you open on Sundays?"; after a mere wish "How about Turkish food in the centre?"."""
    for source in (*before, *context.requests):
        if _asks(source):
            said = changed(source, fragment, context.lexicon, _LIKELY)
            if said is not None:
                return _put(fragment.source, place, _without_lead(said), asks=source.is_question)
        else:
            edits = _fuller(fragment, source, context)
            if edits:
                return edits
    return []


def _asks(source: Source) -> bool:
    """A question for information, not a wish in the form of one ("can you find me …?")."""
    if not source.is_question:
        return False
    first = source.auxiliary.lemma.lower() if source.auxiliary is not None else ""
    you = source.subject is not None and source.parse.tokens[source.subject].text.lower() == "you"
    return not (first in ("can", "could", "will", "would") and you)


def _fuller(fragment: Fragment, source: Source, context: Context) -> Edits:
    """The fragment's noun phrase with what the earlier one said besides."""
    place = parallel(fragment, source, context.lexicon, threshold=1.3)
    if place is None or place.head.pos not in ("NOUN", "PROPN", "ADJ"):
        return []
    tokens = source.parse.tokens
    noun = tokens[place.head.head] if place.head.dep in ("amod", "compound") else place.head
    stated = {t.lemma.lower() for t in fragment.source.tokens}
    edits: Edits = []
    if noun is not place.head and noun.lemma.lower() not in stated:
        at = fragment.source.parse.tokens[fragment.last].span.end
        edits.append((Span(at, at), Phrase(" " + noun.text.lower())))
    after = [c for c in source.tree.children[noun.i] if c > noun.i and tokens[c].dep == "prep"]
    governor = tokens[noun.head]
    while governor.pos == "ADP" and governor.head != governor.i:
        governor = tokens[governor.head]
    after += [c for c in source.tree.children[governor.i] if c > noun.i and tokens[c].dep == "prep" and governor.pos in ("VERB", "AUX")]
    said_prepositions = {t.lemma.lower() for t in fragment.source.tokens if t.pos == "ADP"}
    at = fragment.source.parse.tokens[fragment.last].span.end
    for c in sorted(set(after)):
        if tokens[c].lemma.lower() in said_prepositions or tokens[c].lemma.lower() == "of":
            continue
        words = source.words(*source.edges(c))
        edits.append((Span(at, at), join([Phrase(" "), words])))
    return edits


def _again(fragment: Fragment, earlier: Sequence[Source], context: Context, place: tuple[int, int]) -> Edits:
    """ "Same for her." -> the last request with her in it."""
    for source in earlier:
        if source.wh is None:
            said = changed(source, fragment, context.lexicon, 1.6) or spaced(without_tail(source), fragment.words())
            return _put(fragment.source, place, _without_lead(said), asks=source.is_question)
    return []


def _revised(found: Incomplete, earlier: Sequence[Source], own: int, context: Context, place: tuple[int, int]) -> Edits:
    """ "Make it 55.", "July, actually.": the last request that has such a thing, with the new one in its place. own: how many of `earlier`
    are of this turn."""
    scored = [(parallel(found.fragment, source, context.lexicon, 1.5), n, source) for n, source in enumerate(earlier)]
    fitting = [(p.score - 0.25 * n + _JUST_SAID * (n < own), n, source) for p, n, source in scored if p is not None]
    if not fitting:
        return []
    source = max(fitting, key=lambda f: (f[0], -f[1]))[2]
    said = changed(source, found.fragment, context.lexicon, 1.5)
    return _put(found.fragment.source, place, _without_lead(said), asks=source.is_question) if said is not None else []


def _further(fragment: Fragment, earlier: Sequence[Source], context: Context, place: tuple[int, int]) -> Edits:
    """ "And for my son?", "Or cash?": the last question or request again."""
    for source in earlier[:3]:
        if source.is_question or source.imperative or _wishes(source):
            said = changed(source, fragment, context.lexicon, _LIKELY)
            if said is None and (fragment.preposition is not None or time_at(fragment.source.parse.times, fragment.head)):
                said = spaced(without_tail(source), fragment.words())
            if said is not None:
                return _put(fragment.source, place, _without_lead(said), asks=source.is_question)
    return []


def _wishes(source: Source) -> bool:
    return source.root.lemma.lower() in ellipsis_words().desire


def _answering(fragment: Fragment, question: Source, context: Context, place: tuple[int, int]) -> Edits:
    if is_unspecific(question) and not asks_what(question):
        return []
    for request in context.requests[:2]:
        if _asks(request) and _told_first(question):
            continue  # "how much is it?" – "$40. Which day suits you?" asks of something else
        if _wishes(request) or request.is_question or request.imperative:
            said = with_request(request, question, fragment)
            if said is not None:
                return _put(fragment.source, place, _without_lead(said), asks=request.is_question)
    said = answered(question, fragment, context.lexicon)
    return _put(fragment.source, place, said, asks=False) if said is not None else []


def _told_first(question: Source) -> bool:
    """Whether something was told in the question's turn before it."""
    lists = ellipsis_words()
    before = question.parse.tokens[: question.first]
    return any(t.pos in ("NOUN", "NUM", "PROPN", "VERB") and t.lemma.lower() not in lists.lead | lists.affirm for t in before)


def _without_lead(said: Phrase) -> Phrase:
    """Without the "and" or "hi" that the borrowed sentence began with."""
    lists = ellipsis_words()
    for text in _leading_words(said.text):
        if re.sub(r"\W", "", text).lower() not in lists.lead:
            break
        said = said.cut(Span(len(text), len(said.text)))
    return said


def _leading_words(text: str) -> Iterator[str]:
    return (m[0] for m in re.finditer(r"\S+\s+", text))


def _started(said: Phrase) -> Phrase:
    return replace(said, text=said.text[:1].upper() + said.text[1:])


def _uncapitalised(said: Phrase) -> Phrase:
    first = said.text.partition(" ")[0]
    return said if first in ("I", "I'm", "I'd", "I'll") or first.isupper() else replace(said, text=said.text[:1].lower() + said.text[1:])
