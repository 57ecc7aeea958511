# syntax=docker/dockerfile:1
# Built anywhere: docker build -t hybrid-cloud-operator:0.1.0 .
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# nothing of a package is run while it is installed
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
COPY deploy ./deploy
RUN npm run build

FROM node:24-slim
LABEL org.opencontainers.image.title="hybrid-cloud-operator" \
      org.opencontainers.image.licenses="GPL-3.0-or-later"
WORKDIR /app
# owned by root and read by everybody: the operator writes no file
COPY --from=build --chmod=0444 /src/dist/hybrid-operator.js /src/dist/THIRD-PARTY-NOTICES.txt /src/dist/sbom.cdx.json ./
COPY --chmod=0444 LICENSE ./
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 8080
# a small young generation keeps the process small (docs/adr/0010)
ENTRYPOINT ["node", "--max-semi-space-size=2", "/app/hybrid-operator.js"]
CMD ["run"]
