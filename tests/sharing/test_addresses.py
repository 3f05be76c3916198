"""Only addresses of a network nearby are shared, the likeliest first."""

from __future__ import annotations

from typing import Any

import ifaddr
import pytest

from launcher.sharing import addresses
from launcher.sharing.addresses import INSIDE, OTHER, WI_FI, WIRED, Address, choose, shareable, the_one
from tests.support.networks import network
from tests.support.visiting import inside


def card(name: str, *ips: str, nice: str = "") -> Any:
    found = [ifaddr.IP((ip, 0, 0) if ":" in ip else ip, 24, nice or name) for ip in ips]
    return ifaddr.Adapter(name, nice or name, found)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "0.0.0.0",
        "169.254.3.4",
        "8.8.8.8",
        "100.64.0.1",
        "172.32.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "2001:db8::1",
        "::ffff:192.168.1.5",
        "",
        "nonsense",
    ],
)
def test_address_that_is_no_neighbours_is_never_offered(ip: str) -> None:
    assert shareable([card("wlan0", ip)]) == ()


@pytest.mark.parametrize("ip", ["10.0.0.1", "172.16.0.9", "172.31.255.254", "192.168.1.5", "fd00::2"])
def test_address_of_a_network_nearby_is_offered(ip: str) -> None:
    assert shareable([card("wlan0", ip)]) == (Address(ip, "wlan0", WI_FI),)


@pytest.mark.parametrize(
    ("name", "nice", "kind"),
    [
        ("wlp3s0", "", WI_FI),
        ("enp0s31f6", "", WIRED),
        ("eth0", "", WIRED),
        ("en0", "", OTHER),  # of a Mac: either
        ("docker0", "", INSIDE),
        ("br-12ab", "", INSIDE),
        ("{846EE342-7039-11DE-9D20-806E6F6E6963}", "Wi-Fi", WI_FI),
        ("{846EE342-7039-11DE-9D20-806E6F6E6963}", "Ethernet 2", WIRED),
        ("{846EE342-7039-11DE-9D20-806E6F6E6963}", "vEthernet (WSL)", INSIDE),
    ],
)
def test_card_is_called_what_people_call_it(name: str, nice: str, kind: str) -> None:
    assert shareable([card(name, "10.1.1.1", nice=nice)]) == (Address("10.1.1.1", nice or name, kind),)


def test_likeliest_comes_first_and_is_taken_where_it_is_the_only_one() -> None:
    found = shareable(
        [card("docker0", "172.17.0.1"), card("eth0", "10.0.0.2"), card("wlan0", "fd00::1", "10.0.0.3")]
    )
    assert [one.ip for one in found] == ["10.0.0.3", "fd00::1", "10.0.0.2", "172.17.0.1"]
    assert the_one(found) is None, "two cards: somebody has to say"
    assert (
        the_one(shareable([card("docker0", "172.17.0.1"), card("wlan0", "fd00::1", "10.0.0.3")])) == found[0]
    )
    assert the_one(shareable([card("docker0", "172.17.0.1")])) is None
    assert the_one(shareable([card("wlan0", "fd00::1")])) == Address("fd00::1", "wlan0", WI_FI)
    assert the_one(()) is None


def test_choice_is_of_what_is_there_and_says_why_it_is_none() -> None:
    wlan, eth = Address("10.0.0.3", "wlan0", WI_FI), Address("10.0.0.2", "eth0", WIRED)
    inner = Address("172.17.0.1", "docker0", INSIDE)
    assert choose(None, [wlan, inner]) == (wlan, "")
    assert choose("10.0.0.2", [wlan, eth]) == (eth, "")
    assert choose("172.17.0.1", [inner]) == (inner, ""), "whoever names it means it"
    for named, found, words in (
        (None, [], "in no network"),
        ("10.0.0.9", [], "in no network"),
        (None, [wlan, eth], "several addresses"),
        (None, [inner], "those inside it"),
        ("10.0.0.9", [wlan], "does not have the address 10.0.0.9"),
    ):
        chosen, why = choose(named, found)
        assert chosen is None and words in why


def test_address_in_a_link_is_written_as_links_are() -> None:
    assert Address("10.0.0.3", "wlan0").authority == "10.0.0.3"
    assert Address("fd00::1", "wlan0").authority == "[fd00::1]"


def test_address_is_there_until_it_has_changed() -> None:
    with network() as made:
        machine = made.machine("host")
        (found,) = inside(machine, shareable)
        assert (found.ip, found.interface) == (machine.address, machine.interface)
        assert inside(machine, lambda: addresses.is_still_there(found))
        machine.readdress("192.168.99.7")
        assert not inside(machine, lambda: addresses.is_still_there(found))
        assert [one.ip for one in inside(machine, shareable)] == ["192.168.99.7"]


def test_name_of_this_machine_is_one_of_the_network() -> None:
    assert addresses.local_name().endswith(".local")
    assert addresses.local_name() == addresses.local_name().lower()
