/**
 * Luck that belongs to somebody: what a customer or an agent will do is drawn from their number and
 * the seed alone, so it is the same under every configuration.
 */
import { random, type Chance } from '../../shared/memory/random.ts';

export function luckOf(seed: number, who: string): Chance {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < who.length; at++) hash = Math.imul(hash ^ who.charCodeAt(at), 0x01000193);
  // Neighbours differ in few bits, which the first draws would show.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return random(hash ^ (hash >>> 13));
}

/** As of things that happen at any moment. */
export function exponential(chance: Chance, mean: number): number {
  return -mean * Math.log(1 - chance.next());
}

/** As of things that take their time: seldom very short, now and then three times as long. */
export function lasting(chance: Chance, mean: number): number {
  const spread = 0.5;
  const normal = Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
  return mean * Math.exp(spread * normal - (spread * spread) / 2);
}
