/**
 * `expect.poll` by another clock than that on the wall, by which a busy machine would give up
 * before anything could happen.
 */
import { expect } from 'vitest';

type Polled<T> = ReturnType<typeof expect.poll<T>>;

/** Looks again for as long as `passes` says that time went by; then the last look counts. */
export function polled<T>(
  look: () => T | Promise<T>,
  passes: () => Promise<boolean>,
  message: string | undefined,
): Polled<T> {
  /** The names that lead to the matcher, such as `not` and `toBe`. */
  const chain = (names: readonly PropertyKey[]): object =>
    new Proxy(() => {}, {
      get: (_, name) => chain([...names, name]),
      async apply(_target, _this, args: unknown[]) {
        for (;;) {
          const isLast = !(await passes());
          try {
            return applied(expect(await look(), message), names, args);
          } catch (error) {
            if (isLast) throw error;
          }
        }
      },
    });
  return chain([]) as Polled<T>;
}

function applied(assertion: object, [name = '', ...more]: readonly PropertyKey[], args: readonly unknown[]): void {
  const member: unknown = Reflect.get(assertion, name);
  if (typeof member === 'function') Reflect.apply(member, assertion, args);
  else if (typeof member === 'object' && member !== null) applied(member, more, args);
  else throw new Error(`expect has no ${String(name)}`);
}
