"""The operator console: a page of plain modules in ``static``, which uses the data server's public API.

The page itself contains no data and needs no login; it requests everything it shows like any other client. It loads
nothing from other servers, so it works on sites without internet access. The contents of messages are only shown as
text, and the content security policy forbids every script other than these files.
"""
