"""Answers that are kept for whoever asks the same again: so many of them, the longest unused go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class KeptAnswers:
    """Safe to ask from several threads. Who sees what must stand in the key."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()
        self._times = 0  # how often everything was let go

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer of a key, made where it is not kept; one that was begun before `clear` is not kept."""
        with self._lock:
            begun = self._times
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]  # type: ignore[return-value]  # what `make` made of this key
        made = make()
        with self._lock:
            if begun == self._times:
                self._held[key] = made
                while len(self._held) > self.most:
                    self._held.popitem(last=False)
        return made

    def clear(self) -> None:
        """Let go of all, of those being made too."""
        with self._lock:
            self._times += 1
            self._held.clear()
