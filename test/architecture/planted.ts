// SPDX-License-Identifier: GPL-3.0-or-later
/** One file for each rule that breaks it, and files beside them that break none. Paths are those of a tree like ours. */
export interface Planted {
  readonly rule: string;
  readonly path: string;
  readonly code: string;
}

/** What the planted imports lead to. */
export const targets: Readonly<Record<string, string>> = {
  'src/api/thing.ts': 'export const thing = 1;\n',
  'src/core/thing.ts': 'export const thing = 1;\n',
  'src/clouds/thing.ts': 'export interface Thing { readonly a: 1 }\nexport const thing = 1;\n',
  'src/wire/thing.ts': 'export const thing = 1;\n',
  'src/kube/thing.ts': 'export const thing = 1;\n',
  'src/operator/thing.ts': 'export const thing = 1;\n',
  'src/simulator/thing.ts': 'export const thing = 1;\n',
  'src/kinds/other/thing.ts': 'export const thing = 1;\n',
  'src/cli/thing.ts': 'export const thing = 1;\n',
  'src/helpers/thing.ts': 'export const thing = 1;\n',
  'test/thing.ts': 'export const thing = 1;\n',
};

/** All of it allowed: a cruise that refused these would refuse anything. */
export const harmless: Readonly<Record<string, string>> = {
  'src/api/good.ts': "import { z } from 'zod';\nexport const good = z;\n",
  'src/core/good.ts':
    "import { createHash } from 'node:crypto';\nimport { thing } from '../api/thing.ts';\nexport const good = [createHash, thing];\n",
  'src/kinds/mine/plan.ts':
    "import type { Thing } from '../../clouds/thing.ts';\nexport const good: Thing = { a: 1 };\n",
  'src/kinds/mine/act.ts': "import { thing } from '../../clouds/thing.ts';\nexport const good = thing;\n",
  'src/clouds/good.ts': "export const good = async () => import('@aws-sdk/client-s3');\n",
  'src/cli/good.ts': "import { thing } from '../simulator/thing.ts';\nexport const good = thing;\n",
};

function from(rule: string, path: string, target: string): Planted {
  return { rule, path, code: `import { thing } from '${target}';\nexport const planted = thing;\n` };
}

function ofPackage(layer: string, name: string): Planted {
  return {
    rule: `${layer}-imports-only-its-packages`,
    path: `src/${layer}/strange-package.ts`,
    code: `import * as strange from '${name}';\nexport const planted = strange;\n`,
  };
}

function ofNode(layer: string, folder = layer): Planted {
  return {
    rule: `${layer}-uses-no-node-module`,
    path: `src/${folder}/node.ts`,
    code: "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n",
  };
}

function ofLayer(layer: string, target: string): Planted {
  return from(`${layer}-imports-only-its-layers`, `src/${layer}/strange-layer.ts`, `../${target}/thing.ts`);
}

export const planted: readonly Planted[] = [
  ofLayer('api', 'core'),
  ofLayer('core', 'clouds'),
  ofLayer('kinds', 'wire'),
  ofLayer('clouds', 'kube'),
  ofLayer('wire', 'kube'),
  ofLayer('kube', 'operator'),
  ofLayer('operator', 'cli'),
  ofLayer('simulator', 'core'),
  ofPackage('api', 'yaml'),
  ofPackage('core', 'zod'),
  ofPackage('kinds', '@aws-sdk/client-s3'),
  ofPackage('clouds', '@kubernetes/client-node'),
  ofPackage('wire', '@aws-sdk/client-s3'),
  ofPackage('kube', 'pino'),
  ofPackage('operator', '@aws-sdk/client-iam'),
  ofPackage('simulator', 'undici'),
  ofNode('api'),
  ofNode('kinds', 'kinds/mine'),
  from('src-holds-only-known-folders', 'test/stranger.test.ts', '../src/helpers/thing.ts'),
  from('no-cycles', 'src/core/circle.ts', './circle.ts'),
  from('src-never-imports-test', 'src/core/tested.ts', '../../test/thing.ts'),
  from('only-cli-and-tests-import-the-simulator', 'src/operator/simulated.ts', '../simulator/thing.ts'),
  from('a-kind-knows-no-other-kind', 'src/kinds/mine/neighbour.ts', '../other/thing.ts'),
  from('every-import-resolves', 'src/cli/lost.ts', './nowhere.ts'),
  from('a-plan-is-pure', 'src/kinds/third/plan.ts', '../../clouds/thing.ts'),
  from('a-plan-is-pure', 'src/kinds/third/plan/bucket.ts', '../../../clouds/thing.ts'),
  from('a-plan-is-pure', 'src/kinds/third/after.ts', '../../clouds/thing.ts'),
  // types come along with a package as well, so a type-only import of one is refused too
  {
    rule: 'core-imports-only-its-packages',
    path: 'src/core/type-of-package.ts',
    code: "import type { ZodType } from 'zod';\nexport type Planted = ZodType;\n",
  },
];
