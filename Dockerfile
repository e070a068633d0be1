# The service image. It brings no database: set DATABASE_URL. docs/operations/container.md says how to pin its base by digest.
ARG NODE_IMAGE=node:24.21.0-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Neither the embedded PostgreSQL nor a Node of its own is needed here.
RUN npm ci --omit=dev --omit=optional --ignore-scripts
# Of the playground only the built files are served; what they were built from is left out.
RUN mkdir /built \
  && cd node_modules \
  && cp --parents -t /built \
    graphiql/package.json graphiql/graphiql.min.js graphiql/graphiql.min.css \
    @graphiql/plugin-explorer/package.json @graphiql/plugin-explorer/dist/index.umd.js @graphiql/plugin-explorer/dist/style.css \
    react/package.json react/umd/react.production.min.js \
    react-dom/package.json react-dom/umd/react-dom.production.min.js \
  && cd .. \
  && npm pkg delete dependencies.graphiql dependencies.@graphiql/plugin-explorer dependencies.react dependencies.react-dom \
  && npm prune --omit=dev --omit=optional --ignore-scripts \
  && cp -r /built/. node_modules/

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 CATALOG_METRICS_PORT=4001
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY graphql graphql
COPY prisma prisma
COPY src src
# The user `node`, by number, so that Kubernetes can see that it is not root. Nothing is written but to /tmp.
USER 1000:1000
EXPOSE 4000 4001
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s \
  CMD ["node", "-e", "const { PORT, CATALOG_METRICS_PORT: own } = process.env; fetch(`http://127.0.0.1:${own > 0 ? own : PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
