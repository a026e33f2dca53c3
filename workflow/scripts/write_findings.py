"""Write the findings of an experiment, in sentences from its statements."""

from pathlib import Path

from kernelscope.crops import tasks
from kernelscope.data.notes import defects
from kernelscope.findings import document
from kernelscope.io import cells, cli, notes, records


def write_findings(spec: dict, folder: str, findings: str) -> None:
    """Read the statements of an experiment; write findings.md.

    Parameters
    ----------
    spec : {"read": datasets read from existing images, "imported": {dataset: {arch: seeds}} of pretrained runs,
        "architectures": all, in the order of the config, "controls": those that are controls of others}; where a
        network is also trained on random labels, "random_labels": {network: its control}
    folder : folder of the experiment
    findings : findings.md, to write
    """
    found = {name: records.read_json(f"{folder}/data/{name}/inferred.json") for name in spec["read"]}
    about = {name: [*tasks.sentences(inferred), *defects(inferred)] for name, inferred in found.items()}
    kept = {name: notes.sentences([f"{folder}/data/{name}/inferred.json"]) for name in spec["read"]}
    kept |= {name: of_imports(f"{folder}/runs/{name}", seeds) for name, seeds in spec["imported"].items()}
    rows = cells.read(f"{folder}/statements.csv")
    controls = spec["controls"], spec.get("random_labels", {})
    text = document.page(Path(findings).as_posix(), rows, about, spec["architectures"], *controls, kept)
    records.write_text(findings, text)


def of_imports(folder: str, seeds: dict[str, list[int]]) -> list[str]:
    """Return the notes of the jobs that read pretrained kernels."""
    runs = (f"{folder}/{arch}/seed{seed}" for arch in seeds for seed in seeds[arch])
    return notes.sentences(f"{run}/run.json" for run in runs)


if __name__ == "__main__":
    cli.run(write_findings, __doc__)
