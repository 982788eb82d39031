"""What is registered is what lies in the folder: one file a condition, exposure or canonical table, no list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def modules_in(package: str) -> dict[str, ModuleType]:
    """The public modules of a package by name, in alphabetical order."""
    parent = importlib.import_module(package)
    names = sorted(m.name for m in pkgutil.iter_modules(parent.__path__) if not m.name.startswith("_"))
    return {name: importlib.import_module(f"{package}.{name}") for name in names}
