"""Make `import kernelscope` and the command `kernelscope` work in .venv, from the folder of the workflow."""

import sysconfig
from pathlib import Path

SCRIPT = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m kernelscope "$@"\n'

Path(sysconfig.get_path("purelib"), "kernelscope.pth").write_text(f"{Path('workflow/scripts').absolute()}\n")
command = Path(sysconfig.get_path("scripts"), "kernelscope")
command.write_text(SCRIPT)
command.chmod(0o755)
