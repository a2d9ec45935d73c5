# One image for every process: `APP` names it (gateway, classifier, ledger, metrics, api, plant, cli).
# Build: docker build -t urbanmine:dev .
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# The image brings Node itself; the npm package `node` is for machines that have only an older one.
RUN npm ci --loglevel=error
COPY tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
COPY local local
COPY observability observability
COPY test test
COPY observability observability
RUN node_modules/.bin/tsc -p tsconfig.build.json && npm prune --omit=dev --loglevel=error

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production
WORKDIR /urbanmine
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
COPY --from=build /src/apps/cli/bin apps/cli/bin
RUN mkdir /data && chown node:node /data
USER node
ENV APP=api DATA_DIR=/data
EXPOSE 7101 7102 7103 7104 7105
# `exec`: the process itself gets SIGTERM and drains.
CMD ["sh", "-c", "exec node --enable-source-maps dist/apps/${APP}/src/main.js"]
