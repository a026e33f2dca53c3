"""Settings and networks of very short trainings."""

from kernelscope.models.architectures import cnnkernels, small_resnet, stacked, templates
from kernelscope.training.trainer import Job

SETTINGS = {
    "optimizer": "adamw",
    "loss": "cross_entropy",
    "schedule": "one_cycle",
    "learning_rate": 0.01,
    "momentum": 0.9,
    "weight_decay": {"conv": 0.5, "linear": 0.1},
    "init_std": {"conv": None, "linear": None},
    "batch_size": 20,
    "epochs": 2,
    "eval_images": 1000,
    "convolution": "auto",
    "snapshots": 5,
}
LAYERS = {
    "templates": templates(4, 7),
    "cnnkernels": cnnkernels(2, 8, widths=(16, 8)),
    "stacked": stacked(8, 5, 1, (8, 8)),
    "small_resnet": small_resnet(4, 5, 2, (3, 6)),
}


def job(layers, train_set, test_set, seed=0, report=lambda line: None, frozen=False, **changes) -> Job:
    """Return a training of one of LAYERS by SETTINGS with some changes."""
    return Job(LAYERS[layers], SETTINGS | changes, seed, train_set, test_set, report, frozen)
