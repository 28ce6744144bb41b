"""Sentences that may lend their words: of this turn or an earlier one, seen from the present speaker's side.

Knows the grammar of English clauses (subject, auxiliary, question word); decides nothing about what was left out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nlp.ellipsis_words import ellipsis_words
from nlp.phrases import Mark, Phrase, join
from nlp.syntax import SUBJECTS, Tree
from nlp.types import Discourse, Parse, PriorTurn, Span, Speaker, Token
from nlp.word_index import called
from nlp.wording import ISO, Describer, Edits, edited_within, inflected, prior_phrase, shifted_person

Reparse = Callable[[str], Parse]

AUXILIARIES = frozenset({"be", "do", "have", "can", "could", "will", "would", "shall", "should", "may", "might", "must", "'s", "’s"})
_WH = frozenset({"who", "whom", "whose", "what", "which", "when", "where", "why", "how"})
_WH_TAGS = frozenset({"WP", "WP$", "WDT", "WRB"})
_NAMING = frozenset({"the", "s", "at", "to", "of", "is", "my", "your", "our", "his", "her", "their", "its"})
_LEAD_DEPS = frozenset({"cc", "intj", "punct", "discourse"})


@dataclass(frozen=True)
class Source:
    """One sentence with the edits that make it self-contained; `first` and `last` are token indexes, final punctuation excluded."""

    parse: Parse
    tree: Tree
    phrase: Phrase
    edits: Edits
    speaker: Speaker
    first: int
    last: int
    question_mark: bool
    turn_id: str

    @property
    def tokens(self) -> Sequence[Token]:
        return self.parse.tokens[self.first : self.last + 1]

    @property
    def span(self) -> Span:
        return Span(self.parse.tokens[self.first].span.start, self.parse.tokens[self.last].span.end)

    @cached_property
    def root(self) -> Token:
        return next((t for t in self.tokens if t.head == t.i or t.dep == "ROOT"), self.tokens[0])

    def words(self, first: int, last: int) -> Phrase:
        """The tokens from first to last, as a self-contained phrase; empty where first > last."""
        if first > last:
            return Phrase("")
        return edited_within(self.phrase, Span(self.parse.tokens[first].span.start, self.parse.tokens[last].span.end), self.edits)

    def whole(self) -> Phrase:
        return self.words(self.first, self.last)

    def with_edits(self, edits: Edits) -> "Source":
        """With these edits before the others, so that they win."""
        return Source(
            self.parse,
            self.tree,
            self.phrase,
            [*edits, *_outside(self.edits, edits)],
            self.speaker,
            self.first,
            self.last,
            self.question_mark,
            self.turn_id,
        )

    @cached_property
    def wh(self) -> Token | None:
        """The question word that opens the sentence or its main clause."""
        opening = [t for t in self.tokens if t.tag in _WH_TAGS or (t.lemma.lower() in _WH and t.i == self.first)]
        if not opening:
            return None
        first = opening[0]
        return first if all(self._leads(t) for t in self.parse.tokens[self.first : first.i]) else None

    @cached_property
    def subject(self) -> int | None:
        own = self.tree.child(self.root.i, *SUBJECTS, "expl")
        auxiliaries = (c for c in self.tree.children[self.root.i] if self.parse.tokens[c].dep in ("aux", "auxpass"))
        return own if own is not None else next((s for a in auxiliaries if (s := self.tree.child(a, *SUBJECTS, "expl")) is not None), None)

    @cached_property
    def auxiliary(self) -> Token | None:
        """The first auxiliary of the main clause, the copula itself where that is the verb."""
        found = next(
            (self.parse.tokens[c] for c in self.tree.children[self.root.i] if self.parse.tokens[c].dep in ("aux", "auxpass")), None
        )
        if found is not None:
            return found
        return self.root if self.root.lemma in ("be", "'s", "’s") or self.root.tag == "MD" or _bare_auxiliary(self) else None

    @cached_property
    def inverted(self) -> bool:
        """Whether the auxiliary stands before the subject."""
        return self.auxiliary is not None and self.subject is not None and self.auxiliary.i < self.subject

    @property
    def is_question(self) -> bool:
        return self.question_mark or self.wh is not None or (self.inverted and self.root.lemma not in ("'s", "’s"))

    @property
    def finite(self) -> bool:
        """Whether it has a verb of its own with a subject, or a command."""
        return any(_is_predicate(self.tree, t) for t in self.tokens)

    @property
    def imperative(self) -> bool:
        root = self.root
        return root.pos == "VERB" and root.tag in ("VB", "VBP") and self.subject is None and self.auxiliary in (None, root)

    def edges(self, i: int) -> tuple[int, int]:
        """First and last token of the subtree of i that lie in the sentence, without punctuation at the ends.

        Of a subtree that lies outside wholly, as an aside after a clause that was cut out does: the token nearest to it.
        """
        inside = sorted(j for j in self.tree.subtree(i) if self.first <= j <= self.last) or [min(max(i, self.first), self.last)]
        while len(inside) > 1 and self.parse.tokens[inside[-1]].pos in ("PUNCT", "CCONJ"):
            inside.pop()
        while len(inside) > 1 and self.parse.tokens[inside[0]].pos in ("PUNCT", "CCONJ"):
            inside.pop(0)
        return inside[0], inside[-1]

    def _leads(self, token: Token) -> bool:
        return token.dep in _LEAD_DEPS or token.pos in ("INTJ", "CCONJ", "PUNCT", "ADP") or token.text.lower() in ellipsis_words().lead


def own_source(parse: Parse, phrase: Phrase, edits: Edits, discourse: Discourse) -> list[Source]:
    """The sentences of the present turn."""
    return _sentences(parse, phrase, edits, discourse.speaker, discourse.turn_id)


def prior_source(prior: PriorTurn, discourse: Discourse, reparse: Reparse) -> list[Source]:
    """The sentences of an earlier turn as they were meant: what was completed then is taken completed."""
    meant = " ".join(re.sub(rf" ?{ISO.pattern}(/{ISO.pattern})?", "", prior.understood).split()) if prior.understood else ""
    if meant and _was_completed(meant, prior, discourse) and not ISO.search(prior.parse.text):
        parse = reparse(meant)
        phrase = Phrase(parse.text, _marks_by_name(parse, prior, discourse), ())
        return _sentences(parse, phrase, _shifts(parse, prior, discourse), prior.speaker, prior.turn_id)
    edits = [*_pronouns(prior, discourse), *_shifts(prior.parse, prior, discourse)]
    return _sentences(prior.parse, prior_phrase(prior), edits, prior.speaker, prior.turn_id)


def open_question(words: str, prior: PriorTurn, discourse: Discourse, reparse: Reparse) -> list[Source]:
    """The sentences of a question that the agent is known to have left open, where its last turn does not show it."""
    parse = reparse(words)
    asked = replace(prior, parse=parse, understood="", mentions=(), speaker="agent")
    return _sentences(parse, Phrase(parse.text), _shifts(parse, asked, discourse), "agent", prior.turn_id)


def _sentences(parse: Parse, phrase: Phrase, edits: Edits, speaker: Speaker, turn_id: str) -> list[Source]:
    tree = Tree.of(parse.tokens)
    found: list[Source] = []
    for first, last in _sentence_edges(parse.tokens):
        end = last
        while end > first and parse.tokens[end].pos in ("PUNCT", "SPACE"):
            end -= 1
        mark = any(t.text.startswith("?") for t in parse.tokens[end : last + 1])
        found.append(Source(parse, tree, phrase, edits, speaker, first, end, mark, turn_id))
    return found


def _sentence_edges(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    edges: list[tuple[int, int]] = []
    for token in tokens:
        if edges and tokens[edges[-1][0]].sentence == token.sentence:
            edges[-1] = (edges[-1][0], token.i)
        else:
            edges.append((token.i, token.i))
    return edges


def _pronouns(prior: PriorTurn, discourse: Discourse) -> Edits:
    describer = Describer(discourse)
    edits: Edits = []
    for mention in prior.mentions:
        if mention.mention.kind == "pronoun" and mention.referent and not mention.mention.text.lower().endswith(("self", "selves")):
            words = describer.describe(mention.referent)
            if words is not None and len(words.text) <= 60:
                edits.append((mention.mention.span, inflected(mention.mention, prior.parse, words)))
    return edits


def _shifts(parse: Parse, prior: PriorTurn, discourse: Discourse) -> Edits:
    """ "your" of the other side is "my" here; "I" and "you" carry whom they mean."""
    edits: Edits = []
    for token in parse.tokens:
        shifted = shifted_person(token.text, prior.speaker, discourse.speaker, subject=token.dep in SUBJECTS)
        if shifted != token.text:
            edits.append((token.span, Phrase.of(shifted, _speaker_of(token, prior.speaker, discourse))))
    return edits


def _speaker_of(token: Token, said_by: Speaker, discourse: Discourse) -> str:
    first = token.text.lower() in ("i", "me", "my", "mine", "we", "us", "our", "ours")
    return discourse.customer if (said_by == "customer") == first else discourse.business


def _marks_by_name(parse: Parse, prior: PriorTurn, discourse: Discourse) -> tuple[Mark, ...]:
    """What the mentions of the completed text refer to, by the words that the earlier turn and the memory have for things."""
    names = {m.mention.text.lower(): m.referent for m in prior.mentions if m.referent and m.mention.kind != "pronoun"}
    found: dict[int, str] = {}
    for mention in reversed(parse.mentions):  # whose a thing is stands inside its phrase, and later in the row
        lower = mention.text.lower()
        bare = re.sub(r"^(the|an?|my|our|your|his|her|their) ", "", lower)
        referent = next((id for name in (lower, bare) if (id := names.get(name) or called(discourse, name))), None)
        if referent is None and mention.kind == "speaker":
            referent = _speaker_of(parse.tokens[mention.head], prior.speaker, discourse)
        if referent is None and mention.possessor is not None and mention.possessor in found:
            referent = _belonging(mention.head_lemma, found[mention.possessor], discourse)
        if referent:
            found[mention.index] = referent
    return tuple(Mark(m.span, found[m.index]) for m in parse.mentions if m.index in found)


def _belonging(noun: str, owner: str, discourse: Discourse) -> str | None:
    """ "Wife" of "your uncle's wife": the latest that is that to its owner."""
    return next(iter([r.id for r in discourse.referents.values() if (noun, owner) in r.relations][::-1]), None)


def _was_completed(meant: str, prior: PriorTurn, discourse: Discourse) -> bool:
    """Whether more was added to the turn than words for what its mentions refer to."""
    known = [discourse.referents[m.referent] for m in prior.mentions if m.referent is not None and m.referent in discourse.referents]
    names = " ".join(" ".join((r.name, *r.aliases)) for r in known)
    return bool(_word_set(meant) - _word_set(prior.parse.text) - _word_set(names) - _NAMING)


def _word_set(text: str) -> set[str]:
    return {*re.findall(r"\w+", text.lower())}


def _outside(edits: Edits, others: Edits) -> Edits:
    return [(s, p) for s, p in edits if not any(s.start < o.end and o.start < s.end for o, _ in others)]


def _bare_auxiliary(source: Source) -> bool:
    root = source.root
    bare = not any(source.parse.tokens[c].dep in ("dobj", "attr", "xcomp", "ccomp", "prep") for c in source.tree.children[root.i])
    return root.lemma in AUXILIARIES and bare


def _is_predicate(tree: Tree, token: Token) -> bool:
    if token.pos not in ("VERB", "AUX") or token.dep in ("amod", "compound", "aux", "auxpass", "acl", "xcomp", "pcomp"):
        return False
    if tree.child(token.i, *SUBJECTS, "expl") is not None:
        return True
    return (
        token.dep == "ROOT"
        and token.tag in ("VB", "VBP", "VBZ", "VBD", "MD")
        and any(tree.tokens[c].dep not in ("punct", "cc", "intj", "npadvmod") for c in tree.children[token.i])
    )


def spaced(*phrases: Phrase) -> Phrase:
    """Joined by single spaces, empty ones left out, no space before punctuation."""
    kept = [p for p in phrases if p.text.strip()]
    return join(kept, " ")
