"""What the Snakefile knows: the checked config, the spec of every job, and the fingerprint of the code behind it."""
