/**
 * Makes the desk, a folder of static files in `dist/desk`, for whatever serves files. Where the
 * manager is and who signs agents in stands in its `config.json`, beside the code and not in it, so
 * one build serves every stage.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { root } from './functions.ts';
import { replaceFile } from './replace-file.ts';
import { withoutSchemas } from './without-schemas.ts';

export const deskFolder = join(root, 'dist', 'desk');
const still = join(root, 'desk', 'public');

/**
 * The files of the desk by name; nothing is written. What signs in by OIDC is a file of its own,
 * loaded where it is needed.
 */
export async function bundleDesk(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await esbuild({
    absWorkingDir: root,
    entryPoints: { desk: 'desk/main.tsx' },
    outdir: 'dist/desk',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [withoutSchemas],
    write: false,
  });
  const made = outputFiles.map(({ path, contents }): [string, Uint8Array] => [basename(path), contents]);
  const copied = readdirSync(still).map((name): [string, Uint8Array] => [name, readFileSync(join(still, name))]);
  return new Map([...made, ...copied]);
}

if (process.argv[1] === import.meta.filename) {
  const files = await bundleDesk();
  for (const [name, contents] of files) replaceFile(join(deskFolder, name), contents);
  for (const name of readdirSync(deskFolder)) {
    if (name !== 'config.json' && !files.has(name)) rmSync(join(deskFolder, name)); // of an earlier build
  }
  const config = join(deskFolder, 'config.json');
  if (!existsSync(config)) copyFileSync(join(root, 'desk', 'config.example.json'), config);
}
