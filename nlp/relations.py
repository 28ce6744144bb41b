"""Clauses of a parsed text as relations: a predicate with its arguments, how it is meant and when.

Works on tokens, mentions and times alone; what a mention refers to is not known here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.modality import WH, Predicates, cues, governed, is_question, is_request, negated, tense
from nlp.syntax import CLAUSAL, SUBJECTS, Tree, sentence_of, within
from nlp.types import Argument, Mention, Modality, Relation, Span, Tense, TimeExpression, Token

_QUANTITY = {"many": "how many", "much": "how much", "long": "how long", "often": "how often", "old": "how old", "far": "how far"}
_LINKS = {"because": "because", "since": "because", "as": "because", "if": "if", "unless": "if", "when": "when", "before": "before",
          "after": "after", "until": "until", "while": "when", "so": "so", "once": "when", "whether": "if"}  # fmt: skip


def find_relations(tokens: Sequence[Token], mentions: Sequence[Mention], times: Sequence[TimeExpression]) -> tuple[Relation, ...]:
    """All clauses in the order of their predicates. Complements and adverbial clauses point to the clause that they hang on."""
    return _Reader.of(tokens, mentions, times).relations()


@dataclass(frozen=True)
class _Reader:
    tree: Tree
    mentions: Sequence[Mention]
    times: Sequence[TimeExpression]
    words: Predicates
    heads: tuple[int, ...]  # tokens that are predicates, in order
    light: dict[int, int]  # predicate -> the verb above it that only carries its tense or voice ("going to", "used to", "had it …")
    by_head: dict[int, int]  # token -> widest mention headed by it
    numbers: dict[int, int]  # predicate -> its place in `heads`
    carried: dict[int, int]  # light verb -> the first predicate that it carries
    timed: dict[int, tuple[int, ...]]  # token -> times that it is a part of, in order
    groups: dict[int, int]  # token -> the first coordination that begins with it
    grouped: frozenset[int]  # heads of members of coordinations

    @classmethod
    def of(cls, tokens: Sequence[Token], mentions: Sequence[Mention], times: Sequence[TimeExpression]) -> "_Reader":
        tree = Tree.of(tokens)
        by_head: dict[int, int] = {}
        for mention in mentions:
            widest = by_head.get(mention.head)
            if widest is None or mention.span.end - mention.span.start > mentions[widest].span.end - mentions[widest].span.start:
                by_head[mention.head] = mention.index
        light = _light_verbs(tree)
        heads = tuple(_predicates(tree, light))
        coordinations = [m for m in mentions if m.members]
        return cls(
            tree, mentions, times, _words(), heads, light, by_head,
            numbers={head: n for n, head in enumerate(heads)},
            carried={verb: main for main, verb in reversed(light.items())},
            timed=_timed(tree, times),
            groups={mentions[m.members[0]].head: m.index for m in reversed(coordinations)},
            grouped=frozenset(mentions[k].head for m in coordinations for k in m.members),
        )  # fmt: skip

    def relations(self) -> tuple[Relation, ...]:
        drafts = [self._relation(n, head) for n, head in enumerate(self.heads)]
        return tuple(self._settle(drafts))

    def _relation(self, n: int, head: int) -> Relation:
        top = self.light.get(head, head)
        own = frozenset(self._own(top, head))
        parent, link = self._parent(head)
        arguments = self._arguments(head, own)
        whole = sorted(i for i in self.tree.subtree(top) if self.tree.tokens[i].pos != "PUNCT") or [head]
        span = self.tree.span(whole)
        clause = " ".join(self.tree.tokens[i].text for i in sorted(own))
        source = self._source(own)
        modality = self._modality(head, own)
        return Relation(
            index=n,
            span=span,
            predicate=self._predicate(head, arguments),
            surface=self.tree.tokens[head].text,
            arguments=arguments,
            negated=negated(self.tree, frozenset({head, top}), own, self.words),
            modality="reported" if source is not None and modality == "asserted" else modality,
            reporter=source,
            tense=self._tense(head),
            parent=parent,
            link=link,
            cues=cues(clause) | self._verbal_cues(head),
        )

    def _own(self, top: int, head: int) -> Iterator[int]:
        """The tokens of the clause without those of the clauses in it."""
        waiting = [top]
        while waiting:
            at = waiting.pop()
            yield at
            waiting += [c for c in self.tree.children[at] if c == head or c not in self.numbers]

    def _source(self, own: frozenset[int]) -> int | None:
        """ "According to my neighbor, …": who says so."""
        tokens = self.tree.tokens
        to = next((c for i in own if tokens[i].text.lower() == "according" for c in self.tree.all(i, "prep")), None)
        target = self.tree.child(to, "pobj") if to is not None else None
        return self.by_head.get(target) if target is not None else None

    # arguments

    def _arguments(self, head: int, own: frozenset[int]) -> tuple[Argument, ...]:
        found: list[Argument] = []
        passive = bool(self.tree.all(head, "auxpass")) or self.tree.child(head, "nsubjpass") is not None
        subject = self._subject(head)
        if subject is not None:
            found.append(self._argument("object" if passive and self._is_patient(subject) else "subject", subject))
        top = self.light.get(head, head)
        for child in (*self.tree.children[head], *(self.tree.children[top] if top != head else ())):
            found += self._child(head, child)
        found += self._caused(head)
        found += self._gap(head, found)
        found += [self._time(n) for n in self._own_times(own, found)]
        found += self._inner_holes(own, found)
        return tuple(sorted(_without_times(found), key=lambda a: (a.span.start, a.role)))

    def _is_patient(self, subject: int) -> bool:
        return self.tree.tokens[subject].dep == "nsubjpass"

    def _caused(self, head: int) -> list[Argument]:
        """ "We had it serviced": what the service was done to."""
        if self.light.get(head) is None or self.tree.tokens[head].tag != "VBN":
            return []
        token = self.tree.tokens[head]
        target = token.head if token.dep == "acl" else self.tree.child(head, *SUBJECTS)
        return [self._argument("object", target)] if target is not None and target != self.light[head] else []

    def _child(self, head: int, child: int) -> list[Argument]:
        token, tree = self.tree.tokens[child], self.tree
        if child == head or child in self.carried:
            return []
        if token.dep in ("dobj", "obj"):
            if self.tree.tokens[head].head == child:
                return []
            return [self._argument("object", child), *self._attached(child)]
        if token.dep in ("dative", "iobj"):
            target = tree.child(child, "pobj") if token.pos == "ADP" else child
            return [self._argument("indirect", target)] if target is not None else []
        if token.dep in ("attr", "acomp", "oprd") and child not in self.numbers:
            if child == self._subject(head):
                return self._attached(child)
            return [self._argument("attribute", child), *self._attached(child)]
        if token.dep == "agent":
            target = tree.child(child, "pobj")
            return [self._argument("subject", target)] if target is not None else []
        if token.dep == "prep" or (token.dep in ("advmod", "prt") and token.pos == "ADP"):
            return self._preposition(child)
        if token.dep in ("ccomp", "xcomp", "pcomp") and child in self.numbers:
            return [] if self._spliced(child) else [self._clause(child)]
        if token.dep in ("advmod", "npadvmod", "advcl") and child not in self.numbers and token.dep != "advcl":
            return [] if token.tag in WH and not self._asks(head) else [self._argument("adverb", child)]
        if token.dep in ("ccomp", "xcomp") and token.pos in ("ADJ", "NOUN", "PROPN"):
            return [self._argument("attribute", child)]
        return []

    def _attached(self, noun: int) -> list[Argument]:
        """Where and with what an object is: prepositional phrases that the parser hung on the noun belong to the event as often."""
        return [a for p in self.tree.all(noun, "prep") if self.tree.tokens[p].lemma != "of" for a in self._preposition(p)]

    def _preposition(self, prep: int) -> list[Argument]:
        tree, name = self.tree, self.tree.tokens[prep].lemma.lower()
        if self.tree.tokens[prep].text.lower() == "according":
            return []
        inner = [p for p in tree.all(prep, "prep", "pcomp") if p not in self.numbers]
        target = tree.child(prep, "pobj")
        if target is None and inner:
            return [replace(a, role=f"{name}_{a.role}" if a.role == "of" else a.role) for p in inner for a in self._preposition(p)]
        if target is None:
            clause = tree.child(prep, "pcomp")
            if clause is not None and clause in self.numbers:
                return [replace(self._clause(clause), role=name)]
            stranded = self._stranded(prep)
            return [replace(self._argument(name, stranded))] if stranded is not None else []
        more = [self._argument(name, c) for c in tree.all(target, "conj") if tree.tokens[c].pos in ("NOUN", "PROPN") and self._is_bare(c)]
        return [self._argument(name, target), *more, *self._attached(target)]

    def _is_bare(self, i: int) -> bool:
        """Whether a conjunct stands alone rather than in a coordination that is a mention of its own."""
        return i not in self.grouped

    def _stranded(self, prep: int) -> int | None:
        """ "What number can you reach me at?": the wh phrase that a preposition left behind belongs to."""
        for token in sentence_of(self.tree.tokens, self.tree.tokens[prep].sentence):
            if token.tag in WH and token.tag != "WRB" and token.i < prep:
                return token.head if token.dep == "det" else token.i
        return None

    def _argument(self, role: str, i: int) -> Argument:
        tree, token = self.tree, self.tree.tokens[i]
        span = tree.phrase(i)
        time = next(iter(self.timed.get(i, ())), None)
        mention = self.by_head.get(i)
        group = self.groups.get(i)
        if group is not None and time is None:
            mention = group
        if mention is not None:
            span = self.mentions[mention].span
        text = "".join(_slice(tree, span))
        return Argument(role, span, text, token.lemma.lower(), None if time is not None else mention, time, wh=self._wh(i))

    def _clause(self, head: int) -> Argument:
        span = self.tree.phrase(head)
        return Argument(
            "complement", span, "".join(_slice(self.tree, span)), self.tree.tokens[head].lemma.lower(), relation=self.numbers[head]
        )

    def _time(self, n: int) -> Argument:
        time = self.times[n]
        return Argument("when", time.span, time.text, time.text.lower(), time=n)

    def _own_times(self, own: frozenset[int], found: Sequence[Argument]) -> list[int]:
        taken = {a.time for a in found if a.role == "when"}
        return sorted({n for i in own for n in self.timed.get(i, ())} - taken)

    def _spliced(self, head: int) -> bool:
        """A sentence before this one that the parser took for its complement: "There's a dog, so use the side door"."""
        token = self.tree.tokens[head]
        above = self.tree.tokens[token.head]
        if token.dep in ("advcl", "xcomp") and token.tag == "VB" and head < above.i and not self.tree.all(head, "aux", "mark"):
            return True
        says = above.lemma in self.words.report or above.lemma in self.words.belief or above.lemma in self.words.knowing
        return token.dep == "ccomp" and head < above.i and not says

    # subjects and gaps

    def _subject(self, head: int) -> int | None:
        tree = self.tree
        if head in self.light and self.tree.tokens[head].tag == "VBN":
            return self._subject(self.light[head])
        own = tree.child(head, *SUBJECTS)
        if own is not None and self._called(own, head):
            return tree.child(head, "attr")
        if own is not None:
            return self._relative(own, head)
        if tree.child(head, "expl") is not None:
            return tree.child(head, "attr", "dobj")
        token = tree.tokens[head]
        if token.dep == "conj":
            return self._subject(token.head) if token.head in self.numbers and not self._ordered(head) else None
        if token.dep in ("xcomp", "advcl", "oprd") and not self._spliced(head):
            return self._controller(head)
        return token.head if token.dep == "acl" and token.tag == "VBG" else None

    def _called(self, subject: int, head: int) -> bool:
        """ "Dana, is the dryer old?": a name before a comma is spoken to; the subject comes after the verb."""
        tokens = self.tree.tokens
        comma = subject < head and tokens[head - 1].text == "," and tokens[subject].pos == "PROPN"
        return comma and self.tree.child(head, "attr") is not None and self._sentence(head).rstrip().endswith("?")

    def _ordered(self, head: int) -> bool:
        """An order joined to a statement: "we are away, so please pause it", "…, but don't tell him"."""
        token, above = self.tree.tokens[head], self.tree.tokens[self.tree.tokens[head].head]
        aux = [self.tree.tokens[c].text.lower() for c in self.tree.all(head, "aux")]
        polite = any(self.tree.tokens[c].lemma.lower() == "please" for c in self.tree.children[head])
        return "do" in aux or polite or (token.tag == "VB" and not aux and above.tag not in ("VB", "VBP"))

    def _relative(self, subject: int, head: int) -> int:
        """The noun that a relative pronoun stands for, else the subject itself."""
        token = self.tree.tokens[subject]
        if token.tag in ("WP", "WDT") and self.tree.tokens[head].dep == "relcl":
            return self.tree.tokens[head].head
        return subject

    def _controller(self, head: int) -> int | None:
        above = self.tree.tokens[head].head
        if above not in self.numbers:
            return self._subject(above) if self.tree.tokens[above].pos in ("VERB", "AUX") else None
        target = self.tree.child(above, "dobj", "dative")
        if target is not None and self.tree.tokens[above].lemma in self.words.control_object and self.tree.tokens[head].dep == "xcomp":
            return target
        return self._subject(above)

    def _gap(self, head: int, found: Sequence[Argument]) -> list[Argument]:
        """The object that a relative clause leaves out: "the leak I texted you about", "the car that she drives"."""
        token = self.tree.tokens[head]
        if token.dep == "acl" and token.tag == "VBN" and head not in self.light:
            return [self._argument("object", token.head)]
        if token.dep != "relcl":
            return []
        noun = token.head
        relative = [
            i for i in self.tree.subtree(head) if self.tree.tokens[i].tag in ("WP", "WDT") and self.tree.tokens[i].dep in ("dobj", "pobj")
        ]
        if relative or (not any(a.role in ("object", "attribute") for a in found) and self.tree.child(head, *SUBJECTS) is not None):
            if any(a.mention is not None and a.mention == self.by_head.get(noun) for a in found):
                return []
            stranded = next((p for p in self.tree.all(head, "prep") if self.tree.child(p, "pobj", "pcomp") is None), None)
            role = self.tree.tokens[stranded].lemma.lower() if stranded is not None else "object"
            return [self._argument(role, noun)]
        return []

    # questions

    def _asks(self, head: int) -> bool:
        token = self.tree.tokens[head]
        return is_question(self.tree, self._sentence(head), head) or token.dep in ("ccomp", "pcomp")

    def _wh(self, i: int) -> str | None:
        """The question word if the phrase of token i is a hole."""
        tree = self.tree
        for c in sorted(tree.subtree(i)):
            token = tree.tokens[c]
            if token.tag not in WH or (token.dep in ("nsubj", "dobj", "pobj", "mark") and c != i):
                continue
            if token.lemma.lower() == "how" or token.text.lower() == "how":
                after = tree.tokens[c + 1].lemma.lower() if c + 1 < len(tree.tokens) else ""
                return _QUANTITY.get(after, "how")
            word = token.text.lower()
            if word == "that":
                continue
            return {"whom": "who", "whats": "what", "whos": "who"}.get(word, word)
        return None

    def _inner_holes(self, own: frozenset[int], found: Sequence[Argument]) -> list[Argument]:
        """Question words that are no argument yet: "when", "where", "why", and determiners deep in a phrase."""
        if any(a.wh for a in found):
            return []
        for i in sorted(own):
            token = self.tree.tokens[i]
            if token.tag in WH and token.text.lower() != "that" and self._is_hole(i):
                phrase = (
                    token.head
                    if token.dep in ("det", "poss", "advmod") and self.tree.tokens[token.head].pos in ("NOUN", "ADJ", "ADV", "PROPN")
                    else i
                )
                return [self._argument("adverb" if token.tag == "WRB" else "object", phrase)]
        return []

    def _is_hole(self, i: int) -> bool:
        clause = next((a for a in (i, *self.tree.ancestors(i)) if a in self.numbers), None)
        return clause is not None and self.tree.tokens[clause].dep not in ("relcl", "advcl", "acl")

    # how it is meant

    def _parent(self, head: int) -> tuple[int | None, str | None]:
        token = self.tree.tokens[head]
        above = next((main for a in self.tree.ancestors(head) if (main := self._carried(a)) is not None and main != head), None)
        if above is None:
            return None, None
        top = self.tree.tokens[self.light.get(head, head)]
        if top.i != head and top.dep in ("ccomp", "xcomp"):
            return self.numbers[above], "complement"
        if token.dep in ("relcl", "acl"):
            return self.numbers[above], "relative"
        if token.dep in ("ccomp", "xcomp", "pcomp") and not self._spliced(head):
            mark = self.tree.child(head, "mark")
            if mark is None or self.tree.tokens[mark].lemma.lower() in ("that", "to", "if", "whether"):
                return self.numbers[above], "complement"
        if token.dep == "conj":
            return self.numbers[above], "and"
        marks = [self.tree.tokens[i].text.lower() for i in self.tree.all(head, "mark", "advmod", "prep", "cc")]
        marks += [self.tree.tokens[token.head].text.lower()] if token.dep == "pcomp" else []
        link = next((_LINKS[m] for m in marks if m in _LINKS), "complement" if token.dep == "ccomp" and not self._spliced(head) else "and")
        return self.numbers[above], link

    def _carried(self, i: int) -> int | None:
        """The predicate that token i is, or that it carries the tense of."""
        return i if i in self.numbers else self.carried.get(i)

    def _modality(self, head: int, own: frozenset[int]) -> Modality:
        tree, token = self.tree, self.tree.tokens[head]
        sentence = self._sentence(head)
        words = {t.lemma.lower() for t in sentence_of(tree.tokens, token.sentence)}
        if words & self.words.joke:
            return "joke"
        if self._conditional(head):
            return "hypothesis"
        if token.dep in ("relcl", "acl"):
            return "asserted"
        root = next(
            (a for a in (head, *tree.ancestors(head)) if tree.tokens[a].dep in ("ROOT", "parataxis") or a == tree.tokens[a].head), head
        )
        asked = is_question(tree, sentence, root)
        joined = token.dep == "conj" and self._subject(head) is not None
        if is_request(tree, head) and not joined and (asked or tree.child(head, *SUBJECTS) is None) and token.dep != "xcomp":
            return "request" if not self._wh_in(own) else "question"
        if asked and not self._aside(head):
            return "question"
        own_words = {tree.tokens[i].text.lower() for i in own if tree.tokens[i].text not in ("May", "Might")}
        aux = {tree.tokens[i].text.lower() for i in tree.all(head, "aux")}
        if own_words & {"almost", "nearly"}:
            return "wish"  # what almost came about did not
        if own_words & self.words.uncertain or ("could" in aux and tree.tokens[head].tag == "VB" and tense(tree, head) != "past"):
            return "uncertain"
        if aux & {"would", "'d"} and token.lemma in self.words.wish:
            return "asserted"
        return "hypothesis" if aux & {"would", "'d"} and token.tag == "VB" and not self._reported_chain(head) else "asserted"

    def _aside(self, head: int) -> bool:
        """A statement in the same sentence as a question: "It's Dana, can you call me?"."""
        token = self.tree.tokens[head]
        return token.dep in ("conj", "parataxis", "ccomp") and self._declarative(head) and not self._declarative(token.head)

    def _declarative(self, head: int) -> bool:
        subject = self.tree.child(head, *SUBJECTS)
        aux = self.tree.all(head, "aux", "auxpass")
        return subject is not None and subject < min([head, *aux])

    def _reported_chain(self, head: int) -> bool:
        return any(self.tree.tokens[a].lemma in self.words.report for a in self.tree.ancestors(head))

    def _wh_in(self, own: frozenset[int]) -> bool:
        return any(self.tree.tokens[i].tag in WH and self.tree.tokens[i].text.lower() != "that" for i in own)

    def _conditional(self, head: int) -> bool:
        """In an if-clause, or the consequence of one."""
        for i in (head, *[a for a in self.tree.ancestors(head) if a in self.numbers]):
            mark = self.tree.child(i, "mark")
            if mark is not None and self.tree.tokens[mark].lemma.lower() in self.words.conditions and not self._indirect_question(i):
                return True
        return any(
            (mark := self.tree.child(c, "mark")) is not None and self.tree.tokens[mark].lemma.lower() in ("if", "unless")
            for c in self.tree.all(head, "advcl")
        )

    def _indirect_question(self, head: int) -> bool:
        return self.tree.tokens[head].dep == "ccomp"

    def _tense(self, head: int) -> Tense:
        token = self.tree.tokens[head]
        if head in self.light:
            return "future" if self.tree.tokens[self.light[head]].lemma == "go" else tense(self.tree, self.light[head])
        own = tense(self.tree, head)
        if token.dep == "xcomp" and token.tag in ("VB", "VBG") and token.head in self.numbers:
            return tense(self.tree, token.head)
        return own

    def _verbal_cues(self, head: int) -> frozenset[str]:
        above = self.light.get(head)
        return frozenset({"used_to"}) if above is not None and self.tree.tokens[above].text.lower() == "used" else frozenset()

    def _predicate(self, head: int, arguments: Sequence[Argument]) -> str:
        token = self.tree.tokens[head]
        name = self.words.lemmas.get(token.lemma.lower(), token.lemma.lower())
        particles = [self.tree.tokens[i].lemma.lower() for i in self.tree.all(head, "prt")]
        if particles:
            return "_".join([name, *particles])
        if name == "be" and any(a.role == "adverb" and a.lemma in ("there", "here", "over", "by") for a in arguments):
            return "be_there"
        if name == "be":
            adjective = next((a for a in arguments if a.role == "attribute" and a.mention is None and a.time is None), None)
            preposition = next((a.role for a in arguments if adjective and (a.span.start > adjective.span.start or a.wh or a.text == "that") and a.role.isalpha()
                                and a.role not in ("attribute", "when", "adverb", "subject", "object", "complement")), None)  # fmt: skip
            if adjective and preposition and not adjective.wh and len(adjective.lemma) > 2:
                return f"{adjective.lemma}_{preposition}"
        return name

    def _sentence(self, head: int) -> str:
        number = self.tree.tokens[head].sentence
        return " ".join(t.text for t in sentence_of(self.tree.tokens, number))

    def _settle(self, drafts: list[Relation]) -> list[Relation]:
        """Gives each complement what its governing clause makes of it."""
        order = sorted(drafts, key=lambda r: len(list(self.tree.ancestors(self.heads[r.index]))))
        settled: dict[int, Relation] = {}
        for draft in order:
            parent = settled.get(draft.parent) if draft.parent is not None else None
            settled[draft.index] = self._under(parent, draft) if parent is not None else draft
        return [_without_cleft(settled[n], settled) for n in range(len(drafts))]

    def _infinitive(self, draft: Relation) -> bool:
        head = self.heads[draft.index]
        return self.tree.tokens[head].tag == "VBG" or any(self.tree.tokens[c].text.lower() == "to" for c in self.tree.all(head, "aux"))

    def _under(self, parent: Relation, draft: Relation) -> Relation:
        if draft.link == "and" and parent.modality in ("request", "hypothesis", "joke") and draft.modality == "asserted":
            shared = not self.tree.all(self.heads[draft.index], *SUBJECTS)
            return replace(draft, modality=parent.modality) if shared else draft
        if draft.link != "complement":
            return draft
        if parent.modality in ("question", "hypothesis", "joke") and draft.modality == "asserted":
            return replace(draft, modality=parent.modality)
        subject = parent.argument("subject")
        person = subject.text.lower() if subject else ""
        if parent.predicate in self.words.failing and parent.modality in ("asserted", "reported") and self._infinitive(draft):
            return replace(draft, modality=parent.modality, negated=draft.negated != (not parent.negated), tense=parent.tense)
        made = governed(parent.predicate.split("_")[0], person, self.words)
        if parent.modality == "request" and made is None:
            made = "wish"
        if made is None or draft.modality not in ("asserted", "hypothesis"):
            return replace(draft, modality=parent.modality) if parent.modality in ("reported", "uncertain") and made is None else draft
        reporter = subject.mention if made == "reported" and subject is not None else draft.reporter
        denied = parent.negated and parent.predicate in self.words.belief
        kept = made if made != "asserted" else ("asserted" if draft.modality == "hypothesis" else draft.modality)
        return replace(draft, modality="uncertain" if denied else kept, reporter=reporter, negated=draft.negated != denied)


def _without_cleft(relation: Relation, settled: dict[int, Relation]) -> Relation:
    """ "It's tree nuts that Bram is allergic to": what stands after "it is" belongs in the place of "that"."""
    above = settled.get(relation.parent) if relation.parent is not None else None
    if above is None or above.predicate != "be" or relation.link not in ("complement", "relative"):
        return relation
    subject, found = above.argument("subject"), above.argument("attribute")
    if subject is None or found is None or subject.text.lower() not in ("it", "that", "this") or found.relation is not None:
        return relation
    filled = tuple(replace(found, role=a.role) if a.text.lower() in ("that", "who", "which") else a for a in relation.arguments)
    return replace(relation, arguments=filled)


def _light_verbs(tree: Tree) -> dict[int, int]:
    """Predicates whose governor only carries their tense ("going to", "used to") or voice ("had it serviced", "get it fixed")."""
    found: dict[int, int] = {}
    for token in tree.tokens:
        above = tree.tokens[token.head]
        if token.pos not in ("VERB", "AUX") or token.i == token.head:
            continue
        if (token.dep == "xcomp" and (above.text.lower() == "used" or (above.text.lower() in ("going", "gon") and above.tag == "VBG"))) or (
            token.tag == "VBN" and token.dep in ("ccomp", "xcomp") and above.lemma in ("have", "get") and tree.child(token.i, *SUBJECTS)
        ):
            found[token.i] = above.i
        elif token.tag == "VBN" and token.dep == "acl" and above.dep == "dobj" and tree.tokens[above.head].lemma in ("have", "get"):
            found[token.i] = above.head
    return found


def _predicates(tree: Tree, light: dict[int, int]) -> list[int]:
    """Tokens that head a clause of their own; auxiliaries and light verbs do not."""
    carried = set(light.values())
    return [t.i for t in tree.tokens if t.dep in CLAUSAL and t.i not in carried and (t.pos in ("VERB", "AUX") or _is_participle(tree, t.i))]


def _is_participle(tree: Tree, i: int) -> bool:
    """ "The door got stuck": an adjective that the parser gives an auxiliary and a subject."""
    return tree.tokens[i].pos == "ADJ" and tree.child(i, "auxpass") is not None and tree.child(i, *SUBJECTS) is not None


def _without_times(found: Sequence[Argument]) -> list[Argument]:
    """Each time once: what is a time and stands under a preposition keeps the preposition in its bound alone."""
    out: list[Argument] = []
    for argument in found:
        if argument.time is None:
            out.append(argument)
        elif not any(a.time == argument.time for a in out):
            out.append(replace(argument, role=argument.role if argument.role in ("subject", "attribute", "object") else "when"))
    return out


def _timed(tree: Tree, times: Sequence[TimeExpression]) -> dict[int, tuple[int, ...]]:
    """The times that each token is a part of, without those that are ends of a wider one."""
    found: dict[int, tuple[int, ...]] = {}
    for n, time in enumerate(times):
        for token in within(tree.tokens, time.span) if time.part_of is None else ():
            found[token.i] = (*found.get(token.i, ()), n)
    return found


def _slice(tree: Tree, span: Span) -> list[str]:
    """The text of a span, rebuilt from its tokens with their spacing."""
    inside = within(tree.tokens, span)
    parts: list[str] = []
    for n, token in enumerate(inside):
        gap = token.span.start - inside[n - 1].span.end if n else 0
        parts += [" " * min(gap, 1), token.text]
    return parts


_cached: list[Predicates] = []


def _words() -> Predicates:
    """The word lists, read on first use: importing has no effect."""
    if not _cached:
        _cached.append(Predicates.load())
    return _cached[0]
