// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digest } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { complaintIn, versionIn } from './answers.ts';
import { selfSigned } from './self-signed.ts';

export type HaproxyVerdict =
  | { readonly verdict: 'Accepted'; readonly by: string }
  /** `complaint`: HAProxy's own line. */
  | { readonly verdict: 'Refused'; readonly by: string; readonly complaint: string }
  /** There is no HAProxy here, or nowhere to put a file. */
  | { readonly verdict: 'NotChecked' };

/** What may be asked of it. */
export interface HaproxyCheck {
  /**
   * @param write The configuration, given the path of a PEM file with certificate and key.
   * @param more Files beside it, which are read with it.
   * @throws Failure, Transient: it did not answer in time.
   */
  check(write: (certificatePath: string) => string, more?: readonly string[]): Promise<HaproxyVerdict>;
}

interface Answer {
  readonly status: number;
  readonly said: string;
}

const timeoutMs = 10_000;
/** Packages are upgraded below a process that goes on. */
const versionMs = 600_000;
/** Verdicts that are kept: each object asks for its own at every look. */
const mostKept = 500;

/** `absent`: there is no such program. */
function run(program: string, options: readonly string[]): Promise<Answer | 'absent'> {
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  return new Promise((resolve, reject) => {
    execFile(program, [...options], { env, timeout: timeoutMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`;
      const { code } = error ?? { code: 0 };
      if (typeof code === 'number') resolve({ status: code, said });
      else if (code === 'ENOENT' || code === 'EACCES') resolve('absent');
      else reject(silent(error));
    });
  });
}

function silent(cause: unknown): Failure {
  const message = 'The haproxy beside the operator gave no answer in ten seconds';
  return new Failure({ class: 'Transient', reason: 'HaproxyCheckSilent', applied: 'no', message, cause });
}

export class InstalledHaproxy implements HaproxyCheck {
  readonly #program: string;
  readonly #now: () => number;
  #told: { readonly at: number; readonly version: string | undefined } | undefined;
  readonly #kept = new Map<string, HaproxyVerdict>();

  constructor({ program = 'haproxy', now }: { readonly program?: string; readonly now: () => number }) {
    this.#program = program;
    this.#now = now;
  }

  async check(write: (certificatePath: string) => string, more: readonly string[] = []): Promise<HaproxyVerdict> {
    const by = await this.#version();
    if (by === undefined) return { verdict: 'NotChecked' };
    const key = digest(by, write(''), ...more);
    const known = this.#kept.get(key);
    if (known) return known;
    const verdict = await this.#ask(write, more, by);
    this.#keep(key, verdict);
    return verdict;
  }

  /** `undefined`: there is none. */
  async #version(): Promise<string | undefined> {
    const now = this.#now();
    if (this.#told && now - this.#told.at < versionMs) return this.#told.version;
    const answer = await run(this.#program, ['-v']);
    const version = answer === 'absent' ? undefined : versionIn(answer.said);
    this.#told = { at: now, version };
    return version;
  }

  #keep(key: string, verdict: HaproxyVerdict): void {
    if (verdict.verdict === 'NotChecked') return;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < mostKept) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, verdict);
  }

  async #ask(write: (path: string) => string, more: readonly string[], by: string): Promise<HaproxyVerdict> {
    // a container whose file system is read-only
    const folder = await mkdtemp(join(tmpdir(), 'haproxy-check-')).catch(() => undefined);
    if (folder === undefined) return { verdict: 'NotChecked' };
    try {
      const certificate = join(folder, 'nobody.pem');
      await writeFile(certificate, selfSigned(this.#now()), { mode: 0o600 });
      const files = [['haproxy.cfg', write(certificate)], ...more.map((text, index) => [`more-${index}.cfg`, text])];
      const paths: string[] = [];
      for (const [name = '', content = ''] of files) {
        paths.push(join(folder, name));
        await writeFile(join(folder, name), content, { mode: 0o600 });
      }
      // -dW: a warning is a refusal, too
      const answer = await run(this.#program, ['-c', '-dW', ...paths.flatMap((path) => ['-f', path])]);
      // it was there a moment ago
      if (answer === 'absent') throw silent(undefined);
      if (answer.status === 0) return { verdict: 'Accepted', by };
      return { verdict: 'Refused', by, complaint: complaintIn(answer.said, `${folder}/`) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
