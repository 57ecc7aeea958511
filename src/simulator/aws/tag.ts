// SPDX-License-Identifier: GPL-3.0-or-later
export type Tag = readonly [key: string, value: string];
