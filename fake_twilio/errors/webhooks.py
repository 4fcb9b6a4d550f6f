"""Errors of calling webhooks and of fetching media, shown as alerts in the debugger."""
# ruff: noqa: E501 - a row a line is what makes a table readable
# fmt: off

from fake_twilio.errors.entry import Entry, Reach

WEBHOOKS = (
    Entry(11100, 0, "Invalid URL format", "a URL of a document or a callback cannot be called", level="ERROR"),
    Entry(11200, 0, "HTTP retrieval failure", "media cannot be fetched, or the server answered a webhook with an error status", level="ERROR", reach=(Reach.MESSAGE, Reach.ALERT)),
    Entry(11205, 0, "HTTP connection failure", "no connection, or no answer within 15 s", level="ERROR"),
    Entry(11206, 0, "HTTP protocol violation", "what came back is not HTTP", level="ERROR"),
    Entry(11210, 0, "HTTP bad host name", "the host name does not resolve", level="ERROR"),
    Entry(11215, 0, "HTTP too many redirects", "the redirects do not end", level="ERROR"),
    Entry(11216, 0, "HTTP invalid redirect", "a redirect other than 301, 302, 303, 307, or one without Location", level="ERROR"),
    Entry(11217, 0, "HTTP error response code", "the server answered with an error status", level="ERROR", reach=(Reach.NOWHERE,), why="documented in its stead, but Twilio still answers 11200"),
    Entry(11220, 0, "SSL/TLS Handshake Error", "the TLS handshake failed", level="ERROR"),
    Entry(11235, 0, "Certificate Invalid - Domain Mismatch", "the certificate is for another name", level="ERROR"),
    Entry(11236, 0, "Certificate Invalid - Certificate Expired", "the certificate has expired", level="ERROR"),
    Entry(11237, 0, "Certificate Invalid - Could not find path to certificate", "the certificate's issuer is unknown", level="ERROR"),
    Entry(11240, 0, "HTTP connection edge location is invalid", "e= in the URL's fragment names no edge of Twilio's", level="ERROR"),
    Entry(11241, 0, "HTTP connection edge location is not supported", "e= in the URL's fragment names an edge that calls no webhooks", level="ERROR"),
    Entry(11242, 0, "HTTP connection over Twilio Interconnect is not allowed", "e= in the URL's fragment names an edge of Interconnect, which the account does not have", level="ERROR"),
    Entry(11243, 0, "HTTP retry policy is invalid", "rp= in the URL's fragment is not one of 4xx, 5xx, ct, rt, all", level="ERROR"),
    Entry(11321, 0, "Misconfigured webhook", "the URL of the number or of the service cannot be called", level="ERROR"),
    Entry(11322, 0, "Invalid webhook method", "the number's messaging method is neither GET nor POST", level="ERROR", reach=(Reach.NOWHERE,), why="neither the API nor a seed takes another method"),
    Entry(11750, 0, "TwiML response body too large", "the answer is larger than 64 kB", level="ERROR"),
    Entry(11751, 0, "Media Message - Media exceeds messaging provider size limit", "the media are larger than 5 MB", level="ERROR", reach=(Reach.MESSAGE, Reach.ALERT)),
    Entry(11770, 0, "Empty response body", "the answer is chunked and empty", level="ERROR"),
)
