"""The command line `kernelscope`: what the functions of the package do, for files and folders.

The exit status is 0, or 1 with one line for bad input, or 2 for a wrong command line.
"""

import argparse
import os
import shlex
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from kernelscope.api import doctor, networks, own_images, own_kernels, runs, settings_file, workflow
from kernelscope.pretrained.axes import ORDERS
from kernelscope.refusal import listed, refuse

SECONDS = 2.0  # between two looks at runs that go on


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
    one.add_argument("files", nargs="+", type=Path, metavar="FILE")
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
    two.add_argument("a", type=Path)
    two.add_argument("b", type=Path)
    two.set_defaults(command=compare)
    for command in (one, two):
        command.add_argument("--layers", action="append", metavar="PATTERN", help="only these layers; may be repeated")
    told = commands.add_parser("statements", help="the sentences of an experiment, each with its verdict")
    told.add_argument("folder", type=Path, help="results of an experiment")
    told.set_defaults(command=statements)
    add_export(commands)
    add_images(commands)
    add_upkeep(commands)
    checked = commands.add_parser("doctor", help="what this machine lacks, and what to do; status 1 if something")
    checked.set_defaults(command=check_machine)
    return whole


def add_export(commands) -> None:
    """Add the command that writes a network of an experiment for elsewhere."""
    one = commands.add_parser("export", help="a network of an experiment as safetensors, with how to rebuild it")
    one.add_argument("run", type=Path, help="such as results/runs/waveforms/templates/seed0")
    one.add_argument("--out", type=Path, default=Path("network.safetensors"), metavar="X.safetensors")
    one.add_argument("--moment", choices=networks.MOMENTS, default="last", help="first: the untrained network")
    one.set_defaults(command=export)


def add_images(commands) -> None:
    """Add the commands that make a page of own images, and of own kernels."""
    one = commands.add_parser("images", help="train networks on a folder of images, and make a page (in a clone)")
    one.add_argument("folder", type=Path, help="with a folder of images for each class")
    one.add_argument("--network", choices=own_images.NETWORKS, default="templates")
    one.add_argument("--seeds", type=int, default=own_images.SEEDS, help=f"by default {own_images.SEEDS}")
    one.set_defaults(command=images)
    two = commands.add_parser("page", help="a page about recorded runs, or about checkpoints (in a clone)")
    two.add_argument("folder", type=Path, help="of a recorder (seed0/, seed1/), or with checkpoints")
    two.add_argument("--watch", action="store_true", help="write it again while the runs go on")
    two.set_defaults(command=page)
    for each in (one, two):
        each.add_argument("--config", type=Path, metavar="X.yaml", help="where the settings go; by default FOLDER.yaml")
        each.add_argument("--only-config", action="store_true", help="write the settings, and make nothing")


def add_upkeep(commands) -> None:
    """Add the commands about experiments, which run scripts of a clone."""
    for name, words in UPKEEP.items():
        one = commands.add_parser(name, help=f"{words} (in a clone)")
        if name == "trace":
            one.add_argument("file", type=Path)
        else:
            one.add_argument("--configfile", nargs="+", type=Path, default=[], metavar="FILE", help="as for snakemake")
        if name == "clean":
            one.add_argument("--delete", action="store_true", help="delete what is listed")
        one.set_defaults(command=partial(upkeep, name))


UPKEEP = {
    "plan": "check config files, and say what they select",
    "verify": "check every file of an experiment against its manifest, config and code",
    "clean": "list files that are orphaned or left over",
    "trace": "print the chain of jobs, config, code, seed and data behind a file",
    "watch": "write a page about an experiment while it runs",
}


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


def export(run: Path, out: Path, moment: str) -> str:
    """Write the network of a run; return how to rebuild it."""
    return networks.save_network(run, out, moment)


def check_machine() -> str:
    """Return the checks of this machine; status 1 if something is wrong."""
    found = list(doctor.checks(Path.cwd()))
    if any(check.state == doctor.WRONG for check in found):
        print(doctor.report(found), flush=True)
        raise Failed(1)
    return doctor.report(found)


def images(folder: Path, network: str, seeds: int, config: Path | None, only_config: bool) -> str | None:
    """Write the config of an experiment with own images, and run it unless only the config is wanted."""
    if not 1 <= seeds <= own_images.MOST_SEEDS:
        refuse("--seeds", str(seeds), f"a number from 1 to {own_images.MOST_SEEDS}")
    if not only_config:
        workflow.check_is_here("images")
    choice = own_images.choose(folder, network, seeds)
    path = written(folder, config, choice.config, "images")
    lines = [*choice.reasons, *(f"warning     {line}" for line in choice.warnings), *where(path, choice.config)]
    if only_config:
        return "\n".join(lines)
    print("\n".join(lines), flush=True)
    return workflow.make(path)


def page(folder: Path, config: Path | None, only_config: bool, watch: bool) -> str | None:
    """Write the config of an experiment with own kernels, and run it; with `watch`, until all runs are finished."""
    if not only_config:
        workflow.check_is_here("page")
    found = own_kernels.find(folder)
    settings = own_kernels.config(folder, found)
    path = written(folder, config, settings, "page")
    lines = [f"runs        {len(found.runs)}, {found.source}: {listed(found.runs)}", *where(path, settings)]
    if only_config:
        return "\n".join(lines)
    print("\n".join(lines), flush=True)
    if not watch:
        return workflow.make(path)
    while True:
        finished, before = own_kernels.are_finished(folder, found), own_kernels.state(folder, found)
        if status := workflow.made(path):
            raise Failed(status)
        if finished:
            return "all runs are finished"
        while own_kernels.state(folder, found) == before:
            time.sleep(SECONDS)


def written(folder: Path, config: Path | None, settings: dict, command: str) -> Path:
    """Write a config, and return its path."""
    path = (config or Path(f"{settings_file.short_name(folder)}.yaml")).absolute()
    settings_file.write(path, settings, command)
    return path


def where(path: Path, config: dict) -> list[str]:
    """Return where the settings are, and where the page will be."""
    return [
        f"settings    {path}, to read, change and run again: make CONFIG={shlex.quote(str(path))}",
        f"page        {workflow.ROOT / config['pathvars']['results'] / 'index.html'}, at the end",
    ]


def upkeep(name: str, configfile: Sequence[Path] = (), file: Path | None = None, delete: bool = False) -> None:
    """Become the script of a command, with absolute names of files."""
    paths = [str(path.absolute()) for path in configfile]
    options = ["--configfile", *paths] if paths and name != "plan" else paths
    words = [str(file.absolute())] if file is not None else [*options, *["--delete"] * delete]
    workflow.run(name, *words)


class Failed(Exception):
    """A command that has said what is wrong already."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


if __name__ == "__main__":
    main()
