# The production image. CI runs these commands in a clean folder (test/deploy), so keep each RUN, CMD and HEALTHCHECK on one line.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json vite.config.ts codegen.ts ./
COPY schema schema
COPY migrations migrations
COPY src src
RUN npm run build
# The sandbox and the demo are for laptops.
RUN rm -r dist/src/sandbox dist/src/demo dist/src/demo.*
# The list of packages (SBOM) must find each one that package.json names.
RUN npm prune --omit=dev && npm pkg delete devDependencies && npm sbom --sbom-type=application --sbom-format=cyclonedx > sbom.json

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json package.json
COPY --from=build /app/sbom.json sbom.json
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --start-period=60s CMD node --eval "fetch('http://127.0.0.1:' + (process.env.PORT ?? 4000) + '/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
# As npm start does: package.json has the flags of the memory.
CMD exec env $(node --print "const { malloc, memory } = require('./package.json').config; malloc + ' node ' + memory") dist/src/main.js
