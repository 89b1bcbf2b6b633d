/** Makes the bridge one file that needs nothing but Node: `dist/bridge/bridge.mjs`. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './functions.ts';
import { withoutSchemas } from './without-schemas.ts';

export const bridgeFile = join(root, 'dist', 'bridge', 'bridge.mjs');

export async function buildBridge(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['bridge/main.ts'],
    outfile: bridgeFile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Faster masks of `ws`, which are compiled natively and not needed.
    external: ['bufferutil', 'utf-8-validate'],
    // Packages that are no modules ask for Node's own by `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
    plugins: [withoutSchemas],
  });
}

if (process.argv[1] === import.meta.filename) await buildBridge();
