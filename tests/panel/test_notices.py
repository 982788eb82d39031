"""What our own notices announce: a rise that is cancelled, put off or below nothing is none; nor are eased terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from liuke.panel.heard import idea_words, lexicon
from liuke.panel.notices import announces, raises_prices, tightens

if TYPE_CHECKING:
    from collections.abc import Sequence

RISES = [
    "List prices rise by 5%",
    "6月1日起涨价5%",
    "全线价格上调 3.5%",
    "涨价5%，取消优惠",
    "取消优惠，涨价5%",
    "Price increase of 5-10% from June",
    "Price increase – 30% on filters",
    "涨价不取消，6月执行",
    "The price increase is not cancelled",
    "Price rise will not be postponed",
    "取消折扣，价格上调",
    "涨价 5% - 8%",
    "prices will rise by 0.5%",
    "出厂价上调，原材料价格下降与此无关",
    "Price increase from 100 to 110",
    "单价上调，由100元调整为110元",
    "涨价10%",
    "Prices rise by 10.0%",
    "订货会推迟，价格上调5%",
    "价格上浮8%",
]
NO_RISE = [
    "涨价取消，价格不变",
    "涨价取消",
    "取消涨价",
    "取消6月1日的涨价",
    "取消原定于6月1日的涨价",
    "原定涨价推迟",
    "涨价暂缓执行",
    "6月1日涨价计划延期",
    "暂缓涨价",
    "暂不涨价",
    "不涨价",
    "没有涨价",
    "今年不会涨价",
    "涨价作废",
    "撤回涨价通知",
    "涨价通知已撤回",
    "涨价，取消。",
    "价格上调5%不再执行",
    "价格下调5%",
    "价格下调",
    "全线降价",
    "List prices rise by -30%",
    "价格上调-5%",
    "涨价 -3%",
    "Prices rise by 0%",
    "涨价0.0%",
    "The price increase has been cancelled",
    "Planned price increase postponed",
    "price increase of 5% announced for June is postponed until further notice",
    "We cancel the price increase",
    "Price increase called off",
    "No price increase",
    "price increase: none",
    "Price increase will not apply",
    "the price rise will not take effect",
    "List prices fall by 5%",
    "price cut of 5%",
    "Prices are lowered",
    "Price increases from 110 to 100",
    "价格上调改为价格下调5%",
    "",
    None,
]
TIGHTER = [
    "账期由60天缩短为30天",
    "取消账期，款到发货",
    "credit limit reduced",
    "预付比例由30%提高到50%",
    "最低起订量由500提高到2000",
    "Minimum order raised from 500 to 2,000",
    "从1月到3月暂停月结",
    "服务半径由80公里缩小到50公里",
    "payment terms tightened to 30 days",
    "账期缩短，取消优惠",
]
NOT_TIGHTER = [
    "账期延长",
    "账期由30天调整为60天",
    "账期由30天改为 60天",
    "预付比例由50%降为30%",
    "起订量由2000调整为500",
    "payment terms from 30 to 60 days",
    "MOQ from 2,000 to 500 pieces",
    "账期缩短推迟执行",
    "收紧账期的通知作废",
    "Shorter payment terms are postponed",
    "新的付款条件暂缓实施",
    "The new terms will not take effect",
    "账期维持不变",
    "Terms remain unchanged",
    "起订量提高暂不执行",
    "服务半径由50公里调整为80公里",
]
TERMS = ("terms", "minimum_order", "radius", "bundle")


def those_that_say(texts: Sequence[str | None], rule: pl.Expr) -> list[str | None]:
    return pl.DataFrame({"text": texts}, {"text": pl.String}).filter(rule)["text"].to_list()


def test_a_notice_of_a_rise_and_of_none() -> None:
    assert those_that_say([*RISES, *NO_RISE], raises_prices(pl.col("text"))) == RISES


def test_a_notice_of_tighter_terms_and_of_others() -> None:
    assert those_that_say([*TIGHTER, *NOT_TIGHTER], tightens(pl.col("text"), *TERMS)) == TIGHTER


@pytest.mark.parametrize(
    ("text", "idea", "said"),
    [
        ("滤芯01 停产", "withdrawn", True),
        ("滤芯01 停产计划取消", "withdrawn", False),
        ("取消停产", "withdrawn", False),
        ("Filter discontinued", "withdrawn", True),
        ("Discontinuation is postponed", "withdrawn", False),
        ("Filter 01 withdrawn from sale", "withdrawn", True),
        ("产品召回", "recalled", True),
        ("召回取消", "recalled", False),
        ("仓库发生火灾，订货会取消", "turbulence", True),
        ("因罢工发货推迟", "turbulence", True),
        ("Strike: deliveries are postponed", "turbulence", True),
        ("罢工取消", "turbulence", False),
        ("The strike was called off", "turbulence", False),
        ("工厂搬迁推迟", "turbulence", False),
        ("华东直营店开业推迟", "own_channel", False),
        ("取消直营店计划", "own_channel", False),
        ("Direct sales postponed", "own_channel", False),
    ],
)
def test_what_is_called_off_is_not_announced(text: str, idea: str, said: bool) -> None:
    assert those_that_say([text], announces(pl.col("text"), idea)) == [text] * said


@pytest.mark.parametrize("idea", ["turbulence", "dropped", "own_channel", "withdrawn", "downgraded", "recalled"])
def test_each_word_of_a_notice_is_still_heard_alone(idea: str) -> None:
    """But for those that stand among the harmless ones of their own."""
    harmless = lexicon()[idea]["harmless"]
    words = [text for word in idea_words(idea) if not any(each in (text := word.rstrip("*")) for each in harmless)]
    assert those_that_say(words, announces(pl.col("text"), idea)) == words
