# The program in an environment of its own. From a checkout:
#   docker build -t mandate-monitor .
#   docker run --rm -it -v "$PWD/watch:/srv/mandates" mandate-monitor init
#   docker run --rm -v "$PWD/watch:/srv/mandates" mandate-monitor run
FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
# The versions that the tests ran with; their hashes need a file in which nothing else is installed, so they are left out.
RUN sed -e '/^ *--hash=/d' -e 's/ *\\$//' constraints.txt > /pins.txt \
    && python -m venv /opt/mandates \
    && /opt/mandates/bin/pip install --no-cache-dir --disable-pip-version-check --constraint /pins.txt .

FROM python:3.12-slim
COPY --from=build /opt/mandates /opt/mandates
ENV PATH=/opt/mandates/bin:$PATH
# Everything of an installation is in the working folder: config/, .env and data/.
RUN useradd --uid 10001 --create-home mandates && install -d -o mandates /srv/mandates
USER mandates
WORKDIR /srv/mandates
VOLUME /srv/mandates
ENTRYPOINT ["mandates"]
CMD ["--help"]
