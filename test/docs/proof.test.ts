// SPDX-License-Identifier: GPL-3.0-or-later
/** What docs/proof.md says of how much is proven is what there is. */
import { expect, test } from '@jest/globals';
import { mutants, proofOf } from '../proof/mutants/index.ts';
import { proofs } from '../proof/scenarios/index.ts';
import { read } from './markdown.ts';

const text = read('docs/proof.md');

test('docs/proof.md has the number of scenarios of the kinds where it tells one.', () => {
  const told = [...text.matchAll(/^Of (\w+) \((\d+) scenarios/gm)].map(([, kind, count]) => [kind, Number(count)]);
  expect(told).toEqual(
    ['GslbEndpoint', 'PbsInstance'].map((kind) => [kind, proofs.find((one) => one.kind === kind)?.scenarios.length]),
  );
});

test('docs/proof.md has the number of seeded bugs of every kind.', () => {
  const of = (kind: string) => mutants.filter((mutant) => proofOf(mutant).kind === kind).length;
  const [, table = ''] = text.split('| seeded bug | caught by |\n|---|---|\n');
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').length;
  const told = [
    ...text.matchAll(/^(?:Of (\w+) \((\d+) seeded bugs|Seeded bugs \((\d+), `test\/proof\/mutants\/pbs-)/gm),
  ].map(([, kind = 'PbsInstance', count, pbs]) => [kind, Number(count ?? pbs)]);
  expect([['BackupTarget', rows], ...told]).toEqual(
    ['BackupTarget', 'SiteVpn', 'GslbEndpoint', 'PbsInstance'].map((kind) => [kind, of(kind)]),
  );
});
