"""Drawings in rows as SVG text: moons, monthly columns, ranges, floating bars, state lines.

Colours and strokes come from classes of the style sheet, sizes from attributes: a strict content policy allows no style
attribute. A drawing is hidden from screen readers because its figures stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from liuke.reports import figures, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

SLOTS = 24  # columns a drawing has room for; a shorter history stands at the right
MOONS = {
    "active": '<circle class="f" cx="8" cy="8" r="6.5"/><circle class="o" cx="8" cy="8" r="6.5"/>',
    "falling": '<path class="f" d="M8 1.5A6.5 6.5 0 0 0 8 14.5A2.6 6.5 0 0 0 8 1.5"/>'
    '<circle class="o" cx="8" cy="8" r="6.5"/>',
    "token": '<path class="f" d="M8 1.5A6.5 6.5 0 0 0 8 14.5A3.4 6.5 0 0 1 8 1.5"/>'
    '<circle class="o" cx="8" cy="8" r="6.5"/>',
    "new": '<path class="f" d="M8 1.5A6.5 6.5 0 0 1 8 14.5A3 6.5 0 0 0 8 1.5"/>'
    '<circle class="o" cx="8" cy="8" r="6.5"/>',
    "won_back": '<circle class="f" cx="8" cy="8" r="4"/><circle class="o" cx="8" cy="8" r="6.6"/>',
    "lost": '<circle class="o" cx="8" cy="8" r="6.3"/><path class="x" d="M3.8 12.2 12.2 3.8"/>',
    "dormant": '<circle class="o" cx="8" cy="8" r="6.3"/>',
    "never_bought": '<circle class="o" cx="8" cy="8" r="1.6"/>',
}


def pixels(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def moon(state: str) -> Markup:
    """The moon of a state."""
    return Markup(  # noqa: S704  (built from constants)
        f'<svg class="lk-moon lk-s-{state}" viewBox="0 0 16 16" aria-hidden="true">{MOONS[state]}</svg>'
    )


def column_chart(
    trend: Sequence[int], flag_at: int | None, level: int | None, width: int = 108, height: int = 36
) -> Markup:
    """One column a period on a common floor, warm from the flag on, own level dotted; nothing bought is a tick."""
    if not trend:
        return Markup("")
    step = width / max(len(trend), SLOTS)
    left = width - step * len(trend)
    top = max(*trend, level or 0, 1)
    room = height - 4
    paths: dict[str, list[str]] = {"b": [], "h": [], "z": [], "t": []}
    for at, amount in enumerate(trend):
        hot = flag_at is not None and at >= flag_at
        tall = max(amount / top * room, 1.5) if amount > 0 else 1.0
        x, y = left + at * step, height - 1 - tall
        if amount < 0:
            y, tall = height - 2, 2.0
        kind = ("h" if hot else "b") if amount > 0 else ("t" if hot else "z")
        paths[kind].append(f"M{pixels(x)} {pixels(y)}h{pixels(step - 1)}v{pixels(tall)}h-{pixels(step - 1)}z")
    drawn = "".join(f'<path class="lk-{kind}" d="{"".join(d)}"/>' for kind, d in paths.items() if d)
    if level:
        drawn += f'<path class="lk-level" d="M{pixels(left)} {pixels(height - 1 - level / top * room)}H{width}"/>'
    return Markup(  # noqa: S704  (built from numbers)
        f'<svg class="lk-spark" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
    )


def risk_range(value: float, least: float, most: float) -> Markup:
    """A track from 0 to 100 % with the range as a bar and the value as a dot; amber from 60 %."""
    low, high, at = least * 76, most * 76, value * 76
    hot = " lk-hi" if value >= 0.6 else ""
    return Markup(  # noqa: S704
        f'<svg class="lk-rk{hot}" width="76" height="14" viewBox="0 0 76 14" aria-hidden="true">'
        '<path class="t" d="M.5 3v8M75.5 3v8M0 7h76"/>'
        f'<rect class="c" x="{pixels(low)}" y="4" width="{pixels(max(high - low, 1))}" height="6" rx="1"/>'
        f'<circle class="d" cx="{pixels(min(max(at, 3), 73))}" cy="7" r="3"/></svg>'
    )


def waterfall(values: Sequence[float | None]) -> list[Markup]:
    """One bar a step, opening and closing as ticks; None is a step that does not move this quantity."""
    level = [values[0] or 0.0]
    for value in values[1:-1]:
        level.append(level[-1] + (value or 0.0))
    low, high = min(level), max(level)
    pad = (high - low) * 0.06 or 1.0

    def at(value: float) -> str:
        return pixels((value - low + pad) / (high - low + 2 * pad) * 260)

    drawn = []
    for i, value in enumerate(values):
        body = f'<path class="rl" d="M{at(level[0])} 0V22"/>'
        if i in {0, len(values) - 1}:
            body += f'<path class="lv" d="M{at(value or 0.0)} 2V20"/>'
        elif not value:
            body += f'<path class="cn" d="M{at(level[i])} 0V22"/>'
        else:
            left, right = sorted((level[i - 1], level[i]))
            wide = max(float(at(right)) - float(at(left)), 0.8)
            body += (
                f'<rect class="{"g" if value > 0 else "l"}" x="{at(left)}" y="5" width="{pixels(wide)}" height="12"/>'
            )
            body += f'<path class="cn" d="M{at(level[i])} 17V27"/>'
        drawn.append(
            Markup(f'<svg viewBox="0 0 260 22" preserveAspectRatio="none" aria-hidden="true">{body}</svg>')  # noqa: S704
        )
    return drawn


def line_chart(counts: Sequence[int]) -> Markup:
    """A thin line of counts ending in a dot."""
    low, high = min(counts), max(counts)
    wide = 104 / max(len(counts) - 1, 1)
    points = [(2 + i * wide, 20 - (n - low) / ((high - low) or 1) * 16) for i, n in enumerate(counts)]
    path = "L".join(f"{pixels(x)} {pixels(y)}" for x, y in points)
    x, y = points[-1]
    return Markup(  # noqa: S704
        f'<svg class="lk-line" width="112" height="24" viewBox="0 0 112 24" aria-hidden="true"><path d="M{path}"/>'
        f'<circle cx="{pixels(x)}" cy="{pixels(y)}" r="2.2"/></svg>'
    )


def stack(series: Sequence[tuple[str, Sequence[int]]], height: int = 232) -> tuple[Markup, list[float]]:
    """Stacked areas (state, counts), the first at the bottom, and the middle height of each at its right end."""
    length = len(series[0][1])
    total = [sum(counts[i] for _, counts in series) for i in range(length)]
    top = max(*total, 1) * 1.04
    floor = [0.0] * length
    body, middles = [], []
    for state, counts in series:
        roof = [below + n for below, n in zip(floor, counts, strict=True)]
        up = [f"{i} {pixels(height - v / top * height)}" for i, v in enumerate(roof)]
        down = [f"{i} {pixels(height - floor[i] / top * height)}" for i in reversed(range(length))]
        body.append(f'<path class="lk-area lk-a-{state}" d="M{"L".join(up + down)}Z"/>')
        middles.append(height - (roof[-1] + floor[-1]) / 2 / top * height)
        floor = roof
    drawn = (
        f'<svg class="lk-stack" viewBox="0 0 {max(length - 1, 1)} {height}" height="{height}" '
        f'preserveAspectRatio="none" aria-hidden="true">{"".join(body)}</svg>'
    )
    return Markup(drawn), middles  # noqa: S704


def bar(share: float) -> Markup:
    """A plain bar of a share of the widest one."""
    return Markup(  # noqa: S704
        '<svg class="lk-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{pixels(max(share, 0.0) * 100)}" height="8"/></svg>'
    )


class Ranged(Protocol):
    """A bar with its range, parts of the whole width."""

    @property
    def width(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def ranged_bar(each: Ranged) -> Markup:
    """A bar with a line over its range."""
    width, low, high = (pixels(min(max(part, 0.0), 1.0) * 100) for part in (each.width, each.low, each.high))
    return Markup(  # noqa: S704
        '<svg class="lk-bar lk-ranged" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width}" y="1" height="10"/><path d="M{low} 6H{high}M{low} 3V9M{high} 3V9"/></svg>'
    )


def calibration_chart(points: Sequence[tuple[float, float, int]], side: int = 300) -> Markup:
    """Expected against observed shares of groups of customers, with the line where they are the same.

    `points` are (expected, observed, rows); dots above the line left more often than was said.
    """
    most = max((max(expected, observed) for expected, observed, _ in points), default=0.0) or 1.0
    room, left = side - 40, 34
    drawn = [
        f'<svg class="lk-cal" viewBox="0 0 {side} {side}" width="{side}" height="{side}" aria-hidden="true">'
        f'<line class="axis" x1="{left}" y1="{room + 6}" x2="{side - 6}" y2="{room + 6}"/>'
        f'<line class="axis" x1="{left}" y1="6" x2="{left}" y2="{room + 6}"/>'
        f'<line class="same" x1="{left}" y1="{room + 6}" x2="{left + room}" y2="6"/>'
    ]
    for expected, observed, rows in points:
        x, y = left + expected / most * room, room + 6 - observed / most * room
        told = f"{figures.percent(expected)} → {figures.percent(observed)} · {figures.count(rows)}"
        drawn.append(f'<circle cx="{pixels(x)}" cy="{pixels(y)}" r="4.5"><title>{told}</title></circle>')
    top = figures.percent(most)
    drawn.append(f'<text x="{left - 4}" y="12" text-anchor="end">{top}</text>'
                 f'<text x="{left + room}" y="{side - 14}" text-anchor="end">{top}</text></svg>')  # fmt: skip
    return Markup("".join(drawn))  # noqa: S704


def path_chart(points: Sequence[tuple[int, float, float, float]], width: int = 520, height: int = 190) -> Markup:
    """Sales by what was expected around an event: period, value and ends of a range, a band behind a line.

    The event stands between -1 and 0; values beyond the room, twice the widest point, are cut off.
    """
    if not points:
        return Markup("")
    first, last = points[0][0], points[-1][0]
    most = max(max(abs(value) for _, value, _, _ in points) * 1.6, 0.1)
    left, right, top, floor = 46, width - 8, 8, height - 24

    def x(period: float) -> str:
        return pixels(left + (period - first) / max(last - first, 1) * (right - left))

    def y(value: float) -> str:
        return pixels((top + floor) / 2 - min(max(value / most, -1.0), 1.0) * (floor - top) / 2)

    band = " ".join([*(f"{x(at)},{y(high)}" for at, _, _, high in points),
                     *(f"{x(at)},{y(low)}" for at, _, low, _ in reversed(points))])  # fmt: skip
    line = " ".join(f"{x(at)},{y(value)}" for at, value, _, _ in points)
    ticks = sorted({first, 0, last})
    drawn = [
        f'<svg class="lk-path" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
        f'<polygon points="{band}"/><line class="same" x1="{left}" y1="{y(0)}" x2="{right}" y2="{y(0)}"/>'
        f'<line class="axis" x1="{x(-0.5)}" y1="{top}" x2="{x(-0.5)}" y2="{floor}"/><polyline points="{line}"/>',
        *(f'<text x="{left - 6}" y="{y(at)}" dy="4" text-anchor="end">{figures.percent(at)}</text>'
          for at in (-most, 0.0, most)),
        *(f'<text x="{x(at)}" y="{height - 6}" text-anchor="middle">{figures.signed(at)}</text>' for at in ticks),
    ]  # fmt: skip
    return Markup("".join([*drawn, "</svg>"]))  # noqa: S704  (built from numbers)


@dataclass(frozen=True)
class Floating:
    """One floating bar of a waterfall: all its values, opening first and closing last, and which one it is."""

    values: tuple[float | None, ...]
    at: int

    def __html__(self) -> Markup:
        return waterfall(self.values)[self.at]


@dataclass(frozen=True)
class Label:
    """The name of an area beside it."""

    state: str
    count: int
    y: str

    @property
    def title(self) -> str:
        """The msgid of the state."""
        return words.STATES[self.state]


@dataclass(frozen=True)
class Stack:
    """Counts by state over time as stacked areas, the first at the bottom."""

    series: tuple[tuple[str, tuple[int, ...]], ...]
    dates: tuple[date, ...]
    by_day: bool  # periods are named by their last day, not by their month
    height: int = 232

    def __html__(self) -> Markup:
        return stack(self.series, self.height)[0]

    @property
    def labels(self) -> list[Label]:
        """The states' names at the right end, none over another."""
        _, middles = stack(self.series, self.height)
        return [
            Label(state, counts[-1], pixels(y + 4))
            for (state, counts), y in zip(self.series, spread_labels(middles, 16, self.height), strict=True)
        ]

    @property
    def ticks(self) -> list[str]:
        """Names of some periods under it."""
        last = len(self.dates) - 1
        picks = sorted({0, len(self.dates) // 3, 2 * len(self.dates) // 3, last})
        return [str(self.dates[at]) if self.by_day else f"{self.dates[at]:%Y-%m}" for at in picks]


def spread_labels(middles: Sequence[float], apart: float, height: float) -> list[float]:
    """Label heights pushed apart so that no two overlap, all inside the drawing; given and returned bottom first."""
    placed: list[float] = []
    for y in middles:
        placed.append(min(y, placed[-1] - apart) if placed else min(y, height - apart / 2))
    lift = max(apart / 2 - min(placed, default=apart), 0.0)
    return [y + lift for y in placed]


@dataclass(frozen=True)
class DrawnColumn:
    """One column of a drawing: `x` and `wide` in percent of its width, `y` and `tall` in pixels, `kind` its class."""

    x: str
    wide: str
    y: str
    tall: str
    kind: str


@dataclass(frozen=True)
class Columns:
    """Amounts by period as columns on a common floor, drawn as wide as there is room; text keeps its size."""

    amounts: tuple[float | None, ...]  # None: not known
    level: float | None = None
    flag_at: int | None = None
    height: int = 200

    @property
    def ticks(self) -> list[float]:
        """Round amounts from 0 to above the highest column, three or four of them."""
        highest = max([*(each for each in self.amounts if each is not None), self.level or 0.0, 1.0])
        rough = highest / 3
        power = 10.0 ** floor(log10(rough))
        step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough)
        return [step * at for at in range(ceil(highest / step) + 1)]

    def height_of(self, amount: float) -> str:
        """The place of an amount, from above."""
        return pixels(self.height - amount / self.ticks[-1] * self.height)

    def left_of(self, place: float) -> str:
        """The left edge of a place."""
        return f"{place * 100 / len(self.amounts):.3f}"

    @property
    def slot(self) -> str:
        """How wide a period is."""
        return self.left_of(1)

    @property
    def level_from(self) -> str:
        """Where the line of the level begins: at the first amount that is known."""
        return self.left_of(next((at for at, each in enumerate(self.amounts) if each is not None), 0))

    @property
    def columns(self) -> list[DrawnColumn]:
        """One a period: `b` bought, `h` the same from the flag on, `z` and `t` nothing or less, `n` not known."""
        made, top, wide = [], self.ticks[-1], 100 / len(self.amounts)
        for at, amount in enumerate(self.amounts):
            hot = self.flag_at is not None and at >= self.flag_at
            sold = amount is not None and amount > 0
            tall = max((amount or 0) / top * self.height, 2.0) if sold else min(2.0, self.height / 20)
            kind = "n" if amount is None else ("h" if hot else "b") if sold else ("t" if hot else "z")
            made.append(
                DrawnColumn(
                    self.left_of(at + 0.14), f"{wide * 0.72:.3f}", pixels(self.height - tall), pixels(tall), kind
                )
            )
        return made
