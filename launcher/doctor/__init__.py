"""What this machine has and lacks, and the commands that mend it."""

from launcher.doctor.examination import examine
from launcher.doctor.finding import Finding, State, lacking
from launcher.doctor.mending import commands, mend, typed

__all__ = ["Finding", "State", "commands", "examine", "lacking", "mend", "typed"]
