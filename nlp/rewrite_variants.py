"""The same dialogues as they would go elsewhere: questions one after another, of which nobody heard the answers.

Knows the uniform format of training data; no model. Nothing is written anew: every word stands in the dialogue.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from nlp.rewrite_examples import Rewrite, Turn
from nlp.span_words import is_content, words_of

_KNOWABLE = 0.6  # of the words that the complete wording adds, so many must have been said without answers


def without_answers(items: Iterable[Rewrite]) -> Iterator[Rewrite]:
    """Each utterance after the same customer's earlier ones alone, the first of them in full, since it opens the conversation; those that
    ask for what only an answer said are left out. Items of one dialogue follow each other, their ids alike but for the last part."""
    for _, dialogue in groupby(items, key=lambda item: item["id"].rpartition("-")[0]):
        opening, *later = dialogue
        for item in later:
            bare = _bare(opening, item)
            if bare is not None and _is_knowable(bare):
                yield bare


def _bare(opening: Rewrite, item: Rewrite) -> Rewrite | None:
    """None where the item does not go on from the opening."""
    size = len(opening["context"])
    since = [turn["text"] for turn in item["context"][size:] if turn["speaker"] == "customer"]
    if item["context"][:size] != opening["context"] or since[:1] != [opening["utterance"]]:
        return None
    said = [opening["rewrites"][0], *since[1:]]
    context = [Turn(speaker="customer", text=text) for text in said]
    return {**item, "id": f"{item['id']}-bare", "source": f"{item['source']}-bare", "context": context}


def _is_knowable(item: Rewrite) -> bool:
    heard = _words(turn["text"] for turn in item["context"])
    new = [w for w in _words(item["rewrites"][:1]) if is_content(w) and w not in _words([item["utterance"]])]
    return sum(w in heard for w in new) >= _KNOWABLE * len(new)


def _words(texts: Iterable[str]) -> Sequence[str]:
    return [w.text.lower() for text in texts for w in words_of(text)]
