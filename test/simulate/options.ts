/** What may be said to `npm run simulate`, and what of it is wrong. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { explain } from '../../shared/protocol/values.ts';
import { Config, configOf } from './config.ts';
import type { Size } from './plan.ts';

export const HELP = `npm run simulate -- [options]

Plays a day of a contact centre: the real functions, in memory, with a clock that jumps.

  --agents <n>       how many agents come to work (100)
  --hours <n>        how long the doors are open (8)
  --seed <n>         the day's luck; the same seed is the same day (1)
  --config <file>    what the day is like, as JSON (examples/day.json); what it leaves out has a default
  --compare <file>   plays the same day under this configuration, too, and says what would change
  --page <file>      where the page with charts is written (dist/simulate.html)
  --help             this`;

const Options = z.strictObject({
  agents: z.coerce.number().int().min(1).max(20_000).default(100),
  hours: z.coerce.number().min(0.1).max(48).default(8),
  seed: z.coerce.number().int().min(0).max(4_294_967_295).default(1),
  config: z.string().optional(),
  compare: z.string().optional(),
  page: z.string().min(1).default('dist/simulate.html'),
});

export interface Asked {
  readonly size: Size;
  readonly page: string;
  /** The day, and perhaps the same under another configuration. */
  readonly days: readonly { readonly name: string; readonly config: Config }[];
}

/** Null: help was asked for. Throws an error whose message says what is wrong. */
export function optionsOf(args: readonly string[]): Asked | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      agents: text,
      hours: text,
      seed: text,
      config: text,
      compare: text,
      page: text,
      help: { type: 'boolean' },
    },
  });
  const { help, ...rest } = values;
  if (help) return null;
  const result = Options.safeParse(rest);
  if (!result.success) throw new Error(`--${explain(result.error)}`);
  const { agents, hours, seed, page, config, compare } = result.data;
  const first = config === undefined ? { name: 'as it is', config: Config.parse({}) } : dayOf(config);
  return { size: { agents, hours, seed }, page, days: compare === undefined ? [first] : [first, dayOf(compare)] };
}

function dayOf(file: string) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return { name: file, config: configOf(text, file) };
}
