"""The command line `kernelscope`: what the functions of the package do, for files and folders.

The exit status is 0, or 1 with one line for bad input, or 2 for a wrong command line.
"""

import argparse
import os
import sys
from pathlib import Path

from kernelscope.api import doctor, in_a_clone, networks, runs
from kernelscope.api.in_a_clone import Failed
from kernelscope.pretrained.axes import ORDERS
from kernelscope.refusal import refuse


def main(words: list[str] | None = None) -> None:
    """Run a command from its words, by default those of the command line."""
    arguments = vars(parser().parse_args(words))
    command = arguments.pop("command")
    try:
        if (text := command(**arguments)) is not None:
            print(text)
        sys.stdout.flush()
    except BrokenPipeError:  # `kernelscope look ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Failed as failed:
        sys.exit(failed.status)
    except (ValueError, OSError, MemoryError, ImportError) as error:
        sys.exit(f"kernelscope: {' '.join(str(error).split()) or type(error).__name__}")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    whole = argparse.ArgumentParser(prog="kernelscope", description="See what the kernels of a network learn.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("look", help="the kernels of files of weights: measures, a figure, arrays")
    one.add_argument("files", nargs="+", type=Path, metavar="FILE", help="of PyTorch, safetensors, Keras, ONNX, NumPy")
    one.add_argument("--out", type=Path, metavar="X.npz", help="write the kernels as arrays (out, in, *space)")
    one.add_argument("--figure", type=Path, metavar="X.png", help="draw the kernels")
    one.add_argument("--spectra", type=Path, metavar="X.png", help="draw the frequencies of the kernels")
    one.add_argument("--part", help="the part of a checkpoint to read, such as ema")
    one.add_argument("--axes", choices=ORDERS, help="the order of axes, if neither names nor the format tell it")
    one.add_argument(
        "--step", type=int, help="of a file with many states (kernels.npz), the step of one; else the last"
    )
    one.set_defaults(command=look)
    two = commands.add_parser("compare", help="two files of weights: how far kernels moved, and which match")
    two.add_argument("a", type=Path, help="a file of weights, such as those of an early epoch")
    two.add_argument("b", type=Path, help="a file of weights with layers of the same names and sizes")
    two.set_defaults(command=compare)
    for command in (one, two):
        command.add_argument("--layers", action="append", metavar="PATTERN", help="only these layers; may be repeated")
    told = commands.add_parser("statements", help="the sentences of an experiment, each with its verdict")
    told.add_argument("folder", type=Path, help="results of an experiment")
    told.set_defaults(command=statements)
    add_export(commands)
    in_a_clone.add_to(commands)
    checked = commands.add_parser("doctor", help="what this machine lacks, and what to do; status 1 if something")
    checked.set_defaults(command=check_machine)
    return whole


def add_export(commands) -> None:
    """Add the command that writes an experiment, or a network of it, for others."""
    one = commands.add_parser("export", help="an experiment as a zip for others, or a network of it as safetensors")
    one.add_argument(
        "folder", type=Path, help="results, or the folder of a run: results/runs/waveforms/templates/seed0"
    )
    one.add_argument("--out", type=Path, metavar="X", help="by default kernelscope.zip or network.safetensors")
    one.add_argument(
        "--moment", choices=networks.MOMENTS, default="last", help="of a run; first: the untrained network"
    )
    one.add_argument(
        "--configfile", nargs="+", type=Path, default=[], metavar="FILE", help="config files to add to the zip"
    )
    one.set_defaults(command=export)


def look(
    files: list[Path],
    layers: list[str] | None,
    out: Path | None,
    figure: Path | None,
    spectra: Path | None,
    part: str | None,
    axes: str | None,
    step: int | None,
) -> str:
    """Return the measures of files, and write their kernels and figures."""
    for path, ending in ((out, ".npz"), (figure, ".png"), (spectra, ".png")):
        if path is not None and path.suffix != ending:
            refuse(str(path), path.suffix or "no ending", ending)
        if path is not None and len(files) > 1:
            refuse(str(path), f"one file to write for {len(files)} files to read", "one file to read")
    from kernelscope.api import looking  # with what draws, which other commands do not need

    texts = []
    for file in files:
        found = looking.look(file, layers=layers, part=part, axes=axes, step=step)
        for path in (out, figure):
            if path is not None:
                found.save(path)
        if spectra is not None:
            found.spectra().save(spectra)
        texts.append(f"{file}\n" * (len(files) > 1) + repr(found))
        texts += [f"{short} in {out}: {name}" for name, short in found.names().items() if out and name != short]
    return "\n".join(texts)


def compare(a: Path, b: Path, layers: list[str] | None) -> str:
    """Return the comparison of two files."""
    from kernelscope.api import comparing

    return repr(comparing.compare(a, b, layers=layers))


def statements(folder: Path) -> str:
    """Return the sentences of an experiment, once each."""
    rows = runs.statements(folder)
    return "\n".join(dict.fromkeys(f"{row['verdict'] or 'description'}: {row['text']}" for row in rows if row["text"]))


def export(folder: Path, out: Path | None, moment: str, configfile: list[Path]) -> str:
    """Write results as a zip, or the network of a run; return what the zip has, or how to rebuild the network."""
    if (folder / "statements.csv").is_file():
        from kernelscope.api import experiment_zip

        return experiment_zip.save_experiment(folder, out or Path("kernelscope.zip"), tuple(configfile))
    return networks.save_network(folder, out or Path("network.safetensors"), moment)


def check_machine() -> str:
    """Return the checks of this machine; status 1 if something is wrong."""
    found = list(doctor.checks(Path.cwd()))
    if any(check.state == doctor.WRONG for check in found):
        print(doctor.report(found), flush=True)
        raise Failed(1)
    return doctor.report(found)


if __name__ == "__main__":
    main()
