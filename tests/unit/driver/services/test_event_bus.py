"""Committed events go to all listeners, in order, and nothing waits for a slow listener."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from driver.domain.asset_events import AssetEvent
from driver.domain.events import Event
from driver.runtime.idle import IdleTracker
from driver.services.event_bus import EventBus
from fake_twilio import ManualClock
from support.driver_services import ServicesRig


def bus(size: int = 10) -> EventBus:
    return EventBus(IdleTracker(ManualClock()), 7, queue_size=size)


def events(*seqs: int) -> list[Event]:
    here = ServicesRig()
    event = here.assets.event(here.assets.catalog.system, AssetEvent("Rang", {}))
    return [replace(event, seq=seq) for seq in seqs]


def test_a_listener_gets_what_is_published_from_now_on_and_is_woken() -> None:
    made, wakeup = bus(), asyncio.Event()
    assert (made.last_seq, made.closing) == (7, "")
    made.publish(events(8))
    subscription = made.subscribe(wakeup)
    assert (subscription.waiting, subscription.lost, subscription.closed) == (False, False, False)
    made.publish(events(9, 10, 11))
    assert [event.seq for event in subscription.queue] == [9, 10, 11]
    assert (wakeup.is_set(), made.waiting, made.last_seq) == (True, True, 11)
    made.unsubscribe(subscription)
    made.unsubscribe(subscription)
    made.publish(events(12))
    assert len(subscription.queue) == 3
    assert not made.waiting


def test_a_queue_that_would_overflow_is_emptied_until_the_listener_starts_over() -> None:
    made = bus(size=3)
    subscription = made.subscribe()
    made.publish(events(8, 9))
    made.publish(events(10))
    assert (len(subscription.queue), subscription.lost) == (3, False)
    made.publish(events(11))
    assert (len(subscription.queue), subscription.lost, subscription.waiting) == (0, True, True)
    made.publish(events(12))
    assert len(subscription.queue) == 0
    subscription.lost = False
    made.publish(events(13))
    assert len(subscription.queue) == 1
    other = made.subscribe()
    made.publish(events(14, 15, 16, 17))
    assert (other.lost, len(other.queue)) == (True, 0)


def test_a_queue_has_room_for_ten_thousand() -> None:
    made = EventBus(IdleTracker(ManualClock()), 0)
    subscription = made.subscribe()
    (event,) = events(1)
    made.publish([event] * 10_000)
    assert not subscription.lost
    made.publish([event])
    assert subscription.lost


def test_what_a_sink_takes_never_waits_in_the_queue() -> None:
    made, wakeup = bus(), asyncio.Event()
    subscription = made.subscribe(wakeup)
    taken: list[int] = []
    takes = True

    def sink(given: Sequence[Event]) -> bool:
        taken.extend(event.seq for event in given if takes)
        return takes

    subscription.sink = sink
    made.publish(events(8))
    assert (taken, wakeup.is_set(), subscription.waiting) == ([8], False, False)
    takes = False
    made.publish(events(9))
    takes = True
    made.publish(events(10))
    assert (taken, [event.seq for event in subscription.queue]) == ([8], [9, 10]), "what waits goes first"
    subscription.queue.clear()
    made.close()
    made.publish(events(11))
    assert (taken, len(subscription.queue)) == ([8], 1)


def test_at_the_end_every_listener_is_told_why() -> None:
    made, wakeup = bus(), asyncio.Event()
    subscription = made.subscribe(wakeup)
    made.close()
    assert (made.closing, subscription.closed, wakeup.is_set()) == ("shutdown", True, True)
    made.close("standby")
    assert made.closing == "standby"
