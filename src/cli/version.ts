// SPDX-License-Identifier: GPL-3.0-or-later
import description from '../../package.json' with { type: 'json' };

export async function printVersion(): Promise<number> {
  console.log(description.version);
  return Promise.resolve(0);
}
