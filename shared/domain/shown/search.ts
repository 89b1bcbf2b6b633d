/**
 * By what a configuration is found: the beginnings of the words of its id and its names, whatever
 * their case and accents.
 */

/** What names a configuration, as far as it has it. */
export interface Named {
  readonly id: string;
  readonly name?: string | undefined;
  readonly username?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

/**
 * A word and an id fit into a sort key: so many characters of it count, of four bytes at most each.
 */
const MOST_CHARACTERS = 48;
/** A row for each is written with an agent's profile, in one transaction with those that go. */
const MOST_WORDS = 16;

/** The words of what somebody types, each once. */
export function wordsIn(text: string): string[] {
  const folded = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = folded.split(/\s+/u).map((word) => Array.from(word).slice(0, MOST_CHARACTERS).join(''));
  return [...new Set(words)].filter((word) => word !== '');
}

/** Under which words it is found. */
export function wordsOf({ id, username, firstName, lastName, name }: Named): string[] {
  return wordsIn([id, username, firstName, lastName, name].filter(Boolean).join(' ')).slice(0, MOST_WORDS);
}

/** Does each word that was typed begin one of its words? */
export function finds(typed: readonly string[], named: Named): boolean {
  const words = wordsOf(named);
  return typed.every((beginning) => words.some((word) => word.startsWith(beginning)));
}
