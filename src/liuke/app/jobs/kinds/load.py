"""A load of what was sent (`uploads`, by whom: `user_id`), one after the other; what leaves a question stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.app.upload_plan import Planner
from liuke.app.uploads import Uploads
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.app.firm import Firm
    from liuke.kernel.progress import Progress

KIND, TITLE, VERB = "load", N_("Load"), "data"
PARTS = ()  # nobody knows how many rows there are


def run(firm: Firm, args: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The loads made, and how many uploads are left with a question or a fault."""
    uploads = Uploads(firm.workspace)
    planner = Planner(firm.workspace, uploads)
    made = [planner.load_or_note(uploads.one(number, args["user_id"]), progress) for number in args["uploads"]]
    loaded = [each.done["load_id"] for each in made if each.done is not None]
    return {"loads": loaded, "left": len(made) - len(loaded)}
