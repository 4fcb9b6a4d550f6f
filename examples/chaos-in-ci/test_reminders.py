"""A day in which Twilio fails 5 % of the time, simulated in seconds on the fake's clock."""

from collections import Counter

from reminders import Reminders

from fake_twilio import Fault


def test_every_reminder_arrives_once_on_a_bad_day(fake_twilio, twilio_client, handset):
    for fault in (Fault.http_error, Fault.reset_before, Fault.reset_after):
        arguments = (503,) if fault == Fault.http_error else ()
        fake_twilio.faults.add(fault(*arguments, operation="messages.create", times=None, probability=0.05))
    reminders = Reminders(twilio_client, fake_twilio.phone_number)
    for hour in range(24):
        for number in range(10):
            reminders.add(handset.number, f"Reminder {hour}.{number}")
        reminders.send()
        fake_twilio.clock.advance(3600)
    while reminders.waiting:
        reminders.send()
        fake_twilio.clock.advance(3600)
    shown = Counter(message.body for message in handset.messages)
    assert len(shown) == 240
    assert set(shown.values()) == {1}
    assert sum(fault.applied for fault in fake_twilio.faults) > 10
