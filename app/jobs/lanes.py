"""Which claimed delivery starts next, so that a slow shop waits for itself and nobody else for it.

A host has at most half of the slots at a time. One that lets a delivery wait for longer than a second is slow from that
moment on, until it answers faster: what it has under way holds no slot any more, and it gets its deliveries one by one
in a lane beside the slots. Waiting costs a thread and nothing else, so that lane may be wide.

Claims are made many rows at a time, for each costs the same few questions. Of one host no more is held than it takes in
a moment, judged by its last answers.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.webhooks.results import Due

SLOW_S = 1.0
REMEMBERED_S = 600.0  # how long we know how fast a host is that nothing was sent to
SLOW_PER_HOST = 2
SLOW_LANE = 4  # times as wide as there are slots
AT_ONCE = 4  # times as many as there are slots are claimed at once
IN_HAND = 12  # times as many are held at most; several hosts can be at their own limit
HELD_FOR_S = 0.25  # what is held of a host should be over by then
NEWEST_COUNTS = 0.2  # of the pace of a host, its last answer


@dataclass
class _Host:
    """seen_at: its last answer, or when we last found ourselves waiting for one. took_s: how long its answers take, the
    later ones counting more; None: not known yet."""

    seen_at: float
    under_way: int = 0
    took_s: float | None = None


@dataclass
class Lanes:
    """Times are seconds of one monotonic clock, given by the caller, who sees to it that one thread asks at a time."""

    slots: int
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _slow: set[str] = field(default_factory=set)
    _begun: dict[int, float] = field(default_factory=dict)  # delivery -> when
    _host_of: dict[int, str] = field(default_factory=dict)
    _waiting: dict[str, deque[Due]] = field(default_factory=dict)
    _fast_under_way: int = 0

    @property
    def widest(self) -> int:
        """How many can be under way at once, slow ones included."""
        return self.slots * (1 + SLOW_LANE)

    @property
    def is_busy(self) -> bool:
        """Something is under way."""
        return bool(self._begun)

    @property
    def is_idle_but_for_slow(self) -> bool:
        """Nothing is under way that is soon over."""
        return not self._fast_under_way

    def add(self, dues: Iterable[Due]) -> None:
        for due in dues:
            self._waiting.setdefault(due.host, deque()).append(due)

    def start(self, *, now: float) -> list[Due]:
        """Those that start now, the hosts in turn."""
        begun: list[Due] = []
        while True:
            round_ = [host for host in self._waiting if self._may_start(host)]
            if not round_:
                return begun
            for host in round_:
                if self._may_start(host):
                    begun.append(self._begin(host, now))

    def end(self, due: Due, *, now: float) -> None:
        """An answer, or none, has come."""
        host, took_s = self._hosts[due.host], now - self._begun.pop(due.delivery_id)
        del self._host_of[due.delivery_id]
        host.under_way -= 1
        self._fast_under_way -= due.host not in self._slow
        before = took_s if host.took_s is None else host.took_s
        host.took_s, host.seen_at = before + NEWEST_COUNTS * (took_s - before), now
        self._take_for(due.host, slow=took_s > SLOW_S)

    def note_slow(self, *, now: float) -> list[Due]:
        """Look who lets us wait. What was claimed for those and has not begun: to be given back."""
        for delivery_id, since in self._begun.items():
            if now - since > SLOW_S:
                name = self._host_of[delivery_id]
                self._hosts[name].seen_at = now
                self._take_for(name, slow=True)
        for name in [name for name, host in self._hosts.items() if now - host.seen_at > REMEMBERED_S]:
            self._forget(name)
        return [due for name in self._slow & self._waiting.keys() for due in self._waiting.pop(name)]

    def take_waiting(self) -> list[Due]:
        """All that has not begun; nothing waits afterwards."""
        waiting = [due for dues in self._waiting.values() for due in dues]
        self._waiting.clear()
        return waiting

    @property
    def room(self) -> int:
        """How many to claim now for hosts that are neither slow nor full. Few at a time would cost a question each."""
        in_hand = self._fast_under_way + sum(map(len, self._waiting.values()))
        room = min(AT_ONCE * self.slots, IN_HAND * self.slots - in_hand)
        return room if room >= AT_ONCE * self.slots // 2 else 0

    @property
    def not_claimed_for(self) -> set[str]:
        """Hosts that are slow, and those that we hold enough for."""
        held = {*self._host_of.values(), *self._waiting}
        return self._slow | {name for name in held if self._is_full(name)}

    def slow_hosts_with_room(self) -> list[str]:
        """The slow ones that may have one more, as far as their lane is wide enough."""
        under_way = {name: self._hosts[name].under_way for name in sorted(self._slow)}
        free = self.slots * SLOW_LANE - sum(under_way.values())
        return [name for name, count in under_way.items() if count < SLOW_PER_HOST][: max(0, free)]

    def _may_start(self, name: str) -> bool:
        host = self._hosts.get(name)
        under_way = host.under_way if host is not None else 0
        if name in self._slow:
            return under_way < SLOW_PER_HOST
        return self._fast_under_way < self.slots and under_way < self._most_per_host

    def _begin(self, name: str, now: float) -> Due:
        due = self._waiting[name].popleft()
        if not self._waiting[name]:
            del self._waiting[name]
        host = self._hosts.setdefault(name, _Host(seen_at=now))
        host.under_way += 1
        self._fast_under_way += name not in self._slow
        self._begun[due.delivery_id], self._host_of[due.delivery_id] = now, name
        return due

    def _take_for(self, name: str, *, slow: bool) -> None:
        if slow == (name in self._slow):
            return
        under_way = self._hosts[name].under_way
        if slow:
            self._slow.add(name)
            self._fast_under_way -= under_way
        else:
            self._slow.discard(name)
            self._fast_under_way += under_way

    def _forget(self, name: str) -> None:
        if not self._hosts[name].under_way:
            self._slow.discard(name)
            del self._hosts[name]

    def _is_full(self, name: str) -> bool:
        host = self._hosts.get(name)
        held = (host.under_way if host is not None else 0) + len(self._waiting.get(name, ()))
        return held >= self._most_held(host.took_s if host is not None else None)

    def _most_held(self, took_s: float | None) -> float:
        fewest = 2 * self._most_per_host
        if took_s is None:
            return fewest
        in_time = self._most_per_host * HELD_FOR_S / max(took_s, 0.001)
        return min(max(fewest, in_time), AT_ONCE * self.slots)

    @property
    def _most_per_host(self) -> int:
        return max(1, self.slots // 2)
