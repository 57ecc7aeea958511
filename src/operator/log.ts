// SPDX-License-Identifier: GPL-3.0-or-later
import { channel } from 'node:diagnostics_channel';
import { pino, type Logger } from 'pino';
import { Failure } from '../core/failure.ts';

export type Log = Logger;

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** Takes known secrets out of a line, whatever field they hide in. */
  readonly scrub: (line: string) => string;
  /** Gets each line with its newline. */
  readonly write: (line: string) => void;
}

/** JSON lines: a constant message and fields. Every line passes `scrub`, names and values alike, so that no field can be forgotten. */
export function createLog({ level, scrub, write }: LogOptions): Log {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      errorKey: 'error',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: errorFields },
    },
    {
      write: (line: string) => write(publish(escaped(scrub(JSON.stringify(cleaned(JSON.parse(line), scrub)))))),
    },
  );
}

/** JSON escapes what is below a space. Terminals and viewers act on some of the rest, too: C1 controls, line ends of Unicode, direction marks. */
function escaped(line: string): string {
  const text = line.replaceAll(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}

/** Each text before JSON escapes it: a secret with quotes, inside JSON inside a field, is escaped twice in the line. */
function cleaned(value: unknown, scrub: LogOptions['scrub']): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, scrub));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [scrub(name), cleaned(item, scrub)]));
}

/** Every line, for whoever listens in this process (the test run searches them for secrets). */
const told = channel('hybridcloud.log.line');

function publish(line: string): string {
  if (told.hasSubscribers) told.publish(line);
  return line;
}

const longestText = 4096;

/** Only what we know: libraries hang requests and answers on their errors, and those hold tokens. A Failure is expected; else the stack helps. */
export function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof Failure) {
    const cause = error.cause instanceof Error ? { cause: cut(`${error.cause.name}: ${error.cause.message}`) } : {};
    return { class: error.class, reason: error.reason, message: cut(error.message), ...cause };
  }
  if (error instanceof Error) return { name: error.name, message: cut(error.message), stack: cut(error.stack ?? '') };
  return { message: cut(String(error)) };
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
