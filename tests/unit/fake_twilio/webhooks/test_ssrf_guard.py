"""Addresses that webhooks must not call."""

import pytest

from fake_twilio.webhooks.ssrf_guard import ForbiddenAddressError, SsrfGuard, is_forbidden


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "169.254.0.1", "fe80::1%eth0", "fd00:ec2::254", "100.100.100.200", "::ffff:169.254.169.254"],
)
def test_link_local_and_metadata_addresses_are_out_of_bounds(address: str) -> None:
    assert is_forbidden(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "8.8.8.8", "example.com", ""])
def test_others_are_not(address: str) -> None:
    assert not is_forbidden(address)


async def test_names_are_judged_by_where_they_lead() -> None:
    bounds = SsrfGuard()
    # Another way to write 169.254.169.254, which only the system's resolver understands.
    with pytest.raises(
        ForbiddenAddressError, match=r"169\.254\.169\.254 is a blocked address.*--webhook-allow 2852039166"
    ):
        await bounds.resolve("2852039166")
    assert await SsrfGuard(("2852039166",)).resolve("2852039166")
    assert await bounds.resolve("localhost")
    await bounds.close()
