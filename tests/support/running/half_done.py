"""An experiment of which some jobs are done: only their manifests, and what a page about trainings reads."""

import json
from pathlib import Path

import numpy as np
import watch

from experiment.plan import loading
from experiment.provenance.done import Done
from experiment.provenance.verify import made_by
from kernelscope.io import array_files, manifest

TRAINED = "train_network"


class HalfDone:
    """The smoke experiment, with some changes to its config, in a folder."""

    def __init__(self, folder: Path, config: str = "{}"):
        (folder / "more.yaml").write_text(config)
        files = [watch.OWN.parents[1] / "config/smoke.yaml", folder / "more.yaml"]
        self.plan, self.results = loading.load(files), folder / "results"
        self.done, self.networks = Done(self.plan, self.results), {}

    def of(self, rule: str) -> list:
        return [job for job in self.done.jobs if job.rule == rule]

    def finish(self, job, failure: str = "", **changed) -> None:
        path = self.results / job.manifest
        folder = manifest.folder_of(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if job.rule == TRAINED:
            bank = np.random.default_rng(0).normal(size=(5, 3, 1, 4, 4)).astype(np.float32)
            array_files.write_npz(folder / "snapshots.npz", {"steps": np.arange(5) * 10, "kernels/conv1": bank})
            (folder / "run.json").write_text(json.dumps({"test": {"accuracy": 0.875}, "failure": failure}))
            (folder / "history.csv").write_text("step,test_accuracy\n0,0.5\n40,0.875\n")
        content = {"rule": job.rule, "inputs": {}, "outputs": {}, "notes": []} | made_by(self.plan, job) | changed
        path.write_text(json.dumps(content))

    def state(self) -> dict:
        return watch.state(self.plan, self.results, self.done.jobs, dict(self.done.now()), self.networks)

    def page(self) -> str:
        watch.write(self.results / watch.PAGE, self.state())
        return (self.results / watch.PAGE).read_text()
