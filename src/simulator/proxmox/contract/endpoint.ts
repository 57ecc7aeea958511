// SPDX-License-Identifier: GPL-3.0-or-later
/** The API contracts of the products' own API viewers, and which of their endpoints a path is. */

export interface Schema {
  readonly type?: string;
  readonly optional?: number | boolean;
  readonly default?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A name, or the nested object of a property string (PBS wraps it in `properties`). */
  readonly format?: string | Properties | { readonly properties: Properties; readonly additionalProperties?: boolean };
  readonly items?: Schema;
  readonly properties?: Properties;
  readonly default_key?: number | string;
  readonly alias?: string;
  readonly keyAlias?: string;
  readonly requires?: string;
  readonly additionalProperties?: number | boolean;
}

export type Properties = Readonly<Record<string, Schema>>;

export interface Endpoint {
  readonly method: string;
  /** `/nodes/{node}/qemu/{vmid}` */
  readonly path: string;
  readonly parameters: Schema;
  readonly returns?: unknown;
  readonly permissions: unknown;
}

export interface Found {
  readonly endpoint: Endpoint;
  /** What stands in the path, decoded. */
  readonly args: Readonly<Record<string, string>>;
}

const split = (path: string) => path.split('/').filter((part) => part !== '');

function argsOf(template: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const rest = template.at(-1) === '{volume}';
  if (rest ? parts.length < template.length : parts.length !== template.length) return undefined;
  const args: Record<string, string> = {};
  for (const [at, name] of template.entries()) {
    const part = parts[at] ?? '';
    if (!name.startsWith('{')) {
      if (name !== part) return undefined;
    } else if (name === '{volume}') args['volume'] = parts.slice(at).join('/');
    else args[name.slice(1, -1)] = part;
  }
  return args;
}

export class Contract {
  readonly #endpoints: readonly { readonly endpoint: Endpoint; readonly template: readonly string[] }[];

  constructor(endpoints: readonly Endpoint[]) {
    // what is spelled out goes before what is a parameter
    const spelled = (template: readonly string[]) => template.filter((part) => !part.startsWith('{')).length;
    this.#endpoints = endpoints
      .map((endpoint) => ({ endpoint, template: split(endpoint.path) }))
      .sort((a, b) => spelled(b.template) - spelled(a.template));
  }

  /** @param path After `/api2/json`. `undefined`: neither the path nor this method of it. */
  find(method: string, parts: readonly string[]): Found | undefined {
    for (const { endpoint, template } of this.#endpoints) {
      const args = endpoint.method === method ? argsOf(template, parts) : undefined;
      if (args) return { endpoint, args };
    }
    return undefined;
  }
}
