// SPDX-License-Identifier: GPL-3.0-or-later
// The layers of docs/architecture.md, as rules for dependency-cruiser. `npm run check` runs them through test/architecture/cruise.ts,
// which cruises twice: all imports against `forbidden`, and those that are left once the types are stripped against `atRunTime`.
// (TypeScript 7 has no compiler API, so the cruiser parses with swc, and swc's imports do not say whether they are type-only.)
// test/architecture/layers.test.ts plants a violation of every rule here and sees it refused.

/** A folder of src may import only from the folders listed here, from the packages listed here, and from Node where `node` is true. */
const layers = {
  api: { folders: [], packages: ['zod'], node: false },
  core: { folders: ['api'], packages: [], node: true },
  kinds: { folders: ['api', 'core', 'clouds'], packages: [], node: false },
  clouds: {
    folders: ['core', 'wire'],
    packages: ['@aws-sdk/[^/]+', '@smithy/[^/]+', 'zod', 'proxmox-api', 'fast-xml-parser'],
    node: true,
  },
  wire: { folders: ['core'], packages: ['undici', '@smithy/[^/]+'], node: true },
  kube: { folders: ['core', 'wire'], packages: ['@kubernetes/client-node', 'undici'], node: true },
  operator: {
    folders: ['api', 'core', 'kinds', 'kube', 'wire', 'clouds'],
    packages: ['pino', 'prom-client', 'zod'],
    node: true,
  },
  simulator: { folders: [], packages: ['yaml', 'fast-xml-parser', '@marcbachmann/cel-js', 'dns-packet'], node: true },
};

/** What an import of a package looks like, installed or not, declared or not. */
const packageTypes = [
  'npm',
  'npm-dev',
  'npm-optional',
  'npm-peer',
  'npm-bundled',
  'npm-no-pkg',
  'npm-unknown',
  'unknown',
];

function rulesOf([name, { folders, packages, node }]) {
  const from = { path: `^src/${name}/` };
  const allowed = packages.length ? { pathNot: `(^|node_modules/)(${packages.join('|')})(/|$)` } : {};
  return [
    {
      name: `${name}-imports-only-its-layers`,
      severity: 'error',
      from,
      to: { path: '^(src|test|deploy)/', pathNot: `^src/(${[name, ...folders].join('|')})/` },
    },
    {
      name: `${name}-imports-only-its-packages`,
      severity: 'error',
      from,
      to: { dependencyTypes: packageTypes, ...allowed },
    },
    ...(node
      ? []
      : [{ name: `${name}-uses-no-node-module`, severity: 'error', from, to: { dependencyTypes: ['core'] } }]),
  ];
}

/** For all imports, of types too. */
const forbidden = [
  ...Object.entries(layers).flatMap(rulesOf),
  {
    name: 'src-holds-only-known-folders',
    severity: 'error',
    from: {},
    to: { path: '^src/', pathNot: `^src/(${[...Object.keys(layers), 'cli'].join('|')})/` },
  },
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'src-never-imports-test', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|deploy)/' } },
  {
    name: 'only-cli-and-tests-import-the-simulator',
    severity: 'error',
    from: { path: '^(src/(?!simulator/|cli/)|deploy/)' },
    to: { path: '^src/simulator/' },
  },
  {
    name: 'a-kind-knows-no-other-kind',
    severity: 'error',
    from: { path: '^src/kinds/([^/]+)/' },
    to: { path: '^src/kinds/[^/]+/', pathNot: '^src/kinds/$1/' },
  },
  { name: 'every-import-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
];

/** For what is left when types are stripped: `plan` and `after` may name the types of the outside, never its code. */
const atRunTime = [
  {
    name: 'a-plan-is-pure',
    severity: 'error',
    from: { path: '^src/kinds/[^/]+/(plan|after)(/|\\.ts$)' },
    to: { path: '^src/(clouds|wire|kube|operator)/' },
  },
];

const options = {
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  parser: 'swc',
  exclude: { path: 'node_modules/.*/node_modules' },
  enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
};

module.exports = { forbidden, atRunTime, options };
