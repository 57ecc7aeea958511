// SPDX-License-Identifier: GPL-3.0-or-later
/** Names and tags of what a SiteVpn makes or looks for in AWS. */
import { z } from 'zod';
import { celMatches, matches, withRules } from '../rules.ts';

/** The ASCII that every AWS service takes in tags (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html). */
const characters = '^[A-Za-z0-9 _.:/=+@-]+$';

/** The value of the tag Name. */
export function nameTag(field: string, description: string) {
  return withRules(
    z.string().min(1).max(128),
    [matches(characters, `${field} may hold letters, digits, spaces and _.:/=+-@ only, e.g. MY-VPN`)],
    { description },
  );
}

/** Tags by which something is found: all of them have to be there. */
export function searchTags(field: string, most: number, description: string) {
  const value = z.string().max(256).meta({ description: 'Value of the tag, e.g. MY-VPC.', maxLength: 256 });
  return withRules(
    z.record(z.string(), value),
    [
      {
        rule: `self.size() >= 1 && self.size() <= ${most}`,
        message: `${field} must have ${most === 1 ? 'exactly one tag' : `1 to ${most} tags`}: ${most === 1 ? 'one key with its value' : 'keys with their values'}, e.g. {Name: MY-VPC}`,
        holds: (self) => Object.keys(self).length >= 1 && Object.keys(self).length <= most,
      },
      {
        rule: `self.all(key, key.size() <= 128 && ${celMatches('key', characters)})`,
        message: `${field}: a key has 1 to 128 letters, digits, spaces and _.:/=+-@; correct it`,
        holds: (self) => Object.keys(self).every((key) => key.length <= 128 && new RegExp(characters).test(key)),
      },
      {
        // EC2's filters read these in values (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html)
        rule: "self.all(key, !self[key].contains('*') && !self[key].contains('?'))",
        message: `${field}: a value must not contain * or ?, which would find more than one thing; write it out`,
        holds: (self) => !Object.values(self).some((text) => /[*?]/.test(text)),
      },
    ],
    { description, maxProperties: 10 },
  );
}
