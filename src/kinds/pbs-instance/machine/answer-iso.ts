// SPDX-License-Identifier: GPL-3.0-or-later
/** The small image with the answer: its name says whose it is, and what it answers. Pure. */
import type { Answer } from '../../../clouds/installer/answer-file.ts';
import { isoID } from '../../../clouds/pve/volumes.ts';
import { canonical, digest } from '../../../core/digest.ts';
import type { Owner } from '../../../core/owner-mark.ts';
import { macOf, type MachineWish } from './wish.ts';

const prefix = ({ uid, cluster }: Owner) => `hybridcloud-answer-${digest('answer', cluster, uid)}-`;

export function answerOf(wish: MachineWish, owner: Owner): Answer {
  const { fqdn, mailTo, timeZone, network } = wish;
  return { fqdn, mailTo, timeZone, network, mac: macOf(wish, owner) };
}

/** Whose hash is in it the name does not say: where the password is made anew, what was written with the old one goes first. */
export function answerFileName(owner: Owner, answer: Answer): string {
  return `${prefix(owner)}${digest(canonical(answer))}.iso`;
}

/** Ours among the images of the storage, whatever they were written for. */
export function answersOf(owner: Owner, { iso }: MachineWish, images: readonly string[] = []): readonly string[] {
  const start = isoID(iso.storage, prefix(owner));
  return images.filter((volume) => volume.startsWith(start));
}
