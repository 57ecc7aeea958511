// SPDX-License-Identifier: GPL-3.0-or-later
import { parsePolicy, type PolicyDocument, type PolicyRole } from './document.ts';

const known = new Map<string, PolicyDocument>();

/** A document that was accepted before, parsed once. */
export function knownPolicy(text: string, role: PolicyRole): PolicyDocument {
  const key = `${role} ${text}`;
  const found = known.get(key);
  if (found) return found;
  const policy = parsePolicy(text, role);
  if (known.size > 500) known.clear();
  known.set(key, policy);
  return policy;
}
