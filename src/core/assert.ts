/** Thrown when the code itself is wrong: a broken invariant, never bad input. A driver that sees it stops at once. */
export class AssertionError extends Error {
  override name = 'AssertionError';
}

/** Checks an invariant of the code. Throws {@link AssertionError} when it does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable value: ${JSON.stringify(value)}`);
}
