/**
 * What the stacks of a whole run of the tests used of what their functions are granted: nothing
 * outside of it, and all of it but what has a reason.
 */

export interface Gathered {
  /** Every grant of the template. */
  readonly granted: readonly string[];
  /** What the stacks wrote down: `used <grant>` and `outside <call>`. */
  readonly lines: readonly string[];
  /** Grants that no test uses, each with the reason why it is needed. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** What is wrong, a line each; none is good. */
export function judge({ granted, lines, reasons }: Gathered): string[] {
  const used = new Set(after('used ', lines).flatMap(sameRead));
  if (used.size === 0) return ['No stack has written down a call: run npm test first.'];
  const unused = granted.filter((grant) => !used.has(grant));
  return [
    ...new Set(after('outside ', lines).map((call) => `outside of every grant: ${call}`)),
    ...unused.filter((grant) => !reasons[grant]).map((grant) => `granted and never used: ${grant}`),
    ...Object.keys(reasons)
      .filter((grant) => !granted.includes(grant))
      .map((grant) => `has a reason for not being used, and is not granted: ${grant}`),
  ];
}

/**
 * An item is asked for alone, or with others of the same moment (`shared/aws/items.ts`): which it
 * is in a run is a matter of time, so who does the one may do the other.
 */
function sameRead(grant: string): string[] {
  const other = { GetItem: 'BatchGetItem', BatchGetItem: 'GetItem' };
  return [grant, grant.replace(/(?<=dynamodb:)(GetItem|BatchGetItem)/, (name) => other[name as keyof typeof other])];
}

const after = (word: string, lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length));
