/**
 * `npm run bench`: prints what things cost, with the budget beside it. Nothing is asserted:
 * machines differ, and these numbers are for people. Counts (calls, units, bytes) are exact; times
 * are of this machine at this moment. `npm run bench -- outward` runs one part.
 */
import { build } from '../infra/build.ts';
import { synth } from '../infra/synth.ts';
import { arrivals } from './arrivals.ts';
import { bundles } from './bundles.ts';
import { client } from './client.ts';
import { colleagues } from './colleagues.ts';
import { costs } from './costs.ts';
import { figures } from './figures.ts';
import { lists } from './lists.ts';
import { outward } from './outward.ts';
import { peer } from './peer/peer.ts';
import { price } from './price.ts';
import { routing } from './routing.ts';
import { roundTrips } from './round-trips.ts';

const parts = {
  costs,
  arrivals,
  routing,
  roundTrips,
  lists,
  colleagues,
  figures,
  outward,
  client,
  price,
  peer,
  bundles,
};

await build();
await synth();
const asked = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) await part();
