// SPDX-License-Identifier: GPL-3.0-or-later
/** A plan for people. */
import type { Colours } from '../command/colours.ts';
import { clean, printable } from '../command/printable.ts';
import { placeOf, type Placed } from './manifests.ts';
import type { Outlook, OutlookStep } from './outlook.ts';
import { summaryOf, type Summary } from './verdict.ts';

export interface Report {
  /** What it was compared with, one line each. */
  readonly against: readonly string[];
  readonly outlooks: readonly Outlook[];
  readonly skipped: readonly Placed[];
  readonly remarks: readonly string[];
}

const signs: Readonly<Record<string, string>> = { create: '+', update: '~', replace: '±', delete: '-', probe: '?' };

function painted(effect: string, text: string, colours: Colours): string {
  if (effect === 'create') return colours.green(text);
  if (effect === 'delete' || effect === 'replace') return colours.red(text);
  return effect === 'update' ? colours.yellow(text) : colours.cyan(text);
}

function riskOf({ risk, loses, target }: OutlookStep, colours: Colours): string {
  if (risk === 'destroysData') return colours.red(`  !! DESTROYS THE DATA in ${clean(loses ?? target)}`);
  return risk === 'disrupts' ? colours.yellow('  ! interrupts what uses it') : '';
}

function stepLines(step: OutlookStep, colours: Colours): string[] {
  const sign = painted(step.effect, `${signs[step.effect] ?? ' '} ${step.do}`, colours);
  const calls = step.calls.flatMap(({ service, action, parameters }) => [
    `      ${service}: ${action}`,
    // lines of one value stand below each other
    ...parameters.map(({ name, value }) =>
      colours.faint(`          ${name} = ${clean(value).replaceAll(/\n(?!\n)/g, '\n            ')}`),
    ),
  ]);
  return [`  ${sign}  ${clean(step.target)}${riskOf(step, colours)}`, ...calls];
}

function holdLines({ hold, refused, approval, error, notes }: Outlook, colours: Colours): string[] {
  const lines = notes.map((note) => `  note: ${clean(note)}`);
  if (approval) lines.push(colours.yellow(`  held, a person must act: ${approval.reason}: ${clean(approval.message)}`));
  if (error) lines.push(colours.red(`  error: ${error.reason}: ${clean(error.message)}`));
  if (refused) lines.push(colours.yellow(`  held, a person must act: ${refused.reason}: ${clean(refused.message)}`));
  if (hold) {
    const who = hold.why === 'Blocked' ? 'held, a person must act' : 'then waits by itself';
    lines.push(colours.yellow(`  ${who}: ${hold.reason}: ${clean(hold.message)}`));
  }
  return lines;
}

function stateOf({ deleting, fresh, steps, error }: Outlook): string {
  if (error) return 'no plan';
  if (deleting) return 'deleted';
  if (fresh) return 'new';
  return steps.every(({ effect }) => effect === 'probe') ? 'as it should be' : 'changes';
}

function objectLines(one: Outlook, colours: Colours): string[] {
  const account = one.account === undefined ? '' : `, account ${one.account}`;
  const title = `${one.kind} ${one.namespace}/${one.name}`;
  const hash = one.hash === undefined ? [] : [hashLine(one)];
  return [
    `${colours.bold(clean(title))}  (${placeOf(one)}): ${stateOf(one)}${account}`,
    ...one.differences.map(
      ({ path, have, want }) => `  differs: ${clean(path)} is ${clean(have)}, and shall be ${clean(want)}`,
    ),
    ...one.steps.flatMap((step) => stepLines(step, colours)),
    ...holdLines(one, colours),
    ...hash.map((line) => colours.faint(line)),
    '',
  ];
}

function hashLine({ hash, fresh }: Outlook): string {
  return fresh ? `  hash ${hash} (of this preview: the object's own is known when it exists)` : `  hash ${hash}`;
}

export function summaryLine(summary: Summary): string {
  const { create, update, replace, held, failed, destroysData } = summary;
  const changes = create + update + replace + summary.delete;
  const parts = [
    `${create} to create`,
    `${update} to update`,
    ...(replace > 0 ? [`${replace} to replace`] : []),
    `${summary.delete} to delete`,
    ...(destroysData > 0 ? [`${destroysData} DESTROY DATA`] : []),
    ...(held > 0 ? [`${held} ${held === 1 ? 'object waits' : 'objects wait'} for a person`] : []),
    ...(failed > 0 ? [`${failed} could not be planned`] : []),
  ];
  if (changes + held + failed === 0) return 'No changes: the world is as the files say.';
  return `Plan: ${parts.join(', ')}. Nothing was changed.`;
}

export function text({ against, outlooks, skipped, remarks }: Report, colours: Colours): string {
  const legend = outlooks.some(({ steps }) => steps.length > 0)
    ? ['+ create  ~ update  - delete  ? try whether it works', '']
    : [];
  const later = JSON.stringify(outlooks).match(/\((known after apply|known in the cluster)\)|<access key of/g) ?? [];
  return [
    ...against.map(clean),
    '',
    ...legend,
    ...outlooks.flatMap((one) => objectLines(one, colours)),
    ...skipped.map(
      (one) =>
        `Skipped ${printable(one.manifest.kind)} ${printable(one.manifest.metadata.name)} (${placeOf(one)}): not of this operator`,
    ),
    ...remarks.map((remark) => `Note: ${clean(remark)}`),
    ...(later.length > 0 ? ['What stands in (…) or <…> is known only later.'] : []),
    colours.bold(summaryLine(summaryOf(outlooks))),
    '',
  ].join('\n');
}
