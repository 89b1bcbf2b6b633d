/**
 * `npm run bench`: prints what things cost, with the budget beside it. Nothing is asserted: machines differ, and these numbers are for people.
 * Counts (calls, units, bytes) are exact; times are of this machine at this moment.
 */
import { build } from '../infra/build.ts';
import { synth } from '../infra/synth.ts';
import { arrivals } from './arrivals.ts';
import { bundles } from './bundles.ts';
import { client } from './client.ts';
import { costs } from './costs.ts';
import { lists } from './lists.ts';
import { roundTrips } from './round-trips.ts';

await build();
await synth();
for (const part of [costs, arrivals, roundTrips, lists, client, bundles]) await part();
