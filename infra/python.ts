/**
 * A Python with packages: a virtual environment beside npm's caches, made once for each list of
 * requirements.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './functions.ts';

/**
 * Nothing is wrong with the project: what is asked for cannot be had here. The message says what.
 */
export class CannotBeHad extends Error {
  override name = 'CannotBeHad';
}

const run = promisify(execFile);

/**
 * The path of a Python that has what the file of requirements pins with hashes. `name` is that of
 * the cache. Rejects with CannotBeHad without Python 3.11, its `venv`, or the packages; with
 * another error where a package is not the one that is pinned.
 */
export async function pythonWith(name: string, requirements: string): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = join(root, 'node_modules', '.cache');
  const folder = join(cache, `${name}-${digest}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  await had(
    'Python 3.11 or newer',
    run('python3', ['-c', 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)']),
  );
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    await had('a virtual environment', run('python3', ['-m', 'venv', draft]));
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:'];
    const pinned = ['--require-hashes', '--requirement', requirements];
    await had('the packages', run(join(draft, 'bin', 'python'), [...install, ...pinned]));
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another run may have been first.
    if (!existsSync(python)) throw error;
  }
  return python;
}

async function had(what: string, attempt: Promise<unknown>): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    if (/DO NOT MATCH THE HASHES/.test(said)) throw new Error(said, { cause: error });
    const why = said.split('\n').at(-1) || (error instanceof Error ? error.message : String(error));
    throw new CannotBeHad(`${what} cannot be had: ${why}`, { cause: error });
  }
}
