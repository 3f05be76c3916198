"""One system after the other, attacked again and again: what an attack has brought down is started anew."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks.vocabulary import Attack, Outcome, System, Target

DESCRIPTORS = 8192  # wanted on both sides: an attack must fail at the server, not at a limit of the shell


class Stage:
    """A system that is up whenever it is to be attacked."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._running = ExitStack()
        self._target: Target | None = None

    def __enter__(self) -> Stage:
        import resource  # here: Windows has none, and collects these tests all the same

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def target(self) -> Target:
        """Return the running system, a new one where the last does not answer any more."""
        if self._target is None or not self._target.is_alive():
            self._running.close()
            folder = TemporaryDirectory(prefix="attacked-", ignore_cleanup_errors=True)
            place = Path(self._running.enter_context(folder))
            self._target = self._running.enter_context(self.system.start(self.system, place))
        return self._target

    def attack(self, attack: Attack) -> Outcome:
        """Run one attack to its end."""
        return attack.run(self.target())
