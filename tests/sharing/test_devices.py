"""Who is in, who was removed, and nobody else."""

from __future__ import annotations

from launcher.sharing.devices import MOST, REMOVED, Devices
from launcher.sharing.invitations import hashed


def test_device_is_known_by_its_session_alone() -> None:
    made = Devices()
    device = made.admit("Chrome on Android", "10.0.0.2", hashed("secret"))
    assert device is not None and made.of("secret") is device
    for other in (None, "", "Secret", hashed("secret").hex()):
        assert made.of(other) is None
    assert "secret" not in repr(vars(made))


def test_removed_device_is_out_at_once_and_is_told_so() -> None:
    made = Devices()
    device = made.admit("A", "10.0.0.2", hashed("secret"))
    other = made.admit("B", "10.0.0.3", hashed("other"))
    assert device is not None and made.remove(device.number) is device
    assert made.of("secret") is None and made.was_removed("secret")
    assert not made.was_removed("other") and not made.was_removed(None)
    assert made.all() == [other]
    assert made.remove(device.number) is None and made.remove(10**9) is None


def test_only_so_many_are_in() -> None:
    made = Devices()
    assert all(made.admit("A", "10.0.0.2", hashed(f"{n}")) for n in range(MOST))
    assert made.is_full() and made.admit("A", "10.0.0.2", hashed("more")) is None


def test_those_who_went_fill_no_memory() -> None:
    made = Devices()
    for number in range(REMOVED * 3):
        device = made.admit("A", "10.0.0.2", hashed(f"{number}"))
        assert device is not None
        made.remove(device.number)
    assert len(made._removed) == REMOVED and made.all() == []


def test_asking_for_something_is_being_seen() -> None:
    made = Devices()
    device = made.admit("A", "10.0.0.2", hashed("secret"))
    assert device is not None
    device.seen -= 1000
    before = device.seen
    made.of("secret")
    assert device.seen > before
