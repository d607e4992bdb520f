"""Facts about a gateway that its documents leave open, each with the values it may have. The first is the default.

Numbers are listed as `least…most`.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from app.sandbox.storage import read_setting, write_setting

OFF_ON, ON_OFF = ("off", "on"), ("on", "off")


@dataclass(frozen=True)
class Switch:
    """values: the default first. For a number: default, least, most."""

    meaning: str
    values: tuple[str, ...] = ()
    number: tuple[int, int, int] | None = None

    @property
    def default(self) -> str:
        return str(self.number[0]) if self.number else self.values[0]

    @property
    def possible(self) -> list[str]:
        return [f"{self.number[1]}…{self.number[2]}"] if self.number else list(self.values)

    def check(self, value: object) -> str:
        """The value as it is stored. ValueError when it is none of the possible ones."""
        if self.number is None:
            if value not in self.values:
                raise ValueError(f"must be one of {', '.join(self.values)}")
            return str(value)
        least, most = self.number[1:]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return str(value)


class Switchboard:
    """The switches of one gateway, kept in the database of the sandbox."""

    def __init__(self, gateway: str, switches: Mapping[str, Switch]) -> None:
        self._prefix = f"{gateway}_switch_"
        self._switches = switches

    def read(self, db: sqlite3.Connection, name: str) -> str:
        return read_setting(db, self._prefix + name, self._switches[name].default)

    def number(self, db: sqlite3.Connection, name: str) -> int:
        return int(self.read(db, name))

    def is_set(self, db: sqlite3.Connection, name: str, value: str) -> bool:
        """Whether the switch has this value, which must be one that it can have."""
        assert value in self._switches[name].values
        return self.read(db, name) == value

    def change(self, db: sqlite3.Connection, wanted: Mapping[str, object]) -> None:
        """All or nothing. ValueError names the switch that is unknown or cannot have that value."""
        for name, value in wanted.items():
            if name not in self._switches:
                raise ValueError(f"there is no switch {name}")
            try:
                stored = self._switches[name].check(value)
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
            write_setting(db, self._prefix + name, stored)

    def listed(self, db: sqlite3.Connection) -> list[dict[str, object]]:
        return [
            {
                "name": name,
                "value": self.read(db, name),
                "default": switch.default,
                "values": switch.possible,
                "meaning": switch.meaning,
            }
            for name, switch in self._switches.items()
        ]
