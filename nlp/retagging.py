"""What is put right in a parse where its tree shows the mistake: tags and arcs of single words; nothing is read again.

"which" before its noun, a noun before a name ("your technician Marisol", "my parrot Zelda"), "have got" for having, a particle
before a time ("she flies in that day") or at the end of a question ("when did he move in?"), what somebody is
doing ("she's marrying Ruben"), the verb of "hoping". Knows a parsed `Doc`; nothing of what the clause means.
"""

import re

from spacy.tokens import Doc, Token

from nlp.function_words import ANYBODY
from nlp.kinds import is_kind, is_listed
from nlp.names import given_gender
from nlp.vocabulary import vocabulary
from nlp.wordlists import groups

_NOUN_PLACES = frozenset({"nsubj", "nsubjpass", "dobj", "pobj"})
_WITH_AWAY = frozenset({"give", "throw", "pass", "put", "take", "turn"})  # "we gave the goats away"
_ENDED = frozenset({"VBG", "VBD", "VBN"})
_DOUBLING = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")
_PARTICLES = frozenset({"in", "out", "up", "over", "back", "off", "down", "by", "through"})


def retagged(doc: Doc) -> Doc:
    """The same parse with its tags and arcs put right in place."""
    for token in doc:
        token.lemma_ = _lemma(token)
        if token.dep_ == "det" and token.lower_ == "which":
            token.tag_ = "WDT"
        elif _is_quality(token) or _is_praise(token):
            token.tag_, token.pos_, token.dep_ = "JJ", "ADJ", "acomp"
        elif _is_noun_before_name(token):
            token.tag_, token.pos_ = "NN", "NOUN"
        elif _is_done_to(token):
            token.tag_, token.pos_, token.dep_, token.lemma_ = "VBN", "VERB", "ccomp", _base(token)
            token.nbor(-1).dep_, token.nbor(-1).pos_ = "nsubj", "PRON"
        elif _is_verb_by_place(token):
            token.tag_, token.pos_ = "VB", "VERB"
        elif _is_said_of(token):
            subject, be = token.head, token.head.head
            token.head, token.dep_, subject.dep_ = be, "acomp", "nsubj"
        elif _is_having(token):
            _having(token)
        elif _is_particle(token):
            for day in token.children:
                day.head, day.dep_ = token.head, "npadvmod"
            token.dep_, token.tag_ = "prt", "RP"
        elif token.lower_ == "away" and token.dep_ == "advmod" and token.head.lemma_ in _WITH_AWAY and not list(token.children):
            token.dep_, token.tag_ = "prt", "RP"
        else:
            _reattach(token)
    return doc


def _lemma(token: Token) -> str:
    """ "Hoping", taken for a form of "hop", is one of "hope": the other would double its consonant."""
    bare = token.tag_ in _ENDED and token.lower_ in (f"{token.lemma_}ing", f"{token.lemma_}ed")
    short = bare and _DOUBLING.fullmatch(token.lemma_) is not None and vocabulary().is_a("v", f"{token.lemma_}e")
    return f"{token.lemma_}e" if short else token.lemma_


def _reattach(token: Token) -> None:
    """Hangs a word elsewhere where the phrase that it stands in was read as another."""
    for is_misread, mend in (
        (_is_called, _name_of),
        (_is_doing, _verb_of),
        (_is_where, _of_the_verb),
        (_is_named_owner, _owned_by),
        (_is_hyphenated, _one_word),
    ):
        if is_misread(token):
            mend(token)
            return


def _is_quality(token: Token) -> bool:
    """ "My wife is vegan": a common word in small letters, taken for a name."""
    said = token.pos_ == "PROPN" and token.dep_ == "attr" and token.head.lemma_ == "be" and not list(token.children)
    return said and token.text.islower() and is_listed(token.text) and given_gender(token.text) is None


def _is_done_to(token: Token) -> bool:
    """ "I need this fixed today": what is to be done to it, taken for a thing."""
    if token.tag_ != "NN" or token.dep_ != "dobj" or token.head.lemma_ not in ("need", "want", "have", "get"):
        return False
    this = [t.lower_ for t in token.lefts] in (["this"], ["that"]) and token.nbor(-1).i > token.head.i
    return this and bool(_base(token))


def _base(token: Token) -> str:
    """The verb that the participle is of; "" where it is none: a bed is not "be" done."""
    stems = (token.lower_.removesuffix("ed"), token.lower_.removesuffix("d"))
    return next((s for s in stems if s != token.lower_ and len(s) > 2 and vocabulary().is_a("v", s)), "")


def _is_praise(token: Token) -> bool:
    """ "perfect": one word by itself that finds something so, taken for an order."""
    alone = token.dep_ == "ROOT" and all(t.pos_ in ("PUNCT", "INTJ") for t in token.sent if t.i != token.i)
    return alone and token.tag_ == "VB" and vocabulary().is_a("a", token.lower_)


def _is_having(token: Token) -> bool:
    """ "I've got two cats", "my dad's got a van": has them."""
    if token.lower_ != "got" or token.tag_ not in ("VBN", "VBD") or not any(t.dep_ == "dobj" for t in token.rights):
        return False
    return any(t.lower_ in ("have", "has", "'ve", "’ve") for t in token.lefts) or _contracted(token) is not None


def _contracted(token: Token) -> Token | None:
    """The "'s" right before, for "has"."""
    before = token.nbor(-1) if token.i else None
    return before if before is not None and before.lower_ in ("'s", "’s") else None


def _having(token: Token) -> None:
    """The verb as one of having, with "has" as its auxiliary and the one who has as its subject."""
    token.lemma_ = "have"
    contracted = _contracted(token)
    if contracted is not None:
        contracted.head, contracted.dep_, contracted.tag_, contracted.pos_, contracted.lemma_ = token, "aux", "VBZ", "AUX", "have"
    for subject in token.lefts:
        if subject.dep_ == "nsubjpass":
            subject.dep_ = "nsubj"


def _is_called(token: Token) -> bool:
    """ "My parrot Zelda": an animal or a person whose name stands right after, read as the first word of the name."""
    if token.dep_ != "compound" or token.tag_ != "NN" or not token.text.islower() or token.head.i != token.i + 1:
        return False
    name = token.head
    owned = any(t.dep_ == "poss" and t.i < token.i for t in name.lefts)
    return (
        owned and name.text.istitle() and name.pos_ in ("PROPN", "NOUN") and max(is_kind(token.lower_, k) for k in ("animal", "person")) > 0
    )


def _name_of(noun: Token) -> None:
    """The noun in its name's place in the tree, with what stands before it; the name as an apposition."""
    name = noun.head
    before = [t for t in name.lefts if t.i < noun.i]
    noun.head, noun.dep_ = (name.head if name.head.i != name.i else noun), name.dep_
    for child in [*before, *(t for t in name.rights if t.dep_ == "case")]:
        child.head = noun
    name.head, name.dep_, name.tag_, name.pos_ = noun, "appos", "NNP", "PROPN"


def _is_doing(token: Token) -> bool:
    """ "She's marrying Ruben": what somebody does with whom, taken for a word before the name."""
    if token.tag_ != "VBG" or token.dep_ != "amod" or token.i == 0 or token.head.pos_ != "PROPN" or token.head.dep_ != "attr":
        return False
    return token.nbor(-1).i == token.head.head.i and token.head.head.lemma_ == "be"


def _verb_of(verb: Token) -> None:
    """The verb in the place of its auxiliary in the tree, with what hung on that; the name as its object."""
    name, be = verb.head, verb.head.head
    others = [t for t in be.children if t.i != name.i]
    verb.head, verb.dep_, verb.pos_ = (be.head if be.head.i != be.i else verb), be.dep_, "VERB"
    for child in others:
        child.head = verb
    be.head, be.dep_, name.head, name.dep_ = verb, "aux", verb, "dobj"


def _is_where(token: Token) -> bool:
    """ "Is anybody with the van?", read as of anybody who is with the van: what is asked is whether somebody is there."""
    who, be = token.head, token.head.head
    asked = token.dep_ == "prep" and who.lower_ in ANYBODY and be.lemma_ == "be" and be.i < who.i < token.i
    others = [t for t in be.rights if t.dep_ in ("attr", "acomp", "prep", "advmod", "ccomp")]
    return asked and all(any(c.ent_type_ in ("DATE", "TIME") for c in t.children) for t in others)


def _of_the_verb(preposition: Token) -> None:
    preposition.head = preposition.head.head


def _is_named_owner(token: Token) -> bool:
    """ "My daughter Junia's birthday", read as "my daughter, who is Junia's birthday": of a person and their name, the owner's name."""
    if token.dep_ != "poss" or token.pos_ != "PROPN" or token.i == 0 or token.head.dep_ != "appos" or token.head.pos_ != "NOUN":
        return False
    noun = token.nbor(-1)
    living = max(is_kind(noun.lower_, kind) for kind in ("person", "animal")) > 0
    return noun.pos_ == "NOUN" and token.head.head.i == noun.i and living and any(t.dep_ == "poss" for t in noun.lefts)


def _owned_by(name: Token) -> None:
    """What is owned in the noun's place in the tree, the noun as its owner, the name as an apposition to the noun."""
    noun, owned = name.nbor(-1), name.head
    owned.head, owned.dep_ = (noun.head if noun.head.i != noun.i else owned), noun.dep_
    noun.head, noun.dep_, name.head, name.dep_ = owned, "poss", noun, "appos"


def _is_hyphenated(token: Token) -> bool:
    """The hyphen of "the x-rays", whose parts were read as words of their own that each stand where the whole does."""
    if token.text != "-" or not 0 < token.i < len(token.doc) - 1 or token.whitespace_ or token.nbor(-1).whitespace_:
        return False
    first, last = token.nbor(-1), token.nbor(1)
    return last.pos_ == "NOUN" and first.is_alpha and first.dep_ == last.dep_ and first.head.i == last.head.i


def _one_word(hyphen: Token) -> None:
    """The last part as the noun, with what hung on the first."""
    first, noun = hyphen.nbor(-1), hyphen.nbor(1)
    for child in [t for t in (*first.children, *hyphen.children) if t.i < first.i]:
        child.head = noun
    first.head, first.dep_, hyphen.head, hyphen.dep_, hyphen.pos_ = noun, "compound", noun, "punct", "PUNCT"


def _is_verb_by_place(token: Token) -> bool:
    """ "How much does a wool suit cost?": the whole of a question, with a helping verb and a subject of its own, tagged as a noun."""
    if token.tag_ != "NN" or token.dep_ != "ROOT":
        return False
    own = {t.dep_: t for t in token.lefts}
    return "nsubj" in own and "aux" in own and (own["aux"].tag_ == "MD" or own["aux"].lemma_ == "do")


def _is_said_of(token: Token) -> bool:
    """ "What is Theo allergic to?", "is Rex older than Fido?": what is asked of somebody or something, taken for a part of the name."""
    subject, be = token.head, token.head.head
    quality = (token.dep_ == "amod" and token.pos_ == "ADJ") or (token.dep_ == "acl" and token.tag_ == "VBN")
    if not quality or be.lemma_ != "be" or subject.dep_ not in ("nsubj", "attr") or not be.i < subject.i < token.i:
        return False
    if any(t.dep_ == "expl" for t in be.children):
        return False
    governs = [t for t in token.children if t.dep_ == "prep"]
    stranded = any(not list(t.children) and t.i + 2 >= token.sent.end for t in governs)
    alone = not any(t.dep_ in ("attr", "acomp", "prep", "advmod", "prt", "conj") for t in be.rights)  # "is the key broken?"
    asked = be.i == token.sent.start and (bool(governs) or (alone and token.dep_ == "acl"))
    return stranded or asked or (subject.pos_ == "PROPN" and be.i == token.sent.start)


def _is_particle(token: Token) -> bool:
    """ "In" of "she flies in tomorrow", "he gets in that day": before a time, which says when, a word that governs nothing goes with the
    verb."""
    if token.dep_ != "prep" or token.head.pos_ != "VERB" or token.i + 1 >= len(token.doc) or token.lower_ not in _PARTICLES:
        return False
    governed = list(token.children)
    if not governed:
        after = token.nbor(1)
        if after.text == "?" and token.head.dep_ == "ROOT" and not any(t.tag_ in ("WP", "WDT") for t in token.sent):
            return True
        return any(
            t.dep_ in ("npadvmod", "advmod") and t.head.i == token.head.i and t.ent_type_ in ("DATE", "TIME") for t in (after, after.head)
        )
    day = governed[0]
    pointed = any(t.lower_ in ("that", "this", "next", "last") for t in day.lefts) and (
        day.lower_ == "day" or day.lower_ in groups("function_words.txt")["weekday"]
    )
    return len(governed) == 1 and token.lower_ == "in" and (pointed or day.lower_ in ("today", "tonight", "tomorrow", "yesterday"))


def _is_noun_before_name(token: Token) -> bool:
    if token.tag_ != "JJ" or token.dep_ not in _NOUN_PLACES or token.i + 1 >= len(token.doc):
        return False
    name = token.nbor(1)
    return name.pos_ == "PROPN" and name.dep_ == "appos" and name.head.i == token.i and any(t.dep_ in ("poss", "det") for t in token.lefts)
