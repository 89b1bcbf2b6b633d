/**
 * The client as it is packed, in the project of somebody who writes a desk: an empty folder, into
 * whose `node_modules` the tarball was unpacked, and nothing else.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = join(import.meta.dirname, '..', '..');

export interface Project {
  readonly folder: string;
  /** Where the package is in it. */
  readonly installed: string;
  /** The names of the package's files. */
  readonly files: readonly string[];
  /** How much is downloaded. */
  readonly bytes: number;
  remove(): void;
}

export async function projectWithClient(): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'));
  const from = join(root, 'packages', 'client');
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: from });
  const [packed] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]$/m))) as Record<string, Packed>);
  if (!packed) throw new Error('Nothing was packed');
  const tarball = join(folder, packed.filename.replace('@', '').replace('/', '-'));
  await run('tar', ['xzf', tarball, '-C', folder]);
  const installed = join(folder, 'node_modules', '@serverless-agent-manager', 'client');
  mkdirSync(dirname(installed), { recursive: true });
  renameSync(join(folder, 'package'), installed);
  const { size: bytes } = statSync(tarball);
  const files = packed.files.map(({ path }) => path);
  return { folder, installed, files, bytes, remove: () => rmSync(folder, { recursive: true }) };
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
