# syntax=docker/dockerfile:1
# kanal as an image: built from locked, hash-checked wheels; runs as a user without rights, on a
# read-only root, without a shell in the way. docker-compose.yml is a whole installation of it.
#
# The tag names one release of Python; pin its digest too where images are built for production:
#   docker build --build-arg PYTHON_IMAGE=python:3.11.14-slim-bookworm@sha256:… -t kanal:0.1.0 .
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN ["python", "-m", "venv", "/opt/kanal"]
WORKDIR /src
# First what changes rarely. Wheels only: what is compiled here would have no hash.
COPY requirements.lock ./
RUN ["/opt/kanal/bin/pip", "install", "--require-hashes", "--only-binary", ":all:", \
     "--requirement", "requirements.lock"]
COPY . .
RUN ["/opt/kanal/bin/pip", "install", "--no-deps", "--no-build-isolation", "."]
# Nothing is installed in a running container.
RUN ["/opt/kanal/bin/pip", "uninstall", "--yes", "setuptools", "pip"]

FROM ${PYTHON_IMAGE}
# A fixed number, so that files and secrets of the host can be given to it.
RUN groupadd --gid 10001 kanal \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/kanal \
        --shell /usr/sbin/nologin kanal \
    && install --directory --owner kanal --group kanal --mode 0700 \
        /var/lib/kanal /var/lib/kanal/spool /var/lib/kanal/media
COPY --from=build /opt/kanal /opt/kanal
ENV PATH=/opt/kanal/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KANAL_CONFIG=/etc/kanal/kanal.toml \
    KANAL_DATA_DIR=/var/lib/kanal
# No VOLUME: a spool in a volume without a name would be lost with its container, and nobody would
# notice. On a read-only root a forgotten volume stops the start instead.
USER 10001:10001
WORKDIR /var/lib/kanal
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-m", "gateway.ops.alive", "web", "8000"]
ENTRYPOINT ["kanal"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
