"""TwiML parsing: verbs, content types, and the alerts that mistakes raise."""

import pytest

from fake_twilio.messages.twiml import Redirect, Say, read_answer

XML = "text/xml"


def test_the_forms_of_a_message() -> None:
    document = b"""<?xml version="1.0" encoding="UTF-8"?>
    <Response>
      <Message to="+12015550102" from="+12015550100" statusCallback="/status">Hello</Message>
      <Message><Body>With media</Body><Media>https://example.com/a.png</Media><Media>/b.png</Media></Message>
      <Sms>Old</Sms>
      <Redirect method="GET">/next</Redirect>
    </Response>"""
    script = read_answer(XML, document)
    assert not script.alerts
    assert script.verbs == (
        Say("Hello", to="+12015550102", sender="+12015550100", status_callback="/status"),
        Say("With media", ("https://example.com/a.png", "/b.png")),
        Say("Old"),
        Redirect("/next", "GET"),
    )


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml", "text/html", "Text/XML; charset=utf-8"])
def test_types_that_are_read_as_documents(content_type: str) -> None:
    assert read_answer(content_type, b"<Response><Message>a</Message></Response>").verbs == (Say("a"),)


def test_plain_text_is_the_reply_itself() -> None:
    assert read_answer("text/plain", b"just text").verbs == (Say("just text"),)


def test_nothing_is_no_reply() -> None:
    assert not read_answer(XML, b"<Response/>").verbs
    assert not read_answer("", b"").verbs


@pytest.mark.parametrize(
    ("content_type", "document", "code"),
    [
        ("application/json", b"{}", 12300),
        ("", b"<Response/>", 12300),
        (XML, b"<Response>", 12100),
        (XML, b"  <?xml version='1.0'?><Response/>", 12100),
        (XML, b"<!DOCTYPE r [<!ENTITY a 'b'>]><Response>&a;</Response>", 12100),
        (XML, b"<Answer/>", 12102),
        (XML, b"<response/>", 12102),
    ],
)
def test_answers_that_are_no_document(content_type: str, document: bytes, code: int) -> None:
    script = read_answer(content_type, document)
    assert script.failed
    assert script.alerts == (code,)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<Response><message>a</message></Response>", 12200),
        (b"<Response><Message colour='red'>a</Message></Response>", 12200),
        (b"<Response><Say>a</Say></Response>", 14110),
        (b"<Response><Message method='PUT'>a</Message></Response>", 14104),
    ],
)
def test_documents_with_mistakes(document: bytes, code: int) -> None:
    script = read_answer(XML, document)
    assert not script.failed
    assert code in script.alerts


@pytest.mark.parametrize(
    ("content_type", "document", "text"),
    [
        ("text/plain; charset=iso-8859-1", "Tür".encode("latin-1"), "Tür"),
        ("text/plain; boundary=x; charset='ISO-8859-1'", "Tür".encode("latin-1"), "Tür"),
        ('text/plain; Charset= "iso-8859-1" ', "Tür".encode("latin-1"), "Tür"),
        ("text/plain; charset=odd", "Tür".encode(), "Tür"),
        ("text/plain; name=iso-8859-1", "Tür".encode(), "Tür"),
        ("text/plain", b"T\xfcr", "T\ufffdr"),
        ("text/xml; charset=iso-8859-1", "<Response><Sms>Tür</Sms></Response>".encode("latin-1"), "Tür"),
        (
            "text/xml; charset=utf-8",
            '<?xml version="1.0" encoding="iso-8859-1"?><Response><Sms>Tür</Sms></Response>'.encode("latin-1"),
            "Tür",
        ),
        (
            "text/xml; charset=iso-8859-1",
            '<?xml version="1.0" encoding="utf-8"?><Response><Sms>Tür</Sms></Response>'.encode(),
            "Tür",
        ),
        (
            "text/xml; charset=iso-8859-1",
            '<?xml version="1.0"?><Response><Sms>Tür ?> encoding=</Sms></Response>'.encode("latin-1"),
            "Tür ?> encoding=",
        ),
    ],
)
def test_an_answer_is_read_in_the_character_set_that_it_names(content_type: str, document: bytes, text: str) -> None:
    assert read_answer(content_type, document).verbs == (Say(text),)


@pytest.mark.parametrize(
    ("document", "alerts"),
    [
        (b"<!DOCTYPE Response><Response/>", (12100,)),
        (b"<!ENTITY a 'b'><Response/>", (12100,)),
        (b'<Response version="2"/>', (12101,)),
        (b"<Response><message>a</message></Response>", (12200,)),
        (b"<Response><SMS>a</SMS></Response>", (12200,)),
        (b"<Response><redirect>/a</redirect></Response>", (12200,)),
        (b"<Response><Dial>1</Dial></Response>", (14110,)),
        (b'<Response><Message color="red">a</Message></Response>', (12200,)),
        (b"<Response><Message><Odd/>a</Message></Response>", (12200,)),
    ],
)
def test_what_does_not_belong_into_a_document_raises_its_alert(document: bytes, alerts: tuple[int, ...]) -> None:
    assert read_answer(XML, document).alerts == alerts


def test_a_document_of_another_version_is_not_carried_out() -> None:
    script = read_answer(XML, b'<Response version="2"><Message>a</Message></Response>')
    assert (script.verbs, script.failed) == ((), True)
    assert not read_answer(XML, b"<Response><Redirect/></Response>").failed
    assert read_answer(XML, b"<Response><Redirect> </Redirect></Response>").verbs == (Redirect(""),)


def test_empty_parts_of_a_message_say_nothing() -> None:
    document = (
        b"<Response><Message>\n<Body>one</Body> \n <Body/><Body>two</Body><Media> </Media><Media/></Message></Response>"
    )
    script = read_answer(XML, document)
    assert script.verbs == (Say("onetwo"),)
    assert script.alerts == (12200, 12200)
    assert read_answer(XML, b"<Response><Redirect/></Response>").verbs == (Redirect(""),)
    assert read_answer(XML, b"<Response>text<Sms>a</Sms></Response>").alerts == (12200,)


@pytest.mark.parametrize(
    ("method", "taken", "alerts"), [("GET", "GET", ()), ("POST", "POST", ()), ("PUT", "POST", (14104,))]
)
def test_a_method_is_one_that_twilio_calls_with(method: str, taken: str, alerts: tuple[int, ...]) -> None:
    for verb, made in (("Redirect", Redirect("/a", taken)), ("Message", Say("/a", method=taken))):
        script = read_answer(XML, f'<Response><{verb} method="{method}">/a</{verb}></Response>'.encode())
        assert (script.verbs, script.alerts) == ((made,), alerts)


def test_a_document_with_a_byte_order_mark_of_another_kind_is_refused() -> None:
    for encoding in ("utf-16", "utf-32"):
        assert read_answer(XML, "<Response><Sms>a</Sms></Response>".encode(encoding)).alerts == (12100,)
