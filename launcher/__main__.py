"""`python -m launcher`: the same as the command `launcher`, where neither says more, `launcher run`."""

from launcher.cli import main

if __name__ == "__main__":
    main()
