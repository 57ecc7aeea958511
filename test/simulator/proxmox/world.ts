// SPDX-License-Identifier: GPL-3.0-or-later
/** Plain clients of both products, and somebody with the right to everything. */
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { readAll } from '../../../src/simulator/kernel/service.ts';
import { createProxmox, type ProxmoxOptions, type ProxmoxWorld } from '../../../src/simulator/proxmox/index.ts';
import { writeIso } from '../../../src/simulator/proxmox/iso/write.ts';
import { check } from './conform.ts';
import { installerImage } from '../../../src/simulator/proxmox/media.ts';

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly text: string;
  readonly type: string | undefined;
  /** Of a JSON body. */
  readonly data: unknown;
  readonly json: Record<string, unknown>;
}

export type Params = Readonly<Record<string, string | number | boolean | readonly string[]>>;

function form(params: Params): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) query.append(name, String(one));
  return query.toString();
}

export class Client {
  readonly #world: ProxmoxWorld;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  constructor(world: ProxmoxWorld, base: string, headers: Readonly<Record<string, string>>) {
    this.#world = world;
    this.#base = base;
    this.#headers = headers;
  }
  async send(
    method: string,
    path: string,
    more: { body?: string | Uint8Array; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const url = new URL(`${this.#base}/api2/json${path}`);
    const {
      status,
      reason: told,
      headers,
      body,
    } = await this.#world.service({
      method,
      url,
      headers: { ...this.#headers, ...more.headers },
      ...(more.body === undefined ? {} : { body: more.body }),
    });
    const text = Buffer.from(await readAll(body)).toString();
    let json: Record<string, unknown> = {};
    try {
      json = JSON.parse(text) as Record<string, unknown>;
    } catch {
      // PBS tells its errors as text
    }
    const misfits = status === 200 ? check(this.#world.pve.version, { method, url }, json['data']) : [];
    if (misfits.length > 0) throw new Error(misfits.join('\n'));
    return { status, reason: told, text, type: headers['content-type'], data: json['data'], json };
  }
  get(path: string, params: Params = {}): Promise<Answer> {
    return this.send('GET', `${path}${Object.keys(params).length > 0 ? `?${form(params)}` : ''}`);
  }
  delete(path: string, params: Params = {}): Promise<Answer> {
    return this.send('DELETE', `${path}${Object.keys(params).length > 0 ? `?${form(params)}` : ''}`);
  }
  #form(method: string, path: string, params: Params): Promise<Answer> {
    return this.send(method, path, {
      body: form(params),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }
  post(path: string, params: Params = {}): Promise<Answer> {
    return this.#form('POST', path, params);
  }
  put(path: string, params: Params = {}): Promise<Answer> {
    return this.#form('PUT', path, params);
  }
}

export interface Stage {
  readonly world: ProxmoxWorld;
  readonly clock: VirtualClock;
  readonly pve: Client;
  /** As another caller: the header's whole value. */
  as(authorization: string): Client;
  /** At its address, with this header. */
  pbs(address: string, authorization: string): Client;
  /** Waits until a task of PVE is over. @returns its exit status */
  over(upid: unknown, client?: Client): Promise<unknown>;
  /** Waits until a task of a PBS is over. */
  overAt(client: Client, upid: unknown): Promise<unknown>;
}

export function stage({
  clock = new VirtualClock(),
  ...options
}: Partial<Omit<ProxmoxOptions, 'clock'>> & { readonly clock?: VirtualClock } = {}): Stage {
  const world = createProxmox({ clock, ...options });
  const as = (authorization: string) => new Client(world, world.pve.url, { authorization });
  const pve = as(world.pve.token({ user: 'all@pve' }).authorization);
  const wait = async (client: Client, path: string): Promise<unknown> => {
    for (let tries = 0; tries < 400; tries++) {
      const { data } = await client.get(path);
      const { status, exitstatus } = data as { status: string; exitstatus?: string };
      if (status === 'stopped') return exitstatus;
      await clock.advance(5000);
    }
    throw new Error('It never ended.');
  };
  return {
    world,
    clock,
    pve,
    as,
    pbs: (address, authorization) => new Client(world, `https://${address}:8007`, { authorization }),
    over: (upid, client = pve) =>
      wait(client, `/nodes/${String(upid).split(':')[1]}/tasks/${encodeURIComponent(String(upid))}/status`),
    overAt: (client, upid) => wait(client, `/nodes/localhost/tasks/${encodeURIComponent(String(upid))}/status`),
  };
}

export const answerToml = (
  more: { readonly address?: string; readonly reboot?: string; readonly extra?: string } = {},
) => `[global]
keyboard = "en-us"
country = "kr"
fqdn = "pbs-main.example.com"
mailto = "root@example.com"
timezone = "UTC"
root-password = "correct horse"
reboot-mode = "${more.reboot ?? 'power-off'}"
${more.extra ?? ''}
[network]
source = "from-answer"
cidr = "${more.address ?? '192.168.0.20'}/24"
dns = "192.168.0.1"
gateway = "192.168.0.1"
filter.ID_NET_NAME_MAC = "*bc2411*"

[disk-setup]
filesystem = "ext4"
disk-list = ["sda"]
`;

export const answerIso = (content = answerToml(), label = 'PROXMOX-AIS', name = 'answer.toml') =>
  writeIso({ label, files: { [name]: content } });

export const vm: Params = {
  vmid: 100,
  name: 'pbs-main',
  cores: 2,
  memory: 4096,
  ostype: 'l26',
  scsihw: 'virtio-scsi-single',
  scsi0: 'local-lvm:50,iothread=1,discard=on',
  scsi1: 'local-lvm:64',
  ide2: 'local:iso/pbs.iso,media=cdrom',
  ide3: 'local:iso/answer.iso,media=cdrom',
  boot: 'order=scsi0;ide2',
  net0: 'virtio,bridge=vmbr0',
};

/** A guest whose drives hold these images, switched on. */
export async function installing(at: Stage, answer: Uint8Array, image: Uint8Array = installerImage()): Promise<void> {
  at.world.pve.addIso('local', 'pbs.iso', image);
  at.world.pve.addIso('local', 'answer.iso', answer);
  await at.over((await at.pve.post('/nodes/node1/qemu', vm)).data);
  await at.over((await at.pve.post('/nodes/node1/qemu/100/status/start')).data);
}
