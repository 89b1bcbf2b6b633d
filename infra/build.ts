/**
 * Bundles every Lambda with one esbuild call into `dist/functions/<folder>/<name>/index.mjs`: the
 * bytes that CDK deploys and `npm start` runs; and the desk. A bundle is replaced whole or not at
 * all, so a stack that is running meanwhile never reads half a file.
 */
import { build as esbuild, type BuildOptions } from 'esbuild';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundleDesk, deskFolder } from './build-desk.ts';
import { fingerprint } from './fingerprint.ts';
import { entryPoints, root } from './functions.ts';
import { lambdaEntries, lambdaEntry } from './lambda-entry.ts';
import { replaceFile } from './replace-file.ts';

const output = join(root, 'dist', 'functions');

/** Some dependencies call `require`, which an ES module does not have. */
const requireForModules = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** How a bundle is made, here and for the bench that compares one with a bare handler. */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': './infra/credentials.ts' },
  minify: true,
  legalComments: 'none',
  banner: { js: requireForModules },
  logLevel: 'error',
} as const satisfies BuildOptions;

/** Everything that decides what is in a bundle. */
const MADE_FROM = ['{shared,functions,infra,desk}/**/*.*', 'tsconfig.json', 'package-lock.json'];
const receipt = join(root, 'dist', 'inputs');

/** Builds what is not built yet as it is now. */
export async function built(): Promise<void> {
  if (!existsSync(receipt) || readFileSync(receipt, 'utf8') !== fingerprint(MADE_FROM)) await build();
}

export async function build(): Promise<void> {
  const inputs = fingerprint(MADE_FROM);
  const entries = entryPoints();
  const result = await esbuild({
    ...bundleOptions,
    entryPoints: entries.map(({ source, bundle }) => ({ in: lambdaEntry(source), out: join(bundle, 'index') })),
    plugins: [lambdaEntries],
    outdir: '.',
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
  });
  for (const { path, contents } of result.outputFiles) replaceFile(path, contents);
  for (const [name, contents] of await bundleDesk()) replaceFile(join(deskFolder, name), contents);
  replaceFile(join(root, 'dist', 'meta.json'), Buffer.from(JSON.stringify(result.metafile)));
  removeStale(new Set(result.outputFiles.map((file) => dirname(relative(output, file.path)))));
  replaceFile(receipt, Buffer.from(inputs));
}

/**
 * Removes what an earlier build left: the bundle of a function that was renamed or deleted must not
 * be deployed.
 */
function removeStale(bundles: Set<string>): void {
  const folders = existsSync(output) ? readdirSync(output) : [];
  for (const folder of folders) {
    const names = readdirSync(join(output, folder));
    for (const name of names) {
      if (!bundles.has(join(folder, name))) rmSync(join(output, folder, name), { recursive: true });
    }
    if (readdirSync(join(output, folder)).length === 0) rmSync(join(output, folder), { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) await build();
