"""A build's events as text that a person can follow, also where it is for several systems."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape

from launcher.cli.console import megabytes

BIGGEST_SHOWN = 6


class BuildText:
    """Writes events as they come, each system's under its name."""

    def __init__(self, *, verbose: bool = False) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._verbose = verbose
        self._status: Any = None
        self._platform = ""  # that the steps are for; empty for this machine's and for all

    def __call__(self, event: dict[str, Any]) -> None:
        """Show one event."""
        show = getattr(self, f"_{event['event']}", None)
        if show is not None:
            show(event)

    def close(self) -> None:
        """Stop whatever still turns."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _start(self, event: dict[str, Any]) -> None:
        self._console.print(f"Building [bold]{escape(event['project'])}[/]")

    def _step(self, event: dict[str, Any]) -> None:
        self.close()
        platform = event["id"].rpartition("/")[0]
        title = event["title"].removesuffix(f" for {platform}") if platform else event["title"]
        if event["state"] == "begin":
            if platform != self._platform:
                self._platform = platform
                self._console.print(f"[bold]{escape(platform or 'For all')}[/]")
            if self._console.is_terminal:
                self._status = self._console.status(f"{escape(title)} ...")
                self._status.start()
            return
        detail = f" [dim]{escape(event['detail'])}[/]" if event["detail"] else ""
        self._console.print(f"[green]✓[/] {escape(title)} [dim]{event['seconds']:.1f} s[/]{detail}")

    def _fact(self, event: dict[str, Any]) -> None:
        self._console.print(f"    {escape(event['title']):<8} {escape(event['detail'])}")

    def _warning(self, event: dict[str, Any]) -> None:
        self._console.print(f"[yellow]![/] {escape(event['title'])}. {escape(event['detail'])}")
        if event.get("todo"):
            self._console.print(f"    {escape(event['todo'])}")

    def _output(self, event: dict[str, Any]) -> None:
        if self._verbose:
            self._console.print(f"[dim]  {escape(event['line'])}[/]")

    def _size(self, event: dict[str, Any]) -> None:
        self._console.print(f"    {event['layer']:<8} {megabytes(event['bytes'])}")
        if self._platform:
            return  # the same distributions, as heavy as they are there
        for part in event["parts"][:BIGGEST_SHOWN]:
            self._console.print(
                f"             {megabytes(part['bytes']):>9}  {escape(part['name'])} {part['version']}"
            )

    def _done(self, event: dict[str, Any]) -> None:
        self._console.print(f"[bold green]Done[/] in {event['seconds']:.1f} s. The program:")
        self._console.print(f"  {escape(event['program'])}", style="bold")
        several = len({one["platform"] for one in event["artifacts"]}) > 1
        platform = ""
        for artifact in event["artifacts"]:
            if several and artifact["platform"] != platform:
                platform = artifact["platform"]
                self._console.print(f"[bold]{escape(platform)}[/]")
            self._console.print(
                f"  {artifact['format']:<8} {escape(artifact['path'])}  {megabytes(artifact['bytes'])}\n"
                f"           sha256 {artifact['sha256']}"
            )
        for report in [path for path in event.get("reports", ()) if path.endswith(".txt")]:
            self._console.print(f"  report   {escape(report)}")
        if event.get("handout"):
            self._console.print("Send your friends the files with this page beside them:")
            self._console.print(f"  {escape(event['handout'])}", style="bold")
