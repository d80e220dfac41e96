# One image for web, worker and migrate. Classic syntax: builds with Docker, Podman and Buildah.
#
# Python 3.13: within requires-python, with wheels for every pinned package, supported until 2029.
# "slim" on Debian rather than Alpine: some of those wheels do not exist for musl.
ARG PYTHON_IMAGE=docker.io/library/python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:${PATH}
COPY requirements.txt /build/
# Wheels only: no package may run code of its own while it is installed.
RUN pip install --require-hashes --only-binary=:all: -r /build/requirements.txt \
    && pip uninstall --yes pip
WORKDIR /app
COPY . .
# The settings are checked at every start, so collectstatic gets values too: thrown away with this
# command, no layer keeps them.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    JWT_SIGNING_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    DJANGO_SETTINGS_MODULE=cms.settings.production \
    DATABASE_URL=postgres://build@build.invalid/build \
    PUBLIC_URL=https://build.invalid FRONTEND_URL=https://build.invalid EMAIL_PROVIDER=console \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q .

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="lab-cms" \
      org.opencontainers.image.description="Headless CMS: Wagtail for editors, JSON for any frontend"
# The volume mounted at /data takes over the owner of this directory.
RUN install -d -o 10001 -g 10001 /data /data/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# MALLOC_*: glibc otherwise raises these limits by itself and keeps the memory of a large image that
# was resized (measured: 550 MB afterwards, 230 MB with them).
ENV PATH=/opt/venv/bin:${PATH} \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_MMAP_THRESHOLD_=1048576 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    DJANGO_SETTINGS_MODULE=cms.settings.production \
    DATA_DIR=/data
WORKDIR /app
# A number, so that an orchestrator can see that it is not root. The code belongs to root.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --retries=3 \
    CMD ["python", "/app/deploy/healthcheck.py"]
ENTRYPOINT ["python", "/app/manage.py"]
CMD ["serve", "--host", "0.0.0.0"]
