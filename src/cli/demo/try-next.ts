// SPDX-License-Identifier: GPL-3.0-or-later

/** @param lines Of worlds that stay up: the way in. The examples are applied there already. */
export function tryNext(lines: readonly string[] | undefined): readonly string[] {
  if (!lines)
    return [
      'npm run demo -- --keep',
      'npm run demo -- -o json',
      'kubectl apply -k deploy/   # on a cluster of yours; see README.md',
    ];
  const left = lines.filter((line) => !line.startsWith('kubectl apply '));
  const at = left.findIndex((line) => line.startsWith('kubectl get '));
  return left.toSpliced(at + 1, 0, 'kubectl describe pbsinstance pbs-main');
}
