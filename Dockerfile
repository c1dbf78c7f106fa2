# Tertulia in a container: the browser client is built in one stage, packages are gathered in another,
# and the last holds Python, Tertulia and nothing to build with.

FROM node:24-slim AS client
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.13-slim AS release
WORKDIR /src
COPY . .
COPY --from=client /src/web/dist web/dist
RUN python -m tools.release --tree /opt/tertulia --python 3.13 \
    && python -m compileall -q -j 0 /opt/tertulia/app /opt/tertulia/lib

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin tertulia \
    && install -d -o tertulia -g tertulia -m 700 /data
COPY --from=release /opt/tertulia /opt/tertulia
RUN ln -s /opt/tertulia/bin/tertulia /usr/local/bin/tertulia
ENV TERTULIA_HOST=0.0.0.0 \
    TERTULIA_PORT=8000 \
    TERTULIA_DATA=/data \
    TERTULIA_LOG_FORMAT=json \
    PYTHONUNBUFFERED=1
USER tertulia
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["tertulia", "serve"]
