"""Which interpreter a project uses, what is installed there, and what of that it needs.

The one door to these questions; each is answered in a file of its own.
"""

from launcher.project.dependencies import Missing, closure, missing, owners, providers
from launcher.project.distributions import Distribution, Requirement, distributions
from launcher.project.interpreter import Interpreter, ask, choose
from launcher.project.requirements import Declared, requirements

__all__ = [
    "Declared",
    "Distribution",
    "Interpreter",
    "Missing",
    "Requirement",
    "ask",
    "choose",
    "closure",
    "distributions",
    "missing",
    "owners",
    "providers",
    "requirements",
]
