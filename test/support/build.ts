/**
 * Before all tests: the bundles and the template, as `npm start` makes them; and what an earlier
 * run wrote down of grants is gone.
 */
import { rmSync } from 'node:fs';
import { build } from '../../infra/build.ts';
import { synth } from '../../infra/synth.ts';
import { grantsFolder } from '../grants/folder.ts';

export default async function setup(): Promise<void> {
  rmSync(grantsFolder, { recursive: true, force: true });
  await build();
  await synth();
}
