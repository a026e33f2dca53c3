"""The callbacks for trainers of other packages, each with the trainer of that package."""

import os
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

import kernelscope as ks
from kernelscope.io import csv_files, records
from kernelscope.recording.recorder import LATE

pytestmark = pytest.mark.filterwarnings("ignore")  # of these packages, about each other
EPOCHS, BATCHES = 2, 6
STEPS = EPOCHS * BATCHES


class Bars(Dataset):
    """Images of noise, every other one with a bar."""

    def __len__(self):
        return 4 * BATCHES

    def __getitem__(self, number):
        image = torch.randn(1, 12, 12, generator=torch.Generator().manual_seed(number))
        image[:, :, 5:7] += 3 * (number % 2)
        return image, number % 2


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 3, 5), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(3, 2))


def rows(folder):
    return csv_files.read_csv(folder / "history.csv")


def check_run(folder, first, last, steps=STEPS):
    """Check what every callback leaves: the untrained and the last kernels, at the right steps, of a finished run."""
    run = records.read_json(folder / "run.json")
    assert (run["finished"], run["step"], run["notes"]) == (True, steps, [])
    with np.load(folder / "kernels.npz") as kernels:
        name = next(name for name in kernels.files if name != "steps")
        assert kernels["steps"][[0, -1]].tolist() == [0, steps]
        assert np.array_equal(kernels[name][0], first)
        assert np.array_equal(kernels[name][-1], last)
        assert not np.array_equal(first, last)
    return run


def lightning_parts():
    lightning = pytest.importorskip("lightning.pytorch", reason="`make extras` installs lightning")

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.network = network()

        def training_step(self, batch):
            loss = nn.functional.cross_entropy(self.network(batch[0]), batch[1])
            self.log("train_loss", loss, on_step=False, on_epoch=True)
            return loss

        def validation_step(self, batch):
            self.log("val_acc", (self.network(batch[0]).argmax(1) == batch[1]).float().mean())

        def configure_optimizers(self):
            return torch.optim.AdamW(self.parameters(), lr=0.05, weight_decay=0.5)

    def trainer(folder, epochs=EPOCHS, **settings):
        quiet = {"enable_progress_bar": False, "enable_model_summary": False, "logger": False, "accelerator": "cpu"}
        keeps = {"default_root_dir": folder, "max_epochs": epochs, "enable_checkpointing": False}
        return lightning.Trainer(**quiet | keeps | settings)

    return Module, trainer


def test_a_lightning_trainer_records_a_module(tmp_path):
    Module, trainer = lightning_parts()
    module, loader = Module(), DataLoader(Bars(), 4)
    first = module.network[0].weight.detach().numpy().copy()
    trainer(tmp_path, callbacks=[ks.LightningCallback(tmp_path / "seed0", seed=0)]).fit(module, loader, loader)
    run = check_run(tmp_path / "seed0", first, module.network[0].weight.detach().numpy())
    assert (run["optimizer"], run["exact_decay"], run["seed"], list(run["layers"])) == ("AdamW", True, 0, ["network.0"])
    factor = float(csv_files.read_csv(tmp_path / "seed0/decay.csv")[-1]["factor"])
    assert factor == pytest.approx((1 - 0.05 * 0.5) ** STEPS)
    assert [row["epoch"] for row in rows(tmp_path / "seed0")] == ["1.0", "2.0"]
    assert all(float(row["train_loss"]) > 0 and 0 <= float(row["val_acc"]) <= 1 for row in rows(tmp_path / "seed0"))


def test_lightning_counts_steps_of_the_optimizer_while_gradients_accumulate(tmp_path):
    Module, trainer = lightning_parts()
    module = Module()
    first = module.network[0].weight.detach().numpy().copy()
    callback = ks.LightningCallback(tmp_path / "seed0")
    trainer(tmp_path, accumulate_grad_batches=3, callbacks=[callback]).fit(module, DataLoader(Bars(), 4))
    check_run(tmp_path / "seed0", first, module.network[0].weight.detach().numpy(), STEPS // 3)


def test_a_lightning_training_that_resumes_continues_its_run(tmp_path):
    Module, trainer = lightning_parts()
    loader, first = DataLoader(Bars(), 4), Module().network[0].weight.detach().numpy().copy()
    one = trainer(tmp_path, 1, callbacks=[ks.LightningCallback(tmp_path / "seed0")])
    one.fit(Module(), loader)
    one.save_checkpoint(tmp_path / "one.ckpt")
    module = Module()
    two = trainer(tmp_path, 2, callbacks=[ks.LightningCallback(tmp_path / "seed0")])
    two.fit(module, loader, ckpt_path=tmp_path / "one.ckpt")
    run = check_run(tmp_path / "seed0", first, module.network[0].weight.detach().numpy())
    assert run["exact_decay"]


def test_a_recording_that_begins_in_the_middle_of_a_training_says_so(tmp_path):
    Module, trainer = lightning_parts()
    loader, one = DataLoader(Bars(), 4), trainer(tmp_path, 1)
    one.fit(Module(), loader)
    one.save_checkpoint(tmp_path / "one.ckpt")
    two = trainer(tmp_path, 2, callbacks=[ks.LightningCallback(tmp_path / "seed0")])
    two.fit(Module(), loader, ckpt_path=tmp_path / "one.ckpt")
    run = records.read_json(tmp_path / "seed0/run.json")
    assert (run["notes"], run["exact_decay"]) == ([f"step {BATCHES}: {LATE}"], False)
    with np.load(tmp_path / "seed0/kernels.npz") as kernels:
        assert kernels["steps"][[0, -1]].tolist() == [BATCHES, STEPS]


def test_an_error_in_a_lightning_training_leaves_a_run_that_is_not_finished(tmp_path):
    Module, trainer = lightning_parts()

    class Failing(Module):
        def on_train_epoch_end(self):
            raise KeyError("stop")

    with pytest.raises(KeyError):
        trainer(tmp_path, callbacks=[ks.LightningCallback(tmp_path / "seed0")]).fit(Failing(), DataLoader(Bars(), 4))
    run = records.read_json(tmp_path / "seed0/run.json")
    assert (run["finished"], run["step"]) == (False, BATCHES)


class ForTransformers(nn.Module):
    """A model as the Trainer takes it: it returns its loss."""

    def __init__(self):
        super().__init__()
        self.network = network()

    def forward(self, images, labels):
        scores = self.network(images)
        return {"loss": nn.functional.cross_entropy(scores, labels), "logits": scores}


def transformers_trainer(folder, model, callback, epochs=EPOCHS):
    transformers = pytest.importorskip("transformers", reason="`make extras` installs transformers")
    pytest.importorskip("accelerate", reason="`make extras` installs accelerate")
    keeps = {"output_dir": str(folder / "out"), "save_strategy": "epoch", "report_to": [], "use_cpu": True}
    sizes = {"num_train_epochs": epochs, "per_device_train_batch_size": 4, "learning_rate": 0.05, "weight_decay": 0.5}
    quiet = {"logging_steps": 3, "disable_tqdm": True, "dataloader_pin_memory": False}
    arguments = transformers.TrainingArguments(**keeps, **sizes, **quiet)

    def collate(samples):
        images, labels = zip(*samples, strict=True)
        return {"images": torch.stack(images), "labels": torch.tensor(labels)}

    parts = {"data_collator": collate, "train_dataset": Bars(), "callbacks": [callback]}
    return transformers.Trainer(model=model, args=arguments, **parts)


def test_a_trainer_of_transformers_records_a_model(tmp_path):
    pytest.importorskip("transformers", reason="`make extras` installs transformers")
    model = ForTransformers()
    first = model.network[0].weight.detach().numpy().copy()
    transformers_trainer(tmp_path, model, ks.TransformersCallback(tmp_path / "seed0")).train()
    run = check_run(tmp_path / "seed0", first, model.network[0].weight.detach().numpy())
    assert (run["optimizer"], run["exact_decay"]) == ("AdamW", True)
    losses = [float(row["loss"]) for row in rows(tmp_path / "seed0") if row["loss"]]
    assert len(losses) == STEPS // 3 and all(loss > 0 for loss in losses)


def test_a_training_of_transformers_that_resumes_continues_its_run(tmp_path):
    pytest.importorskip("transformers", reason="`make extras` installs transformers")
    first = ForTransformers().network[0].weight.detach().numpy().copy()
    transformers_trainer(tmp_path, ForTransformers(), ks.TransformersCallback(tmp_path / "seed0"), 1).train()
    model = ForTransformers()
    again = transformers_trainer(tmp_path, model, ks.TransformersCallback(tmp_path / "seed0"))
    again.train(resume_from_checkpoint=str(tmp_path / f"out/checkpoint-{BATCHES}"))
    check_run(tmp_path / "seed0", first, model.network[0].weight.detach().numpy())


def keras_model():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras", reason="`make extras` installs keras")
    keras.utils.set_random_seed(0)
    layers = keras.layers
    inner = keras.Sequential([keras.Input((12, 12, 1)), layers.Conv2D(3, 5), layers.DepthwiseConv2D(3)], name="inner")
    outer = [
        inner,
        layers.Conv2DTranspose(4, (1, 3)),
        layers.Conv2D(2, 1),
        layers.GlobalMaxPooling2D(),
        layers.Dense(2),
    ]
    model = keras.Sequential([keras.Input((12, 12, 1)), *outer])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.05), loss, metrics=["accuracy"])
    return model, inner


def bars():
    images, labels = zip(*(Bars()[number] for number in range(len(Bars()))), strict=True)
    return torch.stack(images).permute(0, 2, 3, 1).numpy(), np.array(labels)


def test_fit_of_keras_records_a_model(tmp_path):
    model, inner = keras_model()
    first = np.asarray(inner.layers[0].get_weights()[0]).transpose(3, 2, 0, 1)
    images, labels = bars()
    settings = {"epochs": EPOCHS, "batch_size": 4, "verbose": 0, "validation_data": (images, labels)}
    model.fit(images, labels, callbacks=[ks.KerasCallback(tmp_path / "seed0")], **settings)
    check_run(tmp_path / "seed0", first, np.asarray(inner.layers[0].get_weights()[0]).transpose(3, 2, 0, 1))
    assert [row["epoch"] for row in rows(tmp_path / "seed0")] == ["1.0", "2.0"]
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= rows(tmp_path / "seed0")[0].keys()
    decay = csv_files.read_csv(tmp_path / "seed0/decay.csv")
    assert {(row["factor"], row["reason"]) for row in decay} == {("", "the optimizers of Keras are not followed")}


def test_keras_layers_have_the_names_of_a_fresh_process_and_their_axes_in_order(tmp_path):
    keras_model()
    model, inner = keras_model()  # its layers are called conv2d_2 and so on
    found = ks.read(model)
    shapes = {"conv2d": (3, 1, 5, 5), "depthwise_conv2d": (3, 1, 3, 3), "conv2d_transpose": (4, 3, 1, 3)}
    assert {name: bank.shape for name, bank in found.items()} == shapes
    assert found.remarks == ["left out: conv2d_1: a 1 x 1 layer; name it in `layers` to record it"]
    depthwise, transposed = inner.layers[1].get_weights()[0], model.layers[1].get_weights()[0]
    assert np.array_equal(found["depthwise_conv2d"][:, 0], depthwise[..., 0].transpose(2, 0, 1))
    assert np.array_equal(found["conv2d_transpose"], transposed.transpose(2, 3, 0, 1))
    with ks.Recorder(model, tmp_path):
        pass
    about = records.read_json(tmp_path / "run.json")["layers"]
    assert {name: (of["groups"], of["transposed"]) for name, of in about.items()} == {
        **{"conv2d": (1, False), "depthwise_conv2d": (3, False), "conv2d_transpose": (1, True)}
    }


def test_keras_models_are_compared_without_images_and_refused_with_them():
    models = keras_model()[0], keras_model()[0]
    assert [row["layer"] for row in ks.compare(*models).rows] == list(ks.read(models[0]))
    with pytest.raises(ValueError, match=r"a: got a Keras model, expected a torch\.nn\.Module"):
        ks.compare(*models, images=np.zeros((4, 12, 12, 1)))


def test_a_keras_model_that_is_not_built_is_refused_in_one_line(tmp_path):
    keras_model()
    import keras

    with pytest.raises(ValueError, match=r"layer conv2d.*: got no weights yet, expected a built model"):
        ks.Recorder(keras.Sequential([keras.layers.Conv2D(2, 3)]), tmp_path)


def test_a_learner_of_fastai_records_a_model(tmp_path):
    pytest.importorskip("fastai", reason="fastai is no extra, as it requires a torchvision for another torch")
    from fastai.callback import progress  # noqa: F401, gives a Learner `no_bar`
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from fastai.metrics import accuracy
    from fastai.optimizer import OptimWrapper

    def adamw(params, lr, **_):
        return OptimWrapper(params, torch.optim.AdamW, lr=lr, weight_decay=0.5)

    for folder, settings, exact in (("seed0", {}, False), ("seed1", {"opt_func": adamw}, True)):
        model, loaders = network(), DataLoaders(DataLoader(Bars(), 4), DataLoader(Bars(), 4))
        first = model[0].weight.detach().numpy().copy()
        learn = Learner(loaders, model, loss_func=nn.CrossEntropyLoss(), metrics=accuracy, path=tmp_path, **settings)
        with learn.no_bar(), learn.no_logging():
            learn.fit(EPOCHS, 0.05, cbs=ks.FastaiCallback(tmp_path / folder))
        run = check_run(tmp_path / folder, first, model[0].weight.detach().numpy())
        assert run["exact_decay"] == exact
        assert [row["epoch"] for row in rows(tmp_path / folder)] == ["1.0", "2.0"]
        assert all(0 <= float(row["accuracy"]) <= 1 and float(row["train_loss"]) > 0 for row in rows(tmp_path / folder))


PACKAGES = {
    **{"LightningCallback": "lightning", "TransformersCallback": "transformers"},
    **{"KerasCallback": "keras", "FastaiCallback": "fastai"},
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_callback_without_its_package_is_refused_in_one_line(name, monkeypatch):
    monkeypatch.delitem(sys.modules, ks.PUBLIC[name], raising=False)
    for package in (*PACKAGES.values(), "pytorch_lightning"):
        for module in [module for module in sys.modules if module.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, module)
        monkeypatch.setitem(sys.modules, package, None)
    line = f"{name}: got no package {PACKAGES[name]}, expected {PACKAGES[name]} beside kernelscope"
    with pytest.raises(ImportError, match=line):
        getattr(ks, name)
    monkeypatch.undo()
    sys.modules.pop(ks.PUBLIC[name], None)
