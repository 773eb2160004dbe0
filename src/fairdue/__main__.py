"""The command `fairdue`."""

from __future__ import annotations

import sys

from fairdue.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
