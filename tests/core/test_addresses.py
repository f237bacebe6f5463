from __future__ import annotations

from ipaddress import ip_network

import pytest

from onepizza.core.addresses import address_key, forwarded_address

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


class TestForwardedAddress:
    @pytest.mark.parametrize(
        ("peer", "forwarded_for", "expected"),
        [
            ("203.0.113.9", "", "203.0.113.9"),
            ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4"),
            ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("10.0.0.1", "1.2.3.4, junk, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
            ("fd00::1", "[2001:db8::7]:443", "2001:db8::7"),
            ("::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
            ("::ffff:203.0.113.9", "", "203.0.113.9"),
            (None, "1.2.3.4", "local"),
        ],
    )
    def test_is_the_right_most_untrusted_hop(self, peer: str | None, forwarded_for: str, expected: str) -> None:
        assert forwarded_address(peer, forwarded_for, TRUSTED) == expected

    def test_nobody_is_trusted_by_default(self) -> None:
        assert forwarded_address("10.0.0.1", "1.2.3.4", ()) == "10.0.0.1"


class TestAddressKey:
    @pytest.mark.parametrize(
        ("address", "key"),
        [
            ("203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
            ("local", "local"),
        ],
    )
    def test_ipv6_is_counted_by_64(self, address: str, key: str) -> None:
        assert address_key(address) == key
