// SPDX-License-Identifier: GPL-3.0-or-later
import { events, type Section } from './sections.ts';

export interface Child {
  readonly state: string;
  /** Of the security parameter index that this side chose: another one after each rekey. */
  readonly spi: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** An IKE security association and its children, as charon has it. */
export interface Association {
  readonly name: string;
  /** Of the initiator: another one after each rekey. */
  readonly spi: string;
  readonly state: string;
  /** IKE's and ESP's algorithms. */
  readonly algorithms: string;
  readonly children: readonly Child[];
}

function words(section: Section, ...keys: readonly string[]): string {
  return keys
    .map((key) => section[key])
    .filter((value) => typeof value === 'string')
    .join('/');
}

function inner(value: string | Section | undefined): Section {
  return typeof value === 'object' ? value : {};
}

function sections(value: string | Section | undefined): readonly (readonly [string, Section])[] {
  return Object.entries(inner(value)).map(([name, section]) => [name, inner(section)] as const);
}

export function associations(printed: string): readonly Association[] {
  return events(printed).flatMap((event) =>
    sections(event).map(([name, ike]) => {
      const children = sections(ike['child-sas']).map(([, child]) => child);
      return {
        name,
        spi: words(ike, 'initiator-spi'),
        state: words(ike, 'state'),
        algorithms: [
          words(ike, 'encr-alg', 'encr-keysize', 'prf-alg', 'dh-group'),
          ...children.map((child) => words(child, 'encr-alg', 'encr-keysize')),
        ].join(', '),
        children: children.map((child) => ({
          state: words(child, 'state'),
          spi: words(child, 'spi-in'),
          bytesIn: Number(words(child, 'bytes-in')),
          bytesOut: Number(words(child, 'bytes-out')),
        })),
      };
    }),
  );
}

/** Traffic can pass; also while IKE's or ESP's keys are made anew. */
export function carries({ state, children }: Association): boolean {
  return (
    /^(ESTABLISHED|REKEY(ING|ED))$/.test(state) && children.some((child) => /^(INSTALLED|REKEY)/.test(child.state))
  );
}
