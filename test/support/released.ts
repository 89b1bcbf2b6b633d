/**
 * What a version does to rows: it reads them, decides, and writes them. The code of each schema is
 * kept as one file (test/fixtures/stored), so that two versions can be let loose on the same rows
 * as they are during a deploy.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../infra/functions.ts';
import type * as version from './version.ts';

export type Version = typeof version;

const kept = (schema: number) => join(root, 'test/fixtures/stored', `${schema}.mjs.txt`);

/**
 * Without what the environment decides: the SDK and everything it needs stay as they are installed.
 */
export async function keepCode(schema: number): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/support/version.ts'],
    outfile: kept(schema),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['@aws-sdk/*'],
    legalComments: 'none',
  });
}

/**
 * The code of a schema; null: none was kept. Its environment must be set by now, as it reads that
 * when it is loaded.
 */
export async function releasedCode(schema: number): Promise<Version | null> {
  if (!existsSync(kept(schema))) return null;
  const folder = join(root, 'dist', 'released');
  mkdirSync(folder, { recursive: true });
  const module = join(folder, `${schema}.mjs`);
  copyFileSync(kept(schema), module);
  return (await import(module)) as Version;
}
