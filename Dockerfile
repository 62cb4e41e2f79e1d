# Greffe as one image; GREFFE_ROLES says which parts run in a container.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
WORKDIR /app
# A container is reached from outside, so it never serves the development issuer: OIDC_ISSUER must be set.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 GREFFE_HOME=/var/lib/greffe
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-fund --no-audit && npm cache clean --force
COPY --from=build /app/dist ./dist
# Made here so that new volumes belong to the user that works in them.
RUN install -d -o node -g node -m 0700 /var/lib/greffe /var/lib/greffe/keys
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/server/src/main.js"]
