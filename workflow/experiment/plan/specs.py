"""The spec of every job of an experiment: the part of the config that it uses, with its wildcards."""

import json

from experiment.config import meanings
from experiment.plan import aggregates, pretrained, pretrained_files, rule_table
from experiment.plan.spec_parts import SpecParts


class Specs(SpecParts):
    """A method for each rule, with its name, that returns the spec of one job."""

    def make_dataset(self, dataset: str) -> dict:
        return {"dataset": dataset, "settings": self.config["datasets"][dataset]}

    def read_dataset(self, dataset: str) -> dict:
        return self.make_dataset(dataset) | {"content": self.sources[dataset].content}

    def draw_samples(self, dataset: str) -> dict:
        return {"dataset": dataset} | self.sized | self.composed

    def train_network(self, dataset: str, arch: str, seed: str) -> dict:
        return self.network(dataset, arch, seed) | {"training": self.training[arch]}

    def train_cdbn(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | {"cdbn": self.cdbn[arch]}

    def describe_bases(self, dataset: str, arch: str, seed: str) -> dict:
        own = {"n_resamples": self.config["analysis"]["n_resamples"], "shown": self.shown(dataset)}
        return self.train_cdbn(dataset, arch, seed) | own

    def compare_bases(self) -> dict:
        return self.write_summary()

    def draw_bases(self) -> dict:
        return self.write_summary() | self.drawing

    def import_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        settings = self.config["datasets"][dataset]
        own = {key: settings[key] for key in ("min_max_normalized", "layers", "part", "axes")}
        return self.run(dataset, arch, seed) | self.pretrained[dataset][int(seed)].spec | own

    def measure_layers(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | self.drawing

    def probe_model(self, dataset: str, arch: str, seed: str) -> dict:
        file, sha256 = self.pretrained[dataset][int(seed)].files[-1]
        own = {"weights": [file.name, sha256], "part": self.config["datasets"][dataset]["part"]}
        return self.run(dataset, arch, seed) | self.models[dataset] | own | self.drawing

    def draw_pretrained(self, dataset: str, arch: str) -> dict:
        return self.draw_matched(dataset, arch)

    def train_group(self, dataset: str, arch: str, seed: str) -> dict:
        """Return the spec of the job that trains this seed together with others."""
        own = self.train_network(dataset, arch, seed)
        return {key: value for key, value in own.items() if key != "seed"} | {"seeds": self.groups[arch][int(seed)]}

    def extract_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed)

    def draw_montage(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | self.drawing | self.composed | {"probed": self.probed}

    def draw_history(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | self.sized | {"classes": self.classes(dataset)}

    def draw_featuremaps(self, dataset: str, arch: str, seed: str) -> dict:
        return self.network(dataset, arch, seed) | self.drawing | self.composed | {"probed": self.probed}

    def measure_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        own = {"n_resamples": self.config["analysis"]["n_resamples"]}
        return self.run(dataset, arch, seed) | own | {"random_labels": self.random_labels(arch, self.compared)}

    def draw_measures(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | self.sized

    def compare_settling(self, dataset: str, arch: str) -> dict:
        return self.of_seeds(dataset, arch, self.seeds)

    def probe_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        own = self.config["analysis"] | {"init_std": self.training[arch]["init_std"]}
        return self.network(dataset, arch, seed) | own

    def predict_images(self, dataset: str, arch: str, seed: str) -> dict:
        return self.network(dataset, arch, seed) | {"loss": self.training[arch]["loss"]}

    def pool_nulls(self, dataset: str, arch: str) -> dict:
        return self.of_seeds(dataset, arch, self.seeds) | {"files": self.null_files}

    def judge_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | {"files": self.null_files}

    def project_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        return self.network(dataset, arch, seed)

    def draw_pixels(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | self.drawing

    def draw_atlas(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | {"control": self.control[arch]} | self.drawing | self.composed

    def write_atlas(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed)

    def make_movie(self, dataset: str, arch: str, seed: str) -> dict:
        color = {"colormap": self.config["figures"]["colormap"]}
        return self.run(dataset, arch, seed) | color | {"probed": self.probed} | self.config["movie"]

    def match_kernels(self, dataset: str, arch: str) -> dict:
        settings = self.config["comparison"]
        own = {key: settings[key] for key in ("ignore_sign", "n_resamples")}
        return self.of_seeds(dataset, arch, self.compared) | own

    def draw_matched(self, dataset: str, arch: str) -> dict:
        return self.of_seeds(dataset, arch, self.compared) | self.drawing

    def correlate_initial(self, dataset: str, arch: str) -> dict:
        seen = {} if self.pretrained else {"control": self.control[arch]}
        own = {"n_resamples": self.config["analysis"]["n_resamples"]} | ({"cdbn": self.cdbn[arch]} if self.cdbn else {})
        return self.of_seeds(dataset, arch, self.seeds) | seen | own

    def find_types(self, dataset: str, arch: str) -> dict:
        own = {"ignore_sign": self.config["comparison"]["ignore_sign"], "probed": self.probed}
        compared = self.of_seeds(dataset, arch, self.compared)
        return compared | own | {"control": self.control[arch]}

    def draw_vocabulary(self, dataset: str, arch: str) -> dict:
        return self.draw_matched(dataset, arch)

    def write_seed_tests(self, dataset: str, arch: str) -> dict:
        own = {"ignore_sign": self.config["comparison"]["ignore_sign"], "agreement": self.agreed}
        own |= {"control": self.control[arch], "controls": self.control_seeds(arch)}
        return self.of_seeds(dataset, arch, self.compared) | own

    def compare_seeds(self, dataset: str, arch: str) -> dict:
        own = {"control": self.control[arch], "n_resamples": self.config["comparison"]["n_resamples"]}
        seeds = {"seeds_compared": self.compared[arch], "random_labels": self.random_labels(arch, self.seeds)}
        return self.of_seeds(dataset, arch, self.seeds) | own | seeds

    def draw_agreement(self, dataset: str, arch: str) -> dict:
        return self.of_seeds(dataset, arch, self.seeds) | self.sized

    def compare_runs(self, dataset: str) -> dict:
        n_resamples = self.config["comparison"]["n_resamples"]
        return {"dataset": dataset, "seeds": self.runs_compared, "n_resamples": n_resamples}

    def draw_similarity(self, dataset: str) -> dict:
        return {"dataset": dataset, "seeds": self.runs_compared} | self.sized

    def compare_draws(self) -> dict:
        return {"draws": self.draws, "seeds": self.compared}

    def write_summary(self) -> dict:
        runs = [[dataset, arch] for dataset in self.datasets for arch in self.architectures]
        return {"runs": runs, "seeds": self.seeds}

    def write_cost(self) -> dict:
        making = {dataset: "make_dataset" if self.is_drawn(dataset) else "read_dataset" for dataset in self.sources}
        trainers = rule_table.of_stage("train", self)
        training = {arch: rule for rule in trainers for arch in getattr(self, rule_table.RULES[rule].architectures)}
        return self.write_summary() | {
            "making": making,
            "training": training,
            "per_dataset": [rule for rule in rule_table.with_wildcards(1, self) if rule not in making.values()],
            "per_arch": rule_table.with_wildcards(2, self),
            "per_run": [rule for rule in rule_table.with_wildcards(3, self) if rule not in training.values()],
            "seeds_drawn": {rule: self.seeds_drawn for rule in rule_table.selected(self) if rule_table.is_drawn(rule)},
        }

    def write_notes(self) -> dict:
        rows = {rule: rule_table.RULES[rule] for rule in aggregates.noted(self)}
        unread = {dataset: pretrained_files.unread(self.config["datasets"][dataset]) for dataset in self.pretrained}
        jobs = [[rule, row.folder, list(row.choices(self))] for rule, row in rows.items()]
        return {"jobs": jobs} | ({"unread": unread} if unread else {})

    def compare_architectures(self, dataset: str) -> dict:
        return {"dataset": dataset, "seeds": self.seeds}

    def draw_architectures(self, dataset: str) -> dict:
        return {"dataset": dataset, "seeds": self.seeds, "classes": self.classes(dataset)} | self.drawing

    def compare_towers(self, dataset: str, arch: str) -> dict:
        return self.of_seeds(dataset, arch, self.seeds) | {"towers": self.towers[arch]}

    def draw_towers(self, dataset: str, arch: str) -> dict:
        return self.compare_towers(dataset, arch) | self.sized

    def sort_kernels(self, dataset: str, arch: str) -> dict:
        init_std, first = self.training[arch]["init_std"], self.first_conv(arch)
        own = {"parts": self.towers.get(arch, 1), "init_std": init_std.get(first, init_std["conv"])}
        return self.of_seeds(dataset, arch, self.seeds) | own

    def draw_kinds(self, dataset: str, arch: str) -> dict:
        own = {"parts": self.towers.get(arch, 1), "controls": self.controls_sorted(arch)}
        return self.of_seeds(dataset, arch, self.seeds) | own | self.sized

    def compare_factors(self, dataset: str) -> dict:
        others = [arch for arch in self.architectures if arch not in self.levels]
        swept = {arch: self.levels[arch] for arch in self.architectures if arch in self.levels}
        return {"dataset": dataset, "seeds": self.seeds, "levels": swept, "others": others}

    def draw_factors(self, dataset: str) -> dict:
        return self.compare_factors(dataset) | self.sized

    def write_statements(self) -> dict:
        read = {"labeled": self.labeled, "controls": self.all_controls, "tables": aggregates.tables_of_statements(self)}
        swept = {"swept": [arch for arch in self.architectures if arch in self.levels]} if self.levels else {}
        towers = {"towers": self.towers} if self.towers else {}
        from_one = [arch for arch in self.architectures if "init_seed" in self.training.get(arch, {})]
        one_start = {"one_start": from_one} if from_one else {}
        layers = {arch: self.first_conv(arch) for arch in self.sorted_by_kind}
        by_kind = {"by_kind": {"datasets": self.cropped, "layers": layers}} if self.cropped else {}
        of_arch = {arch: self.controls_by_kind(arch) for arch in self.architectures}
        kinds_of = {arch: kinds for arch, kinds in of_arch.items() if kinds}
        controlled = {"controlled": kinds_of} if kinds_of else {}
        return self.write_summary() | read | controlled | swept | towers | one_start | by_kind | self.pretrained_runs()

    def write_findings(self) -> dict:
        about = {"read": self.read, "architectures": self.order["architectures"], "controls": self.all_controls}
        return about | self.imported | self.on_random_labels

    def write_page(self) -> dict:
        settings = self.cdbn or self.training
        tables = aggregates.tables_of_statements(self)
        made = {*tables["arch"], *tables["run"]}
        own = lambda arch: {"control": self.control[arch], "layers": self.layers[arch], "training": settings[arch]}  # noqa: E731
        unlabeled = {"unlabeled": True} if self.cdbn else {}
        datasets = {name: self.config["datasets"][name] for name in self.datasets}
        of_datasets = {name: meanings.of_dataset(definition) for name, definition in datasets.items()}
        about = {
            "datasets": {name: pretrained.page_settings(definition) for name, definition in datasets.items()},
            "architectures": {arch: own(arch) for arch in self.architectures},
            "tested": {name: name in made for name in ("seed_tests", "kernel_tests")},
            "colormap": self.config["figures"]["colormap"],
            "words": {"training": meanings.of_training("cdbn" if self.cdbn else "training"), "datasets": of_datasets},
            **{"read": self.read, "order": self.order, "seeds": self.seeds, "shown": self.seeds_on_page},
        }
        return unlabeled | about | self.composed | self.imported | self.pretrained_runs() | self.on_random_labels

    def spec(self, rule: str, wildcards: dict[str, str]) -> str:
        """Return the spec of one job as sorted JSON: one string, because Snakemake compares params as a set."""
        return json.dumps(getattr(self, rule)(**wildcards), sort_keys=True, separators=(",", ":"))
