/**
 * The shortest history of a schedule that failed which is cheap to find: as few deeds as the same
 * number still fails with, and of these all left out that it fails without.
 */
import { play } from './schedule.ts';

export interface Shortest {
  readonly most: number;
  readonly without: readonly number[];
  readonly faults: readonly string[];
  /** What happened, a line each. */
  readonly history: readonly string[];
}

export async function shortest(number: number): Promise<Shortest | null> {
  const strict = true;
  const fails = async (most: number, without: ReadonlySet<number>) =>
    (await play(number, { strict, most, without })).faults.length > 0;
  const { faults, deeds } = await play(number, { strict });
  if (faults.length === 0) return null;
  let most = deeds;
  for (let fewer = 1; fewer < deeds; fewer++) {
    if (!(await fails(fewer, new Set()))) continue;
    most = fewer;
    break;
  }
  const without = new Set<number>();
  for (let place = most - 1; place >= 0; place--) {
    without.add(place);
    if (!(await fails(most, without))) without.delete(place);
  }
  const history: string[] = [];
  const again = await play(number, { strict, most, without, say: (line) => history.push(line) });
  return { most, without: [...without].toSorted((a, b) => a - b), faults: again.faults, history };
}
