// SPDX-License-Identifier: GPL-3.0-or-later
/** The answer to any one write is lost, and the write was done: it ends as if nothing had happened. */
import { expect, test } from '@jest/globals';
import { Failure } from '../../../../src/core/failure.ts';
import { operatorUser } from '../../../../src/kinds/pbs-instance/server/plan.ts';
import { shop, walk, type Shop, type Walk } from './shop.ts';

/** As the queue does: what fails in passing is tried again. */
async function insist(at: Shop): Promise<Walk> {
  for (let tries = 0; ; tries++) {
    try {
      return await walk(at);
    } catch (error) {
      if (tries >= 3 || !(error instanceof Failure) || error.class !== 'Transient') throw error;
      await at.clock.advance(5000);
    }
  }
}

/** User, token, two grants for each of seven paths, password, disk. */
const writes = Array.from({ length: 18 }, (_, at) => at);

test.each(writes)('of write %i', async (which) => {
  const at = await shop();
  try {
    at.lost.at = which;
    expect(await insist(at)).not.toHaveProperty('hold');
    expect(at.lost.writes).toBeGreaterThan(which);
    const { users, acl } = at.server.state.access;
    expect([...(users.get(operatorUser)?.tokens.keys() ?? [])]).toEqual(['operator']);
    expect(acl).toHaveLength(14);
    expect(at.kept.password).toBeUndefined();
    expect(at.server.state.mounts).toHaveLength(1);
    expect(await walk(at)).toEqual({ done: [] });
  } finally {
    await at.close();
  }
});
