// The layers of docs/architecture.md, as rules. `test/architecture/layers.test.ts` plants a violation of each and sees it refused.
/** A folder of src may import only from the folders listed here, from the packages listed here, and from Node where `node` is true. */
const layers = {
  api: { folders: [], packages: ['zod'], node: false },
  core: { folders: ['api'], packages: [], node: true },
  kinds: { folders: ['api', 'core', 'clouds'], packages: [], node: false },
  clouds: { folders: ['core', 'wire'], packages: ['@aws-sdk/', '@smithy/', 'zod', 'proxmox-api'], node: true },
  wire: { folders: ['core'], packages: ['undici', '@smithy/'], node: true },
  kube: { folders: ['core', 'wire'], packages: ['@kubernetes/client-node'], node: true },
  operator: { folders: ['api', 'core', 'kinds', 'kube', 'wire', 'clouds'], packages: ['pino', 'prom-client', 'zod'], node: true },
  simulator: { folders: [], packages: ['yaml', 'fast-xml-parser', 'ajv', '@marcbachmann/cel-js'], node: true },
};

const rules = Object.entries(layers).flatMap(([name, { folders, packages, node }]) => [
  {
    name: `${name}-imports-only-its-layers`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { path: '^(src|test)/', pathNot: `^src/(${[name, ...folders].join('|')})/` },
  },
  {
    name: `${name}-imports-only-its-packages`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
      ...(packages.length ? { pathNot: `node_modules/(${packages.join('|')})` } : {}),
    },
  },
  ...(node ? [] : [{ name: `${name}-uses-no-node-module`, severity: 'error', from: { path: `^src/${name}/` }, to: { dependencyTypes: ['core'] } }]),
]);

module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'src-never-imports-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    { name: 'only-cli-and-tests-import-the-simulator', severity: 'error', from: { path: '^src/(?!simulator/|cli/)' }, to: { path: '^src/simulator/' } },
    {
      name: 'a-kind-knows-no-other-kind',
      severity: 'error',
      from: { path: '^src/kinds/([^/]+)/' },
      to: { path: '^src/kinds/[^/]+/', pathNot: '^src/kinds/$1/' },
    },
    {
      name: 'a-plan-is-pure',
      severity: 'error',
      from: { path: '^src/kinds/[^/]+/(plan|after)(/|\\.ts$)' },
      to: { path: '^src/(clouds|wire|kube|operator)/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, parser: 'swc', exclude: { path: 'node_modules/.*/node_modules' } },
};
