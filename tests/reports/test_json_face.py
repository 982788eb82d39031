"""JSON says what the page says."""

from __future__ import annotations

import json

from sample_run import sample_run, young_run

from liuke.kernel.i18n import in_language
from liuke.reports.json_face import plain
from liuke.reports.overview import overview


def test_the_whole_context_becomes_json_with_the_answer_in_words():
    with in_language("en"):
        found = json.loads(json.dumps(plain(overview(sample_run()))))
    assert "customers are on the watch list; by their risk" in found["answer"]
    assert found["as_of"] == "2026-10-31"
    assert found["ledger"]["steps"][0]["step"] == "opening"
    assert len(found["listing"]) == found["listed_total"]
    assert found["listing"][0]["reasons"][0].endswith(".")


def test_what_cannot_be_estimated_is_a_reason_and_never_a_number():
    with in_language("zh"):
        found = plain(overview(young_run()))
    last_year = {line["name"]: line["last_year"] for line in found["indicators"]}
    assert last_year["repurchase"] == {"not_estimable": "需要 15 个完整的月份，现有 6 个。"}
