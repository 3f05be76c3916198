"""What happens to the three hosts while customers keep coming, and what came of every request."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.end_to_end.three_hosts.lab import Lab, Load, Record, ShopHost, Visit
from tests.support.waiting import until

CUSTOMERS = 12
SHORT, LONG = 1.0, 6.0  # seconds of each stretch
RELOADED, RESTARTED = "reloaded in turn (SIGHUP)", "restarted in turn (SIGTERM)"
SLACK = 3.0  # seconds after which the proxy has surely given up what it waits for
FAILED = ("502", "504", "-")  # what the proxy notes of a host that gave no answer


@dataclass(slots=True)
class Phase:
    """A stretch of the story, and when it began and ended."""

    name: str
    begin: float
    end: float = 0.0
    said: str = ""  # what was measured of it besides the requests


@dataclass(slots=True)
class Told:
    """All that came of it."""

    phases: list[Phase]
    records: list[Record]
    visits: list[Visit]
    rows: list[str]
    noticed: dict[str, float] = field(default_factory=dict)  # seconds, by what happened
    used_again: dict[str, float] = field(default_factory=dict)

    @property
    def lost(self) -> list[Record]:
        return [one for one in self.records if one.is_lost]

    @property
    def lost_reads(self) -> list[Record]:
        """Lost requests that anybody may send again: a proxy does, and so none may be lost to a customer."""
        return [one for one in self.lost if one.method == "GET"]

    @property
    def acknowledged(self) -> set[str]:
        return {one.number for one in self.records if one.method == "POST" and not one.is_lost}

    @property
    def never_acknowledged(self) -> set[str]:
        """Orders that were given up, although they were sent again and again."""
        return {one.number for one in self.records if one.method == "POST"} - self.acknowledged

    @property
    def lost_rows(self) -> set[str]:
        return self.acknowledged - set(self.rows)

    @property
    def double_rows(self) -> list[str]:
        return [number for number, count in Counter(self.rows).items() if count > 1]

    @property
    def retried(self) -> Counter[str]:
        """Count by method what the proxy sent to a second host."""
        return Counter(one.method for one in self.visits if len(one.tried) > 1)

    def phase_of(self, record: Record) -> str:
        """Return the phase in which a request ended."""
        end = record.begin + record.took
        return next((one.name for one in self.phases if one.begin <= end < one.end), "")

    @property
    def odd_sessions(self) -> list[Record]:
        return [one for one in self.records if one.why.startswith("session")]

    def within(self, name: str) -> list[Record]:
        """List the requests that ended in a phase."""
        return [one for one in self.records if self.phase_of(one) == name]


class Story:
    """The story as it is played; each stretch is noted with its times."""

    def __init__(self, lab: Lab, load: Load, stretch: float) -> None:
        self._lab, self._load, self._stretch = lab, load, stretch
        self.phases: list[Phase] = []
        self.noticed: dict[str, float] = {}
        self.used_again: dict[str, float] = {}

    def play(self, *, is_whole: bool) -> None:
        """Let everything happen, one after the other."""
        _, two, three = self._lab.hosts
        self._phase("all three are up", self._hold)
        self._fall("killed", two, two.kill, two.start)
        # What was under way to it gets no word: nginx waits as long as it waits for slow pages.
        wait = self._lab.read_timeout + SLACK
        self._fall("unplugged", three, three.machine.unplug, three.machine.plug_in, wait)
        if is_whole:
            self._phase(RELOADED, lambda: self._in_turn(_reload))
            self._phase(RESTARTED, lambda: self._in_turn(_restart))
            self._phase("all three are up again", self._hold)

    def _phase(self, name: str, happen: Callable[[], None]) -> None:
        phase = Phase(name, time.time())
        self.phases.append(phase)
        happen()
        phase.end = time.time()

    def _hold(self) -> None:
        self._load.hold(self._stretch)

    def _fall(
        self, how: str, host: ShopHost, fall: Callable[[], None], rise: Callable[[], None], wait: float = 0.0
    ) -> None:
        """Take a host away and bring it back, and see when either is noticed."""
        fallen = time.time()

        def gone() -> None:
            fall()
            until(lambda: self._failure(host, fallen), seconds=90)
            self.noticed[how] = max(0.0, self._failure(host, fallen) - fallen)
            self._load.hold(max(self._stretch, fallen + wait - time.time()))

        def back() -> None:
            rise()
            until(host.is_up, seconds=60)
            risen = time.time()
            until(lambda: self._answer(host, risen), seconds=90)
            self.used_again[how] = self._answer(host, risen) - risen
            self._hold()

        self._phase(f"one is {how}", gone)
        self._phase(f"the {how} one is back", back)

    def _failure(self, host: ShopHost, since: float) -> float:
        """Return when the proxy first saw that a host fails; 0 where it has not yet."""
        return next(
            (
                visit.when
                for visit in self._lab.visits()
                if visit.when >= since
                and any(one == host.upstream and how in FAILED for one, how in visit.tried)
            ),
            0.0,
        )

    def _answer(self, host: ShopHost, since: float) -> float:
        return next(
            (
                one.begin + one.took
                for one in self._load.records()
                if one.host == host.name and one.begin > since
            ),
            0.0,
        )

    def _in_turn(self, restart: Callable[[ShopHost], None]) -> None:
        for host in self._lab.hosts:
            restart(host)
            begin = time.time()
            until(partial(self._answer, host, begin), seconds=60, what=host.said)
            self._load.hold(self._stretch / 4)


def _reload(host: ShopHost) -> None:
    """Reload as `systemctl reload` does; every worker is another one then."""
    before = {process.pid for process in host.machine.processes()}
    assert host.running is not None
    host.running.process.send_signal(signal.SIGHUP)
    until(lambda: _workers(host, before), what=host.said)
    assert host.is_up()


def _workers(host: ShopHost, before: set[int]) -> bool:
    assert host.running is not None
    now = {process.pid for process in host.machine.processes()} - {host.running.process.pid}
    return bool(now) and not now & before


def _restart(host: ShopHost) -> None:
    """Restart as `systemctl restart` does."""
    assert host.running is not None
    host.running.process.send_signal(signal.SIGTERM)
    host.running.process.wait(60)
    host.start()


def told(lab: Lab, place: Path, stretch: float, *, is_whole: bool = True) -> Told:
    """Play the story, and gather what came of it."""
    with lab.load(place, CUSTOMERS) as load:
        story = Story(lab, load, stretch)
        story.play(is_whole=is_whole)
        load.stop()
        records = load.records()
    return Told(story.phases, records, lab.visits(), lab.rows(), story.noticed, story.used_again)
