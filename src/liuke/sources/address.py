"""Addresses of databases as they may be shown: never a password, whatever place of the address it stands in."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode

URL = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.\-]*://")
PARTS = re.compile(r"^(?P<scheme>[^:/]+)://(?P<place>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?$", re.DOTALL)
MISTYPED = re.compile(r"^([a-zA-Z][\w+.\-]+:/*)[^@]*:.*@", re.DOTALL)  # an address with a slash too few
HIDDEN = "***"
HARMLESS = {  # parameters that are never secret; the value of any other one is not shown
    *("charset", "client_encoding", "connect_timeout", "database", "dbname", "driver", "encrypt", "host", "mode"),
    *("port", "schema", "search_path", "service_name", "ssl", "sslmode", "timeout", "uid", "unix_socket"),
    *("uri", "user", "username"),
}


def hidden(location: str) -> str:
    """The location as it may stand in messages and files: a path as it is, an address without who logs in and how."""
    found = PARTS.match(location) if URL.match(location) else None
    if found is None:
        return MISTYPED.sub(rf"\1{HIDDEN}@", location)
    shown = f"{found['scheme']}://{_place(found['place'])}"
    if found["query"]:
        told = [
            (name if name.isidentifier() else HIDDEN, value if name.lower() in HARMLESS else HIDDEN)
            for name, value in _parameters(found["query"])
        ]
        shown += "?" + urlencode(told, safe="*/")
    return shown


def address_name(location: str) -> str:
    """Host and database of an address, for the name of a source."""
    found = PARTS.match(location)
    if found is None:
        return ""
    host, _, path = found["place"].rpartition("@")[2].partition("/")
    told = dict(_parameters(found["query"] or ""))
    host = host if _is_port(host) else host.partition(":")[0]
    last = unquote(path.replace("\\", "/").rstrip("/").rpartition("/")[2])
    name = re.sub(r"(?<=.)\.\w+$", "", last) or next((told[key] for key in ("database", "dbname") if key in told), "")
    return "-".join(filter(None, (host or told.get("host", ""), name)))


def secrets(location: str) -> set[str]:
    """What the address holds that is shown to nobody, as it stands there and decoded."""
    found = PARTS.match(location)
    if found is None:
        return set()
    password = found["place"].rpartition("@")[0].partition(":")[2]
    held = {password, unquote(password), *re.split("[@/:]", password)}  # a driver may cut it elsewhere than we do
    held |= {value for name, value in _parameters(found["query"] or "") if name.lower() not in HARMLESS}
    return {secret for secret in held if secret}


def without_secrets(said: str, location: str) -> str:
    """What a driver said of an address, the secrets in it replaced."""
    for secret in sorted(secrets(location), key=len, reverse=True):
        said = said.replace(secret, HIDDEN)
    return said


def _place(place: str) -> str:
    login, at, rest = place.rpartition("@")
    if at:
        return f"{login.partition(':')[0]}:{HIDDEN}@{rest}" if ":" in login else place
    host, slash, path = place.partition("/")
    return place if _is_port(host) else f"{host.partition(':')[0]}:{HIDDEN}{slash}{path}"


def _is_port(host: str) -> bool:
    """Whether what stands behind a host's colon is a port; else it may be the password of somebody without a host."""
    return bool(re.search(r"^[^:]*$|:\d*$|\]$", host))


def _parameters(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query.replace(";", "&"), keep_blank_values=True)
