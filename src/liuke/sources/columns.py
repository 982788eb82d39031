"""Which columns of a file could be which canonical columns: by their names, and where the names leave several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.headers import name_score, names_another_amount, names_another_figure, plain
from liuke.sources.mapping import Match
from liuke.sources.table import ANSWER, Choice, Question

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract
    from liuke.sources.profile import Profile

ENOUGH = 0.6  # a name inside a longer header counts from here
NAMED = {"customer_id": "--customer", "date": "--date", "amount": "--amount"}  # columns an option may name
AMOUNTS = ("amount", "amount_with_tax", "tax")
WHO = ("customer_id", "customer_name")
STANDS_FOR = {"customer_id": "customer_name", "product_id": "product_name", "salesperson_id": "salesperson_name"}
NO_NUMBER = (
    *("name", "partner", "customer", "client", "address", "mail", "date", "datum", "amount", "total"),
    *("currency", "count", "value", "price", "cost", "fee", "tax", "discount", "weight", "qty", "quantity", "units"),
    *(
        "type",
        "status",
        "state",
        "source",
        "channel",
        "method",
        "note",
        "line",
        "item",
        "product",
        "sku",
        "payment",
        "time",
        "month",
        "year",
    ),
    *("名称", "客户", "日期", "时间", "金额", "状态", "类型", "备注", "抬头", "数量", "币"),
)
MAIL = ("email", "emailaddress", "mail", "customeremail", "buyeremail", "邮箱", "电子邮箱", "客户邮箱", "买家邮箱")
MOST_NOT_CUSTOMERS = 3  # a column of so few words says something else of its rows
TRAITS_OF_CUSTOMERS = ("customer_region", "customer_grade", "customer_industry")
OTHER_THINGS = ("发票", "风险", "订单", "单据", "商品", "产品", "物流", "invoice", "risk", "order", "product", "item")
MOST_RATES = 4  # different ones in a file
RATES = {*map(float, range(29)), 2.1, 2.5, 2.6, 3.7, 3.8, 4.8, 5.5, 7.7, 8.1, 13.5}  # per cent, of many countries
BY_NAME = N_("the header says so")
BY_PART = N_("the header contains a name for it")
NO_CODE = N_("there is no code, so the name identifies")


def fits(kind: str, look: Profile) -> bool:
    """Whether a column's values can be of a type at all; an empty column fits nothing."""
    if not look.filled:
        return False
    if kind == "date":
        return look.date_like >= 0.5
    if kind in ("money", "number", "integer"):
        return look.numbers >= 0.5
    return kind != "text" or look.dates < 0.9


def candidates(
    contract: Contract, inputs: collections.abc.Mapping[str, Column], looks: dict[str, Profile]
) -> list[tuple[float, str, str]]:
    """(score, target, header) of every pair that could be, best first; ties in the order of the contract."""
    found = []
    for place, (target, column) in enumerate({**contract.columns, **inputs}.items()):
        for header in list(looks):  # each looked at only where its name could be meant
            score = name_score(header, column.names)
            if target == "amount" and score < 0.95 and names_another_amount(header):
                continue
            if target in AMOUNTS and score < 0.95 and names_another_figure(header):
                continue
            if score < 0.95 and target == "document_id" and _names_no_number(header):
                continue
            if score < ENOUGH or (score < 0.95 and _is_of_another(target, header, looks)):
                continue
            if score < 0.95 and target == "document_id" and _says_little(looks[header]):
                continue
            spoken = bool(column.words) and any(each.casefold() in column.words for each in looks[header].sample)
            if spoken or fits(column.type, looks[header]):
                found.append((score, -place, target, header))
    who = {header for _, _, target, header in found if target in WHO}
    own = {header for header in who if looks[header].distinct == 1 and looks[header].filled > 2 * MOST_NOT_CUSTOMERS}
    if who - own:  # one name in every row beside others is the seller's
        found = [each for each in found if each[2] not in WHO or each[3] not in own]
    return [(score, target, header) for score, _, target, header in sorted(found, key=lambda c: (-c[0], -c[1]))]


def _says_little(look: Profile) -> bool:
    """Whether a column has so few different values that they number no documents."""
    return look.filled > 2 * MOST_NOT_CUSTOMERS and look.distinct < max(MOST_NOT_CUSTOMERS, look.filled / 50)


def _names_no_number(header: str) -> bool:
    """Whether a header that speaks of a document speaks of something about it: whose it is, its day, its state."""
    return any(word in header.casefold() for word in NO_NUMBER)


def _is_of_another(target: str, header: str, looks: dict[str, Profile]) -> bool:
    """Whether a longer header speaks of the customer's money or code, or of a trait of something else."""
    if target.endswith("_name"):
        return looks[header].numbers >= 0.9
    return target in TRAITS_OF_CUSTOMERS and any(word in plain(header) for word in OTHER_THINGS)


def by_names(
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    looks: dict[str, Profile],
    given: collections.abc.Mapping[str, str],
) -> dict[str, Match]:
    """What is given, then the best names first, each header and each target once."""
    columns = {target: Match(header) for target, header in given.items()}
    used = set(given.values())
    for score, target, header in candidates(contract, inputs, looks):
        if target not in columns and header not in used:
            columns[target] = Match(header, Said(BY_NAME if score > 0.95 else BY_PART))
            used.add(header)
    if len(contract.grain) == 1 and (key := contract.grain[0]) not in columns and "name" in columns:
        columns[key] = Match(columns.pop("name").header, Said(NO_CODE))
    return {target: columns[target] for target in {**contract.columns, **inputs} if target in columns}


def codes_for_names(
    columns: dict[str, Match],
    looks: dict[str, Profile],
    inputs: collections.abc.Mapping[str, Column],
) -> None:
    """Where there is no code column, a second name column is the code, or the name itself identifies."""
    used = {match.header for match in columns.values()}
    for code, name in STANDS_FOR.items():
        if code in columns or name not in columns or name not in inputs:
            continue
        others = [
            h for h in looks if h not in used and name_score(h, inputs[name].names) > 0.95 and looks[h].distinct > 1
        ]
        if others:
            columns[code] = Match(others[0], Said(N_("the name stands in {other}, so this is the code"),
                                                  {"other": columns[name].header}))  # fmt: skip
        else:
            columns[code] = Match(columns.pop(name).header, Said(NO_CODE))
    if "customer_id" not in columns and "customer_name" in inputs:
        free = [header for header in looks if header not in used and plain(header) in MAIL]
        mail = next((header for header in free if any("@" in cell for cell in looks[header].sample)), None)
        if mail is not None:
            columns["customer_id"] = Match(mail, Said(N_("there is no code and no name, so the e-mail identifies")))


def without_rates(columns: dict[str, Match], looks: dict[str, Profile]) -> None:
    """A column named for the tax that holds rates is none: a few small numbers beside amounts of many sizes."""
    match = columns.get("tax")
    beside = next((columns[name] for name in ("amount_with_tax", "amount") if name in columns), None)
    if match is None or beside is None or match.why.message not in (BY_NAME, BY_PART):
        return
    tax, amount = looks[match.header], looks[beside.header]
    rates = {float(value) for value in tax.values.drop_nulls().unique()}
    usual = rates <= RATES or {round(100 * rate, 2) for rate in rates} <= RATES
    if rates - {0.0} and usual and tax.distinct <= MOST_RATES and 2 * tax.distinct < amount.distinct:
        del columns["tax"]


def which_column(name: str, able: list[Profile], evidence: tuple[str, ...], default: str | None = None) -> Question:
    """The question which of several columns one is; answered by the header."""
    asks = {
        "amount": N_("Which column is the amount without tax?"),
        "date": N_("Which column is the day of the document?"),
        "customer_id": N_("Which column says who the customer is?"),
    }
    choices = tuple(Choice(look.header, _candidate(name, look)) for look in able)
    ask = Said(asks.get(name, N_("Which column is {name}?")), {"name": name})
    return Question(name, ask, choices, NAMED.get(name, ANSWER), default, evidence)


def _candidate(name: str, look: Profile) -> Said:
    """A column as a choice: what it comes to, how many it tells apart, or from when to when it goes."""
    told: dict[str, object] = {"header": look.header, "sample": ", ".join(look.sample), "rows": look.values.len()}
    if name == "amount":
        return Said(N_("{header}: {sum} in the first {rows} rows, for example {sample}"),
                    {**told, "sum": f"{look.values.sum() or 0:,.2f}"})  # fmt: skip
    if name == "customer_id":
        return Said(N_("{header}: {count} different ones in the first {rows} rows, for example {sample}"),
                    {**told, "count": look.distinct})  # fmt: skip
    return Said(N_("{header}, for example {sample}"), told)


def tells_customers_apart(look: Profile) -> bool:
    """Whether a column without a name for it could say who the customer is: more than a few values that come back."""
    few = look.distinct <= MOST_NOT_CUSTOMERS and look.filled > 2 * MOST_NOT_CUSTOMERS
    return look.repeats and not few and look.dates < 0.1 and look.fractions == 0


def has_amount(columns: collections.abc.Mapping[str, Match]) -> bool:
    return "amount" in columns or "amount_with_tax" in columns or {"quantity", "unit_price"} <= set(columns)
