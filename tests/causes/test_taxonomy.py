"""The taxonomy is data: the shipped causes are whole, the firm's own files change them, a wrong one is refused."""

from __future__ import annotations

import pytest

from liuke.causes.labels import cause_named
from liuke.causes.taxonomy import LABELS, NOT_KNOWN, UNKNOWN, by_name, shipped_causes, taxonomy, treatments
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language
from liuke.panel.heard import idea_words

OWN = 'group = "us"\nact = "forced"\nkind = "fault"\ndegree = "either"\ndirection = "rival"\n'
TITLE = '[title]\nzh = "新系统"\nen = "New system"\n'


def test_every_shipped_cause_is_whole() -> None:
    causes = shipped_causes()
    assert len(causes) > 20
    for cause in causes:
        assert cause.id != UNKNOWN
        assert cause.title.zh
        assert cause.title.en
        assert cause.is_not.zh
        assert cause.is_not.en
        assert cause.treatments, cause.id
        assert set(cause.treatments) <= set(treatments())
        assert all(getattr(cause, label) in LABELS[label] for label in LABELS)
        assert len(cause.called) > 4


def test_each_name_means_one_cause() -> None:
    names = by_name(shipped_causes())
    assert names["价格"] == "price"
    assert names["price"] == "price"
    assert names["业务员离职"] == "salesperson_left"
    assert names["closed or moved"] == "closed_or_moved"


def test_a_firm_renames_switches_off_and_adds() -> None:
    own = {
        "price.toml": '[title]\nzh = "贵"\n',
        "market.toml": "off = true\n",
        "new_system.toml": OWN + TITLE + '[called]\nzh = ["系统切换"]\n',
    }
    causes = {cause.id: cause for cause in taxonomy(own)}
    assert causes["price"].title.zh == "贵"
    assert "market" not in causes
    assert causes["new_system"].own
    assert by_name(causes.values())["系统切换"] == "new_system"
    assert not causes["quality"].own


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("price.toml", 'act = "voluntery"', "voluntary"),
        ("price.toml", 'exposures = ["price_abov"]', "price_above"),
        ("price.toml", 'treatments = ["repare"]', "repair"),
        ("price.toml", 'titel = "x"', "titel"),
        ("price.toml", "title = 3", "title"),
        ("price.toml", "[title]\nzh = 3", "title.zh"),
        ("price.toml", 'called = "x"', "called"),
        ("price.toml", "[called]\nzh = 3", "called.zh"),
        ("price.toml", 'exposures = "price_above"', "exposures"),
        ("price.toml", "group = ", "TOML"),
        ("unknown.toml", TITLE, "unknown"),
        ("New Cause.toml", OWN + TITLE, "New Cause"),
        ("new_cause.toml", OWN, "title"),
        ("new_cause.toml", TITLE, "group"),
        ("new_cause.toml", OWN + TITLE + '[called]\nzh = ["价格"]', "价格"),
        ("price.toml", 'off = "true"', "off"),
        ("price.toml", "off = 1", "off"),
        ("price.toml", "off = []", "off"),
        ("price.toml", '[called]\nfr = ["prix"]', "fr"),
        ("price.toml", '[called]\nen = [""]', "called.en"),
        ("price.toml", '[called]\nen = ["  "]', "called.en"),
        ("price.toml", f'[title]\nzh = "{"贵" * 101}"', "title.zh"),
        ("price.toml", f'[is_not]\nen = "{"x" * 1001}"', "is_not.en"),
        ("price.toml", f'[called]\nen = ["{"x" * 101}"]', "called.en"),
        ("price.toml", f"[called]\nen = {[f'name {n}' for n in range(501)]}", "501"),
        ("price.toml", '[title]\nen = "Price\\u202e"', "title.en"),
        ("price.toml", '[called]\nen = ["pri\\u200bce"]', "called.en"),
        ("price.toml", f"exposures = {'[' * 100_000}", "TOML"),
        ("events.toml", OWN + TITLE, "events"),
        ("salespeople.toml", OWN + TITLE, "our_salespeople"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(file: str, text: str, says: str) -> None:
    with pytest.raises(Invalid) as raised:
        taxonomy({file: text})
    for language in ("zh", "en"):
        with in_language(language):
            assert says in raised.value.text()
            assert raised.value.fix.text()


@pytest.mark.parametrize("title", ["质量", " QUALITY ", "Ｑuality", "quality.", "产品质量"])
@pytest.mark.parametrize("field", ["title.zh", "title.en", "called.zh"])
def test_two_causes_of_one_name_are_refused_in_the_firm_s_own_file(field: str, title: str) -> None:
    table, _, language = field.partition(".")
    named = f'["{title}"]' if table == "called" else f'"{title}"'
    for own in ("price.toml", "watermark.toml"):  # a shipped cause before and after `quality` by its id
        fresh = OWN + 'title = { zh = "新", en = "New" }\n' if own == "watermark.toml" else ""
        text = fresh.replace(f'{language} = "新"' if language == "zh" else 'en = "New"', f"{language} = {named}")
        if table == "called" or not fresh:
            text = fresh + f"[{table}]\n{language} = {named}\n"
        with pytest.raises(Invalid) as raised:
            taxonomy({own: text})
        said = raised.value.text()
        assert own in said
        assert field in said
        assert "quality.toml" not in said


def test_a_name_of_a_cause_that_is_switched_off_is_free() -> None:
    own = {"price.toml": "off = true", "our_price.toml": OWN + '[title]\nzh = "价格"\nen = "Price"\n'}
    assert by_name(taxonomy(own))["价格"] == "our_price"


@pytest.mark.parametrize(
    "name",
    ["不明", "Unknown", "ＵＮＫＮＯＷＮ", "未知", "（不明）", "其他", "Other", "n/a", "原因", "明", "-", "不 明"],
)
def test_no_cause_is_called_what_means_unknown(name: str) -> None:
    for text in (f'[title]\nzh = "{name}"', f'[title]\nen = "{name}"', f'[called]\nzh = ["{name}"]'):
        with pytest.raises(Invalid, match=r"price\.toml"):
            taxonomy({"price.toml": text})


def test_every_name_that_means_unknown_is_read_as_unknown() -> None:
    names = by_name(shipped_causes())
    assert {cause_named(word, names) for word in idea_words(NOT_KNOWN)} == {None}
