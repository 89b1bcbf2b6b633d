/** Before all tests: the bundles and the template, as `npm start` makes them. */
import { build } from '../../infra/build.ts';
import { synth } from '../../infra/synth.ts';

export default async function setup(): Promise<void> {
  await build();
  await synth();
}
