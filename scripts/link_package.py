"""Makes this checkout importable in its environment, and gives that the command `lintel`.

The same as an editable install, without a build: nothing is fetched, and it takes no time.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write the path file and the command."""
    Path(sysconfig.get_path("purelib"), "lintel.pth").write_text(f"{ROOT}\n")
    command = Path(sysconfig.get_path("scripts"), "lintel")
    body = "import sys\n\nfrom lintel.config.cli import main\n\nsys.exit(main())\n"
    command.write_text(f"#!{sys.executable}\n{body}")
    command.chmod(0o755)


if __name__ == "__main__":
    main()
