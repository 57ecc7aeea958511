// SPDX-License-Identifier: GPL-3.0-or-later
/** Keystone and Neutron of Debian's packages as child processes on loopback ports, each with a SQLite file; no message queue, no agents. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keystoneConf, neutronConf, paste, type Places } from './configuration.ts';

/** Debian's: another Python on the path does not have its packages. */
const python = '/usr/bin/python3';
const region = 'RegionOne';
/** A machine may have other things to do. */
const startMs = 120_000;
/** For a test's hook: the start, with all that comes before it. */
export const hookMs = 3 * startMs;

export interface RealOpenStack {
  /** With the version, `http://127.0.0.1:5000/v3`. */
  readonly keystone: string;
  /** Without. */
  readonly neutron: string;
  readonly region: string;
  readonly adminPassword: string;
  stop(): Promise<void>;
}

/** `keystone 22.0.2, neutron 21.0.0`, or `undefined` where they are not installed. */
export function versions(): string | undefined {
  const program =
    "from importlib.metadata import version as v; import keystone, neutron; print(f\"keystone {v('keystone')}, neutron {v('neutron')}\")";
  const { status, stdout } = spawnSync(python, ['-c', program], { encoding: 'utf8', timeout: 30_000 });
  return status === 0 ? stdout.trim() : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A program that is run to its end. */
async function run(places: Places, what: readonly string[]): Promise<void> {
  const child = spawn(python, what, { cwd: places.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => void said.push(piece));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${what.join(' ')}: ${Buffer.concat(said).toString('utf8')}`);
}

/**
 * The tables of the models as they are: Neutron's migrations do not run on SQLite. In WAL mode (https://www.sqlite.org/wal.html) a read that
 * is still open does not refuse a write: "database is locked" else, now and then.
 */
function makeTables({ folder }: Places): readonly string[] {
  const program = [
    'import sqlalchemy, sqlite3, sys',
    'from neutron.db.migration.models import head',
    'head.get_metadata().create_all(sqlalchemy.create_engine(f"sqlite:///{sys.argv[1]}"))',
    'for file in sys.argv[1:]: sqlite3.connect(file).execute("PRAGMA journal_mode=WAL")',
  ];
  return ['-c', program.join('\n'), join(folder, 'neutron.sqlite'), join(folder, 'keystone.sqlite')];
}

/** Keys for tokens and credentials, as `keystone-manage fernet_setup` makes them: 32 bytes, the staged one and the primary one. */
function makeKeys(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  for (const name of ['0', '1'])
    writeFileSync(join(folder, name), randomBytes(32).toString('base64url') + '=', { mode: 0o600 });
}

async function prepare(places: Places): Promise<void> {
  const { folder, keystonePort, adminPassword } = places;
  for (const name of ['tokens', 'credentials']) makeKeys(join(folder, name));
  writeFileSync(join(folder, 'keystone.conf'), keystoneConf(places), { mode: 0o600 });
  writeFileSync(join(folder, 'neutron.conf'), neutronConf(places), { mode: 0o600 });
  writeFileSync(join(folder, 'api-paste.ini'), paste);
  const manage = ['/usr/bin/keystone-manage', '--config-file', join(folder, 'keystone.conf')];
  const first = `--bootstrap-password ${adminPassword} --bootstrap-region-id ${region}`.split(' ');
  await run(places, [...manage, 'db_sync']);
  await run(places, [
    ...manage,
    'bootstrap',
    ...first,
    '--bootstrap-public-url',
    `http://127.0.0.1:${keystonePort}/v3`,
  ]);
  await run(places, makeTables(places));
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status < 500;
  } catch {
    return false;
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly log: string;
}

function start(places: Places, name: string, what: readonly string[]): Running {
  const log = join(places.folder, `${name}.log`);
  const out = openSync(log, 'w');
  return { child: spawn(python, what, { cwd: places.folder, stdio: ['ignore', out, out] }), log };
}

async function untilUp({ child, log }: Running, url: string): Promise<void> {
  const giveUp = Date.now() + startMs;
  while (child.exitCode === null && Date.now() < giveUp) {
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no answer at ${url}:\n${readFileSync(log, 'utf8').slice(-4000)}`);
}

async function end({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // Neutron ends its own children
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}

/** About 20 seconds. @throws when one of the two does not answer. */
export async function startOpenStack(): Promise<RealOpenStack> {
  const folder = mkdtempSync(join(tmpdir(), 'openstack-'));
  const [keystonePort, neutronPort] = [await freePort(), await freePort()];
  const adminPassword = 'the-password-of-the-administrator';
  const places: Places = { folder, keystonePort, neutronPort, adminPassword };
  await prepare(places);
  const keystone = `http://127.0.0.1:${keystonePort}/v3`;
  const neutron = `http://127.0.0.1:${neutronPort}`;
  const at = `-b 127.0.0.1 -p ${keystonePort} -- --config-file`.split(' ');
  const identity = start(places, 'keystone', ['/usr/bin/keystone-wsgi-public', ...at, join(folder, 'keystone.conf')]);
  const main = ['-c', 'from neutron.cmd.eventlet.server import main; main()'];
  const network = start(places, 'neutron', [...main, '--config-file', join(folder, 'neutron.conf')]);
  const stop = async (): Promise<void> => {
    await Promise.all([end(network), end(identity)]);
    rmSync(folder, { recursive: true });
  };
  try {
    await Promise.all([untilUp(identity, keystone), untilUp(network, neutron)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { keystone, neutron, region, adminPassword, stop };
}
