// SPDX-License-Identifier: GPL-3.0-or-later
/** Backups that are well, and what is otherwise of them. */
import { expect } from '@jest/globals';
import { house, type House, type Looked } from './house.ts';

const open: House[] = [];
export async function closed(): Promise<void> {
  for (const one of open.splice(0)) await one.close();
}

/** From nine in the morning to three: the objective of 26 hours is still met. */
export const night = 0.75;

/** Closed after the test. */
export async function opened(given: Parameters<typeof house>[0] = {}): Promise<House> {
  const at = await house(given);
  open.push(at);
  return at;
}

export async function healthy(given: Parameters<typeof house>[0] = {}): Promise<House> {
  const at = await opened(given);
  await at.look();
  await at.days(1);
  expect((await at.look()).ready).toBe('');
  return at;
}

export const words = ({ ready, condition }: Looked) => ({
  ready,
  protected: condition('Protected'),
  covered: condition('FullyCovered'),
  sound: condition('BackupsSound'),
  jobs: condition('JobsSucceed'),
  store: condition('StoreHealthy'),
});

export const good = {
  ready: '',
  protected: 'True ObjectiveMet',
  covered: 'True AllCovered',
  sound: 'True NothingFound',
  jobs: 'True RunsGood',
  store: 'True StoreUsable',
};

/** One condition differs from all being well; and Ready, where that is so. */
export async function turns(at: House, wanted: Partial<ReturnType<typeof words>>): Promise<Looked> {
  const looked = await at.look();
  expect(words(looked)).toEqual({ ...good, ...wanted });
  return looked;
}

export async function mended(at: House): Promise<void> {
  expect(words(await at.look())).toEqual(good);
}
