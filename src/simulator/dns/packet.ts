// SPDX-License-Identifier: GPL-3.0-or-later
/** From packets to questions, and from answers to packets. Sources: RFC 1035, RFC 6891 (EDNS), RFC 7871 (client subnet). */
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  type Answer as PacketRecord,
  type DecodedPacket,
  type OptAnswer,
  type Packet,
} from 'dns-packet';
import type { Answer, AnswerRecord, Question } from './question.ts';
import { dataOf } from './record-data.ts';

export interface Asked {
  readonly packet: DecodedPacket;
  /** Absent when it is not to be answered from zones: no question, or not of the Internet. */
  readonly question?: Question;
  readonly subnet?: Subnet;
  /** What the client takes over UDP. */
  readonly size: number;
}

interface Subnet {
  readonly ip: string;
  readonly family: 1 | 2;
  readonly bits: number;
}

/** undefined: no packet, or no query. */
export function read(bytes: Buffer, from: string): Asked | undefined {
  try {
    const packet = decode(bytes);
    return packet.type === 'query' ? asked(packet, from) : undefined;
  } catch {
    return undefined;
  }
}

function asked(packet: DecodedPacket, from: string): Asked {
  const opt = packet.additionals?.find((record): record is OptAnswer => record.type === 'OPT');
  const size = opt ? Math.max(512, Math.min(opt.udpPayloadSize, 4096)) : 512;
  const subnet = opt && subnetOf(opt);
  const question = questionOf(packet, subnet && subnet.bits > 0 ? subnet.ip : from);
  return { packet, size, ...(subnet ? { subnet } : {}), ...(question ? { question } : {}) };
}

function questionOf({ flags = 0, questions = [] }: DecodedPacket, client: string): Question | undefined {
  const [first] = questions;
  const opcode = (flags >> 11) & 15;
  if (!first || opcode !== 0 || questions.length > 1 || (first.class ?? 'IN') !== 'IN') return undefined;
  return { name: first.name, type: first.type, client };
}

function subnetOf({ options }: OptAnswer): Subnet | undefined {
  for (const option of options) {
    // the package reads it, and says so nowhere in its types
    const { type, ip, family, sourcePrefixLength } = option as unknown as Record<string, unknown>;
    if (type === 'CLIENT_SUBNET' && typeof ip === 'string' && (family === 1 || family === 2))
      return { ip, family, bits: Number(sourcePrefixLength) };
  }
  return undefined;
}

const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

const nothing = { authoritative: false, answers: [], authorities: [], byLocation: false };
/** To what is no question of the Internet, or no question at all. */
export const notImplemented = { ...nothing, code: 'NOTIMP' as const };
/** To what could not be answered. */
export const failed = { ...nothing, code: 'SERVFAIL' as const };

type Reply = Answer | typeof notImplemented | typeof failed;

/** @param limit Bytes; what is longer says so and nothing else, and is asked again over TCP. */
export function write(request: Asked, answer: Reply, limit: number): Buffer {
  const whole = responseOf(request, answer);
  const bytes = encode(whole);
  if (bytes.byteLength <= limit) return bytes;
  return encode({ ...whole, flags: (whole.flags ?? 0) | TRUNCATED_RESPONSE, answers: [], authorities: [] });
}

function responseOf({ packet, subnet }: Asked, answer: Reply): Packet {
  const recursion = (packet.flags ?? 0) & RECURSION_DESIRED;
  const extended = packet.additionals?.some(({ type }) => type === 'OPT') ?? false;
  return {
    type: 'response',
    ...(packet.id === undefined ? {} : { id: packet.id }),
    flags: codes[answer.code] | recursion | (answer.authoritative ? AUTHORITATIVE_ANSWER : 0),
    questions: packet.questions ?? [],
    answers: records(answer.answers),
    authorities: records(answer.authorities),
    additionals: extended ? [opt(subnet, answer.byLocation)] : [],
  };
}

function records(list: readonly AnswerRecord[]): PacketRecord[] {
  return list.flatMap(({ name, type, ttl, value }) => {
    const data = dataOf(type, value);
    return data === undefined ? [] : [{ name, type, ttl, class: 'IN', data } as PacketRecord];
  });
}

/** RFC 7871, 7.2.1: the answer holds for as much of the address as was looked at. */
function opt(subnet: Subnet | undefined, byLocation: boolean): PacketRecord {
  const scopePrefixLength = byLocation ? (subnet?.bits ?? 0) : 0;
  const option = subnet && {
    code: 'CLIENT_SUBNET',
    family: subnet.family,
    ip: subnet.ip,
    sourcePrefixLength: subnet.bits,
    scopePrefixLength,
  };
  const options = option ? [option] : [];
  return { type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0, options } as unknown as PacketRecord;
}
