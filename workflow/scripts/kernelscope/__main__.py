"""`python -m kernelscope` is the command `kernelscope`."""

from kernelscope.api.command import main

main()
