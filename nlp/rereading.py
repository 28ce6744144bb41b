"""What the parser misreads in one systematic way or another, and the plain word in its place that it reads right.

A sentence is read a second time with those words put in; what comes out is laid on the words that were said. Knows a parsed `Doc` and
the list of verbs that happen to things; nothing of what the clause means.

Constructions: a verb taken for a plural noun after its subject ("the toilet leaks", "my mechanic claims that …"), also of a question
("when does the printer jam?", "what would the other one cost?", "does he like fish?"), a noun taken for a verb in a noun's place ("the
rabies shot is due": see `misread_nouns`), "'s" for "is" taken for the possessive ("my mom's eighty two"), the name
of who speaks before what they say, a clock's number for a count ("Thursday at 10 works").
What the tree itself shows to be wrong, `nlp.retagging` puts right.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, POS, SENT_START, TAG  # pyright: ignore[reportUnknownVariableType]
from spacy.tokens import Doc, Span, Token

from nlp.introductions import header
from nlp.misread_nouns import plain_word
from nlp.retagging import retagged
from nlp.wordlists import words

_LAID = cast("list[int]", [HEAD, DEP, TAG, POS, MORPH, LEMMA, SENT_START, ENT_IOB, ENT_TYPE])
_BEFORE_SUBJECT = frozenset({"DET", "PRON", "ADJ", "NOUN", "PROPN", "NUM", "CCONJ", "INTJ", "ADV", "PUNCT", "SCONJ"})
_REPORTING = frozenset(
    ["claims", "reports", "states", "swears", "figures", "guesses", "thinks", "doubts", "hopes", "fears", "promises", "reckons", "warns",
     "insists", "argues", "suspects", "estimates", "charges", "demands", "offers", "recommends", "suggests"]
)  # fmt: skip
_SAYING = frozenset({"say", "tell", "think", "claim", "mention", "complain", "notice", "know", "believe", "report"})
_DAYTIMES = frozenset({"noon", "midday", "midnight", "morning", "afternoon", "evening", "lunchtime", "tonight"})
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)")
_MOST = 40  # words of a sentence that is read again


def reread(doc: Doc, parse: Callable[[Doc], Doc]) -> Doc:
    """`doc` as it is, or with the annotation of a second reading; its text and words never change."""
    changed = _plain_words(doc)
    if not changed:
        return retagged(doc)
    spaces = [bool(token.whitespace_) for token in doc]
    second = parse(Doc(doc.vocab, words=[changed.get(t.i, t.text) for t in doc], spaces=spaces))
    again = Doc(doc.vocab, words=[t.text for t in doc], spaces=spaces)
    cast(Any, again).from_array(_LAID, cast(Any, second).to_array(_LAID))
    for i in changed:
        again[i].lemma_ = _lemma(again[i])
    return retagged(again)


def _plain_words(doc: Doc) -> Mapping[int, str]:
    found: dict[int, str] = dict(_names(doc))
    for sentence in doc.sents:
        if len(sentence) > _MOST:
            continue
        for token in sentence:
            if _is_verb(token, sentence) or _is_verb_of_what(token, sentence) or _is_suiting(token, sentence):
                found[token.i] = "happens"
            elif _is_verb_asked_for(token, sentence) or _is_verb_after_one(token, sentence):
                found[token.i] = "happen"
            elif _is_report(token, sentence):
                found[token.i] = "says"
            elif _is_like(token, sentence):
                found[token.i] = "love"
            elif token.lower_ == "whom" and token.tag_ not in ("WP", "WDT"):
                found[token.i] = "who"
            elif _is_sort(token, sentence):
                found[token.i] = "brand"
            elif _is_copula(token, sentence):
                found[token.i] = "is"
            elif plain := plain_word(token, sentence):
                found[token.i] = plain
    return found


def _names(doc: Doc) -> Mapping[int, str]:
    """ "Fergus Mallow. My Saab …": the name that a turn begins with, read as a verb, a place or a firm."""
    span = header(doc.text)
    name = [t for t in doc if span is not None and span.start <= t.idx < span.end]
    if not name or all(t.ent_type_ == "PERSON" and t.tag_ == "NNP" for t in name):
        return {}
    return {t.i: "John" if t.i < name[-1].i else "Smith" for t in name}


def _lemma(token: Token) -> str:
    text = token.text.lower()
    if text in ("'s", "’s"):
        return "be"
    if token.tag_ == "NNP":
        return token.text
    if token.tag_ not in ("VBZ", "NNS"):
        return text
    if text.endswith("ies"):
        return f"{text[:-3]}y"
    return text[:-2] if text.endswith(("ches", "shes", "sses", "xes", "goes")) else text.removesuffix("s")


def _is_verb(token: Token, sentence: Span) -> bool:
    """ "The toilet leaks", "my flight lands at 3:40": the last noun of a sentence without a verb, after a subject of its own."""
    if token.tag_ not in ("NNS", "NNPS") or token.text.lower() not in words("happening_verbs.txt") or token.i == sentence.start:
        return False
    before = token.nbor(-1)
    determined = any(c.pos_ in ("DET", "PRON") for c in (*token.lefts, *before.lefts))
    subject = before.tag_ in ("NN", "NNP") and before.head.i == token.i and determined
    return subject and not any(t.pos_ in ("VERB", "AUX") for t in _told(_clause(token, sentence), token))


def _told(clause: list[Token], token: Token) -> list[Token]:
    """ "She says the shower floods": without the words up to a verb of saying right before the subject."""
    first = min(t.i for t in (*token.lefts, *token.nbor(-1).lefts))
    says = first > 0 and token.doc[first - 1].pos_ == "VERB" and token.doc[first - 1].lemma_ in _SAYING
    return [t for t in clause if not says or t.i >= first]


def _is_verb_asked_for(token: Token, sentence: Span) -> bool:
    """ "When does the printer jam?", "what will the cleaning cost?": the last word of a question whose subject was made part of it."""
    if token.i == sentence.start or token.nbor(-1).pos_ not in ("NOUN", "PROPN") or token.nbor(-1).head.i != token.i:
        return False
    last = token.i + 1 >= sentence.end or token.nbor(1).pos_ in ("PUNCT", "ADP", "ADV")
    helping = [
        t
        for t in sentence[: token.i - sentence.start]
        if (t.lemma_ == "do" and t.tag_ in ("VBZ", "VBP", "VBD")) or (t.tag_ == "MD" and t.head.i == token.i)
    ]
    asked = helping and any(t.tag_ in ("WRB", "WP", "WDT") for t in sentence[: helping[0].i - sentence.start])
    noun = token.tag_ == "NN" and token.dep_ in ("nsubj", "conj") and any(t.lemma_ == "do" for t in token.ancestors)
    verb = any(t.head.i == token.i for t in helping) and not any(t.dep_ in ("nsubj", "nsubjpass") for t in token.lefts)
    return bool(asked) and last and (noun or verb) and not any(t.pos_ == "VERB" and t not in (token, *helping) for t in sentence)


def _is_verb_after_one(token: Token, sentence: Span) -> bool:
    """ "What would the other one cost?": a noun that "one" was made part of, in a question that has no verb but its auxiliary."""
    if token.tag_ != "NN" or token.i == sentence.start or token.nbor(-1).lower_ != "one" or token.nbor(-1).head.i != token.i:
        return False
    before = sentence[: token.i - sentence.start]
    return any(t.tag_ == "MD" or t.lemma_ == "do" for t in before) and not any(t.pos_ == "VERB" for t in sentence if t.lemma_ != "do")


def _is_report(token: Token, sentence: Span) -> bool:
    """ "My mechanic claims that the transmission is shot": a plural noun before a clause that somebody before it must be saying."""
    if token.tag_ != "NNS" or token.lower_ not in _REPORTING or not sentence.start + 1 < token.i < sentence.end - 2:
        return False
    before, after, next_after = token.nbor(-1), token.nbor(1), token.nbor(2)
    somebody = before.pos_ in ("NOUN", "PROPN", "ADJ") and any(t.pos_ in ("DET", "PRON") and t.i < before.i for t in token.lefts)
    clause = after.lower_ == "that" or after.tag_ == "PRP" or (after.tag_ in ("DT", "PRP$") and after.dep_ != "dobj")
    return somebody and clause and token.dep_ in ("ROOT", "conj") and next_after.pos_ not in ("VERB", "AUX", "PUNCT")


def _is_like(token: Token, sentence: Span) -> bool:
    """ "Does he like fish?", "would your son like the course?": taken for the preposition in a question that has no other verb."""
    asked = any((t.lemma_ == "do" or (t.tag_ == "MD" and t.lower_ == "would")) and t.i < token.i for t in sentence)
    return token.lower_ == "like" and token.tag_ == "IN" and asked and not any(t.pos_ == "VERB" and t.lemma_ != "do" for t in sentence)


def _is_sort(token: Token, sentence: Span) -> bool:
    """ "What make is my boiler?": taken for the verb."""
    after = token.i == sentence.start + 1 and token.i + 1 < sentence.end
    return after and token.lower_ == "make" and token.nbor(-1).lower_ in ("what", "which") and token.nbor(1).lemma_ in ("be", "of")


def _is_verb_of_what(token: Token, sentence: Span) -> bool:
    """ "What leaks?": a plural noun that "what" or "who" would go with as a determiner."""
    first = token.i == sentence.start + 1 and token.nbor(-1).tag_ == "WP"
    happens = token.tag_ == "NNS" and token.lower_ in words("happening_verbs.txt")
    return first and happens and not any(t.pos_ in ("VERB", "AUX") for t in sentence)


def _is_suiting(token: Token, sentence: Span) -> bool:
    """ "Thursday at 10 works", "noon works better": a time taken for what tells how many works, or which."""
    if token.lower_ not in ("works", "suits") or token.tag_ != "NNS" or token.i == sentence.start:
        return False
    time = token.nbor(-1)
    timed = time.pos_ == "NUM" or time.lower_ in _DAYTIMES or bool(_ORDINAL.fullmatch(time.lower_))
    return timed and not any(t.pos_ in ("VERB", "AUX") or t.lower_ == "of" for t in _clause(token, sentence))


def _clause(token: Token, sentence: Span) -> list[Token]:
    """The words around, up to the next comma or conjunction on either side."""
    around = [token]
    for step in (-1, 1):
        at = token.i + step
        while sentence.start <= at < sentence.end and token.doc[at].pos_ not in ("PUNCT", "CCONJ", "SCONJ"):
            around.append(token.doc[at])
            at += step
    return around


def _is_copula(token: Token, sentence: Span) -> bool:
    """ "My mom's eighty two", "Omar's in Bradford": what follows is no noun that she could own."""
    if token.tag_ != "POS" or token.text.lower() not in ("'s", "’s") or token.i + 1 >= sentence.end:
        return False
    start = next((t.i + 1 for t in reversed(list(token.doc[sentence.start : token.i])) if t.pos_ in ("PUNCT", "CCONJ")), sentence.start)
    if any(t.pos_ not in _BEFORE_SUBJECT or t.tag_ == "IN" for t in token.doc[start : token.i]):
        return False
    after = token.nbor(1)
    rest = token.doc[token.i + 1 : sentence.end]
    noun = next((t for t in rest if t.pos_ in ("NOUN", "PROPN")), None)
    if after.pos_ in ("NUM", "ADJ"):
        end = next((t.i for t in rest if t.pos_ not in ("NUM", "ADJ", "ADV") and t.text != "-"), sentence.end)
        return noun is None or noun.i != end or noun.text.lower() in ("years", "year", "months", "weeks")
    return after.tag_ in ("VBG", "IN", "DT", "RB", "TO") and not (after.tag_ == "VBG" and noun is not None and noun.i == after.i + 1)
