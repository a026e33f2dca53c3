# The kernels of one run as they evolve.


rule make_movie:
    input:
        kernels=f"{RUN}/kernels.npz",
        table=f"{RUN}/history.csv",
        run=f"{RUN}/run.json",
        atlas=f"{RUN}/atlas.csv" if EXPERIMENT.probed else [],
    output:
        **record("make_movie", mp4="movie.mp4", gif="movie.gif"),
        page=in_report(f"{RUN}/movie.html", "Runs"),
    log:
        log("make_movie"),
    conda:
        ENVIRONMENT
    resources:
        **needs("make_movie"),
    params:
        **provenance("make_movie"),
    shell:
        command("kernels table run -> mp4 gif page")
