// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { call, folderWith } from './calling.ts';

interface Ready {
  readonly format: string;
  readonly kubernetes: { readonly url: string; readonly kubeconfig: string };
  readonly aws: { readonly url: string; readonly account: string; readonly region: string };
  readonly env: Readonly<Record<string, string>>;
  readonly operator: boolean;
  readonly pid: number;
}

const program = [process.execPath, 'src/cli/main.ts'] as const;

async function starting(argv: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(program[0], [program[1], 'simulate', '-o', 'json', ...argv], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  let out = '';
  let err = '';
  child.stderr.on('data', (piece) => (err += String(piece)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (piece) => {
      out += String(piece);
      if (out.includes('\n')) resolve();
    });
    child.on('exit', () => reject(new Error(`ended: ${err}`)));
  });
  return {
    ready: JSON.parse(out) as Ready,
    async end(signal: NodeJS.Signals) {
      child.kill(signal);
      return { status: await exit, err };
    },
  };
}

async function inWorld(
  { kubernetes }: Ready,
  path: string,
): Promise<{ readonly items?: readonly { readonly metadata: { readonly name: string } }[] }> {
  const answer = await fetch(`${kubernetes.url}/as/admin-token${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as object;
}

test('simulate says in one line of JSON how to reach its worlds, with the CRDs installed, and ends with 0 on SIGTERM, leaving nothing but its state.', async () => {
  const folder = folderWith({});
  const [state, file] = [join(folder, 'state.json'), join(folder, 'env')];
  const first = await starting(['--state', state, '--write-env', file]);
  expect(first.ready).toMatchObject({
    format: 'hybrid-operator/simulate/v1',
    operator: false,
    aws: { account: '123456789012' },
  });
  const definitions = await inWorld(first.ready, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
  expect(definitions.items?.map(({ metadata }) => metadata.name)).toEqual([
    'backuptargets.hybridcloud.dev',
    'gslbendpoints.hybridcloud.dev',
    'pbsinstances.hybridcloud.dev',
    'sitevpns.hybridcloud.dev',
  ]);
  const lines = Object.entries(first.ready.env).map(([name, value]) => `${name}=${value}\n`);
  expect(readFileSync(file, 'utf8')).toBe(lines.join(''));
  expect(Object.keys(first.ready.env)).toEqual([
    'KUBECONFIG',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_ENDPOINT_URL',
  ]);
  const { kubeconfig } = first.ready.kubernetes;
  expect(statSync(kubeconfig).mode & 0o77).toBe(0);
  const made = await fetch(`${first.ready.kubernetes.url}/as/admin-token/api/v1/namespaces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } }),
  });
  expect(made.status).toBe(201);
  expect(await first.end('SIGTERM')).toEqual({ status: 0, err: '' });
  expect(existsSync(dirname(kubeconfig))).toBe(false);
  const second = await starting(['--state', state, '--kubeconfig', join(folder, 'mine')]);
  const spaces = await inWorld(second.ready, '/api/v1/namespaces');
  expect(spaces.items?.map(({ metadata }) => metadata.name)).toContain('kept');
  expect(await second.end('SIGINT')).toEqual({ status: 0, err: '' });
  expect(existsSync(join(folder, 'mine'))).toBe(true);
}, 90_000);

test("simulate -- COMMAND runs it with KUBECONFIG and AWS_* set, nothing of the caller's AWS in it, and ends with its status.", () => {
  const run = (...command: string[]) =>
    spawnSync(program[0], [program[1], 'simulate', '--', ...command], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'] ?? '',
        KEPT: 'yes',
        AWS_PROFILE: 'production',
        AWS_ENDPOINT_URL_S3: 'https://elsewhere',
        AWS_SESSION_TOKEN: 'x',
      },
    });
  const { status, stdout, stderr } = run('sh', '-c', 'env; exit 7');
  expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
  expect(stdout).toContain('KEPT=yes');
  expect(stdout).toMatch(/^AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+$/m);
  expect(stdout).toMatch(/^KUBECONFIG=\S+$/m);
  expect(stdout).not.toMatch(/AWS_PROFILE|AWS_ENDPOINT_URL_S3|AWS_SESSION_TOKEN/);
  expect(run('sh', '-c', 'kill -TERM $$').status).toBe(143);
  expect(run('no-such-program')).toMatchObject({
    status: 127,
    stdout: '',
    stderr: 'no-such-program is not there: give a program of PATH, or its path, after --\n',
  });
}, 90_000);

test('A port in use, and a file that is no state, are one line each.', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await call(['simulate', '--aws-port', String(port)])).toEqual({
    status: 1,
    stdout: '',
    stderr: `port ${port} is in use: give another --aws-port, or 0 for any that is free\n`,
  });
  server.close();
  const file = join(folderWith({ state: '{"a": 1}' }), 'state');
  const { status, stderr } = await call(['simulate', '--state', file]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `${file} holds no state of simulated worlds: move it away, or name another file\n`,
  });
});

test('The example of docs/cli.md for a CI does what it says.', () => {
  const steps = /```yaml\n(name: test\n[\s\S]*?)```/.exec(readFileSync('docs/cli.md', 'utf8'))?.[1] ?? '';
  const line = /run: npx hybrid-operator (simulate .*)$/m.exec(steps)?.[1] ?? '';
  const script = /# ci\/test\.sh\n([\s\S]*?)```/.exec(readFileSync('docs/cli.md', 'utf8'))?.[1] ?? '';
  expect(line).toContain('--operator -- ');
  const folder = folderWith({
    'ci/test.sh': script,
    'backups.yaml': readFileSync('examples/01-backup-target.yaml', 'utf8'),
  });
  const [verb = '', ...words] = line.split(' ');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(process.cwd(), 'src/cli/main.ts'), verb, ...words],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
      timeout: 60_000,
    },
  );
  const kubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
  if (!kubectl) expect(status).toBe(127);
  else
    expect({ status, said: `${stdout}${stderr}` }).toMatchObject({
      status: 0,
      said: expect.stringContaining('condition met'),
    });
}, 90_000);
