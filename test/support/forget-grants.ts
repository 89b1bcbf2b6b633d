/** Before all tests: what an earlier run wrote down of grants is gone. */
import { rmSync } from 'node:fs';
import { grantsFolder } from '../grants/folder.ts';

export default function setup(): void {
  rmSync(grantsFolder, { recursive: true, force: true });
}
