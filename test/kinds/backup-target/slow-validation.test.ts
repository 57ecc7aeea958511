// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { manifestOf } from './manifests.ts';
import { isReady, makeStage } from '../stage.ts';

test.each([
  ['that succeeds after 3 s is followed by the next one at its interval', 3000, 300_000 - 3000],
  ['without an answer for 30 s is tried again some seconds later', 40_000, 5000],
])('a validation %s', async (_what, takesMs, mostMs) => {
  let slow = false;
  const stage = makeStage({
    around: (transport) => async (request) => {
      const canary = request.method === 'PUT' && request.url.pathname.endsWith('.hybridcloud/canary');
      if (!slow || !canary) return transport(request);
      slow = false;
      const passing = stage.clock.advance(takesMs);
      await new Promise((resolve) => setImmediate(resolve));
      await passing;
      if (request.signal?.aborted) throw new Error('aborted');
      return transport(request);
    },
  });
  const manifest = manifestOf();
  await stage.apply(manifest);
  await stage.until(manifest.name, isReady);
  await stage.clock.advance(300_000);
  slow = true;
  const outcome = await stage.look(manifest.name);
  expect(slow).toBe(false);
  expect(outcome).toMatchObject({ next: 'later' });
  // the drift interval is 600 s: whoever waits for that has forgotten the validation
  expect((outcome as { ms: number }).ms).toBeLessThanOrEqual(mostMs + 3000);
});
