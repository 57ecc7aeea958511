// SPDX-License-Identifier: GPL-3.0-or-later
// Jest's transform for a run with one mutant: the file that MUTANT names is changed before swc sees it, and kept in the cache under a key of
// its own. All other files are transformed, and cached, as without it. So a mutant costs no copy of the sources.
import swc from '@swc/jest';

/** @returns {{ path: string, from: string, to: string } | undefined} */
function mutant() {
  const given = process.env.MUTANT;
  return given ? JSON.parse(given) : undefined;
}

function mutated(text, path) {
  const change = mutant();
  if (!change || change.path !== path) return text;
  if (text.split(change.from).length !== 2) throw new Error(`not exactly once in ${path}: ${change.from}`);
  return text.replace(change.from, () => change.to);
}

function createTransformer(options) {
  const inner = swc.createTransformer(options);
  return {
    canInstrument: inner.canInstrument,
    getCacheKey: (text, path, given) => inner.getCacheKey(mutated(text, path), path, given),
    process: (text, path, given) => inner.process(mutated(text, path), path, given),
    processAsync: (text, path, given) => inner.processAsync(mutated(text, path), path, given),
  };
}

export default { createTransformer };
