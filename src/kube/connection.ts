// SPDX-License-Identifier: GPL-3.0-or-later
import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import type { HttpRequest } from '../wire/call.ts';

type Dispatcher = NonNullable<HttpRequest['dispatcher']>;

/** What one request needs to be let in. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher?: Dispatcher;
}

/** Where the API server is, and how to be let in. */
export interface Connection {
  readonly server: URL;
  credentials(): Promise<Credentials>;
  /** The server answered 401: the next call reads token and certificates again. */
  refused(): void;
}

/** A server that needs no more than a token: simulated worlds, `kubectl proxy`. */
export function plainConnection(given: { readonly url: string | URL; readonly token?: string }): Connection {
  const headers: Record<string, string> = given.token === undefined ? {} : { authorization: `Bearer ${given.token}` };
  return {
    server: base(new URL(given.url)),
    credentials: () => Promise.resolve({ headers }),
    refused: () => undefined,
  };
}

export interface KubeconfigChoice {
  /** A file; otherwise KUBECONFIG, ~/.kube/config or the Pod's service account, as kubectl would. */
  readonly file?: string;
  readonly context?: string;
  readonly inCluster?: boolean;
}

/** Loads a kubeconfig. Throws an Error in one line when there is none, or when the context does not exist. */
export function loadKubeconfig(choice: KubeconfigChoice = {}): KubeConfig {
  const config = new KubeConfig();
  if (choice.inCluster) config.loadFromCluster();
  else if (choice.file !== undefined) config.loadFromFile(choice.file);
  else config.loadFromDefault();
  // where there is nothing to load, the package names a server on port 8080 of this machine: whoever answers there is not meant
  if (config.getContexts().some(({ name }) => name === 'loaded-context') && !choice.inCluster)
    throw new Error('there is no kubeconfig (KUBECONFIG, ~/.kube/config), and this is no Pod of a cluster');
  if (choice.context !== undefined) config.setCurrentContext(choice.context);
  if (!config.getCurrentCluster()) {
    const known = config.getContexts().map((context) => context.name);
    throw new Error(`kubeconfig has no context "${config.getCurrentContext()}"; it has: ${known.join(', ') || 'none'}`);
  }
  return config;
}

/** Token and certificates are looked at again this often: rotated service account tokens live for minutes. */
const rereadMs = 10_000;
/** A server that refuses everything must not make us run an exec plug-in for each request. */
const reloadMs = 5000;

/**
 * By a kubeconfig: token files and exec plug-ins re-read, client certificates, proxies, all as `@kubernetes/client-node` does it. After
 * a 401 a kubeconfig given as a function is loaded anew, since the package keeps a plug-in's token without an expiry for ever, and a file's for a minute.
 */
export function kubeconfigConnection(given: KubeConfig | (() => KubeConfig), clock: Clock): Connection {
  const load = typeof given === 'function' ? given : () => given;
  let source = watched(load());
  const server = base(new URL(clusterOf(source.config).server));
  let dispatcher: { settings: string; it: Dispatcher | undefined } | undefined;
  let held: { at: number; credentials: Promise<Credentials> } | undefined;
  let loadedAt = clock.monotonic();

  async function read(): Promise<Credentials> {
    const context = new Context();
    const { config, settings } = source;
    // The package types the context as a class of its own; it only ever calls these two methods.
    await config.applySecurityAuthentication(context as unknown as RequestContext).catch((cause: unknown) => {
      throw new Failure({
        class: 'Denied',
        reason: 'NoCredentials',
        message: 'the kubeconfig gives no valid credentials: see its user entry',
        cause,
      });
    });
    // The package makes a new dispatcher for each request; a connection pool is only one when it is kept.
    if (dispatcher?.settings !== settings.last) dispatcher = { settings: settings.last, it: context.dispatcher };
    return { headers: context.headers, ...(dispatcher.it ? { dispatcher: dispatcher.it } : {}) };
  }

  function credentials(): Promise<Credentials> {
    if (!held || clock.monotonic() - held.at >= rereadMs) {
      const next = { at: clock.monotonic(), credentials: read() };
      held = next;
      next.credentials.catch(() => {
        if (held === next) held = undefined;
      });
    }
    return held.credentials;
  }

  function refused(): void {
    if (clock.monotonic() - loadedAt < reloadMs) return;
    loadedAt = clock.monotonic();
    held = undefined;
    try {
      source = watched(load());
    } catch {
      // a kubeconfig that is being written just now: what we have stays until the next refusal
    }
  }
  return { server, credentials, refused };
}

function clusterOf(config: KubeConfig): { readonly server: string } {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error('kubeconfig has no current context');
  return cluster;
}

/** The package sends nothing over plain HTTP unless told that TLS does not matter. On this machine (`kubectl proxy`, simulated worlds) it does not. */
function allowLoopback(config: KubeConfig): void {
  const here = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/;
  config.clusters = config.clusters.map((one) => (here.test(one.server) ? { ...one, skipTLSVerify: true } : one));
}

function watched(config: KubeConfig): { readonly config: KubeConfig; readonly settings: { readonly last: string } } {
  allowLoopback(config);
  return { config, settings: watchDispatcherSettings(config) };
}

/** The part of a RequestContext that authentication touches. */
class Context {
  readonly headers: Record<string, string> = {};
  dispatcher: Dispatcher | undefined;
  setHeaderParam(name: string, value: string): void {
    this.headers[name.toLowerCase()] = value.trim(); // token files may end in a newline, which no header may hold
  }
  setDispatcher(dispatcher: Dispatcher): void {
    this.dispatcher = dispatcher;
  }
}

/**
 * Notes the TLS settings of each dispatcher that the package makes, and keeps them on HTTP/1.1: a watch that has a connection of its
 * own cannot stall the others, and there is no limit of streams.
 */
function watchDispatcherSettings(config: KubeConfig): { last: string } {
  const settings = { last: '' };
  const original = config.createDispatcherOptions.bind(config);
  config.createDispatcherOptions = (cluster, agent) => {
    const options = original(cluster, agent);
    settings.last = JSON.stringify(options);
    return options.type === 'agent'
      ? { ...options, connect: { ...options.connect, allowH2: false } as typeof options.connect }
      : options;
  };
  return settings;
}

/** With a closing slash, so that a server below a path (`https://host/k8s/clusters/c-1`) keeps it. */
function base(url: URL): URL {
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
