"""Who may start, and what a slow shop costs the others. Times are handed in; nothing waits."""

from app.jobs.lanes import AT_ONCE, HELD_FOR_S, IN_HAND, REMEMBERED_S, SLOW_LANE, SLOW_PER_HOST, SLOW_S, Lanes
from app.webhooks.endpoints import Place
from app.webhooks.results import Due
from tests.support.world import NOW

SLOTS = 8
LATER = SLOW_S + 0.1


class Shops:
    """Makes deliveries with ids of their own."""

    def __init__(self) -> None:
        self._made = 0

    def dues(self, host: str, count: int) -> list[Due]:
        made = []
        for _ in range(count):
            self._made += 1
            place = Place("shop_1", False, f"https://{host}/")
            made.append(
                Due(
                    self._made, "evt_1", "payment.completed", place, host, "{}", 1, 11, ("whsec_x",), NOW, NOW
                )
            )
        return made


def hosts(dues: list[Due]) -> list[str]:
    return [due.host for due in dues]


def test_one_host_gets_half_of_the_slots_and_another_the_rest() -> None:
    lanes, shops = Lanes(SLOTS), Shops()
    lanes.add([*shops.dues("a", 20), *shops.dues("b", 20)])

    begun = lanes.start(now=0)

    assert (hosts(begun).count("a"), hosts(begun).count("b")) == (4, 4)


def test_a_host_that_is_alone_still_leaves_half_of_the_slots_free() -> None:
    lanes, shops = Lanes(SLOTS), Shops()
    lanes.add(shops.dues("a", 20))
    assert len(lanes.start(now=0)) == SLOTS // 2

    lanes.add(shops.dues("b", 1))

    assert hosts(lanes.start(now=0)) == ["b"]


def test_hosts_take_turns() -> None:
    lanes, shops = Lanes(2), Shops()
    lanes.add([*shops.dues("a", 3), *shops.dues("b", 1)])

    first = lanes.start(now=0)
    lanes.end(first[0], now=0.1)

    assert (hosts(first), hosts(lanes.start(now=0.1))) == (["a", "b"], ["a"])


def test_a_free_slot_is_taken_when_one_ends() -> None:
    lanes, shops = Lanes(1), Shops()
    lanes.add(shops.dues("a", 2))
    [first] = lanes.start(now=0)
    assert lanes.start(now=0) == []

    lanes.end(first, now=0.1)

    assert len(lanes.start(now=0.1)) == 1


class TestSlowHosts:
    def test_what_hangs_holds_no_slot(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add([*shops.dues("a", 4), *shops.dues("b", 4)])
        assert len(lanes.start(now=0)) == SLOTS

        lanes.note_slow(now=LATER)
        lanes.add([*shops.dues("c", 4), *shops.dues("d", 4)])

        assert len(lanes.start(now=LATER)) == SLOTS

    def test_what_was_claimed_for_one_is_given_back(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add([*shops.dues("a", 10), *shops.dues("b", 5)])
        begun = lanes.start(now=0)
        for due in begun:
            if due.host == "b":
                lanes.end(due, now=0.1)

        given_back = lanes.note_slow(now=LATER)

        assert hosts(given_back) == ["a"] * 6
        assert hosts(lanes.start(now=LATER)) == ["b"]

    def test_nothing_more_is_claimed_for_one_among_the_others(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add(shops.dues("a", 1))
        lanes.start(now=0)

        lanes.note_slow(now=LATER)

        assert lanes.not_claimed_for == {"a"}
        assert lanes.room == AT_ONCE * SLOTS

    def test_one_gets_a_few_at_a_time_beside_the_slots(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add(shops.dues("a", 1))
        lanes.start(now=0)
        lanes.note_slow(now=LATER)

        for _ in range(SLOW_PER_HOST - 1):
            assert lanes.slow_hosts_with_room() == ["a"]
            lanes.add(shops.dues("a", 1))
            assert len(lanes.start(now=LATER)) == 1
        assert lanes.slow_hosts_with_room() == []

    def test_their_lane_has_an_end(self) -> None:
        lanes, shops = Lanes(1), Shops()
        for number in range(SLOW_LANE + 3):
            lanes.add(shops.dues(f"slow{number}", 1))
            [due] = lanes.start(now=number * 10)
            lanes.end(due, now=number * 10 + LATER)

        assert len(lanes.slow_hosts_with_room()) == SLOW_LANE

    def test_what_was_claimed_before_one_was_known_as_slow_does_not_all_begin_at_once(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add(shops.dues("a", 20))
        begun = lanes.start(now=0)
        for due in begun:
            lanes.end(due, now=LATER)

        assert len(lanes.start(now=LATER)) == SLOW_PER_HOST

    def test_one_that_answers_fast_again_is_like_the_others(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add(shops.dues("a", 1))
        [slow] = lanes.start(now=0)
        lanes.end(slow, now=LATER)
        lanes.add(shops.dues("a", 1))
        [fast] = lanes.start(now=10)

        lanes.end(fast, now=10.1)

        assert lanes.not_claimed_for == set()

    def test_one_that_nothing_was_sent_to_for_long_is_forgotten(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add(shops.dues("a", 1))
        [due] = lanes.start(now=0)
        lanes.end(due, now=LATER)

        lanes.note_slow(now=LATER + REMEMBERED_S + 1)

        assert lanes.not_claimed_for == set()


class TestClaims:
    def test_no_more_is_claimed_than_can_soon_begin(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()

        lanes.add(shops.dues("a", IN_HAND * SLOTS))

        assert lanes.room == 0

    def test_nothing_is_claimed_for_a_host_that_we_hold_enough_for(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add([*shops.dues("a", SLOTS), *shops.dues("b", SLOTS - 1)])
        lanes.start(now=0)

        assert lanes.not_claimed_for == {"a"}

    def test_of_a_host_that_answers_at_once_more_is_held(self) -> None:
        """A claim costs the same for one row as for many."""
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add(shops.dues("a", 1))
        [due] = lanes.start(now=0)
        lanes.end(due, now=0.001)

        lanes.add(shops.dues("a", AT_ONCE * SLOTS - 1))
        assert lanes.not_claimed_for == set()

        lanes.add(shops.dues("a", 1))
        assert lanes.not_claimed_for == {"a"}

    def test_of_one_that_takes_its_time_no_more_than_is_soon_over(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        took_s = HELD_FOR_S / 3  # so three times as many as it may have at once
        lanes.add(shops.dues("a", 1))
        [due] = lanes.start(now=0)
        lanes.end(due, now=took_s)

        lanes.add(shops.dues("a", 3 * SLOTS // 2 - 1))
        assert lanes.not_claimed_for == set()

        lanes.add(shops.dues("a", 1))
        assert lanes.not_claimed_for == {"a"}

    def test_a_few_free_places_are_not_worth_a_question(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()

        lanes.add(shops.dues("a", IN_HAND * SLOTS - AT_ONCE * SLOTS // 2 + 1))

        assert lanes.room == 0

    def test_what_has_not_begun_is_handed_out_at_the_end(self) -> None:
        lanes, shops = Lanes(SLOTS), Shops()
        lanes.add(shops.dues("a", 6))
        lanes.start(now=0)

        assert len(lanes.take_waiting()) == 2
        assert lanes.take_waiting() == []
