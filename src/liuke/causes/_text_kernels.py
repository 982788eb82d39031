"""Compiled loops of the text model; imported when first used."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from liuke.signals.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Ints = NDArray[np.int64]
    Columns = NDArray[np.int32]
    Codes = NDArray[np.uint32]
    Small = NDArray[np.uint8]
    Hashes = NDArray[np.uint64]
    Found = tuple[Ints, Hashes, Ints, Small]

GAP, END, SIGN, LETTER, SYMBOL = 0, 1, 2, 3, 4  # what a character is; a SIGN stands for a word or syllable by itself
PLANE = 65536  # characters with a row in the tables
CRY, ASK = 33, 63  # the ends of a clause that say something
APOSTROPHE, SMALL_N, SMALL_T = 39, 110, 116
LONGEST_WORD = 40  # letters of a word that are looked at; what is longer is an address or a code
NEGATES, HARMLESS, TURNS = 0, 1, 2  # what a phrase does
PAIR, WORD, PART, EDGE = 0xA5, 0x5B, 0x3D, 0x20  # first codes of hashes, so that a word and a part of one differ
MARK = np.uint64(0xD1B54A32D192ED03)
STEP, STIR, HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(29)


@compiled
def kind_of(code: int, kinds: Small) -> int:
    """What a character is; beyond the tables, an ideograph of the planes 2 and 3, else a symbol."""
    if code < PLANE:
        return int(kinds[code])
    return SIGN if 0x20000 <= code < 0x40000 else SYMBOL


@compiled
def phrase_at(
    codes: Codes, at: int, start: int, stop: int, kinds: Small, phrases: Codes, edges: Ints, many: int
) -> int:
    """Number of the first phrase that stands there, -1 if none; one in letters is bounded by what is no letter."""
    for p in range(many):
        size = edges[p + 1] - edges[p]
        if at + size > stop:
            continue
        same = True
        for k in range(size):
            if codes[at + k] != phrases[edges[p] + k]:
                same = False
                break
        if not same:
            continue
        if kind_of(codes[at], kinds) == LETTER and (
            (at > start and kind_of(codes[at - 1], kinds) == LETTER)
            or (at + size < stop and kind_of(codes[at + size], kinds) == LETTER)
        ):
            continue
        return p
    return -1


@compiled
def ends_word(codes: Codes, at: int, stop: int, kinds: Small) -> bool:
    """Whether no letter follows."""
    return at + 1 == stop or kind_of(codes[at + 1], kinds) != LETTER


@compiled
def ends_clause(codes: Codes, at: int, stop: int, kinds: Small) -> bool:
    """Whether nothing but gaps stands from there to the end of the clause."""
    while at < stop and kind_of(codes[at], kinds) == GAP:
        at += 1
    return at == stop or kind_of(codes[at], kinds) == END


@compiled
def signs_done(codes: Codes, at: int, stop: int, kinds: Small) -> int:
    """How many signs of reach are used up by a character: a word uses two, with its last letter."""
    kind = kind_of(codes[at], kinds)
    if kind == LETTER:
        return 2 if ends_word(codes, at, stop, kinds) else 0
    return 1 if kind == SIGN else 0


@compiled
def mark_negated(
    codes: Codes, start: int, stop: int, kinds: Small, begins: Small, phrases: Codes, edges: Ints, does: Small,
    reach: int, negated: Small,
) -> None:  # fmt: skip
    """Sets `negated` to 1 where a character stands after a negation, in the same clause and at most `reach` signs off.

    A word counts two signs. A negation within reach of another one turns the mark back. One with which a clause ends
    negates what stands before it ("问题都没有", "complaints: none").
    """
    on, left, clause, i = 0, 0, start, start
    while i < stop:
        negated[i], p, size = on, -1, 1
        if codes[i] < PLANE and begins[codes[i]]:
            p = phrase_at(codes, i, start, stop, kinds, phrases, edges, len(does))
        if p >= 0:
            size = edges[p + 1] - edges[p]
            negates = does[p] == NEGATES
            on = 0 if does[p] == TURNS else on
            negated[i] = on
        else:  # don't, isn't
            negates = i - start >= 3 and codes[i] == SMALL_T and codes[i - 1] == APOSTROPHE and codes[i - 2] == SMALL_N
            negates = negates and ends_word(codes, i, stop, kinds)
        if negates:
            if ends_clause(codes, i + size, stop, kinds):
                for k in range(max(clause, i - reach), i):
                    negated[k] = 1 - negated[k]
            on, left = 1 - on, reach
        elif p < 0:
            left -= signs_done(codes, i, stop, kinds)
            on = on if left > 0 else 0
        if kind_of(codes[i], kinds) == END:
            on, clause = 0, i + 1
        for k in range(i + 1, i + size):
            negated[k] = on
        i += size


@compiled
def stirred(h: np.uint64, negated: int) -> np.uint64:
    """A gram's hash from its running one: another where the gram is negated."""
    if negated:
        h = h ^ MARK
    return np.uint64((h ^ (h >> HALF)) * STIR)


@compiled
def find_grams(
    codes: Codes, starts: Ints, kinds: Small, begins: Small, phrases: Codes, edges: Ints, does: Small, reach: int,
    most: int,
) -> Found:  # fmt: skip
    """Where each text's grams end, then of every gram its hash, its place and its size, 128 more if it is negated.

    Runs of signs give all grams of 1 to `most` signs, symbols, ! and ? themselves, words in letters the
    word, its pair with the one before in the clause, and its parts of 3 to 5 letters, edges counted.
    """
    texts = len(starts) - 1
    room = 5 * len(codes) + 8
    ends, hashes = np.zeros(texts + 1, np.int64), np.empty(room, np.uint64)
    at, size = np.empty(room, np.int64), np.empty(room, np.uint8)
    negated, n = np.zeros(len(codes), np.uint8), 0
    for t in range(texts):
        start, stop = starts[t], starts[t + 1]
        mark_negated(codes, start, stop, kinds, begins, phrases, edges, does, reach, negated)
        before, before_at, i = np.uint64(0), start, start
        while i < stop:
            kind = kind_of(codes[i], kinds)
            if kind == LETTER:
                end = i
                while end < stop and kind_of(codes[end], kinds) == LETTER:
                    end += 1
                n, before = word_grams(codes, i, end, negated[i], before, before_at, n, hashes, at, size)
                before_at, i = i, end
                continue
            if kind == END:
                before = np.uint64(0)
            if kind != GAP and (kind != END or codes[i] == CRY or codes[i] == ASK):
                h = np.uint64(kind)
                for k in range(most if kind == SIGN else 1):
                    if i + k >= stop or kind_of(codes[i + k], kinds) != kind:
                        break
                    h = np.uint64((h + np.uint64(codes[i + k])) * STEP)
                    hashes[n], at[n], size[n] = stirred(h, negated[i]), i, k + 1 + 128 * negated[i]
                    n += 1
            i += 1
        ends[t + 1] = n
    return ends, hashes[:n], at[:n], size[:n]


@compiled
def word_grams(
    codes: Codes, start: int, stop: int, negated: int, before: np.uint64, before_at: int, n: int,
    hashes: Hashes, at: Ints, size: Small,
) -> tuple[int, np.uint64]:  # fmt: skip
    """Appends the grams of one word; the new count, and the word's own running hash."""
    long = min(stop - start, LONGEST_WORD)
    word = np.uint64(WORD)
    for k in range(long):
        word = np.uint64((word + np.uint64(codes[start + k])) * STEP)
    hashes[n], at[n], size[n] = stirred(word, negated), start, long + 128 * negated
    n += 1
    if before != 0 and start + long - before_at < 100:
        pair = np.uint64((np.uint64(PAIR) + before) * STEP) + word
        hashes[n], at[n], size[n] = stirred(pair, negated), before_at, start + long - before_at + 128 * negated
        n += 1
    for many in range(3, 6):
        for first in range(-1, long + 2 - many):
            if many >= long + 2:
                break
            h = np.uint64(PART)
            for k in range(first, first + many):
                code = codes[start + k] if 0 <= k < long else np.uint32(EDGE)
                h = np.uint64((h + np.uint64(code)) * STEP)
            low, high = max(first, 0), min(first + many, long)
            hashes[n], at[n], size[n] = stirred(h, negated), start + low, high - low + 128 * negated
            n += 1
    return n, word


@compiled
def counted(ends: Ints, buckets: Columns) -> tuple[Ints, Columns, Singles]:
    """The distinct buckets of each text, ascending, with 1 + log of how often; rows as in a CSR matrix."""
    rows, out = np.zeros(len(ends), np.int64), np.empty(len(buckets), np.int32)
    value, n = np.empty(len(buckets), np.float32), 0
    for t in range(len(ends) - 1):
        here = np.sort(buckets[ends[t] : ends[t + 1]])
        i = 0
        while i < len(here):
            k = i
            while k < len(here) and here[k] == here[i]:
                k += 1
            out[n], value[n] = here[i], 1.0 + math.log(k - i)
            n += 1
            i = k
        rows[t + 1] = n
    return rows, out[:n], value[:n]


@compiled
def scored(
    rows: Ints, buckets: Columns, values: Singles, column: Columns, idf: Singles, unseen: float, weights: Singles,
    bias: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Log-odds (texts, classes) of rows brought to length 1, and the part of each row's square that training saw."""
    texts, classes = len(rows) - 1, len(bias)
    out, seen = np.empty((texts, classes)), np.zeros(texts)
    total = np.empty(classes)
    for t in range(texts):
        square, known = 0.0, 0.0
        total[:] = 0.0
        for j in range(rows[t], rows[t + 1]):
            c = column[buckets[j]]
            if c < 0:
                square += (values[j] * unseen) ** 2
                continue
            value = values[j] * idf[c]
            square += value * value
            known += value * value
            for k in range(classes):
                total[k] += value * weights[c, k]
        length = math.sqrt(square) if square > 0 else 1.0
        seen[t] = known / square if square > 0 else 0.0
        for k in range(classes):
            out[t, k] = total[k] / length + bias[k]
    return out, seen


@compiled
def fit_logistic(
    rows: Ints, columns: Columns, values: Singles, sign: Floats, cost: Floats, width: int, epochs: int, seed: int,
    tolerance: float,
) -> tuple[Floats, float]:  # fmt: skip
    """Weights and bias of an L2-regularised logistic regression by dual coordinate descent.

    Yu, Huang and Lin 2011, algorithm 5, with a cost a row; the bias is the weight of a last column of ones. Rows come
    in a new order each epoch, drawn from `seed`; it ends when no row's dual gradient, which is in log-odds, is farther
    than `tolerance` from zero.
    """
    n = len(sign)
    w, bias, dual = np.zeros(width), 0.0, np.empty(n)
    q = np.ones(n)
    order = np.arange(n)
    state = np.uint64(seed) * STEP + MARK
    for i in range(n):
        dual[i] = 1e-3 * cost[i]
        bias += sign[i] * dual[i]
        for j in range(rows[i], rows[i + 1]):
            w[columns[j]] += sign[i] * dual[i] * values[j]
            q[i] += values[j] * values[j]
    for _ in range(epochs):
        for last in range(n - 1, 0, -1):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            other = int((state >> np.uint64(33)) % np.uint64(last + 1))
            order[last], order[other] = order[other], order[last]
        worst = 0.0
        for place in range(n):
            i = int(order[place])
            top, margin = cost[i], bias
            for j in range(rows[i], rows[i + 1]):
                margin += w[columns[j]] * values[j]
            margin *= sign[i]
            off = abs(margin + math.log(dual[i] / (top - dual[i])))
            worst = max(worst, off)
            if off <= 0.1 * tolerance:
                continue
            by = best_dual(dual[i], top, q[i], margin, 0.1 * tolerance) - dual[i]
            dual[i] += by
            for j in range(rows[i], rows[i + 1]):
                w[columns[j]] += sign[i] * by * values[j]
            bias += sign[i] * by
        if worst <= tolerance:
            break
    return w, bias


@compiled
def best_dual(now: float, top: float, q: float, margin: float, tolerance: float) -> float:
    """The dual variable in (0, top) at which the derivative q (z - now) + margin + log(z / (top - z)) is nearly zero.

    Newton's steps, kept inside (the paper's algorithm 4).
    """
    z = now
    for _ in range(40):
        slope = q * (z - now) + margin + math.log(z / (top - z))
        if abs(slope) <= tolerance:
            break
        following = z - slope / (q + top / (z * (top - z)))
        if following <= 0.0:
            following = z * 0.1
        elif following >= top:
            following = top - (top - z) * 0.1
        z = min(max(following, 1e-12 * top), top * (1.0 - 1e-12))
    return z
