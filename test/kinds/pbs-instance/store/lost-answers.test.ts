// SPDX-License-Identifier: GPL-3.0-or-later
/** The answer to any one write is lost, and the write was done: there is one datastore, whole, and nothing was overwritten. */
import { expect, test } from '@jest/globals';
import { Failure } from '../../../../src/core/failure.ts';
import { depot, storeName, walk, type Depot, type Walk } from './depot.ts';

/** As the queue does: what fails in passing is tried again. */
async function insist(at: Depot): Promise<Walk> {
  for (let tries = 0; ; tries++) {
    try {
      return await walk(at);
    } catch (error) {
      if (tries >= 3 || !(error instanceof Failure) || error.class !== 'Transient') throw error;
      await at.clock.advance(5000);
    }
  }
}

/** Endpoint, check, datastore, prune, verify. */
test.each([0, 1, 2, 3, 4])('of write %i', async (which) => {
  const at = await depot();
  try {
    at.lost.at = which;
    const { done, hold } = await insist(at);
    expect(hold).toBeUndefined();
    expect(at.lost.writes).toBeGreaterThan(which);
    expect(done.filter((one) => one.do === 'CreateDatastore' && one.datastore.reuse === 'Taken')).toEqual([]);
    expect(at.server.tasks().filter(({ type }) => type === 'create-datastore')).toHaveLength(1);
    expect(at.server.datastore(storeName)).toMatchObject({ maintenance: undefined });
    expect([at.server.state.prune.size, at.server.state.verify.size]).toEqual([1, 1]);
    expect(await walk(at)).toEqual({ done: [] });
  } finally {
    await at.close();
  }
});
