/** When a queue takes customers, how many may wait in it, and where the others go. */
import * as z from 'zod';
import { Id, ShortText } from '../values.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'Expected a time such as 09:30' });
const end = z.union([time, z.literal('24:00')]);

const Date = z.iso.date();

/** A time zone as the IANA names it, such as Europe/Berlin. */
const TimeZone = ShortText.refine(isTimeZone, { error: 'Expected a time zone such as Europe/Berlin' });

function isTimeZone(timeZone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** By the clocks of the time zone; an end before the beginning is on the next day. */
const Span = z.object({ from: time, to: end });

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** Where those go who are not let in: as those whose time is over; elsewhere; or nowhere. */
export const Elsewhere = z.discriminatedUnion('to', [
  z.object({ to: z.literal('OVERFLOW') }),
  z.object({ to: z.literal('QUEUE'), queueId: Id, priority: z.number().int().min(1).max(10).optional() }),
  z.object({ to: z.literal('LIST'), listId: Id }),
  z.object({ to: z.literal('REFUSE'), text: z.string().max(500).default('') }),
]);
export type Elsewhere = z.output<typeof Elsewhere>;

export const Hours = z.object({
  timeZone: TimeZone,
  week: z.array(Span.extend({ days: z.array(z.enum(WEEKDAYS)).min(1).max(7) })).max(50),
  /** On this date the week does not count: closed, or open as it says. */
  holidays: z
    .array(z.object({ date: Date, name: ShortText.optional(), open: z.array(Span).max(10).default([]) }))
    .max(200)
    .default([]),
  outside: Elsewhere.default({ to: 'REFUSE', text: '' }),
});
export type Hours = z.output<typeof Hours>;
