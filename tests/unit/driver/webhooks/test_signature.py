"""Our signature check against the official SDK's, and against what Twilio is known to send."""

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from driver.webhooks.signature import SigningKeys, is_genuine, signature

TOKEN = "12345"
forms = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=6)
urls = st.sampled_from(
    [
        "https://sms.example.com/twilio/sms",
        "https://sms.example.com:8443/twilio/sms?x=1&y=2",
        "http://sms.example.com/base/twilio/status",
        "https://user:secret@sms.example.com/twilio/sms",
    ]
)


def test_the_published_example() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature(TOKEN, url, form.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert is_genuine("RSOYDt4T1cUTdK1PDd93/VVr8B8=", ["other", TOKEN], url, form=list(form.items()))


@given(urls, forms)
def test_it_is_the_sdks(url: str, form: dict[str, str]) -> None:
    made = RequestValidator(TOKEN).compute_signature(url, form)
    assert signature(TOKEN, url, form.items()) == made
    assert is_genuine(made, [TOKEN], url, form=list(form.items()))


@given(urls, forms, forms)
def test_another_form_is_not_genuine(url: str, form: dict[str, str], other: dict[str, str]) -> None:
    made = signature(TOKEN, url, form.items())
    same = signature(TOKEN, url, other.items()) == made
    assert is_genuine(made, [TOKEN], url, form=list(other.items())) is same


@given(urls, forms, st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]))
def test_a_shared_key_signs_as_the_sdk_says(url: str, form: dict[str, str], algorithm: str) -> None:
    made = RequestValidator("shared").compute_signature(url, form, algorithm)
    settings, pairs = f"key=webhooks_sharedkey_1,algorithm={algorithm}", list(form.items())
    assert SigningKeys([TOKEN], ["other", "shared"]).fit(made, settings, url, form=pairs)
    assert not SigningKeys(["shared"], [TOKEN]).fit(made, settings, url, form=pairs)
    assert not SigningKeys([TOKEN], ["shared"]).fit(made, None, url, form=pairs)


@given(st.text(), st.text())
def test_no_header_breaks_the_check(settings: str, given_signature: str) -> None:
    assert not SigningKeys([TOKEN], ["shared"]).fit(given_signature, settings, "https://sms.example.com/x", form=[])


def test_a_repeated_key_signs_each_value_once_in_order() -> None:
    url = "https://sms.example.com/x"
    pairs = [("A", "2"), ("A", "1"), ("A", "2")]
    assert signature(TOKEN, url, pairs) == signature(TOKEN, url, [("A", "1"), ("A", "2")])


def test_the_port_may_be_left_out_or_named_and_a_fragment_never_counts() -> None:
    bare, named = "https://sms.example.com/x", "https://sms.example.com:443/x"
    for signed in (bare, named):
        for configured in (bare, named, f"{bare}#rc=3"):
            assert is_genuine(signature(TOKEN, signed, []), [TOKEN], configured, form=[])
    assert not is_genuine(signature(TOKEN, "https://sms.example.com:444/x", []), [TOKEN], bare, form=[])
    assert not is_genuine("ü", [TOKEN], bare, form=[])


def test_nobody_can_sign_with_an_empty_key() -> None:
    url = "https://sms.example.com/x"
    for empty in ("", " ", "\n"):
        assert not is_genuine(signature(empty, url, []), ["", " ", "\n"], url, form=[])
    assert not is_genuine("", [TOKEN], url, form=[])


def test_a_signature_of_bytes_that_are_no_text_is_not_genuine() -> None:
    assert not is_genuine("\udcff\udcfe", [TOKEN], "https://sms.example.com/x", form=[])
