// SPDX-License-Identifier: GPL-3.0-or-later
/** The primary is killed, dig asks in a loop: the answer changes within interval × threshold + TTL, and comes back likewise. */
import { afterEach, expect } from '@jest/globals';
import { a, check } from '../simulator/aws/route53/world.ts';
import { digTest, resolver } from './dig.ts';
import { newWorld, web } from './world.ts';

const [interval, threshold, ttl] = [10_000, 3, 10];
/** A look takes a moment, a dig takes another, and the machine may be busy: of the world's milliseconds. */
const slack = 10_000;
const bound = interval * threshold + ttl * 1000 + slack;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

digTest(
  'The primary is killed: the secondary answers within interval × threshold + TTL, nobody gets no answer, and back again.',
  async () => {
    const { clock, world, dns, dig, fill, probe, account } = await newWorld();
    ends.push(() => dns.close());
    const [first, second] = [await web(), await web()];
    ends.push(
      () => first.kill(),
      () => second.kill(),
    );
    const prober = probe({
      '203.0.113.10:80': `127.0.0.1:${first.port}`,
      '203.0.113.11:80': `127.0.0.1:${second.port}`,
    });
    ends.push(() => prober.stop());
    const primary = await check(account, { FailureThreshold: threshold });
    const secondary = await check(account, { IPAddress: '203.0.113.11', FailureThreshold: threshold });
    const set = (role: 'PRIMARY' | 'SECONDARY', ip: string, HealthCheckId: string) =>
      a('www.example.com', ip, { TTL: ttl, SetIdentifier: role, Failover: role, HealthCheckId });
    await fill(set('PRIMARY', '203.0.113.10', primary), set('SECONDARY', '203.0.113.11', secondary));
    const resolve = resolver(dig, () => clock.now());
    /** The world's milliseconds until the answer is that, with nothing but the two answers on the way. */
    const until = async (wanted: string): Promise<number> => {
      const from = clock.now();
      for (;;) {
        const value = await resolve('www.example.com');
        expect(['203.0.113.10', '203.0.113.11']).toContain(value);
        if (value === wanted) return clock.now() - from;
        if (clock.now() - from > 3 * bound) throw new Error(`It is still ${value}.`);
        await clock.sleep(500);
      }
    };
    await clock.sleep(interval);
    expect(await until('203.0.113.10')).toBeLessThan(slack);
    await first.kill();
    const away = await until('203.0.113.11');
    expect(away).toBeLessThanOrEqual(bound);
    // not before enough checkers have looked as often as the threshold says
    expect(away).toBeGreaterThan(interval * (threshold - 1) - slack / 2);
    expect(world.route53.health.of(primary).findings[0]?.lastFailure?.report).toContain('ECONNREFUSED');
    await first.revive();
    expect(await until('203.0.113.10')).toBeLessThanOrEqual(bound);
    // both are gone: what is answered then is the primary
    await Promise.all([first.kill(), second.kill()]);
    await clock.sleep(interval * threshold + slack);
    expect(world.route53.health.of(secondary).healthy).toBe(false);
    expect(await until('203.0.113.10')).toBeLessThan(ttl * 1000 + slack);
  },
  90_000,
);
