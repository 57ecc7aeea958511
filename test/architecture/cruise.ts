// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Holds the sources against the layers of `.dependency-cruiser.cjs`: `node test/architecture/cruise.ts [ROOT] [-o json]`.
 * The second cruise goes over a copy whose types were stripped by Node itself, so that exactly the imports are left that run.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

export interface Cruised {
  /** Imports found in all, and those of them that exist for types alone. */
  readonly imports: number;
  readonly typeOnly: number;
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
}

interface Rules {
  readonly forbidden: IForbiddenRuleType[];
  readonly atRunTime: IForbiddenRuleType[];
  readonly options: ICruiseOptions;
}

const folders = ['src', 'test', 'deploy'];
const here = resolve(import.meta.dirname, '../..');

async function cruiseTree(
  root: string,
  forbidden: IForbiddenRuleType[],
  options: ICruiseOptions,
): Promise<ICruiseResult> {
  const present = readdirSync(root).filter((name) => folders.includes(name));
  const ruled = { ...options, baseDir: root, validate: true, ruleSet: { forbidden } };
  const { output } = await cruise(present, ruled, { bustTheCache: true });
  if (typeof output === 'string') throw new Error('dependency-cruiser gave a text instead of its result');
  return output;
}

/** A copy of the sources as Node would run them: types gone, and with them the imports that were there for types alone. */
function strippedCopy(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'stripped-'));
  for (const folder of readdirSync(root).filter((name) => folders.includes(name)))
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.ts')) strip(join(root, folder, name), join(copy, folder, name));
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(here, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function strip(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, stripTypeScriptTypes(readFileSync(from, 'utf8')));
}

function countImports(result: ICruiseResult): number {
  return result.modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
}

/** `root` has src, test or deploy, a package.json and node_modules; the rules are always this checkout's. */
export async function cruiseLayers(root: string): Promise<Cruised> {
  const { forbidden, atRunTime, options } = createRequire(import.meta.url)(
    join(here, '.dependency-cruiser.cjs'),
  ) as Rules;
  const all = await cruiseTree(root, forbidden, options);
  const copy = strippedCopy(root);
  try {
    const running = await cruiseTree(copy, atRunTime, options);
    const violations = [...all.summary.violations, ...running.summary.violations];
    return {
      imports: countImports(all),
      typeOnly: countImports(all) - countImports(running),
      violations: violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { output: { type: 'string', short: 'o' } },
  });
  const result = await cruiseLayers(resolve(positionals[0] ?? here));
  const { imports, typeOnly, violations } = result;
  if (values.output === 'json') console.log(JSON.stringify(result));
  else {
    for (const { rule, from, to } of violations) console.error(`${rule}: ${from} -> ${to}`);
    console.log(`layers: ${imports} imports, ${typeOnly} of them type-only, ${violations.length} violations`);
  }
  // no import found means that nothing was parsed, which must never pass for "all is well"
  process.exitCode = violations.length > 0 || imports === 0 ? 1 : 0;
}

if (import.meta.main) await main();
