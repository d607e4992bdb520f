"""Telling the person at the terminal what is going on: one line a step, with the time it took."""

import sys
import time
from types import TracebackType
from typing import Self


def say(text: str) -> None:
    print(text, flush=True)


class Progress:
    """One step of the set-up. At a terminal the line is rewritten as the step goes on."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.live = sys.stdout.isatty()
        self.failed = False  # set by a step that did not succeed without raising
        self.started = self.shown_at = time.monotonic()

    def __enter__(self) -> Self:
        print(f"{self.title} …", end="" if self.live else "\n", flush=True)
        return self

    def show(self, detail: str) -> None:
        """Show how far the step is. In a log rather than at a terminal, at most every two seconds."""
        now = time.monotonic()
        if self.live:
            print(f"\r\033[K{self.title} … {detail}", end="", flush=True)
        elif now - self.shown_at > 2:
            print(f"  {detail}", flush=True)
            self.shown_at = now

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end = "done" if kind is None and not self.failed else "stopped"
        took = f"{time.monotonic() - self.started:.1f} s"
        start = f"\r\033[K{self.title} … " if self.live else "  "
        print(f"{start}{end} ({took})", flush=True)
