"""What can go wrong, as one tree.

LauncherError
├── UsageError          the command line asks for something impossible         exit 2
├── ConfigError         [tool.launcher] or another setting is wrong            exit 2
├── ProjectError        the project cannot be understood                       exit 3
│   ├── TargetNotFound  no app was found in it
│   ├── SeveralTargets  more than one could be meant
│   └── BrokenProject   its own code fails, or needs what is not installed
├── InterpreterError    an interpreter or its packages are not usable          exit 4
├── MissingTool         this machine lacks something                           exit 4
├── BuildError          the build could not be finished                        exit 5
│   └── VerificationFailed  the program answers otherwise than its source
└── RuntimeFailure      the app could not be started or kept running           exit 6

Every error carries what happened and what to do next. Only the command line
prints them and turns them into exit codes; anything outside this tree is a
defect of ours and keeps its traceback.
"""


class LauncherError(Exception):
    """Tell what happened (`message`), what to do next (`todo`), and the exit code."""

    exit_code = 1

    def __init__(self, message: str, todo: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.message}\n{self.todo}" if self.todo else self.message


class UsageError(LauncherError):
    """The command line asks for something impossible."""

    exit_code = 2


class ConfigError(LauncherError):
    """A setting is wrong: unknown key, wrong type, unusable value."""

    exit_code = 2


class ProjectError(LauncherError):
    """The project cannot be understood."""

    exit_code = 3


class TargetNotFound(ProjectError):
    """No app was found in the project."""


class SeveralTargets(ProjectError):
    """More than one app could be meant; `candidates` lists them as the user would type them."""

    def __init__(self, message: str, todo: str = "", candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message, todo)
        self.candidates = candidates


class BrokenProject(ProjectError):
    """The project's own code fails, or needs a distribution that is not installed."""


class InterpreterError(LauncherError):
    """An interpreter, or the packages installed for it, cannot be used."""

    exit_code = 4


class MissingTool(LauncherError):
    """This machine lacks something that the request needs."""

    exit_code = 4


class BuildError(LauncherError):
    """The build could not be finished."""

    exit_code = 5


class VerificationFailed(BuildError):
    """The built program answers otherwise than its source."""


class RuntimeFailure(LauncherError):
    """The app could not be started, or stopped by itself."""

    exit_code = 6
