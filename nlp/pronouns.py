"""What grammar says of a pronoun: when "it" stands for nothing, and what a pronoun cannot mean in its own clause.

Knows one parse. Knows nothing of earlier turns or of scores.
"""

import re
from bisect import bisect_left
from functools import lru_cache

from nlp.function_words import REFLEXIVE
from nlp.names import given_gender
from nlp.syntax import Tree, starting
from nlp.types import Mention, Span, Token

_WEATHER = frozenset({"rain", "snow", "hail", "drizzle", "pour", "freeze", "thunder", "storm"})
_WEATHER_WORDS = frozenset(
    {"sunny", "cold", "hot", "warm", "rainy", "cloudy", "windy", "dark", "late", "early", "humid", "freezing", "chilly"}
)
_CLIMATE = frozenset({"dry", "wet", "cold", "hot", "warm", "humid", "freezing", "chilly", "icy", "muggy", "dark"})
_AROUND = frozenset({"here", "outside", "today", "lately", "tonight", "tomorrow", "winter", "summer"})  # where and when the weather is so
_SEEMING = frozenset({"seem", "appear", "happen", "turn", "matter", "look", "sound", "feel", "follow", "occur"})
_TIMES = frozenset(
    {
        "time",
        "day",
        "morning",
        "afternoon",
        "evening",
        "night",
        "weekend",
        "o'clock",
        "am",
        "pm",
        "noon",
        "midnight",
        "while",
        "year",
        "month",
        "week",
        "hour",
        "minute",
    }
)
_LENGTHS = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
_ASSESSED = frozenset(
    {"possible", "impossible", "likely", "unlikely", "important", "necessary", "easy", "hard", "difficult", "better", "best", "nice",
     "good", "great", "bad", "true", "clear", "obvious", "fine", "okay", "ok", "strange", "weird", "worth", "helpful", "wonderful",
     "lovely",
     "sad", "funny", "interesting", "pity", "shame", "pleasure", "safe", "dangerous", "normal", "common", "rare"}
)  # fmt: skip
_ARGUMENT_PREPOSITIONS = frozenset({"to", "for", "from", "at", "by", "of", "about", "against", "into", "on"})
_TOPIC_PREPOSITIONS = frozenset({"about", "regarding", "concerning", "re"})
_QUOTED = re.compile(r"\"[^\"]+\"|“[^”]+”|(?<!\w)'[^']+'(?!\w)|‘[^’]+’")
_TOLD = re.compile(
    r"\b(?:said|says|saying|wrote|writes|replied|replies|texted|answered|asked|messaged)\b[^.?!:]{0,24}(?::\s?\d\d\b[^.?!:]{0,8})?:\s+(?!\d)"
)
_REACH = 300  # characters around a quotation within which its speaker is named
_REPORTING = frozenset(
    {"say", "tell", "write", "text", "ask", "reply", "answer", "message", "email", "claim", "promise", "shout", "whisper"}
)
_ACCUSATIVE = frozenset({"him", "her", "them", "me", "us"})
_COPULAS = frozenset({"be", "'s", "’s"})
_CLAUSES = ("ccomp", "xcomp", "advcl", "acl", "csubj", "csubjpass", "relcl")


def is_pleonastic(tree: Tree, mention: Mention) -> bool:
    """Whether this "it" refers to nothing: weather, time of day, "it seems that", "it is easy to", "make it to", "it's Ana who"; and
    what stands in "that's all"."""
    token = tree.tokens[mention.head]
    verb = tree.tokens[token.head]
    if mention.kind == "pronoun" and only_closes(tree, verb.i):
        return True
    if mention.head_lemma != "it":
        return False
    if token.dep == "expl":
        return True
    if _is_understanding(tree, token, verb):
        return True
    if token.dep not in ("nsubj", "nsubjpass"):
        return False
    lemma = verb.lemma.lower()
    ahead = [tree.tokens[c].lemma.lower() for c in tree.all(verb.i, "xcomp")]  # "it's going to rain", "it was supposed to snow"
    if lemma in _WEATHER or (len(ahead) == 1 and ahead[0] in _WEATHER):
        return True
    clause = any(tree.tokens[c].dep in _CLAUSES and c > token.i for c in tree.children[verb.i])
    if lemma in _SEEMING and (clause or lemma == "matter" or any(tree.tokens[c].lemma == "like" for c in tree.children[verb.i])):
        return lemma not in ("look", "sound", "feel", "happen") or any(
            tree.tokens[c].dep in ("advcl", "ccomp") for c in tree.children[verb.i]
        )
    if lemma == "take" and any(tree.tokens[c].dep in ("xcomp", "advcl", "ccomp") for c in tree.children[verb.i]):
        return any(tree.tokens[c].ent in ("TIME", "DATE") or tree.tokens[c].lemma in _TIMES for c in tree.all(verb.i, "dobj", "npadvmod"))
    if tells_who(tree, mention):
        return True
    return lemma in ("be", "'s", "get") and (_empty_copula(tree, verb.i, clause) or _is_cleft(tree, verb.i))


def tells_who(tree: Tree, mention: Mention) -> bool:
    """ "I think it was Wendell", "that must have been Ana": who did it, or what he is called; no thing that was spoken of is a man."""
    if mention.head_lemma not in ("it", "that") or tree.tokens[mention.head].dep != "nsubj":
        return False
    verb = tree.tokens[mention.head].head
    who = tree.child(verb, "attr") if tree.tokens[verb].lemma.lower() in _COPULAS and not _is_cleft(tree, verb) else None
    name = tree.tokens[who] if who is not None else None
    if name is None or name.pos != "PROPN" or not name.text.isalpha() or tree.child(name.i, "case", "det") is not None:
        return False
    return name.ent == "PERSON" or (name.ent != "ORG" and given_gender(name.text) is not None)


def _is_understanding(tree: Tree, token: Token, verb: Token) -> bool:
    """ "Got it, I'll be there", "got it adding …": who says so without a subject has understood; nothing was got."""
    opens = token.i == verb.i + 1 or token.i == 1
    got = tree.tokens[token.i - 1] if token.i else token
    before = tree.tokens[got.i - 1] if got.i else None
    begins = before is None or before.sentence != got.sentence or before.pos in ("PUNCT", "INTJ")
    return opens and got.text.lower() in ("got", "gotcha") and begins and tree.child(got.i, "nsubj") is None


def only_closes(tree: Tree, verb: int) -> bool:
    """ "That's all", "that's it", "will that be all?": of nothing that was said, only that no more is to be said."""
    subject = tree.child(verb, "nsubj")
    if subject is None or tree.tokens[subject].text.lower() not in ("that", "this") or tree.tokens[verb].lemma.lower() not in _COPULAS:
        return False
    after = (
        c for c in tree.all(verb, "attr", "advmod") if c > subject and not any(tree.tokens[k].dep in _CLAUSES for k in tree.children[c])
    )
    return any(tree.tokens[c].text.lower() in ("all", "it") for c in after)


def _is_cleft(tree: Tree, verb: int) -> bool:
    """ "It's Ana who signed", "it was my uncle who called": what is picked out has no article; with one, "it's the car that I
    saw" may say of a thing which it is."""
    picked = tree.child(verb, "attr")
    if picked is None or any(tree.tokens[c].dep == "det" for c in tree.children[picked]):
        return False
    named = (picked, *tree.all(picked, "appos"))
    clauses = [c for each in named for c in tree.all(each, "relcl")] + [c for c in tree.all(verb, "ccomp") if c > picked]
    return any(tree.tokens[min(tree.subtree(c))].lemma.lower() in ("that", "who", "which") for c in clauses)


def _empty_copula(tree: Tree, verb: int, clause: bool) -> bool:
    said = [tree.tokens[c] for c in tree.all(verb, "attr", "acomp", "npadvmod", "advmod")]
    for token in said:
        lemma = token.lemma.lower()
        if (
            lemma in _WEATHER_WORDS
            and token.dep == "acomp"
            and not clause
            and len(tree.children[verb]) <= 5
            and lemma in ("late", "early", "sunny", "rainy", "cloudy", "windy", "dark")
        ):
            return True
        if lemma in _CLIMATE and token.dep == "acomp" and any(s.lemma.lower() in _AROUND for s in said):
            return True
        if lemma in _LENGTHS:  # "it was two hours" says how long something took; "it's been two weeks since" does not
            return any(tree.tokens[c].lemma in ("since", "until", "till", "ago") for c in (*tree.children[verb], *tree.children[token.i]))
        if token.ent == "TIME" or (lemma in _TIMES and token.dep == "attr" and tree.child(token.i, "poss") is None):
            return True
        below = any(tree.tokens[c].dep in _CLAUSES for c in tree.children[token.i])
        if lemma in _ASSESSED and (clause or below):
            return True
    return False


def clause_mates(tree: Tree, head: int) -> frozenset[int]:
    """Heads of the noun phrases that share a governing verb with this one: a pronoun that is no reflexive cannot mean them."""
    verb = _governor(tree, head)
    if verb is None:
        return frozenset()
    mates = {c for c in tree.children[verb] if tree.tokens[c].dep in ("nsubj", "nsubjpass", "dobj", "dative", "attr")}
    for prep in tree.all(verb, "prep", "dative", "agent"):
        if tree.tokens[prep].lemma in _ARGUMENT_PREPOSITIONS and not _opens(tree, prep):
            mates.update(tree.all(prep, "pobj"))
    if tree.tokens[verb].dep == "xcomp" and tree.child(verb, "nsubj") is None:
        above = tree.tokens[verb].head
        mates.update(tree.all(above, "nsubj", "nsubjpass", "dobj"))
    elif tree.tokens[verb].dep == "conj" and tree.child(verb, "nsubj") is None:
        mates.update(tree.all(tree.tokens[verb].head, "nsubj"))
    if tree.tokens[head].dep == "nsubj" and tree.tokens[head].head == verb and head < verb:  # no "him" of "he will let him in"
        mates -= {*tree.all(verb, "nsubj")}  # "my tenant Ludovic, but he doesn't know": a verb has one subject
    for mate in list(mates):
        mates.update(tree.all(mate, "conj", "appos"))
    return frozenset(mates - {head})


def opens_with_topic(tree: Tree, head: int) -> bool:
    """ "About Matteo, he's well again": the phrase says of what its sentence tells."""
    above = tree.tokens[tree.tokens[head].head]
    as_for = above.lemma.lower() == "for" and above.i > 0 and tree.tokens[above.i - 1].lemma.lower() == "as"
    first = above.head if as_for and above.head == above.i - 1 else above.i
    return tree.tokens[head].dep == "pobj" and (above.lemma.lower() in _TOPIC_PREPOSITIONS or as_for) and _opens(tree, first)


def _opens(tree: Tree, prep: int) -> bool:
    """Whether the phrase stands before its verb's subject."""
    subject = tree.child(tree.tokens[prep].head, "nsubj", "nsubjpass")
    return subject is not None and prep < subject


def _governor(tree: Tree, head: int) -> int | None:
    """The verb of which the phrase is an argument, by a preposition at most; None within a noun phrase."""
    token = tree.tokens[head]
    while token.dep in ("conj", "appos") and tree.tokens[token.head].pos in ("NOUN", "PROPN", "PRON"):
        token = tree.tokens[token.head]
    if token.dep == "pobj":
        token = tree.tokens[token.head]
        if token.lemma not in _ARGUMENT_PREPOSITIONS:
            return None  # "she has it with her": a place beside oneself is no argument
    if token.dep in ("nsubj", "nsubjpass", "dobj", "dative", "prep", "agent", "attr"):
        above = tree.tokens[token.head]
        if token.dep == "nsubj" and token.text.lower() in _ACCUSATIVE and above.head < token.i:
            above = tree.tokens[above.head]  # "he let him in", "she made her wait": of the two verbs' one clause
        return above.i if above.pos in ("VERB", "AUX") else None
    return None


def excluded_heads(tree: Tree, mention: Mention, owned: frozenset[int]) -> frozenset[int]:
    """Heads of this turn's phrases that the pronoun cannot mean.

    owned: heads of the phrases that the pronoun stands inside ("his" in "his mother").
    """
    word = tree.tokens[mention.head].text.lower()
    if word in REFLEXIVE or mention.role == "possessor" or word in ("one", "ones"):  # "one" is of its neighbour's kind, not the same
        return owned
    return owned | clause_mates(tree, mention.head)


def is_reflexive(mention: Mention) -> bool:
    return mention.head_lemma in REFLEXIVE


def own_subject(tree: Tree, mention: Mention) -> int | None:
    """Head of the subject of the pronoun's own clause, for reflexives."""
    for above in tree.ancestors(mention.head):
        if tree.tokens[above].pos in ("VERB", "AUX"):
            subject = tree.child(above, "nsubj", "nsubjpass")
            if subject is not None and subject != mention.head:
                return subject
    return None


def governing_verb(tree: Tree, mention: Mention) -> tuple[str, str] | None:
    """The lemma of the verb that the pronoun is an argument of, and as what: subject, object, indirect, oblique."""
    verb = _governor(tree, mention.head)
    if verb is None or tree.tokens[verb].pos != "VERB":
        return None
    role = "object" if tree.tokens[mention.head].dep in ("nsubjpass", "dobj") else mention.role
    return tree.tokens[verb].lemma.lower(), role


def following_subject(tree: Tree, mention: Mention) -> int | None:
    """In "Before he retired, Bao…" the head of the main clause's subject: what a pronoun in an opening clause may look forward to."""
    for above in (mention.head, *tree.ancestors(mention.head)):
        token = tree.tokens[above]
        if token.dep in ("advcl", "prep", "pcomp") and above < token.head:
            main = next((a for a in (token.head, *tree.ancestors(token.head)) if tree.child(a, "nsubj", "nsubjpass") is not None), None)
            subject = None if main is None else tree.child(main, "nsubj", "nsubjpass")
            return subject if subject is not None and subject > mention.head else None
    return None


@lru_cache(maxsize=8)
def _quoted(text: str) -> tuple[Span, ...]:
    """What stands in quotation marks, or after a verb of saying and a colon to the end."""
    marked = [Span(m.start(), m.end()) for m in _QUOTED.finditer(text)]
    told = _TOLD.search(text)
    if told is not None and not any(quoted.end > told.end() for quoted in marked):
        marked.append(Span(told.end() - 1, len(text) + 1))
    return tuple(marked)


def quoting(tree: Tree, text: str, mention: Mention) -> int | None:
    """In "he said, 'I'll call you'" the head of who speaks (for I) or is spoken to (for you); None outside quotation marks."""
    quoted = _quoted(text)
    last = bisect_left(quoted, (mention.span.start, 0)) - 1
    if last < 0 or mention.span.end >= quoted[last].end:
        return None
    inside = quoted[last]
    around = starting(tree.tokens, Span(inside.start - _REACH, inside.end + _REACH))
    outer = (t for t in around if t.lemma in _REPORTING and not inside.start < t.span.start < inside.end)
    verb = min(outer, key=lambda t: abs(t.span.start - inside.start), default=None)
    if verb is None:
        return None
    return tree.child(verb.i, "nsubj") if mention.person == 1 else tree.child(verb.i, "dobj", "dative", "iobj")
