// SPDX-License-Identifier: GPL-3.0-or-later
/** A Proxmox VE of machines, numbers and marks alone: what is begun is done at once. Answers are text, as the client reads them. */
import { createHash } from 'node:crypto';
import type { HttpsAnswer } from '../../../src/clouds/https/answer.ts';
import type { HttpsRequest } from '../../../src/clouds/https/https-api.ts';

export interface Machine {
  vmid: number;
  node: string;
  config: Record<string, string>;
  running: boolean;
}

/** A write that changes a machine: what it meets. */
type Watch = (what: string, machine: Machine) => void;

const ok = (data: unknown): HttpsAnswer => ({
  status: 200,
  reason: 'OK',
  headers: {},
  text: JSON.stringify({ data }),
});

const died = (reason: string): HttpsAnswer => ({
  status: 500,
  reason,
  headers: {},
  text: JSON.stringify({ data: null, message: reason }),
});

function digestOf({ config }: Machine): string {
  return createHash('sha1').update(JSON.stringify(config)).digest('hex');
}

interface TaskRow {
  readonly upid: string;
  readonly vmid: string;
  readonly type: string;
  readonly status: string;
  readonly endtime: number;
}

type Form = Readonly<Record<string, string>>;

function formOf({ content, query }: HttpsRequest): Form {
  const pairs =
    content && 'form' in content ? content.form : Array.isArray(query) ? query : Object.entries(query ?? {});
  return Object.fromEntries(pairs as readonly (readonly [string, string])[]);
}

/** Everything that a token may need, wherever. */
const rights = [
  ...['Allocate', 'Audit', 'PowerMgmt', 'Backup', 'GuestAgent.Audit'].map((one) => `VM.${one}`),
  ...['CDROM', 'CPU', 'Disk', 'HWType', 'Memory', 'Network', 'Options'].map((one) => `VM.Config.${one}`),
  ...['AllocateSpace', 'AllocateTemplate', 'Allocate', 'Audit'].map((one) => `Datastore.${one}`),
  'SDN.Use',
  'Sys.Audit',
  'Sys.AccessNetwork',
  'Sys.Modify',
];

export class Hypervisor {
  readonly machines = new Map<number, Machine>();
  readonly url = 'https://pve.test:8006';
  readonly #tasks: TaskRow[] = [];
  readonly #watch: Watch;
  readonly #before: (request: HttpsRequest) => void;
  readonly #images: readonly string[];

  /** @param before Whatever happens before a request arrives. */
  constructor(images: readonly string[], watch: Watch, before: (request: HttpsRequest) => void) {
    this.#images = images;
    this.#watch = watch;
    this.#before = before;
  }

  get nextFree(): number {
    let vmid = 100;
    while (this.machines.has(vmid)) vmid++;
    return vmid;
  }

  throttled(): void {
    throw new Error('nobody asks to slow down here');
  }

  send(request: HttpsRequest): Promise<HttpsAnswer> {
    this.#before(request);
    return Promise.resolve(this.#answer(request));
  }

  #answer(request: HttpsRequest): HttpsAnswer {
    const [, , first = '', second = '', what = '', id = '', ...rest] = request.path;
    if (first !== 'nodes') return this.#ofCluster(request, first, second);
    const node = second;
    if (what === 'tasks') return ok(id === '' ? this.#tasksOf(formOf(request)) : []);
    if (what === 'storage') return ok(this.#images.map((volid) => ({ volid })));
    if (id === '') return this.#create(node, formOf(request));
    return this.#machine(request, { node, vmid: Number(id), rest });
  }

  #ofCluster(request: HttpsRequest, first: string, second: string): HttpsAnswer {
    if (first === 'cluster') return second === 'nextid' ? ok(String(this.nextFree)) : ok(this.#list());
    return ok({ [formOf(request)['path'] ?? '/']: Object.fromEntries(rights.map((one) => [one, 1])) });
  }

  #list(): unknown {
    return [...this.machines.values()].map(({ vmid, node, config }) => ({
      type: 'qemu',
      vmid,
      node,
      name: config['name'],
      tags: config['tags'],
    }));
  }

  #tasksOf({ vmid, typefilter }: Form): unknown {
    return this.#tasks.filter(
      (one) => (vmid === undefined || one.vmid === vmid) && (typefilter === undefined || one.type === typefilter),
    );
  }

  #done(node: string, type: string, vmid: number): string {
    const upid = `UPID:${node}:00001000:00001000:69000000:${type}:${vmid || ''}:operator@pve!operator:`;
    this.#tasks.unshift({ upid, vmid: String(vmid), type, status: 'OK', endtime: 0x69000000 });
    return upid;
  }

  #create(node: string, { vmid = '', ...given }: Form): HttpsAnswer {
    const id = Number(vmid);
    const there = this.machines.get(id);
    if (there) return died(`unable to create VM ${id} - VM ${id} already exists on node '${there.node}'`);
    this.machines.set(id, { vmid: id, node, config: { ...given }, running: false });
    return ok(this.#done(node, 'qmcreate', id));
  }

  #machine(
    request: HttpsRequest,
    at: { readonly node: string; readonly vmid: number; readonly rest: readonly string[] },
  ): HttpsAnswer {
    const { node, vmid, rest } = at;
    const machine = this.machines.get(vmid);
    if (machine?.node !== node)
      return died(`Configuration file 'nodes/${node}/qemu-server/${vmid}.conf' does not exist`);
    const [what, how] = rest;
    // what has the digest of another state changes nothing
    const { digest } = formOf(request);
    if (request.method !== 'GET' && digest !== undefined && digest !== digestOf(machine))
      return died('detected modified configuration - file changed by other user? Try again.');
    if (request.method !== 'GET') this.#watch(request.action, machine);
    if (request.method === 'DELETE') return this.#destroy(machine);
    if (what === 'config') return this.#config(request, machine);
    if (what === 'status') return this.#status(machine, how);
    return ok(this.#done(node, 'resize', vmid));
  }

  #destroy(machine: Machine): HttpsAnswer {
    const { vmid, node, running, config } = machine;
    if (running) return died(`VM ${vmid} is running - destroy failed`);
    if (config['protection'] === '1') return died(`can't remove VM ${vmid} - protection mode enabled`);
    this.machines.delete(vmid);
    return ok(this.#done(node, 'qmdestroy', vmid));
  }

  #config(request: HttpsRequest, machine: Machine): HttpsAnswer {
    if (request.method === 'GET') return ok({ ...machine.config, digest: digestOf(machine) });
    const { digest: _digest, delete: gone = '', ...set } = formOf(request);
    for (const name of gone.split(',')) delete machine.config[name];
    Object.assign(machine.config, set);
    return ok(null);
  }

  #status(machine: Machine, how: string | undefined): HttpsAnswer {
    const { vmid, node } = machine;
    if (how === 'current')
      return ok({ status: machine.running ? 'running' : 'stopped', uptime: machine.running ? 60 : 0 });
    machine.running = how === 'start';
    return ok(this.#done(node, how === 'start' ? 'qmstart' : 'qmshutdown', vmid));
  }
}
