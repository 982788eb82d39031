"""Texts suggest causes and moods: against scikit-learn on the same grams, with negations, and whatever people type."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from liuke.causes._text_kernels import fit_logistic
from liuke.causes.grams import BITS, Grams, grams, placed
from liuke.causes.keywords import keyword_labels, parse_words, shipped_words
from liuke.causes.text import UNKNOWN, TextModel, cause_model, expected_error, fit_text_model, mood_model, start_set
from liuke.kernel.errors import Invalid
from liuke.panel.heard import heard

if TYPE_CHECKING:
    from numpy.typing import NDArray

CAUSES = [
    "salesperson_left",
    "team_left",
    "service_neglect",
    "staff_attitude",
    "promise_broken",
    "rebate_late",
    "overstated_advertising",
    "complaint_badly_handled",
    "needs_not_met",
    "quality",
    "price",
    "late_delivery",
    "short_or_out_of_stock",
    "product_discontinued",
    "standing_still",
    "channel_conflict",
    "competitor",
    "friends_advice",
    "own_turbulence",
    "terms_tightened",
    "reputation",
    "market",
    "closed_or_moved",
    "changed_need",
    "arrears",
    "dropped",
    "unknown",
]
SAID_AND_DENIED = [
    ("价格太贵", "价格不贵"),
    ("质量有问题", "质量没有问题"),
    ("送货迟到了", "送货没有迟到"),
    ("经常缺货", "从来不缺货"),
    ("对服务不满意", "对服务没有不满意"),
    ("客户有投诉", "客户没有投诉"),
    ("客户有抱怨", "客户没有抱怨"),
    ("The food was bad.", "The food was not bad."),
    ("The staff were rude.", "The staff weren't rude."),
    ("Deliveries are late.", "Deliveries are never late."),
    ("There were complaints about quality.", "There were no complaints about quality."),
    ("We had problems with the machine.", "We had no problems with the machine."),
]


@pytest.fixture(scope="module")
def causes() -> TextModel:
    return cause_model()


@pytest.fixture(scope="module")
def moods() -> TextModel:
    return mood_model()


def chance(model: TextModel, text: str, label: str) -> float:
    """Probability of one label of one text."""
    return float(model.classify([text])[1][0, model.labels.index(label)])


def remarks() -> tuple[list[str], list[str]]:
    """The start set's remarks of causes, and the cause of each."""
    rows = [(t, c) for c, entry in start_set()["cause"].items() for lang in ("zh", "en") for t in entry[lang]]
    return [text for text, _ in rows], [cause for _, cause in rows]


def dense(found: Grams) -> NDArray[np.float64]:
    """Grams as a whole matrix of the columns that are there, rows of length 1."""
    _, column = np.unique(found.buckets, return_inverse=True)
    matrix = np.zeros((len(found.rows) - 1, column.max() + 1))
    matrix[np.repeat(np.arange(len(matrix)), np.diff(found.rows)), column] = found.values
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True))


def test_the_start_set_has_every_cause_in_both_languages_and_no_remark_twice() -> None:
    held = start_set()["cause"]
    assert sorted(held) == sorted(CAUSES)
    assert sorted(shipped_words()["cause"]) == sorted(set(CAUSES) - {UNKNOWN})
    texts, _ = remarks()
    texts += [text for entry in start_set()["mood"].values() for lang in ("zh", "en") for text in entry[lang]]
    assert len(texts) == len(set(texts))
    assert min(len(entry[lang]) for entry in held.values() for lang in ("zh", "en")) >= 15


def test_weights_are_those_of_scikit_learn_on_the_same_grams() -> None:
    texts, labels = remarks()
    found = grams(texts)
    matrix, sign = dense(found), np.where(np.array(labels) == "price", 1.0, -1.0)
    cost = np.random.default_rng(0).uniform(0.5, 2, len(texts))
    w, bias = fit_logistic(
        found.rows, np.unique(found.buckets, return_inverse=True)[1].astype(np.int32),
        matrix[matrix != 0].astype(np.float32), sign, 10 * cost, matrix.shape[1], 2000, 0, 1e-4,
    )  # fmt: skip
    oracle = LogisticRegression(C=10, solver="liblinear", dual=True, tol=1e-7, max_iter=20_000)
    oracle.fit(matrix, sign, sample_weight=cost)
    assert matrix @ w + bias == pytest.approx(oracle.decision_function(matrix), abs=2e-3)


def test_held_out_remarks_are_told_as_well_as_by_a_linear_svm_on_the_same_grams() -> None:
    texts, labels = remarks()
    matrix, truth = dense(grams(texts)), np.array(labels)
    held = np.random.default_rng(3).permutation(len(texts)) < len(texts) // 4
    model = fit_text_model([t for t, out in zip(texts, held, strict=True) if not out], truth[~held].tolist())
    ours = np.array(model.labels)[model.classify([t for t, out in zip(texts, held, strict=True) if out])[1].argmax(1)]
    theirs = LinearSVC(C=1.0).fit(matrix[~held], truth[~held]).predict(matrix[held])
    assert (ours == truth[held]).mean() >= (theirs == truth[held]).mean() - 0.04
    assert (ours == truth[held]).mean() > 3 * np.bincount(np.unique(truth, return_inverse=True)[1]).max() / len(truth)


def test_the_model_says_the_cause_of_plain_remarks(causes: TextModel) -> None:
    said = {
        "你们的报价比别人贵太多": "price",
        "跟我们的业务员辞职了": "salesperson_left",
        "总是延误，送货太慢": "late_delivery",
        "返利拖了半年没有给": "rebate_late",
        "厂里关门了": "closed_or_moved",
        "The price is far too high": "price",
        "Our rep quit and nobody took over": "salesperson_left",
        "You don't deliver on time": "late_delivery",
        "Our factory closed down": "closed_or_moved",
        "The receptionist was rude": "staff_attitude",
    }
    labels, chances = causes.classify(list(said))
    assert dict(zip(said, labels, strict=True)) == said
    assert chances.shape == (len(said), len(CAUSES))
    assert chances.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize(("said", "denied"), SAID_AND_DENIED)
def test_what_is_denied_is_no_complaint(causes: TextModel, moods: TextModel, said: str, denied: str) -> None:
    assert chance(moods, denied, "negative") < 0.5 * chance(moods, said, "negative")
    assert chance(causes, denied, UNKNOWN) > 0.1 + chance(causes, said, UNKNOWN)
    assert causes.classify([denied])[0][0] == UNKNOWN


@pytest.mark.parametrize(
    "text", ["不错", "没有问题", "问题都没有", "not bad", "No complaints", "Nothing to complain about"]
)
def test_praise_by_denial_is_praise(moods: TextModel, text: str) -> None:
    assert moods.classify([text])[0][0] == "positive"
    assert keyword_labels([text])["mood"][0] in {"positive", "unknown"}


def test_a_negation_marks_its_clause_and_no_further() -> None:
    def negated(text: str) -> str:
        found = placed([text])
        single = (found.size == 1) & found.negated
        return "".join(text[at] for at in found.at[single])

    assert negated("没有问题，价高") == "有问题"
    assert negated("不是不好") == "是不"  # a second negation turns the mark back
    assert negated("不过价高") == ""
    assert negated("不贵但差") == "贵"
    assert negated("问题都没有。差") == "问题都有"
    words = placed(["it isn't slow but dear, never mind"])
    told = {
        "it isn't slow but dear, never mind"[a : a + n]
        for a, n in zip(words.at[words.negated], words.size[words.negated], strict=True)
    }
    assert {"slow", "mind"} <= told
    assert "dear" not in told


def test_chances_are_calibrated_on_texts_not_seen() -> None:
    """A generated language of two moods whose words overlap, so that nobody could be certain."""
    draw = np.random.default_rng(5)
    words = np.array(list("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"))
    truth = draw.random(4000) < 0.4
    lean = np.where(truth[:, None], np.linspace(1, 3, len(words)), np.linspace(3, 1, len(words)))
    lean /= lean.sum(axis=1, keepdims=True)
    texts = ["".join(draw.choice(words, 8, p=each)) for each in lean]
    model = fit_text_model(texts[:3000], np.where(truth[:3000], "good", "ill").tolist())
    shown = model.classify(texts[3000:])[1][:, model.labels.index("good")]
    assert expected_error(shown, truth[3000:].astype(float), np.ones(1000)) <= 0.05  # .03 is luck's own size here
    assert model.error <= 0.03
    assert 0.7 < model.accuracy < 0.95


def test_the_same_seed_gives_the_same_model_in_another_process(causes: TextModel) -> None:
    asked = "cause_model().classify(['太贵了', 'rude'])[1].tobytes().hex()"
    script = f"from liuke.causes.text import cause_model; print({asked})"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert told == causes.classify(["太贵了", "rude"])[1].tobytes().hex()
    assert cause_model(seed=1).classify(["太贵了"])[1] == pytest.approx(causes.classify(["太贵了"])[1], abs=0.1)


BAD = [
    "",
    None,
    "   \n",
    "😀🙏🏽",
    "\ud800",
    "a\0b",
    "ｆｕｌｌ　ｗｉｄｔｈ",
    "价格 too high 高い 가격",
    "x" * 50_000,
    "没" * 50_000,
    "!!!???",
    "́́",
]


def test_whatever_was_typed_gets_an_answer(causes: TextModel, moods: TextModel) -> None:
    for model in (causes, moods):
        labels, chances = model.classify(BAD)
        assert set(labels) <= set(model.labels)
        assert np.isfinite(chances).all()
        assert chances.sum(axis=1) == pytest.approx(1)
        assert labels[:3].tolist() == [UNKNOWN] * 3
        assert chances[:3, model.labels.index(UNKNOWN)].tolist() == [1.0] * 3
        assert len(model.spoke(BAD, labels.tolist())) == len(BAD)
    assert model.classify([])[1].shape == (0, len(model.labels))
    assert model.classify(pl.Series(["好", None]))[0][1] == UNKNOWN
    assert len(keyword_labels([text for text in BAD if text != "\ud800"])) == len(BAD) - 1


def test_a_note_of_50_kb_says_what_it_repeats(causes: TextModel) -> None:
    began = time.perf_counter()
    labels, _ = causes.classify(["价格太高，别家便宜。" * 1700])
    assert labels[0] == "price"
    assert time.perf_counter() - began < 1


def test_full_width_and_capitals_say_the_same(causes: TextModel) -> None:
    same = causes.classify(["price too high", "ＰＲＩＣＥ　ＴＯＯ　ＨＩＧＨ", "Price Too High"])[1]
    assert same[1] == pytest.approx(same[0])
    assert same[2] == pytest.approx(same[0])


def test_what_it_has_no_evidence_on_is_unknown(causes: TextModel) -> None:
    texts = ["股市今天收盘上涨三个点", "The committee meets in Geneva", "zxqv wjkp", "下雨了，带伞"]
    assert causes.classify(texts)[0].tolist() == [UNKNOWN] * 4


def test_the_words_that_spoke_stand_in_the_text(causes: TextModel) -> None:
    text = "我们用得还行，就是ＰＲＩＣＥ太贵，领导不同意"
    spoke = causes.spoke([text], ["price"])[0]
    assert "太贵" in "".join(each.words for each in spoke)
    assert all(text[each.start :].startswith(each.words) and each.weight > 0 for each in spoke)
    english = causes.spoke(["The receptionist was rude to us"], ["staff_attitude"])[0]
    assert any("rude" in each.words.split() for each in english), "whole words, not parts"
    assert causes.spoke([text], ["no such label"]) == [[]]


def test_the_grams_of_the_greatest_weights_have_their_text(causes: TextModel) -> None:
    assert causes.words.columns == ["gram", "negated", "label", "weight"]
    assert 4000 < len(causes.words) <= 5000
    assert causes.words["weight"].is_sorted(descending=True)
    top = causes.words.filter(pl.col("label") == "rebate_late", ~pl.col("negated")).head(10)["gram"].to_list()
    assert "返" in "".join(top)


def test_what_the_firm_labelled_weighs_more_and_may_be_a_cause_of_its_own(causes: TextModel) -> None:
    text = "集团统一招标，由总部指定"
    assert causes.classify([text])[0][0] == UNKNOWN
    own = cause_model([f"{place}集团统一招标，总部指定供应商" for place in "京沪粤川鲁"], ["group_tender"] * 5)
    assert own.classify([text])[0][0] == "group_tender"
    assert "group_tender" in own.labels
    assert chance(own, "价格太贵", "price") > 0.5


def test_every_audited_case_of_one_cause_is_learnt_beside_the_start_set() -> None:
    own = cause_model(["说不清，就是不来了"] * 30, ["price"] * 30)
    assert own.classify(["说不清，就是不来了"])[0][0] == "price"
    assert own.classify(["业务员辞职了没人接"])[0][0] == "salesperson_left"


def test_own_keywords_teach_the_model() -> None:
    words = parse_words('[cause.price]\nwords = ["剐肉"]\n')
    assert chance(cause_model(words=words), "剐肉", "price") > 0.5
    assert keyword_labels(["真剐肉"], words)["causes"].to_list() == [["price"]]


def test_a_model_needs_two_labels_and_rows_that_match() -> None:
    with pytest.raises(ValueError, match="two labels"):
        fit_text_model(["好", "坏"], ["a", "a"])
    with pytest.raises(ValueError, match="two labels"):
        fit_text_model(["", None, "坏"], ["a", "b", None])
    with pytest.raises(ValueError, match="one length"):
        fit_text_model(["好", "坏"], ["a"])
    two = fit_text_model(["好", "坏"], ["a", "b"])
    assert np.isfinite(two.classify(["好"])[1]).all()


def test_keywords_say_causes_and_moods_in_both_languages() -> None:
    found = keyword_labels(
        [
            "又涨价了，送货也延误",
            "No delay at all",
            "没人联系我们",
            "they don't deliver on time",
            "不太满意",
            "还可以",
            None,
            "很满意，就是差",
            "ＴＯＯ　ＥＸＰＥＮＳＩＶＥ",
            "投诉都没有。",
        ]
    )
    assert found["causes"].to_list() == [
        ["price", "late_delivery"], [], ["service_neglect"], ["late_delivery"], [], [], [], [], ["price"], [],
    ]  # fmt: skip
    assert found["mood"].to_list()[4:8] == ["negative", "unknown", "unknown", "neutral"]
    assert found["mood"][9] == "positive"


def test_a_negation_behind_the_word_is_heard_too() -> None:
    frame = pl.DataFrame({"text": ["投诉一个都没有。", "投诉没有人管", "连投诉都没有，很好", "有投诉"]})
    assert frame.select(heard(pl.col("text"), "displeased")).to_series().to_list() == [False, True, False, True]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[cause.price]\nword = ['贵']", "cause.price.word"),
        ("[causes.price]\nwords = ['贵']", "causes"),
        ("[mood.angry]\nwords = ['气']", "angry"),
        ("[cause.price]\nwords = '贵'", "cause.price"),
        ("[cause.price]\nwords = ['']", "cause.price"),
        ("[cause.price]\nideas = ['no_idea']", "no_idea"),
        ("[cause]\nprice = 3", "cause.price"),
        ("[cause.price", "list of words"),
    ],
)
def test_a_list_of_words_with_a_fault_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_words(text)
    assert named in str(refused.value) or named == "list of words"


def test_grams_are_counted_by_text_and_pieces_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["不贵不贵", "good good price", "", None, "好"]
    whole = grams(texts)
    monkeypatch.setattr("liuke.causes.grams.CHUNK", 1)
    pieces = grams(texts)
    for each in ("rows", "buckets", "values"):
        assert np.array_equal(getattr(whole, each), getattr(pieces, each))
    assert whole.buckets.max() < 1 << BITS
    assert (np.diff(whole.rows)[2:] == [0, 0, 1]).all()


def test_the_start_set_is_fitted_within_a_second() -> None:
    seconds = []
    for _ in range(3):
        began = time.process_time()
        cause_model()
        seconds.append(time.process_time() - began)
    assert min(seconds) < 1.5  # 0.8 alone; a machine that others use is slower
