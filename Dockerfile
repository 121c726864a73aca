# A small image with the Debian package in it, for a user without rights.
#   docker build -t postflight .
#   docker run --rm -v "$PWD:/data" postflight verify checks.d --out out
# The folder must let user 65532 write, or give --user "$(id -u):$(id -g)".
FROM debian:bookworm-slim AS build
COPY . /src
RUN /src/scripts/package

FROM debian:bookworm-slim
RUN --mount=type=bind,from=build,source=/src/build/package,target=/package \
    apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates /package/*.deb && \
    rm -rf /var/lib/apt/lists/*
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["postflight"]
CMD ["--help"]
