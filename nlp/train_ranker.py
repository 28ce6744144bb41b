"""Makes `data/ranker.json` and `data/ranker.md`: `python -m nlp.train_ranker DIR`, DIR with references.jsonl of training data.

Each family's weights are found by maximum a posteriori: the prior's mean are the hand-set weights of `data/ranker_prior.json`, the
likelihood is the softmax of the candidates of each marked mention. What ships lies halfway between the two, which is the mean of their
log-probabilities: it holds better than either on kinds of text that were not trained on. Whether a noun phrase is new is not learnt:
it differs too much from one kind of text to the next. The same data give the same files.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.antecedent_examples import Decision, Example, decisions, learnt_from, play, read
from nlp.calibration import calibration_error
from nlp.pipeline import Pipeline
from nlp.ranker import Features

SOURCES = {"vispro": 300, "litbank": 60, "gum-news": 20, "gum-academic": 14}  # dialogues of each at most; licences that ask for credit
FAMILIES = ("he_she", "it", "they", "that", "nominal")
ENOUGH = 15  # mentions of a family from which a source can tell whether the fit to the others holds for it
STEPS, RATE, DECAY, CAP, HALF = 150, 0.02, 300.0, 1000.0, 0.5
_ROWS = 30  # candidates of one mention at most, the best by the prior
_HELD = 5  # every fifth dialogue is held out for calibration and figures

SORTS = ("pronoun", "nominal")
UNCALIBRATED = {f"sure {sort}": {"share": 1.0} for sort in SORTS}

Matrix = NDArray[np.float64]
Weights = dict[str, dict[str, float]]


class Table(NamedTuple):
    """Candidates of many mentions: shape (rows, features), their merits, the mention of each row, the weight of each mention."""

    inputs: Matrix
    merits: Matrix
    groups: NDArray[np.int64]
    weight: Matrix


def main(folder: Path, out: Path) -> None:
    path, pipeline = folder / "references.jsonl", Pipeline()
    prior: Weights = json.loads((out / "ranker_prior.json").read_text(encoding="utf-8"))
    _write(out, prior | UNCALIBRATED)  # what the dialogues are played with, so that nothing depends on an earlier training
    found, made, left = list[Example](), list[Decision](), Counter(SOURCES)
    for dialogue in read(path, tuple(SOURCES)):
        left[dialogue["source"]] -= 1
        if left[dialogue["source"]] >= 0:
            played = play(pipeline, dialogue)
            found += learnt_from(dialogue, played)
            made += decisions(dialogue, played)
    families = learnable(found, prior)
    _write(out, fit(found, prior, families) | calibrate(made))
    (out / "ranker.md").write_text(card(path, found, prior, families) + calibration_card(made), encoding="utf-8")


def _write(out: Path, weights: Weights) -> None:
    (out / "ranker.json").write_text(json.dumps(weights, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def held_out(example: Example) -> bool:
    return int(hashlib.sha256(example.dialogue.encode()).hexdigest(), 16) % _HELD == 0


def fit(found: Sequence[Example], prior: Weights, families: Sequence[str]) -> Weights:
    """By family and feature, the prior's for all but `families`; rounded, so that the file does not depend on the last digits."""
    learnt = {family: _fit_family([e for e in found if e.family == family], prior[family]) for family in families}
    return {family: dict(prior[family]) for family in FAMILIES} | learnt


def learnable(found: Sequence[Example], prior: Weights) -> tuple[str, ...]:
    """The families whose fit to all other sources is, on each source that has enough of them, not worse than the prior by as much as one
    mention more or less decides."""
    return tuple(family for family in FAMILIES if _holds_elsewhere(found, prior, family))


def _holds_elsewhere(found: Sequence[Example], prior: Weights, family: str) -> bool:
    own = [e for e in found if e.family == family and not e.new]
    counts = Counter(e.source for e in own)
    tested = [source for source in SOURCES if counts[source] >= ENOUGH]
    for source in tested:
        fitted = fit([e for e in own if e.source != source], prior, (family,))
        nominal = family == "nominal"
        grain = 1.0 / counts[source]
        if quality(own, fitted, source, nominal=nominal) < quality(own, prior, source, nominal=nominal) - grain:
            return False
    return len(tested) > 1


def _fit_family(found: Sequence[Example], prior: Mapping[str, float]) -> dict[str, float]:
    usable = [e for e in found if not e.new and any(r.merit for r in e.rows)]
    names = sorted(prior)
    start = np.array([prior[name] for name in names])
    if not usable:
        return dict(prior)
    weights = _ascend(table(usable, names, prior), start)
    return {name: round(float(w), 3) for name, w in zip(names, start + HALF * (weights - start), strict=True)}


def table(found: Sequence[Example], names: Sequence[str], prior: Mapping[str, float]) -> Table:
    """The candidates that the prior puts first, and all that are right."""
    counts = Counter(e.source for e in found)
    inputs, merits, groups = list[Matrix](), list[float](), list[int]()
    for group, example in enumerate(found):
        rows = sorted(example.rows, key=lambda r: -total(prior, r.features))
        kept = [(r.features, r.merit) for n, r in enumerate(rows) if n < _ROWS or r.merit]
        inputs += [np.array([features.get(name, 0.0) for name in names]) for features, _ in kept]
        merits += [merit for _, merit in kept]
        groups += [group] * len(kept)
    weight = np.array([min(1.0, CAP / counts[e.source]) for e in found])
    return Table(np.stack(inputs), np.array(merits), np.array(groups), weight)


def total(weights: Mapping[str, float], features: Features) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def _ascend(data: Table, start: Matrix) -> Matrix:
    """Adam on the cross-entropy with the merits squared, which favours the candidate whose mentions are all right."""
    count = len(data.weight)
    wanted = data.merits**2
    wanted = wanted / np.maximum(np.bincount(data.groups, wanted, count), 1e-9)[data.groups]
    weights, mean, spread = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        miss = (shares(data.inputs @ weights, data.groups, count) - wanted) * data.weight[data.groups]
        gradient = data.inputs.T @ miss / data.weight.sum() + DECAY / count * (weights - start)
        mean, spread = 0.9 * mean + 0.1 * gradient, 0.99 * spread + 0.01 * gradient**2
        pace = np.sqrt(spread / (1 - 0.99**step)) + 1e-8
        weights = weights - RATE * (1 - 0.9 * step / STEPS) * mean / (1 - 0.9**step) / pace
    return weights


def shares(scores: Matrix, groups: NDArray[np.int64], count: int) -> Matrix:
    """The softmax of the rows of each group."""
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, groups, scores)
    raised = np.exp(scores - highest[groups])
    return raised / np.bincount(groups, raised, count)[groups]


def choices(found: Sequence[Example], weights: Weights) -> list[tuple[Example, list[float], float]]:
    """Of each mention that is taken to go back to something: the scores, best first, and the merit of the best."""
    made: list[tuple[Example, list[float], float]] = []
    for example in found:
        scored = sorted(((total(weights[example.family], r.features), r.merit) for r in example.rows), reverse=True)
        lowest = 0.0 if example.family == "nominal" else -9.0
        scores = [s for s, _ in scored if s >= lowest]
        if scores:
            made.append((example, scores, scored[0][1]))
    return made


def calibrate(made: Sequence[Decision]) -> Weights:
    """For each sort a logistic regression of "what was decided is right" on what the choice tells of itself."""
    return {f"sure {sort}": _calibrate([d for d in made if (d.sort == "pronoun") == (sort == "pronoun")]) for sort in SORTS}


def _calibrate(made: Sequence[Decision]) -> dict[str, float]:
    rows = [(d, d.told) for d in made if d.told is not None]
    names = sorted({name for _, told in rows for name in told})
    inputs = np.array([[told.get(n, 0.0) for n in names] for _, told in rows])
    right = np.array([float(d.right) for d, _ in rows])
    counts = Counter(d.source for d, _ in rows)
    weight = np.array([1.0 / counts[d.source] ** 0.5 for d, _ in rows]) * len(rows) ** 0.5
    return {n: round(float(w), 3) for n, w in zip(names, _logistic(inputs, right, weight), strict=True)}


def calibration_card(made: Sequence[Decision]) -> str:
    """How far from the truth confidence is on each source when it is fitted to the others."""
    rows: list[str] = []
    for source in SOURCES:
        weights = calibrate([d for d in made if d.source != source])
        own = [(d, d.told) for d in made if d.source == source and d.told is not None]
        sure = [(_probability(weights, d, told), d.right) for d, told in own]
        mean, right = (sum(float(s[n]) for s in sure) / max(1, len(sure)) for n in (0, 1))
        rows.append(f"| {source} | {len(sure)} | {mean:.3f} | {right:.3f} | {calibration_error(sure):.3f} |")
    newline = "\n"
    return f"""
Confidence, on each source when it is fitted to the others' decisions: what was linked among what is marked, with what goes back to nothing
counted as wrong.

| source | decisions | mean confidence | right | expected calibration error |
|---|---|---|---|---|
{newline.join(rows)}
"""


def _probability(weights: Weights, decision: Decision, told: Features) -> float:
    sort = "pronoun" if decision.sort == "pronoun" else "nominal"
    return float(1 / (1 + np.exp(-total(weights[f"sure {sort}"], told))))


def _logistic(inputs: Matrix, right: Matrix, weight: Matrix) -> Matrix:
    """Newton's method with a little decay."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(30):
        sure = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (weight * (sure - right)) + 0.01 * weights
        curve = (inputs.T * (weight * sure * (1 - sure))) @ inputs + 0.01 * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, gradient)
    return weights


def quality(found: Sequence[Example], weights: Weights, source: str, *, nominal: bool) -> float:
    """The mean merit of what is chosen for the mentions that go back to something."""
    wanted = [e for e in found if e.source == source and (e.family == "nominal") == nominal and not e.new]
    return sum(merit for _, _, merit in choices(wanted, weights)) / max(1, len(wanted))


def card(path: Path, found: Sequence[Example], prior: Weights, families: Sequence[str]) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    kept, held = [e for e in found if not held_out(e)], [e for e in found if held_out(e)]
    without = {"nothing": fit(kept, prior, FAMILIES)}
    without |= {s: fit([e for e in kept if e.source != s], prior, FAMILIES) for s in SOURCES}
    rows = [_row("hand-set weights alone", held, prior)] + [_row(f"all but {name}", held, w) for name, w in without.items()]
    counts = Counter(e.source for e in found)
    head = " | ".join(f"{s} {kind}" for s in SOURCES for kind in ("pronouns", "nouns"))
    newline = "\n"
    return f"""# ranker.json

Says how well each entity in view fits as what a pronoun, a name or a noun phrase means; and how sure the choice is.

- Model: log-linear, for each of {len(FAMILIES)} families of referring words a weight for each named feature, and for pronouns
  a logistic regression that makes the share of the best candidate a probability. Made by `python -m nlp.train_ranker DIR`.
- Prior: the hand-set weights of `ranker_prior.json`. A family ships halfway between prior and fit if the fit to all other sources is
  not worse than the prior on any source by as much as one mention decides; else it keeps the prior.
  Shipped as learnt: {", ".join(families) or "none"}.
- Data: {sum(counts.values())} mentions with {sum(len(e.rows) for e in found)} candidates in the first dialogues of
  {", ".join(f"{s} ({n})" for s, n in sorted(counts.items()))}, of references.jsonl (sha256 {digest}).
  VisPro (Yu et al. 2019; VisDial, Das et al. 2017, CC BY 4.0), LitBank (Bamman et al. 2020, CC BY 4.0),
  GUM (Zeldes 2017; Zhu et al. 2021, CC BY).
- Limits: of business talk there is none in the data; there the prior leads. Whether a noun phrase is new is not learnt but hand-set.

Mean B-cubed F1 of what is chosen, on every fifth dialogue, held out, with all families learnt (halfway) and each source left out of the
training:

| weights | {head} |
|---|{"---|" * (2 * len(SOURCES))}
{newline.join(rows)}
"""


def _row(name: str, held: Sequence[Example], weights: Weights) -> str:
    cells = (f"{quality(held, weights, source, nominal=nominal):.3f}" for source in SOURCES for nominal in (False, True))
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent / "data")
