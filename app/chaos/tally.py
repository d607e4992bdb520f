"""How often each thing went wrong on purpose."""

import threading
from collections import Counter

from app.chaos.plan import NOTHING


class Tally:
    """May be added to by several threads."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, kind: str, what: str) -> None:
        """kind: where it happens. Words for nothing are not counted."""
        if what not in NOTHING:
            with self._lock:
                self.counts[f"{kind}:{what}"] += 1

    @property
    def total(self) -> int:
        return sum(self.counts.values())
