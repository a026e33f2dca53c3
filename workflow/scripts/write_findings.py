"""Write the findings of an experiment, in sentences from its statements."""

from pathlib import Path

from kernelscope.data import notes
from kernelscope.findings import document
from kernelscope.io import cells, cli, records


def write_findings(spec: dict, folder: str, findings: str) -> None:
    """Read the statements of an experiment; write findings.md.

    Parameters
    ----------
    spec : {"read": datasets read from existing images, "architectures": all, in the order of the config, "controls":
        those that are controls of others}; where a network is also trained on random labels, "random_labels": {network:
        its control}
    folder : folder of the experiment
    findings : findings.md, to write
    """
    about = {name: notes.notes(records.read_json(f"{folder}/data/{name}/inferred.json")) for name in spec["read"]}
    rows = cells.read(f"{folder}/statements.csv")
    controls = spec["controls"], spec.get("random_labels", {})
    text = document.page(Path(findings).as_posix(), rows, about, spec["architectures"], *controls)
    records.write_text(findings, text)


if __name__ == "__main__":
    cli.run(write_findings, __doc__)
