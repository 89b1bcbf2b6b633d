/**
 * What can be imported of `packages/client`, by the name of its files. Everything else follows:
 * `exports` of its package.json, and a folder `<name>` with one of its own for bundlers that know
 * no `exports`.
 */
import { join } from 'node:path';
import { root } from '../functions.ts';

const entries = {
  client: 'shared/client/client.ts',
  react: 'shared/client/react.ts',
  testing: 'shared/client/testing.ts',
} as const;

/** Is it a part of desks? Those may have to be in ES5; a test of one is not. */
export function isInDesks(entry: ClientEntry): boolean {
  return entry !== 'testing';
}

export type ClientEntry = keyof typeof entries;

export const clientEntries = Object.keys(entries) as readonly ClientEntry[];

/** Where its code is. */
export function sourceOf(entry: ClientEntry): string {
  return join(root, entries[entry]);
}

/** As what the file is imported where it is an entry. */
export function specifierAt(file: string): string | undefined {
  const entry = clientEntries.find((one) => sourceOf(one) === file);
  return entry && `@serverless-agent-manager/client${subpathOf(entry).slice(1)}`;
}

/** The entry in `exports`. */
export function subpathOf(entry: ClientEntry): string {
  return entry === 'client' ? '.' : `./${String(entry)}`;
}
