"""Names as they are compared: what people spell differently for one and the same firm, person or address."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# what kind of company it is, as written at the end of its name (some at the beginning); the first of each line stands
# for the line, so that `GmbH` and `AG` stay apart where `Ltd.` and `Co., Limited` do not
FORMS = """
ltd: co ltd|company limited|co limited|company ltd|pte ltd|pty ltd|pvt ltd|private limited|public limited company|plc|\
ltd|limited
inc: incorporated|inc|corporation|corp
llc: limited liability company|l l c|llc
llp: l l p|llp
lp: l p|lp
co: and co|company|co
gmbh: gesellschaft mit beschränkter haftung|g m b h|gmbh|mbh
gmbh & co kg: gmbh and co kg|gmbh and co kgaa|gmbh co kg
ug: ug haftungsbeschränkt|ug
ag: aktiengesellschaft|a g|ag
kg: co kg|k g|kg
ohg: ohg
gbr: gbr
ek: e k|e kfm|ek
ev: e v
sarl: s a r l|sarl|s à r l|sàrl|eurl
sas: s a s u|s a s|sasu|sas
sa: s a|sa
srl: s r l|srl
spa: s p a|spa
sl: s l u|s l|slu|sl
bv: b v|bv
nv: n v|nv
ltda: ltda|lda
ab: aktiebolag|a b|ab
as: a s|as|asa
aps: aps
oy: oyj|oy
sro: s r o|sro
spzoo: sp z o o|sp zoo
doo: d o o|doo
kft: kft
se: s e|se
"""
CHINESE = ("股份有限责任公司", "有限责任公司", "股份有限公司", "有限公司", "股份公司", "株式会社", "有限会社", "(株)")
IN_FRONT = ("株式会社", "有限会社", "(株)")
MAIL = re.compile(r"(?:mailto:)?([^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)")
CACHE = 1 << 16


def _forms() -> list[tuple[tuple[str, ...], str]]:
    """(words, what they stand for), the longest first."""
    lines = (line.split(": ") for line in FORMS.strip().splitlines())
    found = [(tuple(way.split()), form) for form, ways in lines for way in ways.split("|")]
    return sorted(found, key=lambda each: (-len(each[0]), each[0]))


ENDINGS = _forms()


def normal_name(text: str | None) -> str:
    """What is left of a name when case, width, blanks, punctuation and the company's legal form are taken off.

    `Acme Ltd.`, `ACME  LIMITED` and `acme` are one; so are `上海万家有限公司` and `上海万家有限责任公司`. An e-mail
    address loses its case alone. Digits that stood apart stay apart: shop 1-12 is not shop 11-2. Names that are nothing
    but a legal form or punctuation keep it. Empty only where the text is.
    """
    return _taken_apart(text)[0] if text else ""


def legal_form(text: str | None) -> str:
    """The legal form a name states, as one word for all its spellings (`ltd` for Limited and 有限公司); "" for none.

    Two names that are equal once it is taken off and state different forms, a GmbH and an AG, may well be two firms.
    """
    return _taken_apart(text)[1] if text else ""


@lru_cache(CACHE)
def _taken_apart(text: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if mail := MAIL.fullmatch(plain):
        return mail.group(1), ""
    bare, form = _without_chinese_form(re.sub(r"[\s\u200b\ufeff]+", " ", plain))
    if not form:
        words = re.findall(r"[^\W_]+", bare.replace("&", " and ").replace("+", " and "))
        words, form = _without_form(words)
        bare = " ".join(words)
    key = _joined(bare)
    return (key, form) if key else (_joined(plain) or plain or text, "")


def _without_chinese_form(text: str) -> tuple[str, str]:
    squeezed = text.rstrip(" .。,，")
    for form in CHINESE:
        if squeezed.endswith(form) and len(squeezed) > len(form):
            return squeezed[: -len(form)], "ltd"
    for form in IN_FRONT:
        if squeezed.startswith(form) and len(squeezed) > len(form):
            return squeezed[len(form) :], "ltd"
    return text, ""


def _without_form(words: list[str]) -> tuple[list[str], str]:
    """The words without the legal form at their end, else at their beginning where it is one only written there."""
    for ending, form in ENDINGS:
        if len(words) > len(ending) and tuple(words[-len(ending) :]) == ending:
            return words[: -len(ending)], form
    for front in ("sarl", "sas", "eurl"):
        if len(words) > 1 and words[0] == front:
            return words[1:], "sas" if front == "sas" else "sarl"
    return words, ""


def _joined(text: str) -> str:
    """Letters and digits alone; a dash where two digits stood apart."""
    apart = re.sub(r"(?<=\d)[\W_]+(?=\d)", "-", text.replace("&", " and ").replace("+", " and "))
    return re.sub(r"(?<!\d)[\W_]+|[\W_]+(?!\d)", "", apart)
