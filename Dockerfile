# One image for every service: `APP` names the process (gateway, classifier, ledger, metrics, api,
# plant, cli). Build: docker build -t urbanmine:dev .
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# The image brings Node itself; the npm package `node` is for machines that have only an older one.
RUN npm ci --loglevel=error
COPY tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
COPY local local
COPY test test
RUN node_modules/.bin/tsc -p tsconfig.build.json && npm prune --omit=dev --loglevel=error

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /urbanmine
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
COPY --from=build /src/apps/cli/bin apps/cli/bin
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
ENV APP=api HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
EXPOSE 8080
# `exec`: the process itself gets SIGTERM and drains.
CMD ["sh", "-c", "exec node --enable-source-maps dist/apps/${APP}/src/main.js"]
