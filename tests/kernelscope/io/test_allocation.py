import platform
import subprocess
import sys
from pathlib import Path

import pytest

from kernelscope.io import allocation

GLIBC = platform.libc_ver()[0] == "glibc"
FAULTS = f"""
import resource, sys
sys.path.insert(0, {str(Path(allocation.__file__).parents[2])!r})
from kernelscope.io import allocation
if sys.argv[1] == "kept":
    assert allocation.keep_freed()
def fill():
    return [b'1' * 2**24 for _ in range(8)]  # 16 MB each
for _ in range(2):
    fill()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
fill()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    ended = subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True)
    return int(ended.stdout)


@pytest.mark.skipif(not GLIBC, reason="another C library than glibc")
def test_arrays_take_the_memory_that_others_freed():
    assert faults("kept") < 100
    assert faults("by default") > 1000


@pytest.mark.parametrize("system", ["darwin", "linux without glibc"])
def test_elsewhere_nothing_is_changed(system, monkeypatch):
    monkeypatch.setattr(sys, "platform", system.split()[0])
    monkeypatch.setattr(allocation.ctypes, "CDLL", lambda name: object())
    assert not allocation.keep_freed()
