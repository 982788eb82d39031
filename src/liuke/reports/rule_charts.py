"""How a rule did, drawn: a dot an alarm while they can be counted, else bars on one scale."""

from __future__ import annotations

from markupsafe import Markup

from liuke.reports.charts import pixels

MOST_DOTS = 400
A_ROW, APART, RADIUS = 40, 11, 4


def dots(count: int, kind: str) -> Markup:
    """So many dots of a kind: hit solid, false a ring, missed a dashed ring."""
    columns = min(count, A_ROW) or 1
    rows = -(-count // A_ROW) or 1
    marks = "".join(
        f'<circle cx="{nth % A_ROW * APART + 5}" cy="{nth // A_ROW * APART + 5}" r="{RADIUS}"/>' for nth in range(count)
    )
    width, height = columns * APART, rows * APART
    return Markup(  # noqa: S704  (numbers and a word of ours)
        f'<svg class="lk-dots lk-d-{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' aria-hidden="true">{marks}</svg>'
    )


def kind_bar(count: int, most: int, kind: str) -> Markup:
    """A bar of a count on the scale of the largest."""
    width = pixels(98 * count / most) if most else "0"
    return Markup(  # noqa: S704
        f'<svg class="lk-kindbar lk-d-{kind}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect x="1" y="1" width="{width}" height="8"/></svg>'
    )


def alarm_bar(alarms: tuple[int, int, int], most: int) -> Markup:
    """Alarms that were right, false ones, and departures nobody was warned of, end to end on a common scale."""
    at, parts = 0.0, []
    for count, kind in zip(alarms, ("hit", "false", "missed"), strict=True):
        width = 100 * count / most if most else 0
        if count:
            parts.append(
                f'<rect class="lk-d-{kind}" x="{pixels(at)}" y="1" width="{pixels(max(width - 0.4, 0.3))}" height="8"/>'
            )
        at += width
    return Markup(  # noqa: S704
        '<svg class="lk-alarms" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )
