"""Kept states go to trackers of experiments while a training runs."""

import re
import sys

import numpy as np
import pytest
import torch
from small_model import model

import kernelscope as ks
from kernelscope.api import live


def train(folder, *sends):
    network = model(0)
    with ks.Recorder(network, folder, snapshots=3, live=sends) as recorder:
        for _ in range(5):
            for parameter in network.parameters():
                parameter.data += 0.1
            recorder.step()
    return recorder


def test_each_kept_state_is_sent_with_its_step_and_movement(tmp_path):
    sent = []
    train(tmp_path, lambda step, banks, moved: sent.append((step, banks["0"].copy(), moved)))
    assert (sent[0][0], sent[0][2]) == (0, 0)
    assert [step for step, *_ in sent] == sorted({step for step, *_ in sent}) and len(sent) > 2
    assert all(moved > 0 for _, _, moved in sent[1:])
    with np.load(tmp_path / "kernels.npz") as kernels:
        assert np.array_equal(sent[0][1], kernels["0"][0])


def test_a_figure_has_all_layers():
    small, large = (live.figure(3, {str(n): np.ones((4, 1, 5, 5), "f4") for n in range(count)}) for count in (1, 3))
    assert large.height > small.height


@pytest.mark.filterwarnings("ignore")
def test_tensorboard_has_a_figure_and_the_movement_of_each_state(tmp_path):
    pytest.importorskip("tensorboard", reason="`make extras` installs tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    train(tmp_path / "run", ks.to_tensorboard(tmp_path / "logs"))
    events = EventAccumulator(str(tmp_path / "logs"))
    events.Reload()
    steps = [event.step for event in events.Scalars(live.MOVEMENT)]
    assert steps[0] == 0 and len(steps) > 2
    assert [event.step for event in events.Images(live.KERNELS)][-1] == steps[-1]
    assert all(event.width > 50 for event in events.Images(live.KERNELS))


@pytest.mark.filterwarnings("ignore")
def test_wandb_logs_a_figure_and_the_movement_of_each_state(tmp_path, monkeypatch):
    wandb = pytest.importorskip("wandb", reason="W&B is no extra, as it is large")
    monkeypatch.setenv("WANDB_SILENT", "true")
    with pytest.raises(ValueError, match="to_wandb: got no run of W&B, expected one"):
        ks.to_wandb()
    run = wandb.init(mode="offline", dir=tmp_path, project="kernels")
    train(tmp_path / "run", ks.to_wandb())
    assert run.summary[live.STEP] > 0 and run.summary[live.MOVEMENT] > 0
    run.finish()
    assert list(tmp_path.glob("wandb/offline-run-*/files/media/images/**/*.png"))


@pytest.mark.filterwarnings("ignore")
def test_mlflow_logs_a_figure_and_the_movement_of_each_state(tmp_path):
    mlflow = pytest.importorskip("mlflow", reason="MLflow needs other versions of packages than the workflow")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    mlflow.set_experiment(experiment_id=mlflow.create_experiment("kernels", str(tmp_path / "artifacts")))
    with mlflow.start_run() as run:
        train(tmp_path / "run", ks.to_mlflow())
    assert len(mlflow.MlflowClient().get_metric_history(run.info.run_id, "kernel_movement")) > 2
    assert list((tmp_path / "artifacts").rglob("*.png"))


@pytest.mark.parametrize("package", ["tensorboard", "wandb", "mlflow"])
def test_without_its_package_one_line_says_what_to_install(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "torch.utils.tensorboard", raising=False)
    arguments = ["logs"] if package == "tensorboard" else []
    with pytest.raises(ImportError, match=f"to_{package}: got no package {package}, .*pip install {package}"):
        getattr(ks, f"to_{package}")(*arguments)


def test_what_is_no_writer_is_refused():
    with pytest.raises(ValueError, match=re.escape("writer: got 3, expected a folder or a SummaryWriter")):
        ks.to_tensorboard(3)


def test_models_are_not_changed_by_what_is_sent(tmp_path):
    def spoil(step, banks, moved):
        banks["0"][:] = 7

    recorder = train(tmp_path, spoil)
    assert not (recorder.buffer.banks[-1]["0"] == 7).any()
    assert torch.isfinite(model(0)[0].weight).all()
