"""Signing Mach-O: held against what Apple's tools signed, and read by other people's parsers."""

from __future__ import annotations

import struct
from pathlib import Path

import ktool
import lief
import pytest
from macholib.MachO import MachO

from launcher.packager import macho
from launcher.packager.macho import changing, reading, signing
from launcher.packager.macho.signing import Directory, Sealed

MACHINES = ("arm64", "x86_64")
ADHOC_BY_LINKER = 0x20002


def room_of(data: bytes | bytearray) -> bytes:
    """The room at the end of a Mach-O in which its signature lies."""
    found = reading.signature_of(data, reading.read(data))
    assert found is not None
    return bytes(data[found[0] :])


@pytest.mark.parametrize("machine", MACHINES)
def test_what_codesign_signed_is_signed_here_with_the_same_bytes(library: bytes, machine: str) -> None:
    theirs = macho.thin(library, machine)
    assert macho.sign(theirs, "_zmq.cpython-311-darwin") == theirs


@pytest.mark.parametrize("machine", MACHINES)
def test_the_signature_is_the_same_when_there_was_none(library: bytes, machine: str) -> None:
    theirs = macho.thin(library, machine)
    bare = macho.unsigned(theirs)
    with pytest.raises(macho.BadSignature, match="not signed"):
        macho.verify(bare)
    said = macho.verify(macho.sign(bare, "_zmq.cpython-311-darwin"))
    # The room that is kept for it stands in the first page: codesign keeps 18 000 bytes for a certificate.
    assert (said.identifier, said.pages) == (macho.verify(theirs).identifier, macho.verify(theirs).pages)
    with_their_room, begin = changing.with_room(bare, lambda end: len(room_of(theirs)))
    assert with_their_room[:begin] == theirs[:begin]


def test_what_a_linker_signed_is_regenerated_too(program: bytes) -> None:
    theirs = macho.thin(program, "arm64")
    end = len(theirs) - len(room_of(theirs))
    pages = signing.directory(theirs, Directory("runw", ADHOC_BY_LINKER), end)
    blob = signing.superblob({0: pages})
    assert room_of(theirs) == blob + bytes(len(room_of(theirs)) - len(blob))


@pytest.mark.parametrize("machine", MACHINES)
def test_other_parsers_read_a_program_with_something_behind_it(
    program: bytes, machine: str, tmp_path: Path
) -> None:
    payload = b"PAYLOAD" * 9_000
    signed = macho.sign(macho.append(macho.thin(program, machine), payload), "org.example.quiz")
    place = tmp_path / "Quiz"
    place.write_bytes(signed)
    assert payload in signed
    assert macho.verify(signed).is_adhoc
    binary = lief.MachO.parse(str(place))
    assert binary is not None
    (image,) = binary
    assert lief.MachO.check_layout(image) == (True, "")
    (header,) = MachO(str(place)).headers
    assert header.header.filetype == reading.EXECUTE
    with place.open("rb") as file:
        info = ktool.load_image(file).codesign_info
    assert [slot.type for slot in info.slots] == [0, 2, 0x1_0000]


@pytest.mark.parametrize("machine", MACHINES)
def test_a_program_ends_with_its_strings_and_they_with_its_signature(program: bytes, machine: str) -> None:
    """What lies behind __LINKEDIT belongs to nobody, and codesign refuses it."""
    appended = macho.append(macho.thin(program, machine), b"x" * 12_345)
    image = reading.read(appended)
    last, symbols = image.segment("__LINKEDIT"), image.find(reading.LC_SYMTAB)
    assert symbols is not None
    strings = struct.unpack_from("<II", appended, symbols.at + 16)
    assert last.offset + last.size == sum(strings) == len(appended)
    signed = macho.sign(appended, "x")
    again = reading.read(signed).segment("__LINKEDIT")
    assert again.offset + again.size == len(signed)


def test_programs_with_different_payloads_are_different_to_the_system(program: bytes) -> None:
    arm = macho.thin(program, "arm64")
    uuids = set()
    for payload in (b"one", b"one", b"two"):
        data = macho.append(arm, payload)
        command = reading.read(data).find(reading.LC_UUID)
        assert command is not None
        uuids.add(data[command.at + 8 : command.at + 24])
    assert len(uuids) == 2


@pytest.mark.parametrize("at", [0x30, 5_000, 100_000])
def test_a_changed_byte_is_noticed(program: bytes, at: int) -> None:
    signed = bytearray(macho.sign(macho.thin(program, "arm64"), "x"))
    macho.verify(signed)
    signed[at] ^= 1
    with pytest.raises(macho.NotMachO):
        macho.verify(signed)


@pytest.mark.parametrize("at", [0, 20, 60, 100, 250])
def test_a_changed_signature_is_noticed(program: bytes, at: int) -> None:
    signed = bytearray(macho.sign(macho.thin(program, "arm64"), "org.example.quiz"))
    begin = len(signed) - len(room_of(signed))
    signed[begin + at] ^= 1
    with pytest.raises(macho.BadSignature):
        macho.verify(signed, Sealed(b"", b""))


def test_what_is_attested_beside_the_code_has_to_be_that(program: bytes) -> None:
    sealed = Sealed(b"<plist/>", b"<resources/>")
    signed = macho.sign(macho.thin(program, "arm64"), "org.example.quiz", sealed)
    assert macho.verify(signed, sealed).identifier == "org.example.quiz"
    for other in (Sealed(b"<plist />", b"<resources/>"), Sealed(b"<plist/>", b"")):
        with pytest.raises(macho.BadSignature, match="slot"):
            macho.verify(signed, other)
    with pytest.raises(macho.BadSignature, match="slot"):
        macho.verify(macho.sign(signed, "org.example.quiz"), sealed)


def test_something_behind_the_signature_is_noticed(program: bytes) -> None:
    signed = macho.sign(macho.thin(program, "arm64"), "x")
    with pytest.raises(macho.BadSignature, match="not the end"):
        macho.verify(signed + b"more")
    with pytest.raises(macho.NotMachO, match="behind"):
        macho.append(signed + b"more", b"payload")


def test_one_machine_is_taken_out_of_several(program: bytes, library: bytes) -> None:
    for data in (program, library):
        for machine in MACHINES:
            thin = macho.thin(data, machine)
            assert list(macho.slices(thin)) == [machine] and thin in data
            assert macho.thin(thin, machine) == thin
    with pytest.raises(macho.NotMachO, match="x86_64, and nothing for arm64"):
        macho.thin(macho.thin(program, "x86_64"), "arm64")


def test_the_oldest_system_is_read(program: bytes, library: bytes) -> None:
    assert macho.minimum_system(macho.thin(program, "arm64")) == (11, 0)
    assert macho.minimum_system(macho.thin(program, "x86_64")) == (10, 13)
    assert macho.minimum_system(macho.thin(library, "x86_64")) == (10, 15)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 99, b"MZ" * 99, b"\x7fELF" * 99],
    ids=["nothing", "too short", "a class of Java", "of Windows", "of Linux"],
)
def test_other_files_are_told_apart(data: bytes) -> None:
    assert macho.slices(data) == {}
    with pytest.raises(macho.NotMachO):
        macho.read(data)


def test_a_file_that_is_cut_off_is_refused_whatever_is_missing(program: bytes) -> None:
    whole = macho.sign(macho.thin(program, "arm64"), "x")
    for size in (*range(4, 3_000, 97), len(whole) - 900, len(whole) - 1):
        with pytest.raises(macho.NotMachO):
            macho.verify(whole[:size])
