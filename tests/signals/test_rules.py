"""Rule files: what is read, what is refused and how, and whom a rule finds."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import liuke.signals
import liuke.value
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import catalogue, in_language
from liuke.kernel.said import Said
from liuke.panel.panel import Panel
from liuke.signals.condition import conditions
from liuke.signals.reasons import reason
from liuke.signals.rules.evaluate import Learnt, evaluable, evaluate, learn, warm_up
from liuke.signals.rules.rules import Joined, Leaf, load, load_rule, rules_with, shipped
from panels import panel, random_panel

HEAD = 'title = { zh = "走弱", en = "Fading" }\n'
FALLING = 'when = { condition = "falling", periods = 2 }\n'


def months(seen: Panel, text: str, left_days: int = 365, learnt: Learnt | None = None) -> dict[int, list[str]]:
    """Names of the periods in which a rule fires, by customer."""
    found = evaluate(load_rule(HEAD + text, "r.toml"), seen, np.full(seen.shape[1], left_days, np.int32), learnt)
    return {
        int(code): [seen.periods.labels[at] for at in np.flatnonzero(row)]
        for code, row in zip(seen.customer, found, strict=True)
        if row.any()
    }


def refusal(text: str, language: str = "en") -> str:
    """What is said of a wrong rule file."""
    with pytest.raises(Invalid) as refused, in_language(language):
        load_rule(text, "rules/fading.toml")
    with in_language(language):
        return refused.value.text()


def test_every_shipped_rule_is_named_in_both_languages_and_has_an_order_of_its_own() -> None:
    rules = shipped()
    assert [rule.order for rule in rules] == sorted({rule.order for rule in rules})
    assert {"falling_three", "probably_lost", "token_orders", "overdue", "due_not_come"} <= {rule.id for rule in rules}
    for rule in rules:
        assert set(rule.title) == set(rule.help) == {"zh", "en"}
        assert rule.title["zh"] != rule.title["en"]
        assert rule.help["zh"]
        assert rule.help["en"]


def test_every_kind_of_condition_is_used_or_can_be_used_with_its_defaults() -> None:
    for name in conditions():
        rule = load_rule(HEAD + f'when = {{ condition = "{name}" }}', "r.toml")
        assert rule.leaves[0].parameters == conditions()[name].defaults


def test_the_two_classic_rules_find_whom_they_name() -> None:
    seen = panel(
        """
        c1 2025-01 400 | c1 2025-02 300 | c1 2025-03 200 | c1 2025-04 100
        c2 2025-01 400
        c3 2025-01 400 | c3 2025-02 400 | c3 2025-03 400 | c3 2025-04 400
        """
    )
    horizon = np.full(4, 120, np.int32)
    fired = {rule.id: evaluate(rule, seen, horizon)[:, -1].tolist() for rule in shipped()[:2]}
    assert fired == {"falling_three": [True, False, False], "probably_lost": [False, True, False]}


def test_a_rule_is_silent_once_the_customer_is_lost() -> None:
    seen = panel("c1 2025-01-31 100", until="2025-09")
    text = 'when = { condition = "at_or_below", periods = 2 }'
    assert months(seen, text, left_days=120) == {0: ["2025-03", "2025-04", "2025-05"]}
    assert months(seen, text, left_days=119) == {0: ["2025-03", "2025-04"]}


def test_all_any_and_not_join_conditions() -> None:
    seen = panel("c1 2025-01 400 | c1 2025-02 300 | c1 2025-03 200 | c2 2025-01 400 | c2 2025-02 300 | c2 2025-03 1")
    low = '{ condition = "at_or_below", amount = 5, periods = 1 }'
    down = '{ condition = "falling", periods = 2 }'
    assert months(seen, f"when.all = [{low}, {down}]") == {1: ["2025-03"]}
    assert months(seen, f"when.any = [{low}, {down}]") == {0: ["2025-03"], 1: ["2025-03"]}
    assert months(seen, f"when.all = [{down}, {{ not = {low} }}]") == {0: ["2025-03"]}


def test_scope_keeps_a_rule_to_some_customers() -> None:
    text = "c1 2025-01 400 | c1 2025-02 300 | c1 2025-03 200 | c2 2025-01 400 | c2 2025-02 300 | c2 2025-03 1"
    seen = panel(text, attributes={"region": {"c1": "华东"}})
    assert months(seen, FALLING + 'scope = { region = ["华东", "华南"] }') == {0: ["2025-03"]}
    assert months(seen, FALLING + 'scope = { region = "西北" }') == {}


def test_thresholds_differ_by_grade() -> None:
    lines = [f"{name} 2025-0{at} {value}" for name in ("c1", "c2", "c3") for at, value in ((1, 100), (2, 100), (3, 60))]
    seen = panel(" | ".join(lines), attributes={"grade": {"c1": "A", "c2": "B"}})
    text = """
    [when]
    condition = "below_own_mean"
    periods = 1
    least_history = 2
    by = { column = "grade", A = { share = 0.7 }, B = { share = 0.6 } }
    """
    assert months(seen, text) == {0: ["2025-03"]}


def test_a_rule_looks_at_the_document_kind_and_the_measure_it_names() -> None:
    orders = " | ".join(f"c1 2025-{at:02d} {value} order" for at, value in enumerate([300, 200, 100], 1))
    invoices = " | ".join(f"c1 2025-{at:02d} 100 m={value}" for at, value in enumerate([5, 4, 3], 1))
    seen = panel(f"{orders} | {invoices}")
    assert months(seen, FALLING) == {}
    assert months(seen, FALLING + 'kind = "order"') == {0: ["2025-03"]}
    assert months(seen, 'measure = "margin"\n' + FALLING) == {0: ["2025-03"]}


@pytest.mark.parametrize(
    ("needs", "text"),
    [
        ("margins", 'measure = "margin"\n' + FALLING),
        ("column product_id", 'when = { condition = "fewer_products" }'),
        ("table product", 'when = { condition = "family_stopped" }'),
        ("kind order", 'when = { condition = "kind_falling_alone" }'),
        ("kind delivery", FALLING + 'kind = "delivery"'),
        ("column region", FALLING + 'scope = { region = ["华东"] }'),
        ("needs 15 complete periods", 'when = { condition = "below_last_year" }'),
    ],
)
def test_a_rule_that_cannot_be_evaluated_names_what_to_connect(needs: str, text: str) -> None:
    seen = panel("c1 2025-01 100 | c1 2025-02 100", until="2025-11")
    why = evaluable(load_rule(HEAD + text, "r.toml"), seen)
    assert why is not None
    with in_language("en"):
        assert needs in why.text()


def test_a_rule_with_all_it_needs_is_evaluable_and_knows_its_warm_up() -> None:
    seen = random_panel(3, 4, 26)
    assert {rule.id: evaluable(rule, seen) for rule in shipped()} == dict.fromkeys([rule.id for rule in shipped()])
    assert {rule.id: warm_up(rule, 12) for rule in shipped()}["half_of_last_year"] == 15


def test_a_workspace_rule_takes_the_place_of_a_shipped_one() -> None:
    own = HEAD + FALLING + "order = 15"
    rules = rules_with({"falling_three.toml": own, "mine.toml": own})
    assert [rule.id for rule in rules][:2] == ["falling_three", "mine"]
    assert rules[0].leaves[0].parameters["periods"] == 2
    assert len(rules) == len(shipped()) + 1


def test_two_files_with_one_id_are_refused() -> None:
    with pytest.raises(Invalid) as refused, in_language("en"):
        load({"a.toml": 'id = "x"\n' + HEAD + FALLING, "b.toml": 'id = "x"\n' + HEAD + FALLING})
    with in_language("en"):
        assert "b.toml, line 1: the id x is already taken by a.toml" in refused.value.text()


def test_an_unknown_condition_is_refused_with_its_line_and_a_proposal() -> None:
    text = HEAD + '# falling = wrong\n[[when.all]]\ncondition = "falling"\n[[when.all]]\ncondition = "own_gaps"\n'
    assert refusal(text) == (
        "Rule file rules/fading.toml, line 6: there is no condition own_gaps.\n"
        '    condition = "own_gaps"\n'
        "Did you mean own_gap?"
    )
    assert "第 6 行：没有 own_gaps 这种条件。" in refusal(text, "zh")


@pytest.mark.parametrize(
    ("text", "line", "said", "proposal"),
    [
        (HEAD + 'when = { condition = "falling", period = 3 }', 2, "no parameter period", "periods?"),
        (HEAD + '[when]\ncondition = "falling"\nperiods = "3"', 4, "periods must be a whole number, not 3", ""),
        (HEAD + '[when]\ncondition = "falling"\nperiods = 0', 4, "periods must be from 1 to 60, not 0", ""),
        (HEAD + '[when]\ncondition = "falling"\nmeasure = "amounts"', 4, "must be one of amount, margin", "amount?"),
        (HEAD + 'when = { condition = "own_gap", factor = 2.00001 }', 2, "at most four decimals", ""),
        (HEAD + "severty = 2\n" + FALLING, 2, "no field severty", "severity?"),
        (HEAD + "severity = 9\n" + FALLING, 2, "severity must be a whole number from 1 to 3", ""),
        (HEAD + 'kind = "orders"\n' + FALLING, 2, "kind must be one of", "order?"),
        (HEAD + FALLING + 'scope = { regoin = ["华东"] }', 3, "regoin is no column of a customer", "region?"),
        (HEAD + "when = { al = [] }", 2, "exactly one of all, any, not", "all?"),
        (HEAD + "when = { all = [] }", 2, "takes a list of conditions", ""),
        (HEAD, 1, "the field when is missing", ""),
        (FALLING, 1, "title must be a text", ""),
        (HEAD + FALLING + "scope = { region = 3 }", 3, "the scope of region must be a text", ""),
        (HEAD + FALLING + "severity = ", 3, "this is not TOML", ""),
        (HEAD + FALLING + 'id = "a b"', 3, "an id is letters, digits and underscores", ""),
        (HEAD + '[when]\ncondition = "falling"\nby = { A = { perods = 2 } }', 4, "no parameter perods", "periods?"),
    ],
)
def test_a_wrong_rule_names_file_line_and_what_was_found(text: str, line: int, said: str, proposal: str) -> None:
    message = refusal(text)
    assert f"Rule file rules/fading.toml, line {line}: " in message
    assert said in message
    assert text.splitlines()[line - 1].strip() in message
    assert (f"Did you mean {proposal}" in message) is bool(proposal)


def test_the_tree_is_read_as_written() -> None:
    leaf = '{ condition = "falling" }'
    rule = load_rule(HEAD + f"when.all = [{leaf}, {{ any = [{leaf}, {{ not = {leaf} }}] }}]", "r.toml")
    assert isinstance(rule.when, Joined)
    assert [type(node) for node in rule.when.nodes] == [Leaf, Joined]
    assert len(rule.leaves) == 3


def test_a_reason_is_the_sentence_of_the_condition_that_holds() -> None:
    seen = panel("c1 2025-01 400 | c1 2025-02 300 | c1 2025-03 200", until="2025-05")
    any_of = 'when.any = [{ condition = "falling", periods = 4 }, { condition = "at_or_below", periods = 2 }]'
    rule = load_rule(HEAD + any_of, "r.toml")
    with in_language("en"):
        assert reason(rule, seen, 0, 4).text() == "No sales from 2025-04 to 2025-05; the last were on 2025-03-15."
        said = reason(load_rule(HEAD + FALLING, "r.toml"), seen, 0, 2)
        assert said.text() == "Sales fell 2 times in a row: 400 in 2025-01, 200 in 2025-03."
    with pytest.raises(ValueError, match="does not hold"):
        reason(rule, seen, 0, 2)


LEAVES = (
    '{ condition = "falling", periods = 2 }',
    '{ condition = "at_or_below", amount = 200, periods = 1 }',
    '{ condition = "below_own_mean", share = 0.9 }',
)


def trees() -> st.SearchStrategy[str]:
    """Conditions joined in every way a rule's file can join them."""
    return st.recursive(
        st.sampled_from(LEAVES),
        lambda inner: st.one_of(
            inner.map(lambda one: f"{{ not = {one} }}"),
            st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)).map(
                lambda both: f"{{ {both[0]} = [{', '.join(both[1])}] }}"
            ),
        ),
        max_leaves=5,
    )


@given(trees(), st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_however_a_rule_is_joined_what_it_finds_has_a_sentence(tree: str, seed: int) -> None:
    rule = load_rule(f"{HEAD}when = {tree}", "r.toml")
    seen = random_panel(seed, 6, 24)
    fired = evaluate(rule, seen, np.full(24, 200, np.int32))
    for row, position in np.argwhere(fired)[::7]:
        said = reason(rule, seen, int(row), int(position))
        for lang in ("en", "zh"):
            with in_language(lang):
                assert "{" not in Said.unpack(said.pack()).text()


@pytest.mark.parametrize("rule", shipped(), ids=lambda rule: rule.id)
def test_every_flag_of_every_shipped_rule_has_a_reason(rule) -> None:  # type: ignore[no-untyped-def]
    found = 0
    for seed in range(6):
        seen = random_panel(seed, 10, 36)
        learnt = learn([rule], seen)
        fired = evaluate(rule, seen, np.full(36, 200, np.int32), learnt)
        for row, position in np.argwhere(fired)[::11]:
            said = reason(rule, seen, int(row), int(position), learnt)
            for language in ("en", "zh"):
                with in_language(language):
                    assert "{" not in said.text()
            found += 1
    assert found or rule.id == "token_orders"


def marked(package: object) -> dict[str, str]:
    """Messages marked for translation in a package, with the file each is in."""
    folder = Path(str(package.__file__)).parent  # type: ignore[attr-defined]
    return {
        node.args[0].value: file.name
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "N_"
        and isinstance(node.args[0], ast.Constant)
    }


@pytest.mark.parametrize("package", [liuke.signals, liuke.value], ids=["signals", "value"])
def test_every_message_has_a_translation_with_the_same_fields(package: object) -> None:
    known = catalogue()
    for message, file in marked(package).items():
        assert message in known, f"{file}: {message}"
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (message, known[message])
        ]
        assert fields[0] == fields[1], message
