# One image for both programs: `sms-driver` (the default) and `fake-twilio`.
#
# What is installed is what uv.lock names, with its hashes. The base image can be fixed in the same way: a tag moves, a
# digest does not. Ask the registry for today's and build with it:
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
# The dependencies are a layer of their own, which only a new lock makes anew.
RUN /opt/uv/bin/uv sync --quiet --no-cache --locked --no-default-groups --extra postgresql --extra demo --no-install-workspace
COPY driver driver
COPY fake_twilio fake_twilio
RUN /opt/uv/bin/uv sync --quiet --no-cache --locked --no-default-groups --extra postgresql --extra demo --no-editable --compile-bytecode

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --create-home --home-dir /var/lib/sms-driver sms && install -d -o sms -g sms /var/lib/fake-twilio
COPY --from=build /opt/sms /opt/sms
ENV PATH=/opt/sms/bin:$PATH PYTHONUNBUFFERED=1
USER sms
WORKDIR /var/lib/sms-driver
VOLUME /var/lib/sms-driver
EXPOSE 9622 9623 8945
CMD ["sms-driver", "run"]
