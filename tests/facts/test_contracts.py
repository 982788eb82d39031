import polars as pl
import pytest

from liuke.facts import contracts, inputs
from liuke.facts.document_line import ATTRIBUTES, INPUTS
from liuke.kernel.i18n import catalogue
from liuke.kernel.kinds import KINDS
from liuke.sources.headers import plain
from liuke.store.fact_store import empty

ALL = contracts()


def test_every_table_of_the_first_stage_has_a_contract():
    assert {"document_line", "customer", "product", "salesperson", "assignment"} <= set(ALL)
    assert ALL["document_line"].required == ("customer_id", "date", "amount")
    assert ALL["document_line"].columns["kind"].allowed == KINDS


@pytest.mark.parametrize("name", ALL)
def test_a_contract_names_its_grain_and_runs_its_audits(name):
    contract = ALL[name]
    assert set(contract.grain) <= set(contract.columns)
    for audit in contract.audits.values():
        assert empty(contract).filter(pl.sql_expr(audit.fails)).is_empty()


@pytest.mark.parametrize("name", ALL)
def test_no_header_names_two_columns_of_a_table(name):
    columns = {**ALL[name].columns, **inputs(name)}
    named = [(plain(header), column) for column, spec in columns.items() for header in spec.names]
    twice = {a for a, first in named for b, second in named if a == b and first != second}
    assert twice == set()


def test_every_meaning_is_said_in_chinese():
    said = [spec.meaning for c in ALL.values() for spec in c.columns.values()]
    said += [audit.says for c in ALL.values() for audit in c.audits.values()]
    said += [spec.meaning for spec in INPUTS.values()] + [c.meaning for c in ALL.values()]
    assert [meaning for meaning in said if meaning not in catalogue()] == []


def test_what_a_line_says_of_other_tables_exists_there():
    for name, (table, key, column) in ATTRIBUTES.items():
        assert name in INPUTS
        assert {key, column} <= set(ALL[table].columns)
