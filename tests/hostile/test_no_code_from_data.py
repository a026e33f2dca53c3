"""No way from data to code: nothing in the workflow unpickles, evaluates, or passes an unquoted word to a shell."""

import ast
import re

import pytest
from projects import ROOT

WORKFLOW = ROOT / "workflow"
MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "joblib", "code", "commands", "pty"}
CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "torch.load", "yaml.load", "yaml.full_load"}
CALLS |= {"yaml.unsafe_load", "subprocess.getoutput", "subprocess.getstatusoutput", "pd.read_pickle", "np.fromregex"}
KEYWORDS = {"allow_pickle", "shell"}
ERRORS = {"UnpicklingError"}  # harmless in those modules: what torch raises for a damaged file
SCRIPTS = sorted(WORKFLOW.rglob("*.py"))
RULES = sorted(WORKFLOW.rglob("*.smk"))
# `command` quotes every value (test_commands.py).
COMMAND = re.compile(r'command\((\s*"[\w.> -]+")+\s*\)')


def obeying(tree: ast.AST) -> list[str]:
    """Return the calls that could turn data into code."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in MODULES]
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            found += [node.module] * any(alias.name not in ERRORS for alias in node.names)
        if isinstance(node, ast.Call):
            found += [name for name in [ast.unparse(node.func)] if name in CALLS and not reads_tensors(name, node)]
            given = [keyword for keyword in node.keywords if keyword.arg in KEYWORDS]
            found += [ast.unparse(keyword) for keyword in given if ast.unparse(keyword.value) != "False"]
    return found


def reads_tensors(name: str, call: ast.Call) -> bool:
    """Whether a call is torch's and reads only tensors."""
    return name == "torch.load" and "weights_only=True" in [ast.unparse(keyword) for keyword in call.keywords]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(WORKFLOW)))
def test_no_script_turns_data_into_code(path):
    assert obeying(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        *("import pickle", "eval('1')", "np.load(x, allow_pickle=True)", "run(x, shell=True)"),
        *("torch.load(x)", "torch.load(x, weights_only=False)", "torch.load(x, weights_only=flag)"),
    ],
)
def test_that_would_be_found(text):
    assert obeying(ast.parse(text))


def test_tensors_may_be_read_where_nothing_else_is():
    assert obeying(ast.parse("torch.load(x, weights_only=True)")) == []


def commands(text: str) -> list[str]:
    """Return the text of every `shell:` in a file of rules."""
    return [found[1] for found in re.findall(r"^( +)shell:\n((?:\1 {4}.*\n)+)", text, re.MULTILINE)]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_every_command_is_made_by_the_function_that_quotes_its_values(path):
    text = path.read_text(encoding="utf-8")
    found = commands(text)
    assert len(found) == len(re.findall(r"^ +(?:shell|run|script):", text, re.MULTILINE))
    assert [command for command in found if not COMMAND.fullmatch(command.strip())] == []
