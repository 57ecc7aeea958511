// SPDX-License-Identifier: GPL-3.0-or-later
/** Prepares the real services as a user's administrator does: a project with a network and a router, and application credentials. */
import type { Credential, OpenStackSite } from '../contract/openstack/site.ts';
import { transport } from './transport.ts';
import type { RealOpenStack } from './real.ts';

interface Asked {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
}

interface Told {
  readonly token: string | undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- the services' answers, read at one place each
  readonly body: any;
}

async function ask(url: string, { method = 'POST', token, body }: Asked): Promise<Told> {
  const { status, headers, text } = await transport({
    method,
    url: new URL(url),
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { 'x-auth-token': token }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (status >= 300) throw new Error(`${method} ${url}: ${status} ${text}`);
  return { token: headers['x-subject-token'], body: text === '' ? undefined : JSON.parse(text) };
}

interface User {
  readonly id: string;
  readonly password: string;
  readonly project: string;
}

class Administrator {
  readonly #cloud: RealOpenStack;
  readonly #token: string;

  private constructor(cloud: RealOpenStack, token: string) {
    this.#cloud = cloud;
    this.#token = token;
  }

  static async of(cloud: RealOpenStack): Promise<Administrator> {
    const user = { name: 'admin', domain: { id: 'default' }, password: cloud.adminPassword };
    const scope = { project: { name: 'admin', domain: { id: 'default' } } };
    const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } };
    const { token = '' } = await ask(`${cloud.keystone}/auth/tokens`, { body });
    return new Administrator(cloud, token);
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  async #identity(path: string, asked: Asked): Promise<any> {
    return (await ask(`${this.#cloud.keystone}${path}`, { token: this.#token, ...asked })).body;
  }

  /** Where Neutron is, in the catalogue that comes with every token. */
  async publish(): Promise<void> {
    const { service } = await this.#identity('/services', { body: { service: { type: 'network', name: 'neutron' } } });
    const { neutron: url, region: region_id } = this.#cloud;
    const endpoint = { service_id: service.id, interface: 'public', region_id, url };
    await this.#identity('/endpoints', { body: { endpoint } });
  }

  async user(name: string): Promise<User> {
    const { project } = await this.#identity('/projects', { body: { project: { name, domain_id: 'default' } } });
    const password = `the-password-of-${name}`;
    const { user } = await this.#identity('/users', { body: { user: { name, domain_id: 'default', password } } });
    const { roles } = await this.#identity('/roles', { method: 'GET' });
    for (const { id, name: role } of roles as { id: string; name: string }[])
      if (role !== 'admin')
        await this.#identity(`/projects/${project.id}/users/${user.id}/roles/${id}`, { method: 'PUT' });
    return { id: user.id, password, project: project.id };
  }

  async token({ id, password, project }: User): Promise<string> {
    const identity = { methods: ['password'], password: { user: { id, password } } };
    const body = { auth: { identity, scope: { project: { id: project } } } };
    return (await ask(`${this.#cloud.keystone}/auth/tokens`, { body })).token ?? '';
  }

  async credential(user: User, name: string, roles: readonly string[]): Promise<Credential> {
    const asked = { name, secret: `the-secret-of-the-${name}`, roles: roles.map((role) => ({ name: role })) };
    const { body } = await ask(`${this.#cloud.keystone}/users/${user.id}/application_credentials`, {
      token: await this.token(user),
      body: { application_credential: asked },
    });
    return { id: body.application_credential.id, secret: asked.secret };
  }
}

/** A project of its own, so that each test has a router as it was made. @param name Of the project. */
export async function makeOffice(cloud: RealOpenStack, name: string): Promise<OpenStackSite> {
  const administrator = await Administrator.of(cloud);
  const [user, stranger] = [await administrator.user(name), await administrator.user(`${name}-neighbour`)];
  const [mine, theirs] = [await administrator.token(user), await administrator.token(stranger)];
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  const network = async (path: string, body: unknown, token = mine, method = 'POST'): Promise<any> =>
    (await ask(`${cloud.neutron}/v2.0${path}`, { method, token, body })).body;
  const lan = await network('/networks', { network: { name: 'lan' } });
  const cidr = '192.168.0.0/24';
  const { subnet } = await network('/subnets', { subnet: { network_id: lan.network.id, ip_version: 4, cidr } });
  const { router } = await network('/routers', { router: { name: 'office' } });
  await network(`/routers/${router.id}/add_router_interface`, { subnet_id: subnet.id }, mine, 'PUT');
  const foreign = await network('/routers', { router: { name: 'office' } }, theirs);
  return {
    keystone: cloud.keystone,
    neutron: cloud.neutron,
    member: await administrator.credential(user, 'member', ['member', 'reader']),
    reader: await administrator.credential(user, 'reader', ['reader']),
    writer: await administrator.credential(user, 'writer', ['member']),
    router: router.id,
    subnet: subnet.id,
    foreign: foreign.router.id,
    send: transport,
  };
}

/** Once, after the start. */
export async function publishNetwork(cloud: RealOpenStack): Promise<void> {
  await (await Administrator.of(cloud)).publish();
}
