/**
 * Leaves the schemas out of what runs in a browser, and zod with them. A schema is made by calls,
 * which a bundler keeps unless it is told that a module of which nothing is used does nothing.
 */
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { root } from './functions.ts';

export const withoutSchemas: Plugin = {
  name: 'without-schemas',
  setup(build) {
    build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      return { path: file, sideEffects: !file.startsWith(join(root, 'shared', 'protocol')) };
    });
  },
};
