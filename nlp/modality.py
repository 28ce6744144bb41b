"""How a clause is meant: asserted, asked, wished, supposed, reported; negated; when; with which cues of change.

Knows one parsed text and the word lists of `data/predicates.json`; no memory and no entities.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from nlp.syntax import SUBJECTS, Tree, sentence_of
from nlp.types import Modality, Tense

WH = frozenset({"WP", "WP$", "WDT", "WRB"})
_DENYING = frozenset({"det", "advmod", "nsubj", "nsubjpass", "dobj", "preconj", "attr", "neg"})  # where a negative word denies the clause
_DENIED_NOUNS = frozenset({"dobj", "attr", "nsubj", "nsubjpass", "oprd", "ROOT", "dative", "xcomp", "ccomp"})  # that deny their verb, too
_PAST = frozenset({"VBD", "VBN"})
_REQUEST_MODALS = frozenset({"can", "could", "may", "would", "will"})
STATIVE = frozenset({"need", "want", "own", "prefer", "hope", "belong", "deserve", "lack", "owe", "seem"})  # states, which nobody orders
_ASKING = re.compile(r"(?:hi|hello|hey|so|and|ok|okay|also)?\W*(?:is there |are there )?any (?:chance|possibility|way)\b", re.IGNORECASE)
_CUES: tuple[tuple[str, str], ...] = (
    ("used_to", r"\bused to\b"),
    ("no_longer", r"\b(no longer|not any ?more|n't .{0,40}\bany ?more|any ?more\b|stopped being)\b"),
    ("still", r"\bstill\b"),
    ("now", r"\b(now|these days|nowadays|currently)\b"),
    ("also", r"(?<!^)\b(also|too|as well|in addition)\b"),  # at the start it goes on to something else
    ("instead", r"\b(instead|rather than)\b"),
    ("another", r"\b(another|a second|one more)\b"),
    ("not_yet", r"\bnot yet|n't .{0,40}\byet\b"),
    ("correction", r"\b(i misspoke|i meant|actually|correction|i was wrong|my mistake|sorry|oops|not .{1,40}, but)\b"),
)


@dataclass(frozen=True)
class Predicates:
    """Word lists by what a predicate does to its complement, and classes of predicates that mean the same."""

    report: frozenset[str]
    belief: frozenset[str]
    failing: frozenset[str]  # whose complement did not come about: forget to, refuse to
    knowing: frozenset[str]
    wish: frozenset[str]
    fiction: frozenset[str]  # works that tell what is not so
    obtaining: frozenset[str]  # verbs with which "can I" asks for something; with others it asks whether it is allowed or well to do it
    pretending: frozenset[str]  # whose complement is made up
    control_object: frozenset[str]
    uncertain: frozenset[str]
    negative: frozenset[str]
    joke: frozenset[str]
    conditions: frozenset[str]
    synonyms: Mapping[str, tuple[int, ...]]
    lemmas: Mapping[str, str]  # what the lemmatiser gets wrong

    @classmethod
    def load(cls) -> "Predicates":
        read = json.loads((resources.files("nlp") / "data" / "predicates.json").read_text("utf-8"))
        classes: dict[str, list[int]] = {}
        for number, words in enumerate(read["synonyms"]):
            for word in words:
                classes.setdefault(word, []).append(number)

        def listed(name: str) -> frozenset[str]:
            return frozenset(read[name])

        return cls(
            report=listed("report"),
            belief=listed("belief"),
            failing=listed("failing"),
            knowing=listed("knowing"),
            wish=listed("wish"),
            fiction=listed("fiction"),
            obtaining=listed("obtaining"),
            pretending=listed("pretending"),
            control_object=listed("control_object"),
            uncertain=listed("uncertain_words"),
            negative=listed("negative_words"),
            joke=listed("joke_words"),
            conditions=listed("condition_marks"),
            synonyms={word: tuple(found) for word, found in classes.items()},
            lemmas=read["lemmas"],
        )


def negated(tree: Tree, heads: frozenset[int], own: frozenset[int], words: Predicates) -> bool:
    """Whether the clause denies its predicate: by a "not" on one of `heads`, or by a negative word in a place that denies the whole."""
    count = 0
    for i in own:
        token = tree.tokens[i]
        if _no_longer(tree, i) or _denies_a_part(tree, i):
            continue
        if token.dep == "neg" and token.head in heads:
            count += 1
        elif token.lemma.lower() in words.negative and not _bound(tree, i) and token.dep in _DENYING:
            count += token.head not in heads or token.dep != "neg"
    return count > 0


def _denies_a_part(tree: Tree, i: int) -> bool:
    """ "…, no carrots", "…, not me": what is denied is a thing beside the clause, not the clause."""
    token, above = tree.tokens[i], tree.tokens[tree.tokens[i].head]
    if token.dep == "det":
        return above.dep not in _DENIED_NOUNS
    return token.text.lower() == "not" and i > above.i and above.pos == "VERB" and not tree.all(above.i, "aux")


def _bound(tree: Tree, i: int) -> bool:
    """ "No wait", "no matter", "nothing but trouble", "no less than ten": a negative word that denies nothing of the clause."""
    after = [t.text.lower() for t in tree.tokens[i + 1 : i + 3]]
    only = tree.tokens[i].text.lower() == "nothing" and after[:1] == ["but"]
    bounds = len(after) == 2 and after[0] in ("less", "fewer", "more", "later", "other") and after[1] == "than"
    return only or bounds or after[:1] in (["matter"], ["problem"], ["doubt"], ["worries"])


def _no_longer(tree: Tree, i: int) -> bool:
    """ "not any more" says that something ended, which is more than that it is not so."""
    rest = " ".join(t.text.lower() for t in tree.tokens[i : i + 14])
    more = tree.tokens[i].dep == "neg" and re.search(r"\bany ?more\b", rest)
    return bool(more) or rest.startswith("no longer")


def tense(tree: Tree, head: int) -> Tense:
    """Of the finite verb of the group."""
    group = [head, *tree.all(head, "aux", "auxpass")]
    tags = {tree.tokens[i].tag for i in group}
    lemmas = {tree.tokens[i].text.lower() for i in group}
    if lemmas & {"will", "'ll", "shall", "wo"} or _going_to(tree, head):
        return "future"
    if "VBD" in tags or (tree.tokens[head].tag == "VBN" and not {"VBZ", "VBP", "MD"} & tags) or lemmas & {"used"}:
        return "past"
    if tree.tokens[head].tag in _PAST and lemmas & {"have", "has", "'ve", "had", "'s"} and not tree.all(head, "auxpass"):
        return "past"
    return "present"


def _going_to(tree: Tree, head: int) -> bool:
    token = tree.tokens[head]
    above = tree.tokens[token.head]
    return (
        token.dep == "xcomp"
        and above.lemma == "go"
        and above.tag == "VBG"
        and "to" in {tree.tokens[c].lemma for c in tree.all(head, "aux")}
    )


def is_question(tree: Tree, sentence: str, head: int) -> bool:
    """Whether the sentence that the clause of `head` is the root of asks."""
    if sentence.rstrip(" \"')").endswith("?") or is_chance(sentence):
        return True
    verb = tree.tokens[head]
    subject = tree.child(head, *SUBJECTS)
    start = next((t for t in sentence_of(tree.tokens, verb.sentence) if t.pos not in ("PUNCT", "INTJ", "CCONJ", "ADV")), verb)
    if (
        start.tag in WH
        and start.text.lower() != "that"
        and (start.head == verb.i or tree.tokens[start.head].head == verb.i)
        and start.dep != "mark"
        and not _is_what_is(tree, start.head, verb.i)
    ):
        return True
    if subject is None:
        return False
    first = min([verb.i, *tree.all(head, "aux", "auxpass")])
    return first < subject and tree.tokens[first].tag in ("MD", "VBZ", "VBP", "VBD") and first <= start.i + 1


def _is_what_is(tree: Tree, inner: int, verb: int) -> bool:
    """ "What I do know is that there are ants": a clause that begins with a question word, as the subject of a statement."""
    return inner < verb and tree.tokens[inner].dep in ("csubj", "nsubj") and tree.child(inner, *SUBJECTS) is not None


def is_chance(sentence: str) -> bool:
    """ "Any chance you open early on Sunday"."""
    return _ASKING.match(sentence) is not None


def is_request(tree: Tree, head: int, obtaining: frozenset[str]) -> bool:
    """ "Can you move it?", "Could somebody come?", "Please call her": a wish that something be done, in the form of a question or order."""
    aux = [tree.tokens[i].text.lower() for i in tree.all(head, "aux")]
    subject = tree.child(head, *SUBJECTS)
    if tree.child(head, "expl") is not None:
        return False
    if tree.tokens[head].lemma in ("be", "thank", "suppose", "imagine", "pretend", "say") and subject is None:
        return False
    if subject is None and tree.tokens[head].lemma in STATIVE:
        return False
    if subject is None:
        order = tree.tokens[head].dep in ("ROOT", "conj", "ccomp", "parataxis", "advcl", "xcomp")
        return order and tree.tokens[head].tag in ("VB", "VBP") and not _lacks_subject(tree, head)
    person = tree.tokens[subject].text.lower()
    let_us = person in ("'s", "us")
    if let_us:
        return True
    if person in ("i", "we") and {"can", "may", "could"} & set(aux) and tree.tokens[head].lemma not in obtaining:
        return False
    return bool(_REQUEST_MODALS & set(aux)) and person in ("you", "u", "i", "we", "somebody", "someone", "anyone", "anybody", "y'all")


def _lacks_subject(tree: Tree, head: int) -> bool:
    """ "From April on Pilar would have to come": who would was read as something else; "could send it on Monday" begins with the modal."""
    modal = next((i for i in tree.all(head, "aux") if tree.tokens[i].text.lower() in _REQUEST_MODALS), None)
    before = [t for t in tree.tokens[:modal] if t.sentence == tree.tokens[head].sentence] if modal is not None else []
    return any(t.pos in ("NOUN", "PROPN") for t in before[-1:])


def cues(clause: str) -> frozenset[str]:
    """Words of change in the clause: what they mean for facts is decided in the memory."""
    lowered = clause.lower()
    return frozenset(name for name, pattern in _CUES if re.search(pattern, lowered))


def governed(verb: str, person: str, words: Predicates) -> Modality | None:
    """What a governing verb makes of its complement. `person`: who does the governing, lower case."""
    own = person in ("i", "we", "")
    if verb == "wonder" and own:
        return "question"
    if verb in words.report:
        return "asserted" if own and verb not in ("hear", "read") else "reported"
    if verb in words.belief:
        return "uncertain" if own else "reported"
    if verb in words.pretending:
        return "hypothesis"
    if verb in words.wish:
        return "wish"
    return None
