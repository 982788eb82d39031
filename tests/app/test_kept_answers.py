"""Answers are kept per who sees what, and none survives a change of owners, not even one that was being made."""

from __future__ import annotations

from liuke.kernel.kept_answers import KeptAnswers


def test_an_answer_is_made_once_and_the_longest_unused_goes() -> None:
    kept, made = KeptAnswers(2), []

    def ask(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key.upper())  # type: ignore[func-returns-value]

    assert [ask(key) for key in "abacb"] == ["A", "B", "A", "C", "B"]
    assert made == ["a", "b", "c", "b"]


def test_what_was_begun_before_everything_was_let_go_is_not_kept() -> None:
    kept = KeptAnswers(9)

    def meanwhile() -> str:
        kept.clear()
        return "of the owners before"

    assert kept.get("k", meanwhile) == "of the owners before"
    assert kept.get("k", lambda: "of now") == "of now"
    assert kept.get("k", lambda: "asked again") == "of now"
