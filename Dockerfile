# SPDX-License-Identifier: Apache-2.0
#
# docker build -t mms .
# docker run --rm mms --help

FROM swift:6.3-bookworm AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends \
    gcc g++ libc6-dev libdw-dev libffi-dev libhiredis-dev libsqlite3-dev libyaml-dev libzmq3-dev make pkg-config \
    zlib1g-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The dependencies first: they change seldom, and are fetched again only when the manifest changes.
COPY Package.swift ./
RUN swift package resolve
COPY Makefile LICENSE ./
COPY .ci .ci
COPY Sources Sources
COPY Plugins Plugins
COPY Tests Tests
COPY scenarios scenarios
COPY examples examples
RUN make install PREFIX=/usr/local DESTDIR=/stage && strip /stage/usr/local/bin/mms

FROM swift:6.3-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends \
    curl libdw1 libffi8 libhiredis0.14 libsqlite3-0 libyaml-0-2 libzmq5 zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /var/lib/mms --shell /usr/sbin/nologin mms \
  && install -d -o mms -g mms -m 750 /var/lib/mms /var/lib/mms-keys
COPY --from=build /stage/usr/local /usr/local
USER 10001
ENV MMS_HOME=/var/lib/mms
VOLUME ["/var/lib/mms"]
EXPOSE 50051 50052 50053
# /health needs no token. A worker's container has no HTTP: compose.yaml turns the check off there.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:50051/health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["mms"]
CMD ["serve"]
