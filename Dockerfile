# One image for both programs: `sms-driver` (the default) and `fake-twilio`.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/sms && /opt/sms/bin/pip install --no-cache-dir --quiet uv
COPY pyproject.toml README.md LICENSE ./
COPY driver driver
COPY fake_twilio fake_twilio
RUN /opt/sms/bin/uv pip install --quiet --no-cache --python /opt/sms/bin/python '.[postgresql]' \
 && /opt/sms/bin/pip uninstall --quiet --yes uv

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --home-dir /var/lib/sms-driver sms && install -d -o sms -g sms /var/lib/fake-twilio
COPY --from=build /opt/sms /opt/sms
ENV PATH=/opt/sms/bin:$PATH PYTHONUNBUFFERED=1
USER sms
WORKDIR /var/lib/sms-driver
VOLUME /var/lib/sms-driver
EXPOSE 9622 9623 8945
CMD ["sms-driver", "run"]
