# An image with Treadle's package and nothing else of this repository. docs/guide/containers.md shows its use.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm pack --pack-destination /tmp
RUN npm install --global --prefix /opt/treadle --no-audit --no-fund /tmp/treadle-*.tgz

FROM node:24-bookworm-slim
COPY --from=build /opt/treadle /opt/treadle
RUN mkdir /data /workflows && chown node:node /data
# A container's own loopback address is reached by nobody; which address of the host it gets is for `docker run` to say.
ENV NODE_ENV=production \
    NODE_DISABLE_COMPILE_CACHE=1 \
    PATH=/opt/treadle/bin:$PATH \
    TREADLE_LISTEN=0.0.0.0:8083 \
    TREADLE_DATA=/data
USER node
WORKDIR /workflows
VOLUME /data
EXPOSE 8083
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:8083/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: it would take the signals.
ENTRYPOINT ["node", "--max-semi-space-size=4", "/opt/treadle/lib/node_modules/treadle/bin/treadle.mjs"]
CMD ["start"]
