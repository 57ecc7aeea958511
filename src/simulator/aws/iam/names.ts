// SPDX-License-Identifier: GPL-3.0-or-later
import { required, text, whole, type List } from '../protocol/model.ts';

/** Constraints of the IAM API reference, one per shape. */
export const newUserName = text({ min: 1, max: 64, pattern: /^[\w+=,.@-]+$/ });
export const userName = text({ min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ });
export const roleName = text({ min: 1, max: 64, pattern: /^[\w+=,.@-]+$/ });
export const policyName = text({ min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ });
export const path = text({ min: 1, max: 512, pattern: /^(\/|\/[!-~]+\/)$/ });
export const pathPrefix = text({ min: 1, max: 512, pattern: /^\/[!-~]*$/ });
export const policyDocument = text({ min: 1, max: 131_072, pattern: /^[\t\n\r -\u00ff]+$/ });
export const accessKeyID = text({ min: 16, max: 128, pattern: /^\w+$/ });
export const paging = { Marker: text({ min: 1, max: 320, pattern: /^[ -\u00ff]+$/ }), MaxItems: whole(1, 1000) };

const tagKey = required(text({ min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u }));
const tagValue = required(text({ min: 0, max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u }));
export const tags: List = { is: 'list', max: 50, of: { is: 'structure', members: { Key: tagKey, Value: tagValue } } };
export const tagKeys: List = { is: 'list', max: 50, of: tagKey };
