// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { paced } from '../../../src/kinds/site-vpn/plan/pace.ts';
import { waiting } from '../../../src/kinds/site-vpn/plan/part.ts';
import { desired, empty, now } from './pieces.ts';

const hold = waiting('VpnConnectionPending', 'The VPN connection is being made or changed');

test.each([
  [0, 2000],
  [8, 2000],
  [40, 10_000],
  [80, 20_000],
  [3600, 20_000],
])('After %d seconds of waiting the next look comes in %d ms.', (seconds, ms) => {
  const lastTransitionTime = new Date(now - seconds * 1000).toISOString();
  const synced = { type: 'Synced', status: 'False', reason: 'Applying', message: '', lastTransitionTime } as const;
  const { spec, name, annotations } = desired();
  const context = { spec, name, annotations, observed: empty, last: { conditions: [synced] } };
  expect(paced(hold, context)).toEqual({ ...hold, lookAgainAfterMs: ms });
});
