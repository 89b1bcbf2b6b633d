/**
 * The entry points found on disk: every `functions/<folder>/<name>.ts` is one Lambda, bundled to a
 * folder of its own.
 */
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface EntryPoint {
  folder: string;
  name: string;
  /** Relative to the root of the project, as are all paths here. */
  source: string;
  /** The folder that CDK uploads; the code in it is `index.mjs` and its handler `index.handler`. */
  bundle: string;
}

export function entryPoints(): EntryPoint[] {
  return globSync('functions/*/*.ts', { cwd: root })
    .toSorted()
    .map((source) => {
      const folder = basename(dirname(source));
      const name = basename(source, '.ts');
      return { folder, name, source, bundle: join('dist', 'functions', folder, name) };
    });
}
