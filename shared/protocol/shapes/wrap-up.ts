/**
 * The wrap-up of a queue or a list: whether there is one, who decides about it, how long it lasts.
 */
import * as z from 'zod';

/**
 * `NONE`: who leaves is out. `OPTIONAL`: for `seconds`, closed as the agent likes.
 * `MANDATORY_TIMED`: the same, closed before only with a wrap-up. `MANDATORY`: until it is closed
 * with one. `AGENT_CHOICE`: only where the agent asks for it.
 */
export const WRAP_UP_MODES = ['NONE', 'OPTIONAL', 'MANDATORY_TIMED', 'MANDATORY', 'AGENT_CHOICE'] as const;

/** No wrap-up lasts longer, whatever its mode. */
export const MOST_WRAP_UP_SECONDS = 86_400;

const seconds = z.number().int().min(1).max(MOST_WRAP_UP_SECONDS);

export const WrapUp = z
  .object({
    /** false: as the mode `NONE`. */
    enabled: z.boolean().default(true),
    mode: z.enum(WRAP_UP_MODES).default('OPTIONAL'),
    seconds: seconds.default(60),
    /** By how much `extendWrapup` makes it longer where it does not say. */
    extendSeconds: seconds.default(60),
    /** How long it may last in all, extended. */
    mostSeconds: seconds.default(600),
  })
  .prefault({});
export type WrapUp = z.output<typeof WrapUp>;
