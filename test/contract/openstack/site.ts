// SPDX-License-Identifier: GPL-3.0-or-later
/** What both the real services and the simulated ones are prepared with before the requests are sent. */

export interface Credential {
  readonly id: string;
  readonly secret: string;
}

export interface OpenStackSite {
  /** Base of the identity API, `http://127.0.0.1:5000/v3`. */
  readonly keystone: string;
  /** Base of the network API, without its version. */
  readonly neutron: string;
  /** Application credentials of one project, with the roles member and reader, reader alone, and member alone. */
  readonly member: Credential;
  readonly reader: Credential;
  readonly writer: Credential;
  /** Of that project, named `office`, with one interface: 192.168.0.1 in 192.168.0.0/24. It may have five extra routes. */
  readonly router: string;
  /** The subnet of that interface. */
  readonly subnet: string;
  /** A router of another project. */
  readonly foreign: string;
  send(request: {
    readonly method: string;
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  }): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string }>;
}
