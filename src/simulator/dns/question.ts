// SPDX-License-Identifier: GPL-3.0-or-later
/** What is asked and answered, without the packets. */

export interface Question {
  /** Without the closing dot, in any case. */
  readonly name: string;
  /** `A`, `AAAA`, `TXT`… */
  readonly type: string;
  /** Whose location counts: the client's network (EDNS client subnet, RFC 7871) or else the resolver. */
  readonly client: string;
}

export interface AnswerRecord {
  /** Without the closing dot. */
  readonly name: string;
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** As in a zone file. */
  readonly value: string;
}

export interface Answer {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'REFUSED';
  readonly authoritative: boolean;
  readonly answers: readonly AnswerRecord[];
  readonly authorities: readonly AnswerRecord[];
  /** True when somebody elsewhere may get another answer. */
  readonly byLocation: boolean;
}

export type Resolve = (question: Question) => Answer;
