"""Verbs left out within a sentence: "but he hasn't", "so does my roommate", "I don't know when".

Knows the turn's sentences and those that may lend a verb. Gives edits on the turn's text.
"""

from collections.abc import Iterator, Sequence

from nlp.gapping import gapped
from nlp.phrases import Phrase, join
from nlp.sources import Source, spaced
from nlp.statements import declarative, expanded, predicate, third_person
from nlp.syntax import SUBJECTS
from nlp.types import Lexicon, Span, Token
from nlp.wording import Edits

_HEADING = frozenset({"ROOT", "conj", "ccomp", "parataxis", "dep", "advcl"})
_LIGHT = frozenset(
    {
        "too",
        "also",
        "still",
        "so",
        "neither",
        "nor",
        "either",
        "yet",
        "already",
        "not",
        "n't",
        "n’t",
        "probably",
        "certainly",
        "definitely",
        "actually",
        "never",
        "always",
        "just",
        "though",
    }
)
_SUBORDINATE = frozenset({"as", "if", "when", "whenever", "than", "like", "unless", "what", "whatever", "how", "where"})
_REGRETTING = frozenset({"afraid", "sorry"})  # "I'm afraid not" says no
_ENOUGH = frozenset({"that", "this", "it", "any", "anything", "either", "those", "these", "they", "whichever"})
_KNOWING = frozenset(
    {
        "know",
        "sure",
        "remember",
        "say",
        "tell",
        "forget",
        "decide",
        "understand",
        "figure",
        "recall",
        "certain",
        "guess",
        "see",
        "ask",
        "wonder",
    }
)


def completed_verbs(sentence: Source, lenders: Sequence[Source], lexicon: Lexicon) -> Edits:
    """The edits that fill in verbs; `lenders`: sentences before this one, nearest first."""
    edits: Edits = []
    for token in sentence.tokens:
        if _is_stranded(sentence, token):
            edits += _stranded(sentence, token, lenders)
    return edits or gapped(sentence, lexicon) or _sluiced(sentence, lenders)


def _is_stranded(sentence: Source, token: Token) -> bool:
    """Whether an auxiliary heads a clause of which only its subject is said."""
    tree, tokens = sentence.tree, sentence.parse.tokens
    auxiliary = token.tag == "MD" or token.lemma in ("do", "have", "be")
    if not auxiliary or token.dep not in _HEADING or token.pos not in ("AUX", "VERB") or tree.child(token.i, *SUBJECTS) is None:
        return False
    if _suffices(sentence, token):
        return False
    for c in tree.children[token.i]:
        child = tokens[c]
        modal = child.dep == "aux" and child.tag == "MD"  # "My stepson will be."
        plain = modal or child.dep in (*SUBJECTS, "neg", "punct", "cc", "intj", "conj", "advcl", "mark", "parataxis")
        if not plain and child.lemma.lower() not in _LIGHT and not _is_spliced(sentence, token, c):
            return False
        if child.dep in ("mark", "advmod") and child.lemma.lower() in _SUBORDINATE - {"how"}:
            return False
    subject = tree.child(token.i, *SUBJECTS)
    tag = subject is not None and subject > token.i and not _echo(sentence, token)
    return not tag and not (subject is not None and tokens[subject].tag in ("WP", "WDT")) and not _starts_subordinate(sentence, token)


def _suffices(sentence: Source, token: Token) -> bool:
    """ "That will do", "any color will do": as good as it need be."""
    tree, tokens = sentence.tree, sentence.parse.tokens
    subject = tree.child(token.i, *SUBJECTS)
    if subject is None or token.lemma != "do" or tree.child(token.i, "aux") is None:
        return False
    return any(tokens[t].text.lower() in _ENOUGH for t in (subject, *tree.all(subject, "det")))


def _is_spliced(sentence: Source, token: Token, c: int) -> bool:
    """ "She has renewed it, he hasn't": a clause before it that only a comma parts from it, read as its object."""
    subject = sentence.tree.child(token.i, *SUBJECTS)
    before = subject is not None and max(sentence.tree.subtree(c)) < subject
    return before and sentence.parse.tokens[c].dep == "ccomp" and sentence.tree.child(c, *SUBJECTS) is not None


def _starts_subordinate(sentence: Source, token: Token) -> bool:
    first = min(sentence.tree.subtree(token.i))
    before = sentence.parse.tokens[first - 1].lemma.lower() if first > sentence.first else ""
    return sentence.parse.tokens[first].lemma.lower() in _SUBORDINATE or before in _SUBORDINATE


def _echo(sentence: Source, token: Token) -> Token | None:
    """The "so" or "neither" before an inverted auxiliary."""
    before = sentence.parse.tokens[token.i - 1] if token.i > sentence.first else None
    return before if before is not None and before.lemma.lower() in ("so", "neither", "nor") else None


def _stranded(sentence: Source, token: Token, lenders: Sequence[Source]) -> Edits:
    form = "base" if token.tag == "MD" or token.lemma == "do" else "VBN" if token.lemma == "have" else "be"
    for source, verb in _verbs(sentence, token, lenders):
        echo = _echo(sentence, token)
        if form == "be" and not _can_be(source, verb):
            continue
        if token.lemma == "do" and verb.lemma in ("be", "'s", "’s"):
            continue
        words = predicate(source, verb, form)
        if words is None or not words.text:
            continue
        if echo is not None:
            return _unfolded(sentence, token, echo, words)
        at = sentence.parse.tokens[_insertion(sentence, token)].span.end
        return [(Span(at, at), join([Phrase(" "), words]))]
    return []


def _can_be(source: Source, verb: Token) -> bool:
    if verb.lemma in ("be", "'s", "’s"):
        return True
    auxiliary = {source.parse.tokens[c].lemma for c in source.tree.all(verb.i, "aux", "auxpass")}
    return verb.tag in ("VBG", "VBN") and bool(auxiliary & {"be", "'s", "’s"})


def _verbs(sentence: Source, token: Token, lenders: Sequence[Source]) -> Iterator[tuple[Source, Token]]:
    """Main verbs before the auxiliary, the nearest first."""
    spliced = [c for c in sentence.tree.children[token.i] if _is_spliced(sentence, token, c)]
    inside = {*sentence.tree.subtree(token.i, frozenset(spliced))} - {token.i, *spliced}
    for candidate in reversed(sentence.parse.tokens[sentence.first : token.i]):
        if candidate.i not in inside and (_lends(sentence, candidate) or candidate.i in spliced) and candidate.i != token.i:
            yield _before(sentence, token, candidate), candidate
    for source in lenders:
        if _lends(source, source.root):
            yield source, source.root


def _before(sentence: Source, token: Token, verb: Token) -> Source:
    """The sentence up to where the clause of the stranded auxiliary begins."""
    own = {*sentence.tree.subtree(verb.i)} if _is_spliced(sentence, token, verb.i) and verb.head == token.i else set[int]()
    inner = [j for j in sentence.tree.subtree(token.i) if j > verb.i and j not in own and not _above(sentence, verb, j)]
    last = min(inner, default=token.i) - 1
    while last > verb.i and sentence.parse.tokens[last].pos in ("PUNCT", "CCONJ", "SCONJ"):
        last -= 1
    if sentence.parse.tokens[last].lemma.lower() in ("so", "neither", "nor") and last > verb.i:
        last -= 1
    return Source(
        sentence.parse,
        sentence.tree,
        sentence.phrase,
        sentence.edits,
        sentence.speaker,
        sentence.first,
        max(last, verb.i),
        sentence.question_mark,
        sentence.turn_id,
    )


def _above(sentence: Source, verb: Token, j: int) -> bool:
    return verb.i in sentence.tree.subtree(j)


def _lends(source: Source, verb: Token) -> bool:
    if verb.pos not in ("VERB", "AUX") or verb.dep not in _HEADING | {"ROOT"}:
        return False
    if verb.tag == "MD" or (verb.lemma in ("do", "have") and not source.tree.all(verb.i, "dobj", "xcomp")):
        return False
    after = [
        c
        for c in source.tree.children[verb.i]
        if source.parse.tokens[c].dep in ("attr", "acomp", "prep", "advmod", "dobj", "xcomp", "ccomp")
    ]
    afraid = any(source.parse.tokens[c].lemma.lower() in _REGRETTING for c in after) and source.tree.child(verb.i, "neg") is not None
    return not afraid and (verb.lemma not in ("be", "'s", "’s") or bool(after))


def _insertion(sentence: Source, token: Token) -> int:
    """The token after which the verb goes: the auxiliary, its subject where that comes later, and "not"."""
    at = token.i
    for c in sentence.tree.children[token.i]:
        if c == at + 1 and sentence.parse.tokens[c].dep == "neg":
            at = c
    return at


def _unfolded(sentence: Source, token: Token, echo: Token, words: Phrase) -> Edits:
    """ "so does my roommate" -> "my roommate goes there too"."""
    subject = sentence.tree.child(token.i, *SUBJECTS)
    if subject is None:
        return []
    first, last = sentence.edges(subject)
    who = sentence.words(first, last)
    negated = echo.lemma.lower() != "so"
    verb = expanded(token.text)
    if token.lemma == "do" and not negated and verb != "did":
        base, _, rest = words.text.partition(" ")
        inflected = third_person(base) if verb == "does" else base
        moved = words.shifted(len(inflected) - len(base))
        said = spaced(who, Phrase(f"{inflected} {rest}".strip(), moved.marks, moved.dates), Phrase("too"))
    else:
        said = spaced(who, Phrase(f"{verb} not" if negated else verb), words, Phrase("either" if negated else "too"))
    return [(Span(echo.span.start, sentence.parse.tokens[last].span.end), said)]


def _sluiced(sentence: Source, lenders: Sequence[Source]) -> Edits:
    """ "I don't know when." -> "I don't know when I am moving out"."""
    last = sentence.parse.tokens[sentence.last]
    if last.tag not in ("WRB", "WP") or sentence.first == sentence.last or sentence.question_mark:
        return []
    knowing = {t.lemma.lower() for t in sentence.tokens[:-1]}
    if not knowing & _KNOWING:
        return []
    for source in lenders:
        words = _as_clause(source)
        if words is not None:
            at = last.span.end
            return [(Span(at, at), join([Phrase(" "), words]))]
    return []


def _as_clause(source: Source) -> Phrase | None:
    if source.wh is None and source.is_question:
        return declarative(source)
    if source.wh is not None and source.auxiliary is not None and source.subject is not None and source.inverted:
        rest = Source(
            source.parse, source.tree, source.phrase, source.edits, source.speaker, source.auxiliary.i, source.last, True, source.turn_id
        )
        return declarative(rest)
    return source.whole() if source.wh is None and source.finite and not source.imperative and source.subject is not None else None
