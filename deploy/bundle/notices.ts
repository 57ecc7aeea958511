// SPDX-License-Identifier: GPL-3.0-or-later
/** What is said about the packages inside the bundle: for people (notices) and for scanners (CycloneDX). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

const rule = '-'.repeat(80);

export function notices(packages: readonly BundledPackage[]): string {
  const head =
    'hybrid-operator.js is GPL-3.0-or-later. It holds code of the packages below, each under its own licence; all of these allow that.';
  return [head, ...packages.map(noticeOf)].join(`\n\n${rule}\n`) + '\n';
}

function noticeOf({ name, version, license, texts }: BundledPackage): string {
  const text = texts.length > 0 ? texts.join('\n\n') : 'The package ships no licence file.';
  return `${name} ${version}\nLicence: ${license}\n\n${text}`;
}

/** CycloneDX 1.6; without serial number and time, which would make every build another one. */
export async function sbom(root: string, packages: readonly BundledPackage[]): Promise<string> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', ...componentOf(manifest) } },
    components: packages.map((one) => ({ type: 'library', ...componentOf(one) })),
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function componentOf({ name, version, license }: { name: string; version: string; license: string }) {
  const purl = `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
  return { 'bom-ref': purl, name, version, licenses: [{ expression: license }], purl };
}
