"""Exports of known programs: a small file of each layout's headings loads to the cent, or is refused as it says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from small_loads import load, planned, text_file

from liuke.facts import contracts, inputs
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language
from liuke.sources.headers import plain
from liuke.sources.known_layouts import known_layout, layouts
from liuke.sources.mapping import MEANINGS

COUNTS = ("count", "invoice", "order", "delivery", "plus")
BACK = ("return", "minus")
WHO = "Who"  # the column named with an option where a layout has none for the customer
ALL = layouts()
READ = [layout for layout in ALL if layout.refuses is None]


def headings(layout):
    """The first spelling of everything a layout knows, each once."""
    names = [names[0] for names in (*layout.needs, *layout.columns.values())] + list(layout.words)
    return list({plain(name): name for name in names}.values())


def ordinary(words):
    return next((word for word, meaning in words.items() if meaning in COUNTS and word != "*"), "")


def day(number, order):
    return {"mdy": f"01/{number:02}/2025", "dmy": f"{number:02}/01/2025"}.get(order, f"2025-01-{number:02}")


def file_of(layout):
    """Rows of the layout's headings, one a word and twelve more, with what must come of them."""
    heads = headings(layout)
    targets = {plain(names[0]): target for target, names in reversed(layout.columns.items())}
    told = [(header, word) for header, words in layout.words.items() for word in words]
    rows, truth = [], []
    for number, (header, word) in enumerate([("", "")] * 12 + told, 1):
        words = {plain(each): ordinary(known) for each, known in layout.words.items()}
        if header:
            words[plain(header)] = "x1" if word == "*" else word
        meaning = layout.words.get(header, {}).get(word, "count")
        net = Decimal(number) + Decimal("10.25")
        back = meaning in BACK
        sign = -1 if back and meaning == "return" and layout.options.get("returns") != "positive" else 1
        values = {
            "customer_id": f"K{number % 5}",
            "date": day(number % 12 + 13, layout.options.get("date_order")),
            "document_id": f"N{number}",
            "amount": sign * net,
            "amount_with_tax": sign * net * 2,
            "tax": sign * net,
            "quantity": sign * 2,
            "unit_price": net,
            "discount": "0.00",
            "currency": "EUR",
            "line_no": number,
            **dict.fromkeys(("paid_on", "delivered_on", "due_on"), day(26, layout.options.get("date_order"))),
        }
        cells = [str(words.get(plain(h), values.get(targets.get(plain(h), ""), "x"))) for h in heads]
        if layout.options.get("decimal") == "comma":
            cells = [cell.replace(".", ",") for cell in cells]
        rows.append([*cells, f"K{number % 5}"])
        if meaning != "aside":
            truth.append((-net if back else net) * (1 if "amount" in layout.columns else factor(layout)))
    return "\n".join("\t".join(row) for row in [[*heads, WHO], *rows]) + "\n", truth


def factor(layout):
    """How often the net figure above stands in a line's amount."""
    if "amount_with_tax" in layout.columns:
        return 1 if "tax" in layout.columns else 2
    return 2


def options(layout):
    return {} if "customer_id" in layout.columns and layout.key not in NO_BUYER else {"customer_id": WHO}


NO_BUYER = {"pinduoduo_orders", "douyin_orders"}


@pytest.mark.parametrize("layout", READ, ids=[layout.key for layout in READ])
def test_a_file_of_a_layout_loads_to_the_cent_and_the_layout_is_named(tmp_path, layout):
    content, truth = file_of(layout)
    loaded = load(text_file(tmp_path, content, "export.txt"), **options(layout))
    assert sum(loaded.amounts()) == sum(truth)
    assert len(loaded.amounts()) == len(truth)
    assert set(loaded.column("customer_id")) == {f"K{n}" for n in range(5)}
    assert layout.title.text() in loaded.notes
    assert all(str(remark) in loaded.notes for remark in layout.says)


@pytest.mark.parametrize("layout", ALL, ids=[layout.key for layout in ALL])
def test_a_layout_is_recognised_whatever_the_order_and_case_of_its_columns_and_no_other_is(layout):
    heads = headings(layout)
    assert known_layout(heads) is layout
    assert known_layout([head.upper() for head in reversed(heads)] + ["other", "更多"]) is layout
    needed = [names[0] for names in layout.needs]
    rest = [head for head in heads if plain(head) not in {plain(n) for n in layout.needs[0]}]
    assert known_layout(rest) is not layout or plain(needed[0]) in map(plain, rest)


@pytest.mark.parametrize("layout", ALL, ids=[layout.key for layout in ALL])
def test_a_layout_names_what_there_is_in_both_languages(layout):
    contract = contracts()[layout.table]
    assert set(layout.columns) <= {*contract.columns, *inputs(layout.table)}
    assert {meaning for words in layout.words.values() for meaning in words.values()} <= set(MEANINGS)
    assert len(layout.needs) >= (4 if layout.refuses is None else 3)
    for text in (layout.program, layout.what, layout.export, *layout.says, *filter(None, [layout.refuses])):
        with in_language("zh"):
            chinese = str(text)
        assert chinese
        assert text.en


@pytest.mark.parametrize("layout", [each for each in ALL if each.refuses], ids=lambda each: each.key)
def test_an_export_that_lacks_what_is_needed_is_refused_with_the_one_to_choose(tmp_path, layout):
    content, _ = file_of(layout)
    with pytest.raises(Invalid) as refused, in_language("en"):
        planned(text_file(tmp_path, content, "export.txt"))
    assert layout.refuses.en in str(refused.value)


def test_values_that_contradict_a_layout_leave_the_columns_to_the_general_rules(tmp_path):
    head = "No\tType\tA/C\tDate\tRef\tDetails\tNet\tTax\tGross"
    rows = [f"{n}\tSI\tA{n % 3}\t2025-01-{n:02}\tR{n}\tx\tsee note\t{n}.20\t{n}1.25" for n in range(1, 13)]
    content = "\n".join([head, *rows]) + "\n"
    plan = planned(text_file(tmp_path, content, "export.txt"), amount="Gross", customer_id="A/C")
    said = "\n".join(note.text() for note in plan.notes)
    assert "This looks like Sage 50, but Net" in said
    assert plan.mapping.header("amount") == "Gross"
