#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// What npx and npm's links start: from the checkout the sources, from the package the bundle. It has to be understood by any Node since
// 14, so that an old one says what is wrong; on an old one it goes on with the Node 24 that `npm ci` brings along, where that is there.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const least = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Node strips no types below node_modules, so that there only the bundle will do. */
function entry() {
  const sources = join(root, 'src/cli/main.ts');
  if (existsSync(sources) && !/[\\/]node_modules[\\/]/.test(sources)) return sources;
  return [join(root, 'hybrid-operator.js'), join(root, 'dist/hybrid-operator.js')].find((file) => existsSync(file));
}

function complain(line) {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}

function withNewerNode() {
  const newer = join(root, 'node_modules/.bin/node');
  if (!existsSync(newer) || process.env.HYBRID_OPERATOR_NODE)
    return complain(`hybrid-operator needs Node ${least} or newer, and this is ${process.version}: install a newer Node`);
  const env = { ...process.env, HYBRID_OPERATOR_NODE: newer };
  const child = spawn(newer, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit', env });
  process.on('SIGTERM', (signal) => child.kill(signal));
  // Ctrl-C reaches both; the child says how it ends
  process.on('SIGINT', () => undefined);
  child.on('error', (error) => complain(`Node ${least} cannot be started (${error.code}): install it yourself`));
  child.on('exit', (status, signal) => {
    process.exitCode = status === null ? 128 + constants.signals[signal] : status;
  });
}

async function start() {
  if (Number(process.versions.node.split('.')[0]) < least) return withNewerNode();
  // only this launcher looks at it, and the operator warns of variables that begin with HYBRID_ and are no setting
  delete process.env.HYBRID_OPERATOR_NODE;
  const file = entry();
  if (!file) return complain('hybrid-operator is not built here: run npm run build');
  const { program } = await import(pathToFileURL(file).href);
  await program();
}

await start();
