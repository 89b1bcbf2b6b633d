/**
 * An entry of the client as one file without any other: an ES module, or the same for CommonJS. Of
 * the protocol it needs names and types only.
 */
import { join } from 'node:path';
import { build as esbuild, type Plugin } from 'esbuild';
import { root } from '../functions.ts';
import { withoutSchemas } from '../without-schemas.ts';
import { sourceOf, specifierAt, type ClientEntry } from './entries.ts';

/** An entry that is imported by another one is there once: whoever imports both has it from one. */
const byTheDoor: Plugin = {
  name: 'by-the-door',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const specifier = specifierAt(join(resolveDir, path));
      return specifier === undefined ? undefined : { path: specifier, external: true };
    });
  },
};

/** Nothing is written. */
export async function bundleClient({
  entry = 'client',
  format = 'esm',
  target = 'es2022',
  minify = false,
}: {
  entry?: ClientEntry;
  format?: 'esm' | 'cjs';
  target?: 'es2022' | 'es2015';
  minify?: boolean;
} = {}): Promise<Uint8Array> {
  const { outputFiles } = await esbuild({
    absWorkingDir: root,
    entryPoints: [sourceOf(entry)],
    bundle: true,
    packages: 'external',
    format,
    platform: 'browser',
    target,
    jsx: 'automatic',
    minify,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [byTheDoor, withoutSchemas],
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
