"""The npm packages that signatures are verified with, as a shop on Node.js would; kept in var/node."""

import shutil
import subprocess
from pathlib import Path

from bin._needs import Missing
from bin._progress import Progress

MANIFEST = Path("tests") / "spec" / "node" / "package.json"
OPTIONS = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--no-update-notifier")


def find_node_packages(root: Path) -> str:
    """The folder for NODE_PATH; filled where it is not, or not as the manifest says. Raises Missing."""
    folder = root / "var" / "node"
    wanted = (root / MANIFEST).read_text()
    stamp = folder / "installed.json"
    if stamp.exists() and stamp.read_text() == wanted:
        return str(folder / "node_modules")
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("no npm: install npm")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(wanted)
    with Progress("Installing npm packages"):
        done = subprocess.run(
            [npm, "install", *OPTIONS], cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise Missing(f"npm install did not manage: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
    stamp.write_text(wanted)
    return str(folder / "node_modules")
