// SPDX-License-Identifier: GPL-3.0-or-later
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where its packages are found. Among ours, as nothing that looks at the sources looks there. */
const folder = join(import.meta.dirname, '../../../node_modules/.cache/bench-dot-i');
export const dotI = join(folder, 'package.json');

/** @throws where there is no registry. */
export function installDotI(): void {
  if (existsSync(join(folder, 'node_modules'))) return;
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(import.meta.dirname, '../dot-i', name), join(folder, name));
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, stdio: 'ignore' });
}
