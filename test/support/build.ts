/** Before tests of what is deployed: the bundles and the template, as `npm start` makes them. */
import { built } from '../../infra/build.ts';
import { synth } from '../../infra/synth.ts';

export default async function setup(): Promise<void> {
  await built();
  await synth();
}
