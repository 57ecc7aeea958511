// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * TLS to what has no public certificate: a firewall, a hypervisor, a cloud in the cellar. Who is there is proven by an authority or by the
 * certificate itself; there is no way to go without.
 */
import { X509Certificate } from 'node:crypto';
import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { Failure } from '../core/failure.ts';
import type { HttpRequest } from './call.ts';
import type { ForbiddenPlaces } from './forbidden-places.ts';

export type Trust =
  /** What Node trusts: the public authorities, and the file of NODE_EXTRA_CA_CERTS. */
  | { readonly by: 'System' }
  /** PEM, one certificate or more. The host's name has to be right, too. */
  | { readonly by: 'CA'; readonly pem: string }
  /** The certificate with one of these fingerprints, whatever its names, dates and issuer; see `fingerprintOf`. Two of them while it changes. */
  | { readonly by: 'Fingerprint'; readonly sha256: readonly string[] };

/** Who answered is not who was meant: nothing was sent. */
export class CertificateRefused extends Error {
  override readonly name = 'CertificateRefused';
  readonly code = 'CertificateRefused';
  /** OpenSSL's or Node's name for it; `OtherFingerprint` where the certificate is not the pinned one. */
  readonly why: string;
  /** SHA-256, in pairs of hex digits with colons; absent when the handshake did not come so far. */
  readonly seen: string | undefined;

  constructor(why: string, seen: string | undefined) {
    super(why);
    this.why = why;
    this.seen = seen;
  }
}

/** The address is none to which a manifest may lead: nothing was sent, nobody was spoken to. */
export class PlaceRefused extends Error {
  override readonly name = 'PlaceRefused';
  readonly code = 'PlaceRefused';
  /** What it is, in words. */
  readonly why: string;
  readonly address: string;

  constructor(address: string, why: string) {
    super(`${address} is ${why}`);
    this.address = address;
    this.why = why;
  }
}

/** As browsers and `openssl x509 -fingerprint -sha256` show it, with colons or without; `undefined` when it is none. */
export function fingerprintOf(text: string): string | undefined {
  const hex = text.trim().replaceAll(':', '').toUpperCase();
  return /^[0-9A-F]{64}$/.test(hex) ? (hex.match(/../g) ?? []).join(':') : undefined;
}

/** Names of Node's "X509 certificate error codes" (nodejs.org/api/tls.html), and its own for a name that does not fit. */
const ofCertificates =
  /^(UNABLE_TO_|CERT_|CRL_|ERROR_IN_C|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

/**
 * Servers close connections after 5 seconds of silence (pveproxy) or later: ours go before, so that no request meets a
 * connection that is just being closed.
 */
const idleMs = 3000;
const connectMs = 10_000;

type Connector = ReturnType<typeof buildConnector>;

interface Settings {
  readonly timeout: number;
  readonly allowH2: false;
  readonly minVersion: 'TLSv1.2';
  readonly lookup?: LookupFunction;
}

const plain: Settings = { timeout: connectMs, allowH2: false, minVersion: 'TLSv1.2' };

/**
 * What a name leads to is looked at at the moment when the connection is made, and exactly that is connected to: a name server that answers
 * otherwise the second time gains nothing. The dot at the end keeps the cluster's search list out (RFC 1034, 3.1; resolv.conf(5)).
 */
function lookupWithin(forbidden: ForbiddenPlaces, lookup: typeof systemLookup): LookupFunction {
  return (name, options, callback) => {
    lookup(`${name.replace(/[.]$/, '')}.`, { ...options, all: true }, (error, found) => {
      const [first] = found ?? [];
      if (error) return callback(error, []);
      for (const { address } of found) {
        const why = forbidden.why(address);
        if (why !== undefined) return callback(new PlaceRefused(address, why), []);
      }
      return options.all ? callback(null, found) : callback(null, first?.address ?? '', first?.family);
    });
  };
}

/** Before the first packet. An address is never looked up, so it is looked at here. */
function within(forbidden: ForbiddenPlaces, connect: Connector): Connector {
  return (options, callback) => {
    const why = forbidden.why(options.hostname);
    if (why === undefined) return connect(options, callback);
    return callback(new PlaceRefused(options.hostname, why), null);
  };
}

/**
 * Told before Node says whether the certificate is good: afterwards the socket is gone. Not by getPeerX509Certificate: asked so early, Node
 * 24 finds no names in the certificate any more.
 */
function watchCertificate(socket: unknown): { seen?: string } {
  const noted: { seen?: string } = {};
  if (socket instanceof TLSSocket)
    socket.prependOnceListener('secure', () => {
      const { fingerprint256: seen } = socket.getPeerCertificate();
      // an empty object where there is none, whatever its type says
      if (typeof seen === 'string') noted.seen = seen;
    });
  return noted;
}

function byAuthority(settings: Settings, pem?: string): Connector {
  const connect = buildConnector({ ...settings, ...(pem === undefined ? {} : { ca: pem }) });
  return (options, callback) => {
    const noted = watchCertificate(
      connect(options, (error, socket) => {
        if (!error) return callback(null, socket);
        const { code } = error as { code?: unknown };
        const refused = typeof code === 'string' && ofCertificates.test(code);
        return callback(refused ? new CertificateRefused(code, noted.seen) : error, null);
      }),
    );
  };
}

/**
 * The pin takes the place of the chain and of the name: the handshake proves that the server has the key of the certificate that it shows
 * (RFC 8446, 4.4.3), and that certificate is compared before the first byte of a request. Resumed sessions show none, so there are none.
 */
function byFingerprint(settings: Settings, pins: ReadonlySet<string>): Connector {
  const connect = buildConnector({ ...settings, rejectUnauthorized: false, maxCachedSessions: 0 });
  return (options, callback) =>
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      const seen = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : undefined;
      if (seen !== undefined && pins.has(seen)) return callback(null, socket);
      socket.destroy();
      return callback(new CertificateRefused('OtherFingerprint', seen), null);
    });
}

function untrusted(message: string): Failure {
  return new Failure({ class: 'Denied', reason: 'TrustUnusable', message });
}

function checkedPem(pem: string): string {
  const parts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const part of parts) void new X509Certificate(part);
  } catch {
    throw untrusted('The certificate of the authority is not readable: it has to be PEM (ca.crt)');
  }
  if (parts.length === 0) throw untrusted('The authority has no certificate: it has to be PEM (ca.crt)');
  return pem;
}

function connectorOf(trust: Trust, settings: Settings): Connector {
  if (trust.by === 'System') return byAuthority(settings);
  if (trust.by === 'CA') return byAuthority(settings, checkedPem(trust.pem));
  const pins = trust.sha256.map(fingerprintOf);
  if (pins.length === 0 || pins.includes(undefined))
    throw untrusted('A fingerprint has to be SHA-256: 64 hex digits, in pairs with colons or without');
  return byFingerprint(settings, new Set(pins.flatMap((pin) => pin ?? [])));
}

const mostAgents = 100;
/** At a time, to one address: firewalls are small machines. */
const connections = 8;

export interface Guard {
  readonly forbidden: ForbiddenPlaces;
  /** Default: the system's. */
  readonly lookup?: typeof systemLookup;
}

/** One pool of connections for each trust, and for what is granted: a connection that was made on other terms is never used again. */
export class TrustedAgents {
  readonly #agents = new Map<string, Agent>();
  readonly #guard: Guard;

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  /**
   * @param granted The administrator granted the endpoint: it may be anywhere.
   * @throws Failure `TrustUnusable`, class Denied, when nothing can be verified with it.
   */
  for(trust: Trust, granted: boolean): NonNullable<HttpRequest['dispatcher']> {
    const key = JSON.stringify([trust, granted]);
    const known = this.#agents.get(key);
    if (known) return known;
    const made = new Agent({
      connections,
      connect: granted ? connectorOf(trust, plain) : this.#guarded(trust),
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
    });
    this.#agents.set(key, made);
    const [oldest] = this.#agents.keys();
    if (this.#agents.size > mostAgents && oldest !== undefined) {
      void this.#agents.get(oldest)?.close();
      this.#agents.delete(oldest);
    }
    return made;
  }

  #guarded(trust: Trust): Connector {
    const { forbidden, lookup = systemLookup } = this.#guard;
    return within(forbidden, connectorOf(trust, { ...plain, lookup: lookupWithin(forbidden, lookup) }));
  }
}
