"""What the Snakefile knows: the checked config, the spec of every job, and the fingerprint of the code behind it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))  # where the library lies
