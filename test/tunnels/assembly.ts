// SPDX-License-Identifier: GPL-3.0-or-later

/** Runs the body, and then disposes of what it has put on the stack, in any case, the last thing first. */
export async function within<Result>(body: (stack: AsyncDisposableStack) => Promise<Result>): Promise<Result> {
  const stack = new AsyncDisposableStack();
  try {
    return await body(stack);
  } finally {
    await stack.disposeAsync();
  }
}

/** Makes something of parts that are disposed of with it; at once, where one of them cannot be made. */
export async function assembled<Whole extends object>(
  make: (stack: AsyncDisposableStack) => Promise<Whole>,
): Promise<Whole & AsyncDisposable> {
  return within(async (stack) => {
    const whole = await make(stack);
    const parts = stack.move();
    return Object.assign(whole, { [Symbol.asyncDispose]: () => parts.disposeAsync() });
  });
}
