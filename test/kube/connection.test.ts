// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { kubeconfigConnection, loadKubeconfig, plainConnection } from '../../src/kube/connection.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'connection-'));

const connect = (file: string, clock: VirtualClock) => kubeconfigConnection(() => loadKubeconfig({ file }), clock);

function kubeconfig(user: object, cluster: object = {}): string {
  const file = join(folder, `${Math.random()}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

describe('a connection by kubeconfig', () => {
  test('keeps one dispatcher over many requests, and sends the token', async () => {
    const clock = new VirtualClock();
    const connection = connect(kubeconfig({ token: 'one' }, { 'insecure-skip-tls-verify': true }), clock);
    const first = await connection.credentials();
    await clock.advance(60_000);
    const second = await connection.credentials();
    expect(first.headers).toEqual({ authorization: 'Bearer one' });
    expect(first.dispatcher).toBeDefined();
    expect(second.dispatcher).toBe(first.dispatcher);
    expect(connection.server.href).toBe('https://127.0.0.1:6443/');
  });

  test('asks an exec plug-in once for many requests, and again after a refusal, but not for every refusal', async () => {
    const asked = join(folder, 'asked');
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'TOKEN' },
    };
    const script = `printf x >> ${asked}; printf '%s' '${JSON.stringify(credential)}' | sed "s/TOKEN/from-exec-$(wc -c < ${asked})/"`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', script],
      interactiveMode: 'Never',
    };
    const clock = new VirtualClock();
    const connection = connect(kubeconfig({ exec }), clock);
    const token = async () => (await connection.credentials()).headers['authorization'];
    expect(await Promise.all([token(), token()])).toEqual(['Bearer from-exec-1', 'Bearer from-exec-1']);
    await clock.advance(10_000);
    expect(await token()).toBe('Bearer from-exec-1');
    connection.refused();
    connection.refused();
    expect(await token()).toBe('Bearer from-exec-2');
    connection.refused();
    expect(await token()).toBe('Bearer from-exec-2');
    expect(readFileSync(asked, 'utf8')).toBe('xx');
  });

  test('says in one line, without secrets, that a plug-in failed, and tries it again the next time', async () => {
    const args = ['-c', 'echo canary >&2; exit 3'];
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args, interactiveMode: 'Never' };
    const connection = connect(kubeconfig({ exec }), new VirtualClock());
    for (let round = 0; round < 2; round++) {
      const error = await connection.credentials().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ class: 'Denied', reason: 'NoCredentials' });
      expect(String(error)).not.toMatch(/canary|\n/);
    }
  });

  test('reads a rotated token file again after a refusal, and does without its closing newline', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'old\n');
    const clock = new VirtualClock();
    const load = () => {
      const config = loadKubeconfig({ file: kubeconfig({}) });
      config.users = [{ name: 'u', authProvider: { name: 'tokenFile', config: { tokenFile } } }];
      return config;
    };
    const connection = kubeconfigConnection(load, clock);
    expect((await connection.credentials()).headers['authorization']).toBe('Bearer old');
    writeFileSync(tokenFile, 'new');
    await clock.advance(6000);
    connection.refused();
    expect((await connection.credentials()).headers['authorization']).toBe('Bearer new');
  });

  test('changes its dispatcher when the TLS settings change', async () => {
    const clusters = [
      { 'insecure-skip-tls-verify': true },
      { 'insecure-skip-tls-verify': true, 'tls-server-name': 'other' },
    ];
    const clock = new VirtualClock();
    const connection = kubeconfigConnection(
      () => loadKubeconfig({ file: kubeconfig({ token: 'x' }, clusters.shift()) }),
      clock,
    );
    const first = await connection.credentials();
    await clock.advance(6000);
    connection.refused();
    expect((await connection.credentials()).dispatcher).not.toBe(first.dispatcher);
  });

  test.each([
    ['http://127.0.0.1:8001', true],
    ['http://localhost:8001/base', true],
    ['http://[::1]:8001', true],
    ['http://127.0.0.1.evil.test', false],
    ['http://kubernetes.test', false],
  ])('sends its token in the clear to this machine alone: %s %s', async (server, sends) => {
    const connection = connect(kubeconfig({ token: 'x' }, { server }), new VirtualClock());
    const sent = await connection.credentials().then(
      () => true,
      () => false,
    );
    expect(sent).toBe(sends);
  });

  test('is not guessed: without a kubeconfig and outside a cluster there is no connection', () => {
    const { KUBECONFIG, HOME } = process.env;
    delete process.env['KUBECONFIG'];
    process.env['HOME'] = '/nonexistent';
    try {
      expect(() => loadKubeconfig()).toThrow('there is no kubeconfig (KUBECONFIG, ~/.kube/config), and this is no Pod');
    } finally {
      process.env['HOME'] = HOME;
      if (KUBECONFIG !== undefined) process.env['KUBECONFIG'] = KUBECONFIG;
    }
  });

  test('names the contexts that there are when the wanted one is not', () => {
    expect(() => loadKubeconfig({ file: kubeconfig({ token: 'x' }), context: 'prod' })).toThrow(
      'kubeconfig has no context "prod"; it has: x',
    );
  });
});

test('a plain connection sends its token and keeps a path', async () => {
  const connection = plainConnection({ url: 'http://127.0.0.1:1/base', token: 't' });
  expect(connection.server.href).toBe('http://127.0.0.1:1/base/');
  expect(await connection.credentials()).toEqual({ headers: { authorization: 'Bearer t' } });
});
