// SPDX-License-Identifier: GPL-3.0-or-later
/** The schemas of all kinds on a real API server: what is wrong is refused with field and cure, what is right is taken, and what may not change stays. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bad } from '../api/bad.ts';
import { badBackupTargets } from '../api/bad-backup-targets.ts';
import { badSiteVpns } from '../api/bad-site-vpns.ts';
import { badPbsInstances } from '../api/bad-pbs-instances.ts';
import { badGslbs } from '../api/bad-gslb-endpoints.ts';
import { frozenFields, frozenGslbFields, frozenPbsFields, frozenVpnFields, type Frozen } from '../api/frozen-fields.ts';
import { goodBackupTargets } from '../api/good-backup-targets.ts';
import { goodGslb, goodGslbs } from '../api/good-gslb-endpoints.ts';
import { goodPbsInstance, goodPbsInstances } from '../api/good-pbs-instances.ts';
import { atOpenStack, changedVpn, goodSiteVpns } from '../api/good-site-vpns.ts';
import { changed, good, type Spec } from '../api/manifests.ts';
import { skipped, there, validating, type Validating } from './validating.ts';

interface Tried {
  readonly kind: string;
  readonly bad: readonly Bad[];
  readonly good: readonly { readonly name: string; readonly spec: Spec }[];
  readonly frozen: readonly Frozen[];
  /** What the frozen fields are changed in. */
  readonly from: Spec;
}

const withDevice = changedVpn({
  ...atOpenStack(),
  device: { type: 'Libreswan', secretRef: { name: 'office-gateway' } },
});

/** A kind that comes is one line more. */
const kinds: readonly Tried[] = [
  { kind: 'BackupTarget', bad: badBackupTargets, good: goodBackupTargets, frozen: frozenFields, from: good() },
  {
    kind: 'PbsInstance',
    bad: badPbsInstances,
    good: goodPbsInstances,
    frozen: frozenPbsFields,
    from: goodPbsInstance(),
  },
  { kind: 'SiteVpn', bad: badSiteVpns, good: goodSiteVpns, frozen: frozenVpnFields, from: withDevice },
  { kind: 'GslbEndpoint', bad: badGslbs, good: goodGslbs, frozen: frozenGslbFields, from: goodGslb() },
];

let server: Validating;
beforeAll(async () => {
  if (there) server = await validating();
}, 120_000);
afterAll(async () => {
  if (there) await server.end();
}, 60_000);

(there ? describe : describe.skip)(there ? 'On a real API server,' : skipped, () => {
  describe.each(kinds)('of $kind', ({ kind, bad, good: right, frozen, from }) => {
    test.each(bad)('$name is refused, with a message that names field and cure.', async ({ spec, message }) => {
      const { ok, out } = await server.tried(server.inNamespace('bad', spec, kind));
      expect(out).toContain(message);
      expect(ok).toBe(false);
    });

    test.each(right)('$name is taken.', async ({ spec }) => {
      expect(await server.tried(server.inNamespace('good', spec, kind))).toMatchObject({ ok: true });
    });

    test.each(frozen)('an update of $field is refused with the cure.', async ({ field, to, message }) => {
      await server.must(['apply', '-f', '-'], server.inNamespace('frozen', from, kind));
      const object = server.inNamespace('frozen', changed({ [field]: to }, from), kind);
      const { ok, out } = await server.kubectl(['apply', '-f', '-'], object);
      expect(out).toContain(message);
      expect(ok).toBe(false);
    });
  });

  test.each(readdirSync('examples').filter((name) => name.endsWith('.yaml')))(
    'examples/%s can be applied.',
    async (file) => {
      await server.must(['apply', '-n', server.namespace, '-f', join('examples', file)]);
    },
  );
});
