/** What was made is made again only when something has changed of what it is made from. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryPoints, root } from './functions.ts';

/** Of the files that fit, where they lie, and of the names of all functions. */
export function fingerprint(files: string[]): string {
  const hash = createHash('sha256').update(root);
  for (const file of globSync(files, { cwd: root }).toSorted())
    hash.update(file).update(readFileSync(join(root, file)));
  for (const { bundle } of entryPoints()) hash.update(bundle);
  return hash.digest('hex');
}
