# Two images: `fake`, which contains only the fake, and the default one, which contains both programs.
#
#   docker build --target fake --tag fake-twilio .
#   docker build --tag twilio-sms-driver .
#   docker buildx build --platform linux/amd64,linux/arm64 --target fake --tag REGISTRY/fake-twilio --push .
#
# The images install exactly what uv.lock pins, with its hashes. To pin the base image too, build with its current digest:
# unlike a tag, a digest never changes.
#
#   docker buildx imagetools inspect python:3.13-slim --format '{{.Manifest.Digest}}'
#   docker build --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:DIGEST .
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
COPY pyproject.toml uv.lock LICENSE ./
COPY fake_twilio/pyproject.toml fake_twilio/pyproject.toml
RUN python -m venv /opt/uv \
 && /opt/uv/bin/pip install --no-cache-dir --quiet "uv==$(sed -n '/^name = "uv"$/{n;s/^version = "\(.*\)"$/\1/p;}' uv.lock)"
ENV UV_PROJECT_ENVIRONMENT=/opt/sms UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
# The dependencies are a separate layer, which is only rebuilt when the lock changes.
RUN /opt/uv/bin/uv sync --quiet --no-cache --locked --no-default-groups --extra postgresql --extra demo --no-install-workspace
COPY driver driver
COPY fake_twilio fake_twilio
RUN /opt/uv/bin/uv sync --quiet --no-cache --locked --no-default-groups --extra postgresql --extra demo --no-editable --compile-bytecode

FROM build AS build-fake
ENV UV_PROJECT_ENVIRONMENT=/opt/fake-twilio
RUN /opt/uv/bin/uv sync --quiet --no-cache --locked --no-default-groups --package fake-twilio --no-editable --compile-bytecode

# Writes only to /var/lib/fake-twilio and /tmp, so it can run with --read-only, --cap-drop ALL and --tmpfs /tmp.
FROM ${PYTHON_IMAGE} AS fake
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/fake-twilio fake && install -d -o fake -g fake /var/lib/fake-twilio
COPY --from=build-fake /opt/fake-twilio /opt/fake-twilio
ENV PATH=/opt/fake-twilio/bin:$PATH PYTHONUNBUFFERED=1
USER fake
VOLUME /var/lib/fake-twilio
EXPOSE 8945
HEALTHCHECK --interval=2s --timeout=5s --start-period=5s --retries=10 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8945/_fake/v1/health', timeout=3)"]
ENTRYPOINT ["fake-twilio"]
CMD ["serve", "--host", "0.0.0.0", "--data-dir", "/var/lib/fake-twilio"]

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --create-home --home-dir /var/lib/sms-driver sms && install -d -o sms -g sms /var/lib/fake-twilio
COPY --from=build /opt/sms /opt/sms
ENV PATH=/opt/sms/bin:$PATH PYTHONUNBUFFERED=1
USER sms
WORKDIR /var/lib/sms-driver
VOLUME /var/lib/sms-driver
EXPOSE 9622 9623 8945
CMD ["sms-driver", "run"]
