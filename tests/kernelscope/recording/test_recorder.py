"""The files of a recorded run, and what becomes of them when a training stops, fails, or goes on."""

import copy
import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from projects import ROOT
from torch import nn

from kernelscope.io import csv_files
from kernelscope.recording.recorder import BETWEEN, Recorder

NAMES = ("kernels.npz", "decay.csv", "history.csv", "run.json")


class Training:
    """A small training that is the same from any state of its weights, optimizer and step."""

    def __init__(self, **optimizer):
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Conv2d(1, 3, 5), nn.ReLU(), nn.Conv2d(3, 2, 3, groups=1), nn.Flatten())
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.05, momentum=0.9, weight_decay=0.01, **optimizer)
        self.step = 0

    def run(self, recorder, until):
        while self.step < until:
            x = torch.randn(4, 1, 9, 9, generator=torch.Generator().manual_seed(self.step))
            loss = (self.model(x) - x.mean()).square().mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.step += 1
            recorder.step()
            recorder.log(loss=loss)

    def saved(self):
        return copy.deepcopy((self.model.state_dict(), self.optimizer.state_dict(), self.step))

    def load(self, parts):
        self.model.load_state_dict(parts[0])
        self.optimizer.load_state_dict(parts[1])
        self.step = parts[2]


def about(folder):
    return json.loads((folder / "run.json").read_text())


def contents(folder):
    return {name: (folder / name).read_bytes() for name in NAMES}


def test_a_run_has_the_first_and_the_last_state_and_what_is_known_of_them(tmp_path):
    training = Training()
    first = training.model[0].weight.detach().numpy().copy()
    with Recorder(training.model, tmp_path / "a/seed3", optimizer=training.optimizer, snapshots=10, seed=3) as recorder:
        training.run(recorder, 200)
    with np.load(tmp_path / "a/seed3/kernels.npz") as kernels:
        steps = kernels["steps"].tolist()
        assert (len(steps), steps[0], steps[-1]) == (10, 0, 200)
        assert steps == sorted(set(steps))
        assert (kernels["0"].shape, kernels["2"].shape) == ((10, 3, 1, 5, 5), (10, 2, 3, 3, 3))
        assert kernels["0"].dtype == np.float32
        assert np.array_equal(kernels["0"][0], first)
        assert np.array_equal(kernels["2"][-1], training.model[2].weight.detach().numpy())
    run = about(tmp_path / "a/seed3")
    assert (run["format"], run["finished"], run["seed"], run["step"]) == (1, True, 3, 200)
    assert (run["optimizer"], run["exact_decay"]) == ("SGD", True)
    assert run["layers"]["0"] == {
        **{"kind": "conv2d", "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1},
        "transposed": False,
    }
    decay = csv_files.read_csv(tmp_path / "a/seed3/decay.csv")
    assert [int(row["step"]) for row in decay] == [step for step in steps for _ in range(2)]
    assert decay[0]["factor"] == "1.0" and 0 < float(decay[-1]["factor"]) < 1
    history = csv_files.read_csv(tmp_path / "a/seed3/history.csv")
    assert [row["step"] for row in history] == [str(step) for step in range(1, 201)]
    assert float(history[-1]["loss"]) < float(history[0]["loss"])


def test_states_are_spaced_by_movement_and_never_more_than_twice_as_many_are_held(tmp_path):
    training = Training()
    recorder = Recorder(training.model, tmp_path, snapshots=8)
    held = 0
    while training.step < 400:
        training.run(recorder, training.step + 1)
        held = max(held, len(recorder.buffer.steps))
    recorder.close()
    assert held <= 2 * 8
    with np.load(tmp_path / "kernels.npz") as kernels:
        moved = [np.linalg.norm(kernels["0"][i + 1] - kernels["0"][i]) for i in range(7)]
    assert max(moved) < 4 * np.mean(moved)


def test_a_training_that_resumes_from_a_saved_state_leaves_the_same_bytes(tmp_path):
    whole = Training()
    recorder = Recorder(whole.model, tmp_path / "whole", optimizer=whole.optimizer, snapshots=6)
    whole.run(recorder, 70)
    recorder.save()
    whole.run(recorder, 150)
    recorder.close()

    before = Training()
    recorder = Recorder(before.model, tmp_path / "parts", optimizer=before.optimizer, snapshots=6)
    before.run(recorder, 70)
    recorder.save()
    saved, written = before.saved(), contents(tmp_path / "parts")
    assert not about(tmp_path / "parts")["finished"]
    before.run(recorder, 90)  # lost: the process is killed here
    recorder.is_open = False
    assert contents(tmp_path / "parts") == written

    after = Training()
    after.load(saved)
    recorder = Recorder(after.model, tmp_path / "parts", optimizer=after.optimizer, snapshots=6)
    assert recorder.count == 70
    after.run(recorder, 150)
    recorder.close()
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


def test_a_training_that_begins_anew_replaces_what_was_recorded(tmp_path):
    folders = tmp_path / "once", tmp_path / "again"
    for folder, starts in zip(folders, (1, 2), strict=True):
        for _ in range(starts):
            training = Training()
            with Recorder(training.model, folder, optimizer=training.optimizer, snapshots=6) as recorder:
                training.run(recorder, 60)
    assert contents(folders[0]) == contents(folders[1])


def test_a_training_that_resumes_from_another_state_says_so_and_has_no_exact_factor(tmp_path):
    training = Training()
    with Recorder(training.model, tmp_path, optimizer=training.optimizer, snapshots=6) as recorder:
        training.run(recorder, 60)
    with torch.no_grad():
        training.model[0].weight += 1e-3
    with Recorder(training.model, tmp_path, optimizer=training.optimizer, snapshots=6) as recorder:
        training.run(recorder, 80)
    run = about(tmp_path)
    assert run["notes"] == [f"step 60: {BETWEEN}"]
    assert not run["exact_decay"]
    rows = csv_files.read_csv(tmp_path / "decay.csv")
    assert (rows[0]["factor"], rows[-1]["factor"], rows[-1]["reason"]) == ("1.0", "", BETWEEN)


def test_a_run_of_another_model_and_a_run_that_may_not_be_resumed_stay_as_they_are(tmp_path):
    training = Training()
    with Recorder(training.model, tmp_path) as recorder:
        training.run(recorder, 5)
    before = contents(tmp_path)
    with pytest.raises(ValueError, match="a run of another model, expected the same layers"):
        Recorder(nn.Sequential(nn.Conv2d(1, 2, 5)), tmp_path)
    with pytest.raises(ValueError, match="a recorded run, expected a folder without one"):
        Recorder(training.model, tmp_path, resume=False)
    assert contents(tmp_path) == before


def test_an_error_in_the_loop_leaves_a_run_that_is_not_finished(tmp_path):
    training = Training()
    with pytest.raises(KeyError), Recorder(training.model, tmp_path) as recorder:
        training.run(recorder, 5)
        raise KeyError
    assert (about(tmp_path)["finished"], about(tmp_path)["step"]) == (False, 5)


LOOP = """
import sys
import torch
sys.path.insert(0, {scripts!r})
from kernelscope.recording.recorder import Recorder
model = torch.nn.Conv1d(1, 1, 3)
recorder = Recorder(torch.nn.Sequential(model), "run")
for step in range(9):
    model.weight.data += 1
    recorder.step()
{end}
"""


@pytest.mark.parametrize(("end", "finished"), [("", True), ("raise KeyError", False), ("sys.exit(3)", True)])
def test_what_was_not_closed_is_written_at_exit(tmp_path, end, finished):
    code = LOOP.format(scripts=str(ROOT / "workflow/scripts"), end=end)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False, capture_output=True)
    assert (about(tmp_path / "run")["finished"], about(tmp_path / "run")["step"]) == (finished, 9)


def test_other_ranks_of_a_distributed_training_write_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    for rank in (0, 1):
        monkeypatch.setattr(torch.distributed, "get_rank", lambda rank=rank: rank)
        training = Training()
        with Recorder(training.model, tmp_path / str(rank)) as recorder:
            training.run(recorder, 5)
            recorder.save()
    assert (tmp_path / "0/run.json").exists()
    assert not (tmp_path / "1").exists()


def test_weights_that_are_not_finite_are_recorded_as_they_are(tmp_path):
    training = Training()
    with Recorder(training.model, tmp_path) as recorder:
        training.run(recorder, 5)
        training.model[0].weight.data.fill_(torch.nan)
        training.run(recorder, 10)
    with np.load(tmp_path / "kernels.npz") as kernels:
        assert np.isnan(kernels["0"][-1]).all()
    assert csv_files.read_csv(tmp_path / "history.csv")[-1] == {"step": "10", "loss": ""}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"model": 3}, "model: got 3, expected a torch.nn.Module"),
        ({"optimizer": "adam"}, "optimizer: got 'adam', expected a torch.optim.Optimizer or None"),
        ({"layers": "conv1"}, "layers: got 'conv1', expected a list of names"),
        ({"snapshots": 1}, "snapshots: got 1, expected a whole number of at least 2"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(tmp_path, given, line):
    arguments = {"model": Training().model, "folder": tmp_path} | given
    with pytest.raises(ValueError, match=f"^{line}"):
        Recorder(**arguments)
    assert not list(tmp_path.iterdir())


def test_only_numbers_are_logged(tmp_path):
    with Recorder(Training().model, tmp_path) as recorder:
        recorder.log(loss=torch.tensor(0.5), accuracy=np.float32(0.25))
        with pytest.raises(ValueError, match="log: loss: got tensor"):
            recorder.log(loss=torch.zeros(3))
    assert csv_files.read_csv(tmp_path / "history.csv") == [{"step": "0", "loss": "0.5", "accuracy": "0.25"}]
