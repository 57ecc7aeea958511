// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What TLS does in life (src/wire/trusted-agent.ts), where there are no sockets: who does not show the certificate that was pinned, or one
 * that a named authority signed, is sent nothing. With sockets, test/clouds/proxmox/man-in-the-middle.test.ts.
 */
import { X509Certificate } from 'node:crypto';
import { HttpsApi, HttpsApis, type HttpsPlace } from '../../src/clouds/https/https-api.ts';
import type { ProxmoxWorld } from '../../src/simulator/proxmox/index.ts';
import type { HttpRequest, Wire } from '../../src/wire/call.ts';
import type { ForbiddenPlaces } from '../../src/wire/forbidden-places.ts';
import { CertificateRefused, fingerprintOf, TrustedAgents, type Trust } from '../../src/wire/trusted-agent.ts';

/** Tells for each request by which certificate its address is known. */
export class PinnedApis extends HttpsApis {
  readonly #wire: Wire;
  readonly #forbidden: ForbiddenPlaces;
  readonly #agents: TrustedAgents;
  readonly #told: (request: HttpRequest, trust: Trust) => void;

  constructor(wire: Wire, forbidden: ForbiddenPlaces, told: (request: HttpRequest, trust: Trust) => void) {
    super(wire, { forbidden });
    this.#wire = wire;
    this.#forbidden = forbidden;
    this.#agents = new TrustedAgents({ forbidden });
    this.#told = told;
  }

  override at(place: HttpsPlace): HttpsApi {
    const wire: Wire = {
      ...this.#wire,
      send: (call, request) => {
        this.#told(request, place.trust);
        return this.#wire.send(call, request);
      },
    };
    return new HttpsApi(wire, { agents: this.#agents, forbidden: this.#forbidden }, place);
  }
}

/** Read once: there are few, and each is shown again and again. */
const certificates = new Map<string, X509Certificate>();

function why(shown: X509Certificate, trust: Trust): string | undefined {
  if (trust.by === 'System') return 'DEPTH_ZERO_SELF_SIGNED_CERT';
  if (trust.by === 'CA') return trust.pem.includes(shown.toString().trim()) ? undefined : 'DEPTH_ZERO_SELF_SIGNED_CERT';
  return trust.sha256.some((pin) => fingerprintOf(pin) === shown.fingerprint256) ? undefined : 'OtherFingerprint';
}

/** @throws CertificateRefused where a server of Proxmox is another one than was meant. */
export async function proveCertificate(proxmox: ProxmoxWorld, url: URL, trust: Trust): Promise<void> {
  await proxmox.settle();
  const pem = proxmox.certificateAt(url.host);
  if (pem === undefined) return;
  const shown = certificates.get(pem) ?? new X509Certificate(pem);
  certificates.set(pem, shown);
  const reason = why(shown, trust);
  if (reason !== undefined) throw new CertificateRefused(reason, shown.fingerprint256);
}

/** Nobody was reached: nothing of a request came to anybody. */
export function isUnreachable(error: unknown): error is Error {
  if (error instanceof CertificateRefused) return true;
  return (
    error instanceof Error && ['ECONNREFUSED', 'EHOSTUNREACH'].includes(String((error as { code?: unknown }).code))
  );
}
