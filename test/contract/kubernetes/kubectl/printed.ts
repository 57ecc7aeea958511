// SPDX-License-Identifier: GPL-3.0-or-later
/** Levels what kubectl prints: ages, times, uids, versions, places. */

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export function printed(text: string, folder: string): string {
  return (
    text
      .replaceAll(folder, '<folder>')
      .replaceAll(/https:\/\/127\.0\.0\.1:\d+/g, '<server>')
      .replaceAll(/\/tmp\/(LIVE|MERGED|kubectl-edit)-?\d*/g, '<folder>/$1')
      .replaceAll(/<folder>\/(LIVE|MERGED|kubectl-edit)-\d+/g, '<folder>/$1')
      .replaceAll(/kubectl-edit-\d+\.yaml/g, 'kubectl-edit.yaml')
      .replaceAll(uid, '<uid>')
      .replaceAll(/gen-[a-z0-9]{5}\b/g, 'gen-<random>')
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4})?/g, '<time>')
      .replaceAll(/(resourceVersion"?: ?"?)\d+/gi, '$1<version>')
      .replaceAll(/(Resource Version: +)\d+/g, '$1<version>')
      .replaceAll(/\b(\d+[smhd]){1,2}\b/g, '<age>')
      .replaceAll(/<age>\([\w\d]+ over <age>\)|<age> \(x\d+ over <age>\)/g, '<age>')
      // a loaded machine opens a watch late, and says so
      .replaceAll(/^W.*very short watch.*\n/gm, '')
      // or not at all before kubectl's own --timeout, which it says in the line after it
      .replaceAll(/^E.*Failed to watch.*context deadline exceeded.*\n/gm, '')
      // klog
      .replaceAll(/^([IWE])\d{4} \S+ +\d+ (\w+\.go):\d+\]/gm, '$1 $2:')
      .split('\n')
      .map((line) => line.replace(/\s+$/, '').replaceAll(/(\S) {2,}/g, '$1  '))
      .join('\n')
      .trim()
  );
}
