"""Remarks that suggest a cause or a mood: hashed grams, a linear model, probabilities calibrated on held-out folds.

A suggestion, never a decision: one label channel among others, whose confusion is learnt from audited cases.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.causes.grams import BITS, Grams, cuts_word, grams, placed
from liuke.causes.keywords import shipped_words, with_ideas
from liuke.panel.heard import lexicon
from liuke.signals.metrics import calibration_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from liuke.causes.keywords import Words

    Floats = NDArray[np.float64]
    Labels = NDArray[np.object_]

UNKNOWN = "unknown"
COST = 10.0  # C of the logistic regressions
FOLDS, EPOCHS, TOLERANCE = 5, 50, 0.1  # the tolerance is in log-odds
OWN_WEIGHT = 5.0  # of a text the firm labelled, one of the start set weighs 1
WORD_WEIGHT = 1.0  # of a keyword taken as a very short text
LEAST = 0.5  # probability of a label that is given: no less than of all others together
CHUNK = 10_000  # texts scored together
KEPT = 5_000  # grams whose text is kept
GRAM = {"gram": pl.String, "negated": pl.Boolean, "label": pl.String, "weight": pl.Float64}


@dataclass(frozen=True)
class Spoke:
    """Words of a text that spoke for a label: where they begin, what they add to its log-odds, whether negated."""

    words: str
    start: int
    weight: float
    negated: bool


@dataclass(frozen=True)
class TextModel:
    """A fitted model of texts.

    `labels` are those it can give, `unknown` always among them. `words` holds the grams of the 5,000 greatest weights
    (gram, negated, label, weight in log-odds), the greatest first. `accuracy` and `error` are of the texts it was
    fitted on, each as judged while held out, counted by weight: share labelled rightly, and expected calibration error.
    """

    labels: tuple[str, ...]
    column: NDArray[np.int32]  # of a bucket; -1 where training saw none of it
    idf: NDArray[np.float32]
    unseen: float
    weights: NDArray[np.float32]  # (columns, labels learnt)
    bias: Floats
    slope: float
    offsets: Floats
    words: pl.DataFrame
    accuracy: float
    error: float

    def classify(self, texts: Sequence[str | None] | pl.Series) -> tuple[Labels, Floats]:
        """A label of each text, and the probability of every label; (texts,), (texts, labels).

        The label is the likeliest one, or `unknown` where all others together are likelier than it. A text that holds
        nothing training saw has probability 1 of `unknown`.
        """
        every = [self._judged(part) for part in _parts(texts)]
        chances = np.concatenate([np.empty((0, len(self.labels))), *every])
        best = np.array(self.labels, object)[chances.argmax(axis=1)]
        best[chances.max(axis=1) < LEAST] = UNKNOWN
        return best, chances

    def _judged(self, texts: Sequence[str | None]) -> Floats:
        """Probabilities of some texts."""
        odds, seen = _scored(self, grams(texts))
        chances = np.zeros((len(texts), len(self.labels)))
        chances[:, : len(self.bias)] = _chances(odds, self.slope, self.offsets)
        none = seen == 0.0
        chances[none] = 0.0
        chances[none, self.labels.index(UNKNOWN)] = 1.0
        return chances

    def spoke(self, texts: Sequence[str | None], labels: Sequence[str], most: int = 3) -> list[list[Spoke]]:
        """The words of each text that spoke for its given label, the strongest first; none for a label not learnt."""
        return [_speakers(self, text or "", label, most) for text, label in zip(texts, labels, strict=True)]


def fit_text_model(
    texts: Sequence[str | None],
    labels: Sequence[str | None],
    weights: Floats | None = None,
    *,
    judged: NDArray[np.bool_] | None = None,
    cost: float = COST,
    seed: int = 0,
) -> TextModel:
    """A model of labelled texts, each with a weight (1 where not given); rows without a label or a gram are left out.

    One logistic regression a label against the rest on tf-idf of grams, rows of unit length (Yu, Huang and Lin 2011).
    Their log-odds become probabilities by softmax(slope x + offset of the label), Platt's scaling carried to several
    labels, fitted on what five folds gave for the texts they had not seen; equal texts are in one fold. `seed` orders
    rows and folds: the same seed gives the same model. ValueError where fewer than two labels are there, or the
    arguments differ in length.
    """
    if len(texts) != len(labels) or (weights is not None and len(weights) != len(texts)):
        raise ValueError("texts, labels and weights must be of one length")
    found = grams(texts)
    kept = [i for i, label in enumerate(labels) if label and found.rows[i + 1] > found.rows[i]]
    learnt = sorted({str(labels[i]) for i in kept})
    if len(learnt) < 2:
        raise ValueError("a model of texts needs two labels at least")
    used = [str(texts[i]) for i in kept]
    truth = np.array([learnt.index(str(labels[i])) for i in kept])
    weight = np.ones(len(kept)) if weights is None else np.asarray(weights, np.float64)[kept]
    rows, column, idf, values = _weighed(_picked(found, kept))
    held = _Rows(rows, column[_picked(found, kept).buckets], values, truth, weight, len(idf))

    fold = _folds(used, truth, np.ones(len(kept), bool) if judged is None else judged[kept], seed)
    odds = np.empty((len(used), len(learnt)))
    for each in range(FOLDS):
        w, bias = _one_against_rest(held.of(fold != each), len(learnt), cost, seed)
        odds[fold == each] = held.of(fold == each).odds(w, bias)
    seen = fold >= 0
    slope, offsets = _calibrated(odds[seen], truth[seen], weight[seen])
    chances = _chances(odds[seen], slope, offsets)
    right = (chances.argmax(axis=1) == truth[seen]).astype(float)

    w, bias = _one_against_rest(held, len(learnt), cost, seed)
    unseen = float(np.log(1 + len(used)) + 1)
    names = (*learnt, UNKNOWN) if UNKNOWN not in learnt else tuple(learnt)
    return TextModel(
        names, column, idf, unseen, w.astype(np.float32), bias, slope, offsets, _named(used, column, w, learnt),
        float(np.average(right, weights=weight[seen])), expected_error(chances.max(axis=1), right, weight[seen]),
    )  # fmt: skip


def expected_error(chance: Floats, right: Floats, weight: Floats) -> float:
    """Expected calibration error of the likeliest labels' probabilities, over tenths of the rows (Guo et al. 2017)."""
    order = np.argsort(chance, kind="stable")
    return float(calibration_error(chance[order], right[order], weight[order]))


@dataclass(frozen=True)
class _Rows:
    """Rows to learn from: a CSR matrix, with each row's label and weight."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]
    truth: NDArray[np.int64]
    weight: Floats
    width: int

    def of(self, which: NDArray[np.bool_]) -> _Rows:
        """Some of the rows."""
        lengths = np.diff(self.rows)
        inside = np.repeat(which, lengths)
        rows = np.concatenate([[0], np.cumsum(lengths[which])])
        return _Rows(rows, self.columns[inside], self.values[inside], self.truth[which], self.weight[which], self.width)

    def odds(self, w: Floats, bias: Floats) -> Floats:
        """Log-odds of each label; (rows, labels)."""
        row = np.repeat(np.arange(len(self.truth)), np.diff(self.rows))
        parts = [np.bincount(row, self.values * w[self.columns, k], len(self.truth)) for k in range(len(bias))]
        return np.stack(parts, axis=1) + bias


def _weighed(found: Grams) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
    """Rows' ends, the column of each bucket, the idf of each column, and values by idf with rows of length 1."""
    texts = len(found.rows) - 1
    held = np.bincount(found.buckets, minlength=1 << BITS)
    column = np.where(held > 0, np.cumsum(held > 0) - 1, -1).astype(np.int32)
    idf = (np.log((1 + texts) / (1 + held[held > 0])) + 1).astype(np.float32)
    values = found.values * idf[column[found.buckets]]
    row = np.repeat(np.arange(texts), np.diff(found.rows))
    length = np.sqrt(np.bincount(row, values.astype(np.float64) ** 2, texts))
    return found.rows, column, idf, (values / length[row]).astype(np.float32)


def _picked(found: Grams, kept: list[int]) -> Grams:
    """Some rows of grams."""
    lengths = np.diff(found.rows)
    which = np.zeros(len(lengths), bool)
    which[kept] = True
    inside = np.repeat(which, lengths)
    rows = np.concatenate([[0], np.cumsum(lengths[which])])
    return Grams(rows, found.buckets[inside], found.values[inside])


def _folds(texts: list[str], truth: NDArray[np.int64], judged: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """The fold of each text: labels spread evenly, equal texts together; -1 for one that is in no fold."""
    first = {text: i for i, text in reversed(list(enumerate(texts)))}
    own = np.array([first[text] for text in texts])
    order = np.random.default_rng(seed).permutation(np.unique(own[judged]))
    order = order[np.argsort(truth[order], kind="stable")]
    fold = np.full(len(texts), -1)
    fold[order] = np.arange(len(order)) % FOLDS
    return np.where(judged, fold[own], -1)


def _one_against_rest(held: _Rows, labels: int, cost: float, seed: int) -> tuple[Floats, Floats]:
    """Weights and biases of each label against the rest; of two labels the second is the first turned round."""
    from liuke.causes._text_kernels import fit_logistic

    fitted = [
        fit_logistic(
            held.rows, held.columns, held.values, np.where(held.truth == k, 1.0, -1.0), cost * held.weight,
            held.width, EPOCHS, seed, TOLERANCE,
        )
        for k in range(labels if labels > 2 else 1)
    ]  # fmt: skip
    if labels == 2:
        fitted.append((-fitted[0][0], -fitted[0][1]))
    return np.stack([w for w, _ in fitted], axis=1), np.array([bias for _, bias in fitted])


def _chances(odds: Floats, slope: float, offsets: Floats) -> Floats:
    """Softmax of scaled log-odds."""
    z = slope * odds + offsets
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(z / z.sum(axis=1, keepdims=True))


def _calibrated(odds: Floats, truth: NDArray[np.int64], weight: Floats) -> tuple[float, Floats]:
    """Slope and offsets of the greatest likelihood, offsets held by a normal prior of spread 1."""
    from scipy.optimize import minimize

    labels = odds.shape[1]
    told = np.eye(labels)[truth]

    def loss(at: Floats) -> tuple[float, Floats]:
        chances = _chances(odds, at[0], at[1:])
        own = chances[np.arange(len(truth)), truth]
        apart = (chances - told) * weight[:, None]
        slopes = np.concatenate([[(apart * odds).sum()], apart.sum(axis=0) + at[1:]])
        return float(-(weight * np.log(np.maximum(own, 1e-300))).sum() + 0.5 * (at[1:] ** 2).sum()), slopes

    start = np.concatenate([[1.0], np.zeros(labels)])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] + [(None, None)] * labels)
    return float(best.x[0]), best.x[1:]


def _parts(texts: Sequence[str | None] | pl.Series) -> Iterator[Sequence[str | None]]:
    """The texts in order, some at a time."""
    every = texts.to_list() if isinstance(texts, pl.Series) else texts
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]


def _scored(model: TextModel, found: Grams) -> tuple[Floats, Floats]:
    """Log-odds of the labels learnt, and the part of each text that training saw."""
    from liuke.causes._text_kernels import scored

    return scored(
        found.rows, found.buckets, found.values, model.column, model.idf, model.unseen, model.weights, model.bias
    )


def _named(texts: list[str], column: NDArray[np.int32], w: Floats, labels: list[str]) -> pl.DataFrame:
    """The grams of the greatest weights as `TextModel.words` has them; of grams in one bucket the most frequent."""
    top = np.sort(w, axis=1)
    order = np.argsort(-top[:, -1], kind="stable")[:KEPT]
    wanted = np.zeros(len(w), bool)
    wanted[order] = True
    frames = []
    for part in range(0, len(texts), CHUNK):
        some = texts[part : part + CHUNK]
        where = placed(some)
        at_column = column[where.buckets]
        text = np.repeat(np.arange(len(some)), np.diff(where.ends))
        hashes, first, count = np.unique(where.hashes[wanted[at_column]], return_index=True, return_counts=True)
        first = np.flatnonzero(wanted[at_column])[first]
        names = [some[text[i]][where.at[i] : where.at[i] + where.size[i]] for i in first]
        frames.append(pl.DataFrame({"column": at_column[first], "hash": hashes, "count": count, "gram": names,
                                    "negated": where.negated[first]}))  # fmt: skip
    counted = pl.concat(frames).group_by("hash").agg(pl.first("column", "gram", "negated"), pl.sum("count"))
    told = counted.sort("count", "hash", descending=[True, False]).unique("column", keep="first", maintain_order=True)
    told = told.with_columns(
        label=pl.Series([labels[k] for k in w.argmax(axis=1)[told["column"].to_numpy()]], dtype=pl.String),
        weight=pl.Series(top[told["column"].to_numpy(), -1]),
    )
    return told.sort("weight", "hash", descending=[True, False]).select(list(GRAM))


def _speakers(model: TextModel, text: str, label: str, most: int) -> list[Spoke]:
    """The words of one text that spoke for a label: spans of grams, by the sum of what the grams within them add."""
    if not text or label not in model.labels[: len(model.bias)]:
        return []
    where = placed([text])
    column = model.column[where.buckets]
    idf = np.where(column >= 0, model.idf[column], model.unseen)
    buckets, back, count = np.unique(where.buckets, return_inverse=True, return_counts=True)
    value = ((1 + np.log(count)) / count)[back] * idf
    length = np.sqrt((np.bincount(back, value, len(buckets)) ** 2).sum())
    added = np.where(column >= 0, value * model.weights[column, model.labels.index(label)], 0.0) / max(length, 1e-12)
    change = np.zeros(len(text) + 1)
    np.add.at(change, where.at, added / where.size)
    np.add.at(change, where.at + where.size, -added / where.size)
    upto = np.concatenate([[0.0], np.cumsum(np.cumsum(change)[:-1])])
    score = upto[where.at + where.size] - upto[where.at]
    spans: dict[int, tuple[int, float, bool]] = {}
    taken = np.zeros(len(text), bool)
    for i in np.argsort(-score, kind="stable"):
        start, stop = int(where.at[i]), int(where.at[i] + where.size[i])
        if len(spans) == most or score[i] <= 0:
            break
        if not taken[start:stop].any() and not cuts_word(text, start) and not cuts_word(text, stop):
            taken[start:stop] = True
            spans[start] = (stop, float(score[i]), bool(where.negated[i]))
    for start in sorted(spans, reverse=True):  # neighbours are one phrase
        stop, weight, negated = spans[start]
        if stop in spans and spans[stop][2] == negated:
            further, more, _ = spans.pop(stop)
            spans[start] = (further, weight + more, negated)
    told = [Spoke(text[start:stop], start, weight, negated) for start, (stop, weight, negated) in spans.items()]
    return sorted(told, key=lambda each: (-each.weight, each.start))


@cache
def start_set() -> dict[str, Any]:
    """The remarks of `start_set.toml`; not to be changed."""
    return tomllib.loads(resources.files("liuke.causes").joinpath("start_set.toml").read_text("utf-8"))


def cause_model(
    texts: Sequence[str | None] = (), labels: Sequence[str | None] = (), words: Words | None = None, seed: int = 0
) -> TextModel:
    """A model of causes by id, from the start set, the keywords, and the firm's own texts with audited causes.

    Without own texts it is the model a firm begins with. An own text weighs as much as five of the start set; a cause
    the start set does not know is learnt from own texts alone.
    """
    held = start_set()
    rows = [(text, cause) for cause, entry in held["cause"].items() for text in _both(entry)]
    rows += [(text, UNKNOWN) for entry in held["mood"].values() for text in _both(entry)]
    return _fitted(rows, np.ones(len(rows)), (words or shipped_words()).get("cause", {}), texts, labels, seed)


def mood_model(
    texts: Sequence[str | None] = (), labels: Sequence[str | None] = (), words: Words | None = None, seed: int = 0
) -> TextModel:
    """A model of mood (positive, negative, neutral), from the same sources; moods weigh the same in the start set."""
    held = start_set()
    rows = [(text, str(entry["mood"])) for entry in held["cause"].values() for text in _both(entry)]
    rows += [(text, mood) for mood, entry in held["mood"].items() for text in _both(entry)]
    many = {mood: sum(label == mood for _, label in rows) for _, mood in rows}
    weight = np.array([len(rows) / len(many) / many[mood] for _, mood in rows])
    return _fitted(rows, weight, (words or shipped_words()).get("mood", {}), texts, labels, seed)


def _both(entry: dict[str, Any]) -> list[str]:
    """The remarks of an entry in both languages."""
    return [*entry["zh"], *entry["en"]]


def _keywords(words: dict[str, dict[str, list[str]]]) -> list[tuple[str, str]]:
    """Keywords as very short texts: those that speak when negated with a negation before them.

    One that ends in a negation ("投诉没") is left out: alone it would say that there is none.
    """
    negations = tuple(lexicon()["negation"]["chinese"])
    rows = []
    for name, lists in ((name, with_ideas(held)) for name, held in words.items()):
        rows += [(word.rstrip("*"), name) for word in lists["words"] if not word.endswith(negations)]
        rows += [(f"not {word.rstrip('*')}" if word[0].isascii() else f"没有{word}", name) for word in lists["negated"]]
    return rows


def _fitted(
    rows: list[tuple[str, str]], weight: Floats, words: dict[str, dict[str, list[str]]],
    texts: Sequence[str | None], labels: Sequence[str | None], seed: int,
) -> TextModel:  # fmt: skip
    """A model of remarks with their weights, of keywords, and of the firm's own texts; keywords are not judged."""
    short = _keywords(words)
    every = [*(text for text, _ in rows), *texts, *(text for text, _ in short)]
    told = [*(label for _, label in rows), *labels, *(label for _, label in short)]
    weights = np.concatenate([weight, np.full(len(texts), OWN_WEIGHT), np.full(len(short), WORD_WEIGHT)])
    return fit_text_model(every, told, weights, judged=np.arange(len(every)) < len(rows) + len(texts), seed=seed)
