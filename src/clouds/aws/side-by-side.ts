// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The answers to questions that were asked side by side. When several fail, the first of them in the order of the list is thrown, whichever
 * came first: in an outage every look then says the same, and a message that stays is written once.
 */
export async function sideBySide<const Answers extends readonly unknown[]>(
  asked: {
    readonly [Index in keyof Answers]: Promise<Answers[Index]>;
  },
): Promise<Answers> {
  const settled = await Promise.allSettled(asked as readonly Promise<unknown>[]);
  const answers = settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return answers as unknown as Answers;
}
