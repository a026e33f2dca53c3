import json

import pytest
import write_cost
from default_config import with_wildcards

from kernelscope.io import csv_files

SPEC = {
    "runs": [["waves", "deep"], ["waves", "flat"], ["photos", "deep"]],
    "seeds": {"deep": [0, 10], "flat": [0, 10]},
    "making": {"waves": "make_dataset", "photos": "make_dataset"},
    "per_dataset": [],
    "per_arch": ["match"],
    "training": {"deep": "train", "flat": "train"},
    "per_run": ["draw"],
    "seeds_drawn": {},
}
HEAD = "s\tcpu_time\tmax_rss\n"


@pytest.fixture
def logs(tmp_path):
    """Write files as jobs leave them: seconds count up from 1, and memory is ten times the seconds."""
    places = [f"make_dataset/{dataset}" for dataset in ("waves", "photos")]
    for dataset, arch in SPEC["runs"]:
        places.append(f"match/{dataset}/{arch}")
        places += [f"{stage}/{dataset}/{arch}/seed{seed}" for seed in (0, 10) for stage in ("train", "draw")]
    for number, place in enumerate(places, 1):
        path = tmp_path / "logs" / f"{place}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{HEAD}{number}.5\t0.1\t{number * 10}.25\n")
    return tmp_path / "logs"


def table(logs, spec=SPEC):
    write_cost.write_cost(spec, str(logs), str(logs / "cost.csv"))
    return csv_files.read_csv(logs / "cost.csv")


def key(row):
    return row["dataset"], row["arch"], row["seed"], row["stage"]


def test_every_stage_has_a_row_with_its_seconds_and_memory(logs):
    rows = table(logs)
    by_key = {key(row): (row["seconds"], row["peak_memory_mb"]) for row in rows}
    assert len(rows) == len(by_key) == 2 + 3 + 3 * 2 * 2
    assert by_key["waves", "", "", "make_dataset"] == ("1.5", "10.25")
    assert by_key["photos", "", "", "make_dataset"] == ("2.5", "20.25")
    assert by_key["waves", "deep", "", "match"] == ("3.5", "30.25")
    assert by_key["waves", "deep", "10", "train"] == ("6.5", "60.25")
    assert by_key["photos", "deep", "10", "draw"] == ("17.5", "170.25")


def test_rows_are_in_the_order_of_datasets_then_runs(logs):
    runs = [(arch, seed, stage) for arch in ("deep", "flat") for seed in ("0", "10") for stage in ("train", "draw")]
    keys = [key(row) for row in table(logs, spec=SPEC | {"runs": SPEC["runs"][:2]})]
    assert keys == [
        ("waves", "", "", "make_dataset"),
        ("waves", "deep", "", "match"),
        *(("waves", *run) for run in runs[:4]),
        ("waves", "flat", "", "match"),
        *(("waves", *run) for run in runs[4:]),
    ]


def test_a_job_whose_file_was_deleted_has_empty_cells(logs):
    (logs / "train/waves/flat/seed10.tsv").unlink()
    rows = table(logs)
    empty = [key(row) for row in rows if (row["seconds"], row["peak_memory_mb"]) == ("", "")]
    assert (len(rows), empty) == (17, [("waves", "flat", "10", "train")])


def test_the_cost_of_an_experiment_has_all_its_stages(smoke):
    """Check the spec of the rule: every rule with a log for each dataset, architecture or run."""
    made = json.loads((smoke.folder / "results/smoke/.manifest/write_cost.json").read_text())
    per_run = with_wildcards(3)
    per_dataset = [rule for rule in with_wildcards(1) if rule != "make_dataset"]
    assert [made["spec"][kind] for kind in ("per_dataset", "per_arch")] == [per_dataset, with_wildcards(2)]
    assert made["spec"]["making"] == {"waveforms": "make_dataset"}
    assert made["spec"]["training"] == dict.fromkeys(("stacked", "templates"), "train_network")
    assert ["train_network", *made["spec"]["per_run"]] == per_run
    rows = csv_files.read_csv(smoke.folder / "results/smoke/cost.csv")
    assert {row["stage"] for row in rows} == {"make_dataset", *per_dataset, *with_wildcards(2), *per_run}
    assert all(0 < float(row["seconds"]) < 60 and 10 < float(row["peak_memory_mb"]) < 1000 for row in rows)
