// SPDX-License-Identifier: GPL-3.0-or-later
/** A seeded source of identifiers, kept in the world's state so that a restored world goes on with the same ones. */
export interface RandomState {
  seed: number;
}

/** The next number in [0, 1): mulberry32, public domain; fit for identifiers, not for secrets. */
export function nextRandom(state: RandomState): number {
  state.seed = (state.seed + 0x6d2b79f5) >>> 0;
  let t = state.seed;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

export function randomText(state: RandomState, length: number, alphabet: string): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(nextRandom(state) * alphabet.length)] ?? '';
  return text;
}

/** 8-4-4-4-12 hexadecimal digits, as request ids are written. */
export function randomUuid(state: RandomState): string {
  const hex = randomText(state, 32, '0123456789abcdef');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
