"""The commands that need the workflow of a clone: images, page, and those about experiments that there are."""

import shlex
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from kernelscope.api import own_images, own_kernels, settings_file, workflow
from kernelscope.refusal import listed, refuse

SECONDS = 2.0  # between two looks at runs that go on
UPKEEP = {
    "plan": "check config files, and say what they select and how long it should take",
    "verify": "check every file of an experiment against its manifest, config and code",
    "clean": "list files that are orphaned or left over",
    "trace": "print the chain of jobs, config, code, seed and data behind a file",
    "watch": "write a page about an experiment while it runs",
}


class Failed(Exception):
    """A command that has said what is wrong already."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def add_to(commands) -> None:
    """Add these commands to those of a parser."""
    add_images(commands)
    add_upkeep(commands)


def add_images(commands) -> None:
    """Add the commands that make a page of own images, and of own kernels."""
    one = commands.add_parser("images", help="train networks on a folder of images, and make a page (in a clone)")
    one.add_argument("folder", type=Path, help="with a folder of images for each class")
    one.add_argument("--network", choices=own_images.NETWORKS, default="templates", help="by default templates")
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
            one.add_argument("file", type=Path, help="of the results, such as results/summary.csv")
        else:
            one.add_argument("--configfile", nargs="+", type=Path, default=[], metavar="FILE", help="as for snakemake")
        if name == "clean":
            one.add_argument("--delete", action="store_true", help="delete what is listed")
        one.set_defaults(command=partial(upkeep, name))


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
