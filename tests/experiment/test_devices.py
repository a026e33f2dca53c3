import pytest
import torch

from kernelscope.models import devices


def machine(monkeypatch, cuda, mps):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "asked", "found"),
    [
        (False, False, "auto", "cpu"),
        (True, False, "auto", "cuda"),
        (False, True, "auto", "mps"),
        (True, True, "auto", "cuda"),
        (True, True, "mps", "mps"),
        (True, True, "cpu", "cpu"),
        (False, False, "cpu", "cpu"),
    ],
)
def test_auto_is_the_gpu_that_torch_finds_and_anything_else_is_itself(monkeypatch, cuda, mps, asked, found):
    machine(monkeypatch, cuda, mps)
    assert devices.chosen(asked) == found


@pytest.mark.parametrize(("asked", "mps", "allowed"), [("cuda", False, "auto, cpu"), ("cuda", True, "auto, mps, cpu")])
def test_a_gpu_that_is_not_there_is_one_line(monkeypatch, asked, mps, allowed):
    machine(monkeypatch, False, mps)
    with pytest.raises(ValueError, match=f"got '{asked}', but torch finds no such GPU, expected one of {allowed}$"):
        devices.chosen(asked)


def test_on_a_cpu_nothing_is_asked_of_torch(monkeypatch):
    monkeypatch.setattr(torch, "use_deterministic_algorithms", lambda _: pytest.fail("costs 2 s"))
    devices.prepare("cpu")
    assert devices.label("cpu") == "cpu"
    assert devices.label("mps") == "mps"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU")
def test_a_gpu_has_a_name():
    assert devices.label("cuda") == f"cuda ({torch.cuda.get_device_name()})"
