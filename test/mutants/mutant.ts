/** One way to break the product that somebody would suffer from, and the test that notices. */

export interface Mutant {
  readonly file: string;
  /** What stands in it exactly once, and what stands there instead. */
  readonly find: string;
  readonly replace: string;
  /** What goes wrong then. */
  readonly why: string;
  /** The test file that fails. */
  readonly by: string;
}

/** So often a mutant's text stands in its file: once, or the list is out of date. */
export function occurrences({ find }: Mutant, text: string): number {
  return text.split(find).length - 1;
}
