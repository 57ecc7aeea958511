// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Writes the generated part of deploy/: RBAC from rbac/recorded-requests.ts, with the reasons beside, and a copy of the CRDs (kustomize takes no file from outside its
 * folder). `--verify` changes nothing, names each file that differs, and fails if one does.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Document, isSeq, type Node } from 'yaml';
import { kinds } from '../src/api/kinds.ts';
import { baseManifests, grantAllManifest, grantManifest, reasonsOf } from './rbac/manifests.ts';

const root = resolve(import.meta.dirname, '..');
const crdFolder = 'deploy/base/crds';

function yamlWithReasons(object: object): string {
  const document = new Document(object, { aliasDuplicateObjects: false });
  const rules = document.get('rules');
  for (const [nth, reason] of reasonsOf(object).entries())
    if (isSeq(rules)) (rules.items[nth] as Node).commentBefore = reason;
  return document.toString({ lineWidth: 0 });
}

function yamlOf(from: string, objects: readonly object[]): string {
  const documents = objects.map(yamlWithReasons);
  return `# Generated from ${from} by "npm run generate"; do not edit.\n${documents.join('---\n')}`;
}

/** Every generated file by its path from the root. */
export function deployFiles(): ReadonlyMap<string, string> {
  const from = 'deploy/rbac/recorded-requests.ts';
  const crds = kinds.map((kind) => {
    const path = `${crdFolder}/${kind.group}_${kind.plural}.yaml`;
    return [path, yamlOf('src/api', [kind.crd()])] as const;
  });
  return new Map([
    ['deploy/base/rbac.yaml', yamlOf(from, baseManifests())],
    ['deploy/granted-namespace/role-binding.yaml', yamlOf(from, [grantManifest()])],
    ['deploy/all-namespaces/cluster-role-binding.yaml', yamlOf(from, [grantAllManifest()])],
    ...crds,
  ]);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** Files that differ from what the sources say, and CRDs of kinds that are no more. */
export function outdatedDeployFiles(): string[] {
  const files = deployFiles();
  const leftOver = readdirSync(join(root, crdFolder)).map((name) => `${crdFolder}/${name}`);
  const differing = [...files].filter(([path, text]) => read(path) !== text).map(([path]) => path);
  return [...differing, ...leftOver.filter((path) => !files.has(path))];
}

function main(): void {
  if (process.argv.includes('--verify')) {
    const outdated = outdatedDeployFiles();
    for (const path of outdated)
      console.error(`${path} is not what the sources generate: run "npm run generate" and commit it`);
    process.exitCode = outdated.length > 0 ? 1 : 0;
    return;
  }
  for (const [path, text] of deployFiles()) {
    if (read(path) === text) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}

if (import.meta.main) main();
