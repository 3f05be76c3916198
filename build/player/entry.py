"""The first lines of every packaged program: which of its roles is this process to play?"""

import sys


def main() -> None:
    """Be the program that was double-clicked, its backend, or the Python that the app expects."""
    if sys.argv[1:2] == ["--launcher-backend"]:
        from launcher import backend

        backend.main()
        return
    from launcher import frozen

    frozen.main(print)


main()
