"""The claims of docs/methods/text.md about labelled reviews, measured in one run, beside scikit-learn.

python benchmarks/text.py PATH [--texts N]

PATH is a CSV with the columns label (0 or 1) and review, as ChnSentiCorp_htl_all.csv of the hotel reviews has them:
https://github.com/SophonPlus/ChineseNlpCorpus. Its licence is not stated, so nothing of it is kept here. Printed are
the share of the held-out fifth labelled rightly in five random splits, the expected calibration error of what is said
of it, by probability of the label and of class 1, and the seconds that N texts take.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from liuke.causes.keywords import keyword_labels
from liuke.causes.text import cause_model, expected_error, fit_text_model, mood_model

SPLITS = 5
Chances = np.ndarray

NOTES, LONG = 200, 50_000  # long notes, and their signs


def ours(texts: list[str], labels: np.ndarray, asked: list[str]) -> Chances:
    """Probability of class 1 by our model."""
    model = fit_text_model(texts, [str(label) for label in labels])
    return model.classify(asked)[1][:, model.labels.index("1")]


def theirs(texts: list[str], labels: np.ndarray, asked: list[str]) -> Chances:
    """Probability of class 1 by scikit-learn's tf-idf of 1 to 3 characters, linear SVM and Platt's scaling."""
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    model = make_pipeline(grams, CalibratedClassifierCV(LinearSVC(), method="sigmoid", cv=5))
    return np.asarray(model.fit(texts, labels).predict_proba(asked)[:, 1])


def measured(texts: list[str], labels: np.ndarray) -> None:
    """Print accuracy and calibration of five splits, both sides on the same."""
    for name, way in (("liuke", ours), ("scikit-learn", theirs)):
        right, top, one, seconds = [], [], [], []
        for seed in range(SPLITS):
            order = np.random.default_rng(seed).permutation(len(texts))
            held, learnt = order[: len(texts) // 5], order[len(texts) // 5 :]
            began = time.perf_counter()
            chance = way([texts[i] for i in learnt], labels[learnt], [texts[i] for i in held])
            seconds.append(time.perf_counter() - began)
            truth = labels[held]
            hit = ((chance > 0.5) == (truth == 1)).astype(float)
            right.append(hit.mean())
            top.append(expected_error(np.maximum(chance, 1 - chance), hit, np.ones(len(held))))
            one.append(expected_error(chance, truth.astype(float), np.ones(len(held))))
        each = " ".join(f"{share:.3f}" for share in right)
        error = f"ECE of the label {np.mean(top):.4f} (at most {max(top):.4f}), of class 1 {np.mean(one):.4f}"
        print(
            f"{name}: accuracy {np.mean(right):.4f} ({each}), {error}, {np.median(seconds):.1f} s a split", flush=True
        )


def timed(texts: list[str], labels: np.ndarray, many: int) -> None:
    """Print the seconds of many texts: of two labels by both sides, of causes, moods and keywords."""
    drawn = np.random.default_rng(1).integers(0, len(texts), many)
    big = [f"{texts[at]} {nth}" for nth, at in enumerate(drawn)]  # no two alike: who reads each text once gains nothing
    notes = ["".join(big[nth : nth + LONG])[:LONG] for nth in range(0, NOTES * 10, 10)]
    two = fit_text_model(texts, [str(label) for label in labels])
    began = time.perf_counter()
    causes = cause_model()
    print(f"fit of the start set: {time.perf_counter() - began:.2f} s, {len(causes.labels)} labels")
    moods = mood_model()
    for name, model in (("two labels", two), ("causes", causes), ("moods", moods)):
        began = time.perf_counter()
        model.classify(big)
        print(f"{many} texts, {name}: {time.perf_counter() - began:.1f} s", flush=True)
    began = time.perf_counter()
    keyword_labels(big)
    print(f"{many} texts, keywords: {time.perf_counter() - began:.1f} s", flush=True)
    for name, read in (("causes", causes.classify), ("keywords", keyword_labels)):
        began = time.perf_counter()
        read(notes)
        print(f"{NOTES} notes of {LONG} signs, {name}: {time.perf_counter() - began:.1f} s", flush=True)
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    sides = make_pipeline(grams, LinearSVC()).fit(texts, labels)
    began = time.perf_counter()
    sides.predict(big)
    print(f"{many} texts, two labels, scikit-learn: {time.perf_counter() - began:.1f} s", flush=True)
    said, chance = moods.classify(texts)
    good, bad = (moods.labels.index(mood) for mood in ("positive", "negative"))
    given = np.isin(said, ("positive", "negative"))
    hit = (chance[:, good] > chance[:, bad]) == (labels == 1)
    print(f"moods by the start set alone: right {hit.mean():.3f}; one is given to {given.mean():.3f}, there right "
          f"{hit[given].mean():.3f}")  # fmt: skip


def main() -> None:
    """Read the reviews and print what was measured."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("path", type=Path)
    told.add_argument("--texts", type=int, default=100_000)
    given = told.parse_args()
    held = pl.read_csv(given.path).drop_nulls("review")
    texts, labels = held["review"].to_list(), held["label"].to_numpy()
    print(f"{len(texts)} reviews, {labels.mean():.3f} of class 1")
    fit_text_model(texts[:20] + texts[-20:], [str(label) for label in [*labels[:20], *labels[-20:]]])  # compiled before
    measured(texts, labels)
    timed(texts, labels, given.texts)


if __name__ == "__main__":
    main()
