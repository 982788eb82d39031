"""One HTML file that opens anywhere: overview and list, both languages, no request, no inline handler.

The style and the script stand inline under a content policy that names their hashes, so nothing else can run. Both
languages are in the file and a pair of radio buttons shows one of them; without a script everything but sorting,
searching and paging works.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from liuke.kernel.i18n import LANGUAGES
from liuke.reports.contexts.page import RunPage, page
from liuke.reports.files import whole_file
from liuke.reports.templating import environment

if TYPE_CHECKING:
    from liuke.reports.contexts.base import Source

TOP = 150  # of each view
FIGURES_RANGE = "U+24-25,U+2B-2E,U+30-3A,U+A3,U+A5,U+2013,U+20AC,U+2212"


@dataclass(frozen=True)
class Shell:
    """What the page needs to stand alone: its first language, style, script and the policy that names both."""

    language: str
    policy: str
    style: Markup
    script: Markup


def write_page(source: Source, path: Path | str, language: str = "zh", *, top: int = TOP) -> Path:
    """Write the page of a run with at most `top` customers of each view; the file appears whole or not at all."""
    target = Path(path)
    text = render(page(source, top), language)
    with whole_file(target) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")
    return target


def render(context: RunPage, language: str = "zh") -> str:
    """The page as text, the given language shown first."""
    style, script = _style(), _static("page.js")
    policy = (
        f"default-src 'none'; img-src data:; font-src data:; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )
    shell = Shell(language, policy, Markup(style), Markup(script))  # noqa: S704  (our own files)
    other = next(each for each in LANGUAGES if each != language)
    made: str = environment(language, other).get_template("page.html").render(page=context, shell=shell)
    return made


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _static(name: str) -> str:
    return resources.files("liuke.reports").joinpath("static", name).read_text("utf-8")


@cache
def _style() -> str:
    """The style sheet with its two cuts of figures (Barlow, SIL Open Font License) inside."""
    faces = (
        "/* Figures: Barlow, (c) 2017 The Barlow Project Authors, SIL Open Font License 1.1, scripts.sil.org/OFL */\n"
    )
    for weight, range_ in ((500, "400"), (600, "600 700")):
        file = resources.files("liuke.reports").joinpath("static", "fonts", f"lk-figures-{weight}.woff2")
        data = base64.b64encode(file.read_bytes()).decode("ascii")
        faces += (
            f'@font-face{{font-family:"LK Figures";src:url(data:font/woff2;base64,{data}) format("woff2");'
            f"font-weight:{range_};unicode-range:{FIGURES_RANGE};size-adjust:104%}}\n"
        )
    return faces + _static("page.css")
