"""Nouns that the parser takes for verbs, and a participle that it takes for a noun: after another noun ("the rabies shot is due"), and
without an article in short instructions and what confirms them ("send it to voicemail", "decline all calls", "reminder set").

Knows a parsed `Doc` and which words are nouns, verbs or both; says which plain word would be read right in the place.
"""

from spacy.tokens import Span, Token

from nlp.vocabulary import vocabulary
from nlp.wordlists import words

_GOING = frozenset(
    ["go", "come", "send", "drive", "head", "get", "move", "take", "bring", "transfer", "forward", "put", "walk", "fly", "travel", "drop",
     "invite", "upgrade", "downgrade", "push"]
)  # fmt: skip
_TURNING = frozenset({"add", "switch", "change", "convert", "turn", "return"})  # these take no infinitive
_LATELY_VERBS = frozenset({"text", "email", "fax", "google", "zoom", "video", "voicemail"})  # "I'm going to text"
_DETERMINERS = frozenset({"all", "the", "any", "some", "no", "every", "each", "a", "an", "these", "those"})
_GOVERNED = frozenset({"dobj", "ccomp", "xcomp", "prt", "dative", "acomp"})
_NOUN_PLACES = frozenset({"nsubj", "nsubjpass", "dobj", "pobj"})
_FINITE = frozenset({"VB", "VBP", "VBZ"})


def plain_word(token: Token, sentence: Span) -> str | None:
    """What to read in the place of a token that was misread; None where there is no sign of that."""
    if _is_beside_noun(token) or _is_asked_about(token, sentence):
        return "thing"
    if token.tag_ in _FINITE and not any(t.dep_ in _GOVERNED for t in token.rights):
        if _is_goal(token):
            return "college"
        if _is_determined(token) or _is_ordered(token, sentence):
            return "letters" if token.tag_ == "VBZ" else "mail"
    return "sent" if _is_set(token, sentence) else None


def _is_beside_noun(token: Token) -> bool:
    """ "The rabies shot is due": a finite verb where a noun stands, right after one."""
    wrong = token.tag_ in ("VBD", "VBN", "VBP", "VB") and token.dep_ in _NOUN_PLACES
    return wrong and token.i > 0 and token.nbor(-1).pos_ in ("NOUN", "PROPN", "ADJ", "DET") and token.nbor(-1).head.i == token.i


def _is_asked_about(token: Token, sentence: Span) -> bool:
    """ "Is the key broken?": a noun that is an adjective as well, between its article and what is asked of it."""
    said = token.head
    quality = said.tag_ in ("VBN", "JJ") and said.i == token.i + 1 and said.dep_ in ("attr", "acomp", "ROOT", "nsubj")
    opens = sentence[0].lemma_ == "be" and token.i == sentence.start + 2 and sentence[1].pos_ in ("DET", "PRON")
    return token.tag_ == "JJ" and opens and quality and vocabulary().is_a("n", token.lower_)


def _is_goal(token: Token) -> bool:
    """ "Send Greg to voicemail", "I'm going to town", "change it to video"."""
    if token.i < 2 or token.nbor(-1).lower_ != "to" or token.head.i >= token.i:
        return False
    if token.head.lemma_ in _TURNING:
        follows = token.nbor(1) if token.i + 1 < len(token.doc) else None
        return _may_be_noun(token) and (
            follows is None or follows.pos_ in ("PUNCT", "CCONJ", "ADV", "ADP") or follows.is_sent_start is True
        )
    future = token.head.lower_ in ("going", "goin") and token.lower_ in _LATELY_VERBS
    return token.head.lemma_ in _GOING and _may_be_noun(token) and not vocabulary().is_a("v", token.lower_) and not future


def _is_determined(token: Token) -> bool:
    """ "Declining all calls from her."."""
    before = token.nbor(-1) if token.i else token
    return before.dep_ == "det" and before.head.i == token.i and before.lower_ in _DETERMINERS and _may_be_noun(token)


def _is_ordered(token: Token, sentence: Span) -> bool:
    """ "Decline call from Ana": taken for the verb of a clause whose subject the order is, or for a verb in the place of its object."""
    if token.i != sentence.start + 1:
        return False
    order = token.nbor(-1)
    ordered = order.tag_ == "VBG" or (order.tag_ == "VB" and order.lower_ in words("imperatives.txt"))
    under = order.head.i == token.i and order.dep_ in ("nsubj", "csubj")
    return ordered and (under or (token.head.i == order.i and token.dep_ == "dobj")) and _may_be_noun(token)


def _is_set(token: Token, sentence: Span) -> bool:
    """ "Okay, reminder set.", "alarm set for six": what was done, taken for a set of something."""
    if token.lower_ != "set" or token.tag_ != "NN" or token.dep_ not in ("ROOT", "dep", "npadvmod"):
        return False
    before = token.nbor(-1) if token.i > sentence.start else token
    bare = before.dep_ == "compound" and before.head.i == token.i and all(t.dep_ in ("compound", "intj", "punct") for t in token.lefts)
    closes = token.i + 1 >= sentence.end or token.nbor(1).pos_ in ("PUNCT", "ADP", "PART")
    return bare and closes and not any(t.pos_ == "VERB" and t.lower_ != "got" and t.i < token.i for t in sentence)


def _may_be_noun(token: Token) -> bool:
    known = vocabulary()
    return known.is_a("n", token.lower_) or (token.tag_ == "VBZ" and known.is_a("n", token.lower_.removesuffix("s")))
