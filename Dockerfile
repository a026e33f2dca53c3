# kernelscope with its environment. docs/how-to/container.md says how to use it. `make test-setup` runs the commands on
# a bare system of the same name.
FROM debian:12-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates git make python3 python3-venv
COPY . /opt/kernelscope
WORKDIR /opt/kernelscope
RUN make .venv/.ready
ENV PATH=/opt/kernelscope/.venv/bin:$PATH
CMD ["make"]
