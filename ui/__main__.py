"""``python -m ui`` is ``paperchat``."""

from ui.cli import main

if __name__ == "__main__":
    main()
