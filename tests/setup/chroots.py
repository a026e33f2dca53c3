"""A bare Debian in a folder, made by debootstrap, in which commands run as on a separate machine (root and Debian).

Its mounts belong to the process that runs a command, and end with it, however it ends.
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
SETTINGS = re.compile(r"(PIP|UV|SSL|CURL|REQUESTS)_\w+|\w+_proxy", re.IGNORECASE)  # variables about package indexes
FILES = (  # files of this machine that programs read to reach an index
    *("/etc/resolv.conf", "/etc/hosts", "/usr/local/share/ca-certificates"),
    *("/etc/uv/uv.toml", "~/.config/uv/uv.toml"),
)
HOME = "/root/kernelscope"  # the project's folder inside
ALONE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")  # mounts and processes end with the command
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
    """Return why no Debian can be made here, or ""."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or not shutil.which("unshare"):
        return "only root can make a chroot, on Debian"
    return ""


def mirror() -> str:
    """Return the mirror of Debian that this machine's apt uses."""
    form = "$(ORIGIN) $(CODENAME) $(REPO_URI)"
    words = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    targets = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    mirrors = re.findall(r"^Debian \w+ (\S+)$", targets, re.MULTILINE)  # without bookworm-security and similar
    if not mirrors:
        raise RuntimeError("apt knows no mirror of Debian; add one to its sources, then `apt-get update`")
    return mirrors[0]


def debootstrapped(suite: str, folder: Path) -> Path:
    """Make a bare Debian with git, make, Python and venv, and a clone of this project's last commit."""
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
    """Delete a folder of Debians; RuntimeError if anything is still mounted there."""
    if mounted := [line for line in Path("/proc/mounts").read_text().splitlines() if f" {folder}/" in line]:
        raise RuntimeError(f"{folder}: not deleted, because of mounts: {', '.join(mounted)}")
    shutil.rmtree(folder)


def settings() -> dict[str, str]:
    """Return the environment variables that configure the access to package indexes."""
    return {name: value for name, value in os.environ.items() if SETTINGS.fullmatch(name)}


def named() -> list[Path]:
    """Return all existing files and folders that these settings and pip's settings name."""
    pip = [sys.executable, "-m", "pip", "config"]
    values, files = (
        subprocess.run([*pip, what], capture_output=True, text=True, check=True).stdout for what in ("list", "debug")
    )
    words = re.split(r"[\s,'\"=]+", " ".join([values, *settings().values()]))
    words += re.findall(r"^\s*(/.*), exists: True$", files, re.MULTILINE)
    paths = {Path(word.removeprefix("file://")).expanduser() for word in (*words, *FILES)}
    return [path for path in sorted(paths) if path.is_absolute() and path.exists()]


def is_settings(path: Path) -> bool:
    """Whether a path is copied, as small settings are; folders of wheels are mounted read-only instead."""
    return path.is_file() or any(path.is_relative_to(folder) for folder in ("/etc", "/usr", Path.home()))


def copy(path: Path, folder: Path) -> None:
    """Copy a file, or a folder with its links, to the same path inside; existing links are replaced."""
    place = folder / path.relative_to("/").parent
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a" if path.is_dir() else "-L", "--remove-destination", path, place], check=True)


def run(folder: Path, command: str, cache: Path, limit: float, **variables: str) -> subprocess.CompletedProcess:
    """Run a shell command in the project inside, with stdout and stderr joined; other runs reuse `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    mounted = [str(path) for path in named() if not is_settings(path)]
    visible = {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"} | settings() | variables
    inside = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in visible.items())]
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
        *mounted,
        "--",
        *inside,
    ]
    print(f"$ {shlex.quote(command)}  (in {folder.name})", flush=True)
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
