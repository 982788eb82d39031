"""The taxonomy is data: the shipped causes are whole, the firm's own files change them, a wrong one is refused."""

from __future__ import annotations

import pytest

from liuke.causes.taxonomy import LABELS, UNKNOWN, by_name, shipped_causes, taxonomy, treatments
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language

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
    ],
)
def test_a_wrong_file_is_refused_with_its_name(file: str, text: str, says: str) -> None:
    with pytest.raises(Invalid) as raised:
        taxonomy({file: text})
    for language in ("zh", "en"):
        with in_language(language):
            assert says in raised.value.text()
            assert raised.value.fix.text()
