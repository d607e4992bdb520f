"""Which claimed delivery starts next, so that a slow shop waits for itself and nobody else for it.

A host has at most half of the slots at a time. One that lets a delivery wait for longer than a second is slow from that
moment on, until it answers faster: what it has under way holds no slot any more, and it gets its deliveries one by one
in a lane beside the slots. Waiting costs a thread and nothing else, so that lane may be wide.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

from app.webhooks.results import Due

SLOW_S = 1.0
REMEMBERED_S = 600.0  # how long a host is taken for slow that nothing was sent to
SLOW_PER_HOST = 2
SLOW_LANE = 4  # times as wide as there are slots
IN_HAND = (
    4  # times as many as there are slots are claimed at most: what does not wait for its host is soon over
)


@dataclass
class _UnderWay:
    host: str
    since: float


class Lanes:
    """Times are seconds of one monotonic clock, given by the caller, who sees to it that one thread asks at a time."""

    def __init__(self, concurrency: int) -> None:
        self._slots = concurrency
        self._most_per_host = max(1, concurrency // 2)
        self._under_way: dict[int, _UnderWay] = {}
        self._waiting: dict[str, deque[Due]] = {}
        self._slow: dict[str, float] = {}  # host -> when that was last seen

    @property
    def widest(self) -> int:
        """How many can be under way at once, slow ones included."""
        return self._slots * (1 + SLOW_LANE)

    @property
    def is_busy(self) -> bool:
        """Something is under way."""
        return bool(self._under_way)

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
                if host in self._waiting and self._may_start(host):
                    begun.append(self._begin(host, now))

    def end(self, due: Due, *, now: float) -> None:
        """An answer, or none, has come."""
        host = due.host
        if now - self._under_way.pop(due.delivery_id).since > SLOW_S:
            self._slow[host] = now
        else:
            self._slow.pop(host, None)

    def note_slow(self, *, now: float) -> list[Due]:
        """Look who lets us wait. What was claimed for those and has not begun: to be given back."""
        for one in self._under_way.values():
            if now - one.since > SLOW_S:
                self._slow[one.host] = now
        for host in [host for host, seen in self._slow.items() if now - seen > REMEMBERED_S]:
            del self._slow[host]
        return [due for host in self._slow if host in self._waiting for due in self._waiting.pop(host)]

    def take_waiting(self) -> list[Due]:
        """All that has not begun; nothing waits afterwards."""
        waiting = [due for dues in self._waiting.values() for due in dues]
        self._waiting.clear()
        return waiting

    @property
    def room(self) -> int:
        """How many to claim now for hosts that are neither slow nor full. Few at a time would cost a question each."""
        fast = sum(one.host not in self._slow for one in self._under_way.values())
        in_hand = fast + sum(map(len, self._waiting.values()))
        room = min(self._slots, self._slots * IN_HAND - in_hand)
        return room if room >= max(1, self._slots // 4) else 0

    @property
    def not_claimed_for(self) -> set[str]:
        """Hosts that are slow, and those that we hold enough for."""
        in_hand = Counter(one.host for one in self._under_way.values())
        in_hand.update({host: len(dues) for host, dues in self._waiting.items()})
        return {*self._slow, *(host for host, count in in_hand.items() if count >= 2 * self._most_per_host)}

    def room_of_slow_hosts(self) -> dict[str, int]:
        """How many each of the slow hosts may have more, as far as their lane is wide enough."""
        under_way = Counter(one.host for one in self._under_way.values())
        free = self._slots * SLOW_LANE - sum(under_way[host] for host in self._slow)
        rooms: dict[str, int] = {}
        for host in self._slow:
            room = min(free, SLOW_PER_HOST - under_way[host])
            if room > 0:
                rooms[host] = room
                free -= room
        return rooms

    def _may_start(self, host: str) -> bool:
        if host in self._slow:
            return True  # room_of_slow_hosts has counted it
        mine = sum(one.host == host for one in self._under_way.values())
        fast = sum(one.host not in self._slow for one in self._under_way.values())
        return fast < self._slots and mine < self._most_per_host

    def _begin(self, host: str, now: float) -> Due:
        due = self._waiting[host].popleft()
        if not self._waiting[host]:
            del self._waiting[host]
        self._under_way[due.delivery_id] = _UnderWay(host, now)
        return due
