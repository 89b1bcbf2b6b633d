/**
 * Is a queue open? By the clocks of its time zone, as people read them: an hour that a clock skips
 * is not there, one that it repeats counts twice.
 */
import { WEEKDAYS, type Hours } from '../../protocol/shapes/hours.ts';

const DAY_MS = 86_400_000;

export function isOpen(hours: Pick<Hours, 'timeZone' | 'week' | 'holidays'>, at: number): boolean {
  const { date, minute } = clockIn(hours.timeZone, at);
  const begunToday = spansOn(hours, date).some(({ from, to }) => minute >= from && (to <= from || minute < to));
  const stillOpen = spansOn(hours, dayBefore(date)).some(({ from, to }) => to <= from && minute < to);
  return begunToday || stillOpen;
}

/** In minutes after the midnight of this date; an end before the beginning is the next day's. */
function spansOn({ week, holidays }: Pick<Hours, 'week' | 'holidays'>, date: string): { from: number; to: number }[] {
  const today = holidays.filter((one) => one.date === date);
  const weekday = WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
  const ordinary = () => week.filter(({ days }) => days.some((day) => day === weekday));
  const spans = today.length > 0 ? today.flatMap(({ open }) => open) : ordinary();
  return spans.map(({ from, to }) => ({ from: minuteOf(from), to: minuteOf(to) }));
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}

/** What a clock on the wall shows there: the date, and the minutes since midnight. */
function clockIn(timeZone: string, at: number): { date: string; minute: number } {
  const parts = Object.fromEntries(
    formatter(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute } = parts;
  return { date: `${year}-${month}-${day}`, minute: Number(hour) * 60 + Number(minute) };
}

/** Made once for each time zone: that takes longer than all the rest. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const two = '2-digit' as const;
  const made =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two }); // prettier-ignore
  formatters.set(timeZone, made);
  return made;
}
