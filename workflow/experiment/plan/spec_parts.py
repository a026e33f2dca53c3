"""What specs of several rules have in common."""

from functools import cached_property

from experiment.plan import rule_table
from experiment.plan.plan import Plan
from kernelscope.data import control_names


class SpecParts(Plan):
    """Parts of specs: runs, networks, controls, and how figures are drawn."""

    def network(self, dataset: str, arch: str, seed: str) -> dict:
        """Return a run with its layers, and what is done to its images or labels."""
        return self.run(dataset, arch, seed) | {"layers": self.layers[arch], "control": self.control[arch]}

    def run(self, dataset: str, arch: str, seed: str) -> dict:
        """Return a run, with its name among pretrained runs if it is one."""
        wildcards = {"dataset": dataset, "arch": arch, "seed": int(seed)}
        return wildcards | ({"pretrained": self.pretrained[dataset][int(seed)].name} if self.pretrained else {})

    def first_conv(self, arch: str) -> str:
        """Return the name of the first conv layer of an architecture."""
        return next(layer["name"] for layer in self.layers[arch] if layer["kind"] == "conv")

    def of_seeds(self, dataset: str, arch: str, seeds: dict[str, list[int]]) -> dict:
        """Return an architecture with its seeds."""
        return {"dataset": dataset, "arch": arch, "seeds": seeds[arch]}

    @property
    def drawing(self) -> dict:
        """Return how kernels are drawn."""
        return self.sized | {"colormap": self.config["figures"]["colormap"]}

    @property
    def composed(self) -> dict:
        """Return the colors of the channels in composites, if they are not the default."""
        colors = self.config["figures"].get("channel_colors")
        return {"channel_colors": colors} if colors else {}

    @property
    def sized(self) -> dict:
        """Return what figures are made for, which decides their size."""
        return {"for": self.config["figures"]["for"]}

    def classes(self, dataset: str) -> int:
        """Return how many classes a network tells apart, so that figures show what guessing reaches; 0: no labels."""
        return self.sources[dataset].classes if self.supervised else 0

    @cached_property
    def probed(self) -> bool:
        """Whether every run is probed, so that it has an atlas.csv."""
        return self.supervised and "probes" in self.stages

    @cached_property
    def agreed(self) -> bool:
        """Whether there are tables of energy profiles and CKA."""
        return self.supervised and "agreement" in self.stages

    def control_seeds(self, arch: str) -> dict[str, dict[str, list[int]]]:
        """Return kind -> control of an architecture -> its seeds that are compared."""
        if not self.supervised:
            return {}
        kinds = self.controls_by_kind(arch)
        return {kind: {name: self.compared[name] for name in archs} for kind, archs in kinds.items()}

    @cached_property
    def stages(self) -> list[str]:
        """Return the stages of the experiment."""
        return rule_table.stages(self)

    @cached_property
    def null_files(self) -> list[str]:
        """Return the files of a run with draws from nulls: of looks, and of responses if they are probed."""
        return ["nulls.npz", *["response_nulls.npz"] * self.probed]

    def pretrained_runs(self) -> dict[str, dict]:
        """Return what a spec says about all pretrained runs; nothing where there are none."""
        about = {}
        for dataset, runs in self.pretrained.items():
            scaled = self.config["datasets"][dataset]["min_max_normalized"]
            about[dataset] = {"runs": [runs[seed].name for seed in self.all_seeds], "min_max_normalized": scaled}
            about[dataset] |= {"probed": True} if dataset in self.probed_models else {}
        return {"pretrained": about} if about else {}

    def controls_by_kind(self, arch: str) -> dict[str, list[str]]:
        """Return the controls of an architecture, by kind."""
        kinds = {kind: self.controls(arch, kind) for kind in control_names.KINDS}
        return {kind: controls for kind, controls in kinds.items() if controls}

    def controls_sorted(self, arch: str) -> list[str]:
        """Return the controls of an architecture whose kernels are sorted by kind."""
        return [name for names in self.controls_by_kind(arch).values() for name in names]

    def random_labels(self, arch: str, seeds: dict[str, list[int]]) -> dict[str, list[int]]:
        """Return the controls of an architecture that are trained on random labels, each with its seeds."""
        return {control: seeds[control] for control in self.controls(arch, control_names.RANDOM_LABELS)}

    @property
    def imported(self) -> dict:
        """Return the pretrained runs whose notes a reader must know, {"imported": {dataset: {arch: seeds}}}."""
        return {"imported": dict.fromkeys(self.pretrained, self.seeds)}

    @property
    def all_controls(self) -> list[str]:
        """Return the selected architectures that are controls of others."""
        return [arch for arch in self.architectures if self.control[arch] != control_names.NONE]

    @property
    def on_random_labels(self) -> dict:
        """Return which networks are also trained on random labels, {"random_labels": {network: its control}} or {}."""
        kind = control_names.RANDOM_LABELS
        archs = self.architectures if self.supervised else []
        found = {arch: others[0] for arch in archs if (others := self.controls(arch, kind))}
        return {"random_labels": found} if found else {}
