// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What a simulated world tells whoever listens in this process (node:diagnostics_channel): the secrets that it makes, and the objects that it
 * keeps. The test run listens, and searches everything that a test shows for every secret; without a listener nothing happens.
 */
import { channel } from 'node:diagnostics_channel';

const secrets = channel('hybridcloud.simulator.secret');
const objects = channel('hybridcloud.simulator.object');

export function discloseSecret(secret: string): string {
  if (secrets.hasSubscribers) secrets.publish(secret);
  return secret;
}

export function discloseObject(shelf: string, object: object): void {
  if (objects.hasSubscribers) objects.publish({ shelf, object });
}
