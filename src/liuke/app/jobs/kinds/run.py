"""A run: of the newest complete period, or of a past day (`as_of`); `again` makes it even where nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_
from liuke.run.first_pass import FITTING, LEARNING
from liuke.run.panels import SUMMING
from liuke.run.second_pass import FINISHING, JUDGING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.app.firm import Firm
    from liuke.kernel.progress import Progress

KIND, TITLE, VERB = "run", N_("Run"), "run"
PARTS = ((SUMMING, 0.15), (LEARNING, 0.05), (FITTING, 0.55), (JUDGING, 0.05), (FINISHING, 0.2))


def run(firm: Firm, args: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Which run was made or found, and which one everybody reads now."""
    made = firm.ran(args.get("as_of") or None, again=bool(args.get("again")), progress=progress)
    return {"run_id": made.view.info["run_id"], "as_of": made.view.info["as_of"], "new": made.new,
            "current": made.current}  # fmt: skip
