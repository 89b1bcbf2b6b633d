/** A day, from its configuration to its figures. */
import { loadFunctions } from '../../infra/small/functions.ts';
import type { Config } from './config.ts';
import { play, type Playing } from './day.ts';
import { figuresOf, type Figures } from './figures.ts';
import { planOf, type Size } from './plan.ts';

/** `perHour`: how many customers come, where it is not for the configuration to say. */
export async function simulate(config: Config, size: Size, perHour?: number, playing?: Playing): Promise<Figures> {
  const plan = planOf(config, size, perHour);
  return figuresOf(await play(await loadFunctions(), config, plan, playing), config);
}
