"""Share this folder with whoever opens the page."""

import updog.__main__ as command

if __name__ == "__main__":
    command.main()
