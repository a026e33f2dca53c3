"""A bare Debian in a folder, made by debootstrap, in which commands run as on a machine of its own (root and Debian).

Its mounts belong to the process that runs a command and end with it, however that ends.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from projects import ROOT

PACKAGES = ("git", "make", "python3", "python3-venv", "ca-certificates")
SETTINGS = re.compile(r"(PIP|UV|SSL|CURL|REQUESTS)_\w+|\w+_proxy", re.IGNORECASE)  # of package indexes
FILES = (  # of this machine that its programs read to reach an index
    *("/etc/resolv.conf", "/etc/hosts", "/usr/local/share/ca-certificates"),
    *("/etc/uv/uv.toml", "~/.config/uv/uv.toml"),
)
HOME = "/root/kernelscope"  # of the project, in there
ALONE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")  # mounts and processes end with what it starts
INSIDE = """
set -e
root=$1; shift
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev/shm"
mount --bind /dev/pts "$root/dev/pts"
mkdir -p "$root/root/.cache"
mount --bind "$1" "$root/root/.cache"
shift
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro "$root$1"
    shift
done
shift
exec chroot "$root" "$@"
"""


def why_not() -> str:
    """Why no Debian can be made here; "" where one can."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or not shutil.which("unshare"):
        return "only root can make a chroot, on Debian"
    return ""


def mirror() -> str:
    """Where this machine's apt finds Debian."""
    form = "$(ORIGIN) $(CODENAME) $(REPO_URI)"
    words = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^Debian \w+ (\S+)$", told, re.MULTILINE)  # bookworm-security and others have another one
    if not found:
        raise RuntimeError("apt knows no mirror of Debian; add one to its sources, then `apt-get update`")
    return found[0]


def debootstrapped(suite: str, folder: Path) -> Path:
    """A bare Debian with git, make, Python and venv, and a clone of what is committed in this project."""
    if not shutil.which("debootstrap"):
        subprocess.run(["apt-get", "install", "--yes", "-qq", "debootstrap"], check=True)
    words = [*ALONE, "debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", suite, folder, mirror()]
    with (folder.parent / f"{suite}.log").open("w") as log:
        subprocess.run(words, stdout=log, stderr=log, check=True)
    for path in filter(is_settings, named()):
        copy(path, folder)
    subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, f"{folder}{HOME}"], check=True)
    return folder


def remove(folder: Path) -> None:
    """Delete a folder of Debians; RuntimeError if anything of this machine is still mounted there."""
    if mounted := [line for line in Path("/proc/mounts").read_text().splitlines() if f" {folder}/" in line]:
        raise RuntimeError(f"{folder}: not deleted, as these are mounted there: {', '.join(mounted)}")
    shutil.rmtree(folder)


def settings() -> dict[str, str]:
    """The environment variables that say how to reach package indexes."""
    return {name: value for name, value in os.environ.items() if SETTINGS.fullmatch(name)}


def named() -> list[Path]:
    """All files and folders of this machine that these settings, and those of pip, name."""
    pip = [sys.executable, "-m", "pip", "config"]
    values, files = (
        subprocess.run([*pip, what], capture_output=True, text=True, check=True).stdout for what in ("list", "debug")
    )
    words = re.split(r"[\s,'\"=]+", " ".join([values, *settings().values()]))
    words += re.findall(r"^\s*(/.*), exists: True$", files, re.MULTILINE)
    paths = {Path(word.removeprefix("file://")).expanduser() for word in (*words, *FILES)}
    return [path for path in sorted(paths) if path.is_absolute() and path.exists()]


def is_settings(path: Path) -> bool:
    """Whether a path is copied: settings are small; folders of wheels are shown as they are, to be read only."""
    return path.is_file() or any(path.is_relative_to(folder) for folder in ("/etc", "/usr", Path.home()))


def copy(path: Path, folder: Path) -> None:
    """Put a file, or a folder with its links, in the same place in there; links that are there are replaced."""
    place = folder / path.relative_to("/").parent
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a" if path.is_dir() else "-L", "--remove-destination", path, place], check=True)


def run(folder: Path, command: str, cache: Path, limit: float, **variables: str) -> subprocess.CompletedProcess:
    """Run a command of a shell in the project there, with its output in one; `cache` is kept for other runs."""
    cache.mkdir(parents=True, exist_ok=True)
    shown = [str(path) for path in named() if not is_settings(path)]
    own = {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"} | settings() | variables
    inside = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in own.items())]
    inside += ["/bin/sh", "-c", f"cd {HOME} && {command}"]
    words = [
        "timeout",
        f"{limit:.0f}",
        *ALONE,
        "/bin/sh",
        "-c",
        INSIDE,
        "sh",
        str(folder),
        str(cache),
        *shown,
        "--",
        *inside,
    ]
    print(f"$ {shlex.quote(command)}  (in {folder.name})", flush=True)
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
