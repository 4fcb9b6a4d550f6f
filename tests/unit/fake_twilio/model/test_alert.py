"""The text of an alert, in Twilio's field order of each period."""

from fake_twilio.model.alert import alert_text

URL = "https://example.com/a b"


def test_an_alert_is_a_query_string_in_the_order_of_its_time() -> None:
    assert alert_text(11200, "error", URL, message="HTTP failure", status=502) == (
        "Msg=HTTP+failure&EmailNotification=false&LogLevel=ERROR&sourceComponent=14100&httpResponse=502"
        "&url=https%3A%2F%2Fexample.com%2Fa+b&ErrorCode=11200"
    )
    assert alert_text(11200, "warning", URL, message="HTTP failure", old=True) == (
        "sourceComponent=14100&url=https%3A%2F%2Fexample.com%2Fa+b&ErrorCode=11200&LogLevel=WARNING"
        "&Msg=HTTP+failure&EmailNotification=false"
    )
