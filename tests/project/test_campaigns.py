"""The long campaigns find their modules; running them takes too long for any tier."""

import pytest
from projects import ROOT, Project
from tiers import rows

CAMPAIGNS = sorted(path.name for path in (ROOT / "tests/long").glob("*.py"))


@pytest.mark.parametrize("name", rows(CAMPAIGNS, "random_configs.py"))
def test_a_campaign_says_what_it_does(name):
    done = Project(ROOT).run_alone(f"tests/long/{name}", "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ") == (name != "kills.py")  # kills.py has no options
