"""Mentions -> referents: who or what each mention of a turn means, in the conversation and in memory.

Knows a parse and the discourse; changes nothing, stores nothing. Rules with scores: first and second persons by speaker; pronouns by
agreement, salience and selection; names and noun phrases by their words, owners and kinds. A choice too close to call is `Ambiguous`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from nlp.agreement import FORMS
from nlp.calibration import confidence, figures
from nlp.deeds import deed
from nlp.function_words import SECOND, TITLES
from nlp.groups import takes_all, whole_of
from nlp.known import Known, Stage, bare_text, nearest, stage
from nlp.nominal_choice import FAMILY, score_nominals
from nlp.ownership import owned_subject
from nlp.pronoun_choice import Scored, candidates_of, cataphor, score_candidates
from nlp.pronoun_features import family_of
from nlp.pronouns import is_pleonastic, quoting, tells_who
from nlp.ranker import Features
from nlp.some_of import some_of
from nlp.stand_ins import asked_kind, asked_who, kinds, owned, owned_kind, places, same_as_subject, somebody, stands_alone
from nlp.syntax import Tree
from nlp.ties import is_tie
from nlp.types import Ambiguous, Antecedent, Candidate, Discourse, Lexicon, Linked, Mention, New, Parse, Resolution, Unresolved
from nlp.wording import referent_of

Watch = Callable[[Mention, Sequence[Scored]], None]
_NOBODY = frozenset({"no one", "some one", "any one", "every one", "no-one"})
_PLURAL_FORMS = frozenset({"both", "these", "those", "neither", "either"})


def resolve(
    parse: Parse,
    discourse: Discourse,
    lexicon: Lexicon,
    *,
    settled: Mapping[int, Resolution] | None = None,
    watch: Watch = lambda _mention, _scored: None,
) -> tuple[Resolution, ...]:
    """One resolution for each mention, in order.

    settled: what callbacks decided already, by index of mention. watch: is told each mention's candidates before one is chosen.
    """
    work = _Turn(parse, discourse, lexicon, Tree.of(parse.tokens), stage(discourse, parse), dict(settled or {}), watch)
    return tuple(work.settle(m.index) for m in parse.mentions)


@dataclass
class _Turn:
    """The work on one turn: what is settled so far, and the entities in view, which grow with it."""

    parse: Parse
    discourse: Discourse
    lexicon: Lexicon
    tree: Tree
    stage: Stage
    given: dict[int, Resolution]
    watch: Watch
    done: dict[int, Resolution] = field(default_factory=dict[int, Resolution])
    open: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        self.view = len(self.stage.known)

    @cached_property
    def heads(self) -> dict[int, Mention]:
        return {m.head: m for m in self.parse.mentions if not m.members}

    def settle(self, index: int) -> Resolution:
        """Resolves a mention after those that it depends on: its owner, its members, what it renames."""
        if index in self.done:
            return self.done[index]
        self.open.add(index)
        mention = self.parse.mentions[index]
        needed = (mention.possessor, *mention.members, mention.same_as)
        for other in needed:
            if other is not None and other not in self.open:
                self.settle(other)
        if index in self.done:
            return self.done[index]
        resolution = self.given.get(index) or self._resolve(mention)
        self.done[index] = resolution
        self.open.discard(index)
        self._note(mention, resolution)
        return resolution

    def _note(self, mention: Mention, resolution: Resolution) -> None:
        referent = referent_of(resolution)
        if referent is not None and mention.value is None:
            members = resolution.members if isinstance(resolution, Linked | New) else ()
            name = (resolution.name or "") if isinstance(resolution, New | Linked) else ""
            self.stage.note(mention, referent, name, owner=self._owner(mention), members=members)

    def _owner(self, mention: Mention) -> str | None:
        return None if mention.possessor is None else referent_of(self.done.get(mention.possessor))

    def _resolve(self, mention: Mention) -> Resolution:
        if mention.value is not None:
            return Linked(mention, None, None, None, 1.0, value=mention.value)
        if (speaker := self._speaker(mention)) is not None:
            return self._link(mention, speaker, 0.98, evidence=("who speaks",))
        if mention.same_as is not None and (same := self._same(mention)) is not None:
            return same
        if mention.members:
            return self._group(mention)
        if (taken := self._taken_whole(mention)) is not None:
            return taken
        return self._pronoun(mention) if mention.kind == "pronoun" else self._nominal(mention)

    def _speaker(self, mention: Mention) -> str | None:
        """Who I, you and a name given in an introduction stand for."""
        if mention.person != 3 and mention.kind == "speaker" and (quoted := quoting(self.tree, self.parse.text, mention)) is not None:
            return self._quoted(quoted)
        speaks, listens = self.discourse.customer, self.discourse.business
        if self.discourse.speaker == "agent":
            speaks, listens = listens, speaks
        if mention.kind == "name" and mention.same_as is None and asked_who(self.discourse):
            return None
        if mention.role == "vocative":
            first, *more = mention.text.lower().split()
            greeted = self.discourse.speaker == "agent" or not more or first in TITLES  # nobody says "Mr." of themselves
            if not greeted:
                return speaks
            return listens if self.discourse.speaker == "agent" else None
        if mention.person == 1:
            return speaks if mention.kind != "name" or speaks == self.discourse.customer or mention.same_as is None else None
        return listens if mention.person == 2 and mention.head_lemma in SECOND else None

    def _quoted(self, head: int) -> str | None:
        """The referent of the one who is quoted, or spoken to, where that was said."""
        near = self.stage.near.get(self.parse.tokens[head].sentence, [])
        said = next((m for m in near if m.head == head and not m.members), None)
        return None if said is None or said.index in self.open else referent_of(self.settle(said.index))

    def _same(self, mention: Mention) -> Resolution | None:
        """The referent of what this mention renames: "my wife" of "my wife Dana"."""
        host = self.done.get(mention.same_as) if mention.same_as is not None else None
        referent = referent_of(host)
        if referent is None or not self._fits(mention, referent):
            return None
        members = self._referents(mention.members)
        return self._link(mention, referent, 0.95, evidence=("named so in this turn",), members=members)

    def _fits(self, mention: Mention, referent: str) -> bool:
        """Whether a thing so described may be that entity: nobody is a call."""
        known = self.stage.get(referent)
        if known is None or mention.members:
            return True
        return (mention.type == "person") == (known.type == "person") or "thing" in (mention.type, known.type) or known.type == "animal"

    def _referents(self, mentions: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(r for m in mentions if (r := referent_of(self.done.get(m))) is not None)

    def _group(self, mention: Mention) -> Resolution:
        members = self._referents(mention.members)
        return self._several(mention, members) if len(members) > 1 else self._new(mention)

    def _several(self, mention: Mention, members: tuple[str, ...]) -> Linked | New:
        known = next((k for k in self.stage.recent() if set(k.members) == set(members)), None)
        name = " and ".join(self.stage.name(m) for m in members)
        if known:
            return self._link(mention, known.id, 0.95, evidence=("the same members",), members=members)
        return New(mention, self.discourse.new_id(mention.span), name, members=members)

    def _taken_whole(self, mention: Mention) -> Resolution | None:
        """ "Both of them" is whom "them" is, where they are two."""
        inner = whole_of(self.parse, mention)
        meant = self.settle(inner) if inner is not None and inner not in self.open else None
        if not isinstance(meant, Linked) or meant.referent is None or not takes_all(mention, len(meant.members)):
            return None
        return self._link(mention, meant.referent, meant.confidence, evidence=("those who are many",), members=meant.members)

    def _pronoun(self, mention: Mention) -> Resolution:
        if stands_alone(mention):
            return self._possession(mention)
        if mention.head_lemma == "there":
            found = places(self.stage, self.tree, self.lexicon, mention)
            return self._choose(mention, found) if found else Unresolved(mention, "generic")
        if tells_who(self.tree, mention) and (who := somebody(self.stage, self.tree, mention)) is not None:
            return self._link(mention, who.id, 0.8, evidence=("who is told by name",))
        if is_pleonastic(self.tree, mention):
            return Unresolved(mention, "pleonastic")
        if mention.head_lemma not in FORMS and mention.definiteness != "demonstrative" and mention.head_lemma not in _PLURAL_FORMS:
            return self._one(mention)
        scored = score_candidates(self.stage, self.tree, self.lexicon, mention)
        self.watch(mention, scored)
        later = cataphor(self.stage, self.tree, mention, self.heads)
        if later is not None and later.index not in self.open and (not scored or scored[0].score < -1.0):
            referent = referent_of(self.settle(later.index))
            if referent is not None:
                return self._link(mention, referent, 0.8, evidence=("named after it in the same sentence",))
        return self._choose(mention, scored)

    def _possession(self, mention: Mention) -> Resolution:
        """ "mine": what of the speaker's was spoken of, else one of the kind that somebody else's is; "it is mine" says whose it is."""
        subject = self.heads.get(owned_subject(self.parse, mention) or -1)
        said = referent_of(self.settle(subject.index)) if subject is not None and subject.index not in self.open else None
        if said is not None:
            return self._link(mention, said, 0.9, evidence=("whose it is",))
        scored = owned(self.stage, self.lexicon, mention.head_lemma)
        if not scored and (kind := owned_kind(self.stage, self.tree, self.lexicon, mention)) is not None:
            name, place = kind
            return Linked(mention, self.discourse.new_id(mention.span), name, place.antecedent, 0.7, evidence=("one of that kind",))
        return self._choose(mention, scored)

    def _one(self, mention: Mention) -> Resolution:
        """ "one", "the spare one": another of the kind that is spoken of, unless one so described is known."""
        if mention.head_lemma not in ("one", "ones"):
            return self._new(mention)
        if (own := same_as_subject(self.stage, self.tree, mention)) is not None:
            return self._of_kind(mention, own)
        wanted = set(mention.modifiers)
        spoken_of = kinds(self.stage, self.tree, self.lexicon, mention)
        if known := [s for s in spoken_of if wanted and wanted <= s.known.attributes]:
            return self._choose(mention, known)
        if (which := asked_kind(self.stage, mention)) is not None:
            return self._another(mention, *which)
        return self._of_kind(mention, spoken_of[0].known) if spoken_of else self._new(mention)

    def _of_kind(self, mention: Mention, known: Known) -> Linked:
        """Called after the noun that "one" stands for; it goes back to where that was said."""
        place = nearest(known.seen, mention.span)
        noun = bare_text(place.parse, place.mention).split()[-1] if place else known.name
        if place is not None and mention.number == "singular" and place.mention.number == "plural":
            noun = place.mention.head_lemma  # "two cabins: the one on the lake …"
        return self._another(replace(mention, type=known.type), noun, place.antecedent if place else None)

    def _another(self, mention: Mention, noun: str, antecedent: Antecedent | None) -> Linked:
        """A new entity of the kind that the noun names."""
        name = re.sub(r"\bones?\b", lambda _: noun, bare_text(self.parse, mention), count=1)
        return Linked(mention, self.discourse.new_id(mention.span), name, antecedent, 0.7, evidence=("one of that kind",))

    def _nominal(self, mention: Mention) -> Resolution:
        if mention.head_lemma in ("one", "ones") and mention.same_as is None:
            return self._new(mention) if mention.text.lower() in _NOBODY else self._one(mention)
        every = score_nominals(self.stage, self.lexicon, mention, self._owner(mention))
        self.watch(mention, every)
        scored = [s for s in every if s.score >= 0.0]
        if (not scored or scored[0].known.last is None) and (some := some_of(self.stage, mention, self._owner(mention))):
            return self._some(mention, some)
        if not scored:
            return self._deed(mention) or self._new(mention)
        best = scored[0]
        return self._link(mention, best.known.id, self._sure("nominal", mention, scored), evidence=best.evidence, scored=scored)

    def _some(self, mention: Mention, members: tuple[str, ...]) -> Resolution:
        """One or several of a group."""
        if len(members) == 1:
            return self._link(mention, members[0], 0.8, evidence=("the one of the group",))
        whole = self._several(mention, members)
        return Linked(mention, referent_of(whole), whole.name, None, 0.8, members=members, evidence=("those of the group",))

    def _deed(self, mention: Mention) -> Linked | None:
        """ "The delivery" after "they delivered": a new entity, which goes back to the verb."""
        said = deed(self.stage, self.tree, mention)
        if said is None:
            return None
        name = bare_text(self.parse, mention)
        return Linked(mention, self.discourse.new_id(mention.span), name, said, 0.7, evidence=("what was said with a verb",))

    def _choose(self, mention: Mention, scored: list[Scored]) -> Resolution:
        if not scored or scored[0].score < -9.0:
            return Unresolved(mention, "no candidate")
        best, sure = scored[0], self._sure("pronoun", mention, scored)
        if best.said is not None:
            return Linked(mention, None, None, best.said.antecedent, sure, evidence=best.evidence)
        if is_tie(scored, self.tree, mention, self.stage.near.get(mention.sentence, [])):
            return Ambiguous(mention, candidates_of(scored), sure)
        return self._link(mention, best.known.id, sure, evidence=best.evidence, scored=scored)

    def _sure(self, sort: str, mention: Mention, scored: list[Scored]) -> float:
        return confidence(sort, told_by(sort, mention, scored, self.view))

    def _link(
        self,
        mention: Mention,
        referent: str,
        sure: float,
        *,
        evidence: tuple[str, ...],
        scored: list[Scored] | None = None,
        members: tuple[str, ...] = (),
    ) -> Linked:
        known = self.stage.get(referent)
        place = nearest(known.seen, mention.span) if known else None
        name = known.name if known else bare_text(self.parse, mention)
        return Linked(
            mention,
            referent,
            name,
            place.antecedent if place else None,
            sure,
            candidates=candidates_of(scored) if scored else (Candidate(referent, name, sure),),
            members=members or (known.members if known else ()),
            evidence=evidence,
        )

    def _new(self, mention: Mention) -> New:
        return New(mention, self.discourse.new_id(mention.span), bare_text(self.parse, mention))


def told_by(sort: str, mention: Mention, scored: Sequence[Scored], view: int) -> Features:
    """What the choice of the best tells of itself. sort: `pronoun` or `nominal`; view: entities that earlier turns brought into view."""
    family = family_of(mention) if sort == "pronoun" else FAMILY
    return figures([s.score for s in scored], view + mention.index, family, scored[0].features)
