# kernelscope: dataset -> training -> kernels -> figures and movies -> comparison across seeds and architectures.
# The experiment is config/config.yaml; `snakemake -c4` makes everything, and any file of results/ can be named.
configfile: f"{workflow.current_basedir}/config/config.yaml"


include: "workflow/Snakefile"


internals.make_default(workflow, "all")
