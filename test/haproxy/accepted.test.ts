// SPDX-License-Identifier: GPL-3.0-or-later
/** What may be written, and what HAProxy itself says of it: every warning is a refusal (-dW). */
import { expect } from '@jest/globals';
import { sample } from 'fast-check';
import { InstalledHaproxy } from '../../src/clouds/haproxy/installed-haproxy.ts';
import { renderConfiguration } from '../../src/kinds/gslb-endpoint/haproxy/render.ts';
import { secretFiles } from '../../src/kinds/gslb-endpoint/haproxy/secret-files.ts';
import { word } from '../../src/kinds/gslb-endpoint/haproxy/word.ts';
import { anySpec, printable } from '../kinds/gslb-endpoint/haproxy/arbitraries.ts';
import { everything, fourClouds, modelOf } from '../kinds/gslb-endpoint/haproxy/models.ts';
import { haproxyTest } from './needs.ts';
import { ask, freePorts, Haproxy } from './site.ts';

const haproxy = new InstalledHaproxy({ now: () => Date.now() });
const users = secretFiles({ stats: 'of-nobody' }).map(({ content }) => content);

function verdictOn(written: object) {
  const model = modelOf(written);
  return haproxy.check((certificatePath) => renderConfiguration(model, { at: 'Check', certificatePath }), users);
}

/** Two at a time, as there are two cores. @returns those that do not hold. */
async function failing<Case>(
  cases: readonly Case[],
  holds: (one: Case) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const left = [...cases];
  const failed: unknown[] = [];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const fault = await holds(one);
      if (fault !== undefined) failed.push(fault);
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

haproxyTest(
  'HAProxy accepts the four clouds of the runbook, everything at once, and 120 specs of all kinds, without a warning.',
  async () => {
    const cases = [{ servers: fourClouds }, everything, ...sample(anySpec, 120)];
    const refused = await failing(cases, async (written) => {
      const verdict = await verdictOn(written);
      return verdict.verdict === 'Accepted' ? undefined : { written, verdict };
    });
    expect(refused.slice(0, 3)).toEqual([]);
  },
  120_000,
);

haproxyTest(
  'HAProxy refuses a configuration of which any one line is broken, and names that line.',
  async () => {
    const model = modelOf(everything);
    const lines = renderConfiguration(model, { at: 'Check', certificatePath: '' }).split('\n');
    const indented = lines.flatMap((line, index) => (/^ {4}[a-z]/.test(line) ? [index] : []));
    const unnoticed = await failing(indented, async (index) => {
      const verdict = await haproxy.check((certificatePath) => {
        const text = renderConfiguration(model, { at: 'Check', certificatePath }).split('\n');
        text[index] = text[index]?.replace(/^ {4}([a-z-]+)/, '    $1x') ?? '';
        return text.join('\n');
      }, users);
      const named = verdict.verdict === 'Refused' && verdict.complaint.includes(`haproxy.cfg:${index + 1}]`);
      return named ? undefined : { line: lines[index], verdict };
    });
    expect(unnoticed).toEqual([]);
  },
  120_000,
);

haproxyTest(
  'HAProxy reads a word as exactly the text that it was made of: quotes, spaces, #, ${HOME} and all.',
  async (stack) => {
    const texts = ["it's", '${HOME}', '$HOME', '"x"', 'a#b', 'a b', '\\', "''", '%[src]', ...sample(printable, 150)];
    const site = stack.use(new Haproxy());
    const [port = 0] = await freePorts(1);
    const rules = texts.map(
      (text, index) =>
        `    http-request return status 200 content-type text/plain string ${word(text)} if { path /${index} }`,
    );
    const head = [
      'defaults',
      '    mode http',
      '    timeout client 5s',
      '    timeout server 5s',
      '    timeout connect 5s',
    ];
    site.put('haproxy.cfg', [...head, 'frontend words', `    bind 127.0.0.1:${port}`, ...rules, ''].join('\n'));
    await site.start(port);
    for (const [index, text] of texts.entries()) expect((await ask(port, { path: `/${index}` })).body).toBe(text);
  },
);
