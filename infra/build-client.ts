/**
 * Makes what `./client` of package.json exports: one ES module for browsers and Node in
 * `dist/client`, and the types beside it. Of the protocol the client needs names and types only, so
 * the schemas, and zod with them, stay out of it.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build as esbuild, type Plugin } from 'esbuild';
import { root } from './functions.ts';
import { replaceFile } from './replace-file.ts';

export const clientFile = join(root, 'dist', 'client', 'client.js');

/**
 * Modules of the protocol that nothing is used of are left out: a schema is made by calls, which a
 * bundler keeps otherwise.
 */
export const withoutSchemas: Plugin = {
  name: 'without-schemas',
  setup(build) {
    build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      return { path: file, sideEffects: !file.startsWith(join(root, 'shared', 'protocol')) };
    });
  },
};

/** The bundle itself; nothing is written. */
export async function bundleClient({ minify = false } = {}): Promise<Uint8Array> {
  const { outputFiles } = await esbuild({
    absWorkingDir: root,
    entryPoints: ['shared/client/client.ts'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [withoutSchemas],
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/**
 * The types, as the compiler makes them of the sources: `dist/client` and, beside it, what it needs
 * of `dist/protocol`.
 */
function buildTypes(): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '--project', 'tsconfig.client.json'], { cwd: root, stdio: 'inherit' });
}

if (process.argv[1] === import.meta.filename) {
  replaceFile(clientFile, await bundleClient());
  buildTypes();
}
