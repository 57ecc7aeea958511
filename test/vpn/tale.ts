// SPDX-License-Identifier: GPL-3.0-or-later
/** What must hold of every gateway whose tunnels are interfaces: one boot, and a test for each thing that was seen. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Machine } from './machines.ts';
import type { Scene } from './scene.ts';
import { longestSilence, play, type Told } from './story.ts';

/** Of the whole story, with a machine that shares two cores with another. */
const longest = 360;

/** AWS notices a dead gateway by itself, after its DPD time-out of 30 seconds; BGP, after its hold time of 30. */
const failover = 45;

export function tellTale(name: string, machine: Machine, scene: Scene): void {
  let told: Told;
  beforeAll(
    async () => {
      if (machine.missing === undefined) told = await play(machine, scene, longest);
    },
    (longest + 10) * 1000,
  );
  afterAll(() => {
    if (machine.missing === undefined && told.words('clear').length === 0)
      process.stdout.write(`${name}: the story did not come to its end\n${told.text}\n`);
  });

  function check(sentence: string, body: () => void, without?: string): void {
    const reason = machine.missing ?? without;
    const title = `${name}: ${sentence}`;
    if (reason === undefined) test(title, body);
    else test.skip(`${title} skipped: ${reason}`, body);
  }

  check("the commands of the README bring both tunnels up, and the VPC's routes with them.", () => {
    expect(told.seconds('both-up')).toBeLessThan(90);
    expect(told.seconds('routes')).toBeLessThan(90);
    expect(told.words('inside')).toEqual(['yes', 'yes']);
  });

  check('a ping, and two megabytes of TCP each way, pass between a host of the site and one of the VPC.', () => {
    expect(told.words('pings')).toEqual(['yes']);
    expect(told.words('transfers')).toEqual(['yes']);
  });

  const behindNat = scene.model.site.localIP !== undefined;
  check(`all of that is encrypted, as ${behindNat ? 'UDP, since the gateway is behind NAT' : 'ESP itself'}.`, () => {
    const [esp, udp] = told.words('wan').map(Number);
    expect(behindNat ? udp : esp).toBeGreaterThan(1000);
    if (behindNat) expect(esp).toBe(0);
  });

  const clamps = machine.nftables ? undefined : "Debian's user-mode Linux has no nftables for IPv4";
  check(
    "TCP is clamped to AWS's segment size in both directions.",
    () => {
      expect(told.words('clamp')).toEqual(['yes']);
      for (const side of ['mss-office', 'mss-vpc']) {
        const [clamped, larger] = told.words(side).map(Number);
        expect({ side, clamped: (clamped ?? 0) > 0, larger }).toEqual({ side, clamped: true, larger: 0 });
      }
    },
    clamps,
  );

  if (scene.model.routing === 'Static')
    check(`the site sends through tunnel 1, and AWS answers through tunnel ${scene.awsPrefers}.`, () => {
      const [sent1, sent2] = told.words('sent').map(Number);
      const received = told.words('received').map(Number);
      expect(sent1).toBeGreaterThan(10 * (sent2 ?? 0));
      expect(received[scene.awsPrefers - 1]).toBeGreaterThan(10 * (received[2 - scene.awsPrefers] ?? 0));
    });

  check('new keys of both phases, as AWS asks for, leave the tunnels up.', () => {
    expect(told.words('after-rekey')).toEqual(['yes', '1', '1']);
  });

  check('when tunnel 1 falls silent, traffic goes through tunnel 2.', () => {
    expect(told.words('first-by-1')).toEqual(['yes']);
    expect(told.seconds('rerouted')).toBeLessThan(failover);
    const [cut, healed] = [told.seconds('cut'), told.seconds('healed')];
    const silence = longestSilence(told, cut, healed);
    process.stdout.write(
      `${name}: up after ${told.seconds('both-up')} s, routed by tunnel 2 after ${told.seconds('rerouted')} s, ` +
        `no reply for ${silence.toFixed(1)} s, up again ${told.seconds('up-again')} s after it could be, in all ${told.seconds('ended')} s\n`,
    );
    expect(silence).toBeLessThan(failover);
    expect(told.words('transfers-by-2')).toEqual(['yes']);
  });

  check('when tunnel 1 can be had again, it comes back by itself and is preferred again, without a pause.', () => {
    expect(told.seconds('up-again')).toBeLessThan(60);
    expect(told.seconds('routed-back')).toBeLessThan(60);
    expect(told.words('pings-after')).toEqual(['yes']);
    const last = told.replies.at(-1) ?? 0;
    expect(longestSilence(told, told.seconds('healed'), last)).toBeLessThan(3);
  });

  check('when both are dead, what is for the VPC is refused, and nothing ever left in clear.', () => {
    expect(told.seconds('unrouted')).toBeLessThan(failover);
    expect(told.words('pings-when-both-are-dead')).toEqual(['no']);
    expect(told.words('clear')).toEqual(['0']);
  });
}
