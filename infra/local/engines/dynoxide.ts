/**
 * Where the database engine is: what npm has installed for this platform, or somebody by hand (`npm
 * install --no-save @dynoxide/<platform>`).
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The program; null where there is none for this platform. `resolve` says where a package's file
 * is, and throws where there is no such package.
 */
export function dynoxide(
  platform = `${process.platform}-${process.arch}`,
  resolve: (file: string) => string = createRequire(import.meta.url).resolve,
): string | null {
  try {
    const folder = dirname(resolve(`@dynoxide/${platform}/package.json`));
    const programs = ['dynoxide', 'dynoxide.exe'].map((name) => join(folder, name));
    return programs.find((program) => existsSync(program)) ?? null;
  } catch {
    return null;
  }
}
