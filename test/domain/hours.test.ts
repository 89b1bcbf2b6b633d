/**
 * When a queue is open: by the clocks of its time zone, over midnight, on holidays, and when these
 * clocks are changed.
 */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isOpen } from '../../shared/domain/routing/hours.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { Hours } from '../../shared/protocol/shapes/hours.ts';

const WORKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR'];
const berlin = { timeZone: 'Europe/Berlin', week: [{ days: WORKDAYS, from: '09:00', to: '17:30' }] };

type Given = z.input<typeof Hours>;
const at = (hours: unknown, instant: string) => isOpen(Hours.parse(hours), Date.parse(instant));

describe('Opening hours', () => {
  // 2026-11-27 is a Friday.
  it.each<[string, string, boolean]>([
    ['before they begin', '2026-11-27T07:59:59Z', false],
    ['when they begin', '2026-11-27T08:00:00Z', true],
    ['in the middle', '2026-11-27T12:00:00Z', true],
    ['until they end', '2026-11-27T16:29:59Z', true],
    ['when they end', '2026-11-27T16:30:00Z', false],
    ['on a Saturday', '2026-11-28T12:00:00Z', false],
    ['in summer, an hour earlier', '2026-07-03T07:00:00Z', true],
    ['in summer, not as late', '2026-07-03T15:30:00Z', false],
    ['on the Friday of another year', '2032-12-31T12:00:00Z', true],
  ])('of nine to half past five: %s', (_, instant, open) => expect(at(berlin, instant)).toBe(open));

  it.each<[string, Given, string, boolean]>([
    ['a second span of the day', { ...berlin, week: [...berlin.week, { days: ['FR'], from: '18:00', to: '19:00' }] } as Given, '2026-11-27T17:30:00Z', true], // prettier-ignore
    ['until midnight', { timeZone: 'UTC', week: [{ days: ['FR'], from: '20:00', to: '24:00' }] }, '2026-11-27T23:59:59Z', true], // prettier-ignore
    ['no longer', { timeZone: 'UTC', week: [{ days: ['FR'], from: '20:00', to: '24:00' }] }, '2026-11-28T00:00:00Z', false], // prettier-ignore
    ['over midnight, that day', { timeZone: 'UTC', week: [{ days: ['FR'], from: '22:00', to: '06:00' }] }, '2026-11-27T22:00:00Z', true], // prettier-ignore
    ['over midnight, the next', { timeZone: 'UTC', week: [{ days: ['FR'], from: '22:00', to: '06:00' }] }, '2026-11-28T05:59:00Z', true], // prettier-ignore
    ['over midnight, its end', { timeZone: 'UTC', week: [{ days: ['FR'], from: '22:00', to: '06:00' }] }, '2026-11-28T06:00:00Z', false], // prettier-ignore
    ['over midnight, not before', { timeZone: 'UTC', week: [{ days: ['FR'], from: '22:00', to: '06:00' }] }, '2026-11-27T05:00:00Z', false], // prettier-ignore
    ['around the clock, that day', { timeZone: 'UTC', week: [{ days: ['FR'], from: '18:00', to: '18:00' }] }, '2026-11-27T18:00:00Z', true], // prettier-ignore
    ['around the clock, the next', { timeZone: 'UTC', week: [{ days: ['FR'], from: '18:00', to: '18:00' }] }, '2026-11-28T17:59:00Z', true], // prettier-ignore
    ['around the clock, its end', { timeZone: 'UTC', week: [{ days: ['FR'], from: '18:00', to: '18:00' }] }, '2026-11-28T18:00:00Z', false], // prettier-ignore
    ['the whole day', { timeZone: 'UTC', week: [{ days: ['FR'], from: '00:00', to: '24:00' }] }, '2026-11-27T00:00:00Z', true], // prettier-ignore
    ['never', { timeZone: 'UTC', week: [] }, '2026-11-27T12:00:00Z', false],
    ['another day there already', { timeZone: 'Pacific/Auckland', week: [{ days: ['SA'], from: '00:00', to: '02:00' }] }, '2026-11-27T12:30:00Z', true], // prettier-ignore
    ['half an hour off', { timeZone: 'Asia/Kolkata', week: [{ days: ['FR'], from: '09:00', to: '10:00' }] }, '2026-11-27T03:30:00Z', true], // prettier-ignore
  ])('%s', (_, hours, instant, open) => expect(at(hours, instant)).toBe(open));

  const holidays = [
    { date: '2026-11-27', name: 'Inventory' },
    { date: '2026-12-24', open: [{ from: '09:00', to: '12:00' }] },
  ];
  it.each<[string, string, boolean]>([
    ['that is closed', '2026-11-27T12:00:00Z', false],
    ['that is over', '2026-11-30T12:00:00Z', true],
    ['on which it is open for less', '2026-12-24T08:30:00Z', true],
    ['when that is over', '2026-12-24T12:00:00Z', false],
  ])('on a holiday %s', (_, instant, open) => expect(at({ ...berlin, holidays }, instant)).toBe(open));

  it('on a date that is named twice are those of both', () => {
    const both = [{ date: '2026-12-25' }, { date: '2026-12-25', open: [{ from: '10:00', to: '12:00' }] }];
    expect(at({ ...berlin, holidays: both }, '2026-12-25T10:00:00Z')).toBe(true);
    expect(at({ ...berlin, holidays: both }, '2026-12-25T12:00:00Z')).toBe(false);
    expect(at({ ...berlin, holidays: both.toReversed() }, '2026-12-25T10:00:00Z')).toBe(true);
  });

  it('over midnight do not go on into what a holiday closes only tomorrow', () => {
    const night = { timeZone: 'UTC', week: [{ days: WORKDAYS, from: '22:00', to: '06:00' }] };
    const closed = { ...night, holidays: [{ date: '2026-11-26' }] }; // a Thursday
    expect(at(closed, '2026-11-26T23:00:00Z')).toBe(false);
    expect(at(closed, '2026-11-27T05:00:00Z')).toBe(false); // that was Thursday's night
    expect(at(closed, '2026-11-26T05:00:00Z')).toBe(true); // and this Wednesday's
  });

  // Berlin, on two Sundays: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00.
  const sunday = (from: string, to: string) => ({ timeZone: 'Europe/Berlin', week: [{ days: ['SU'], from, to }] });
  it.each<[string, object, string, boolean]>([
    ['a span that begins in the hour that is skipped begins behind it', sunday('02:30', '04:00'), '2026-03-29T01:00:00Z', true], // prettier-ignore
    ['and not before it', sunday('02:30', '04:00'), '2026-03-29T00:59:59Z', false],
    ['a span within that hour is not there', sunday('02:00', '03:00'), '2026-03-29T00:59:59Z', false],
    ['at either side of it', sunday('02:00', '03:00'), '2026-03-29T01:00:00Z', false],
    ['an hour that comes twice counts the first time', sunday('02:00', '03:00'), '2026-10-25T00:30:00Z', true],
    ['and the second time', sunday('02:00', '03:00'), '2026-10-25T01:30:00Z', true],
    ['and is over then', sunday('02:00', '03:00'), '2026-10-25T02:00:00Z', false],
    ['a day of 23 hours ends in time', sunday('00:00', '24:00'), '2026-03-29T21:59:59Z', true],
    ['and not later', sunday('00:00', '24:00'), '2026-03-29T22:00:00Z', false],
    ['a day of 25 hours ends in time', sunday('00:00', '24:00'), '2026-10-25T22:59:59Z', true],
    ['where clocks are changed by half an hour', { timeZone: 'Australia/Lord_Howe', week: [{ days: ['SU'], from: '01:30', to: '02:00' }] }, '2026-04-04T15:15:00Z', true], // prettier-ignore
    ['where they are changed at midnight', { timeZone: 'America/Santiago', week: [{ days: ['SA'], from: '23:00', to: '24:00' }] }, '2026-04-05T03:30:00Z', true], // prettier-ignore
  ])('when clocks are changed: %s', (_, hours, instant, open) => expect(at(hours, instant)).toBe(open));
});

describe('A queue', () => {
  const queue = (hours: unknown) => configSchemas.queues.safeParse({ name: 'support', mrdId: 'CHAT', hours });
  it.each<[string, object, string]>([
    ['a time zone that is none', { ...berlin, timeZone: 'Europe/Nowhere' }, 'hours.timeZone'],
    ['a time that is none', { ...berlin, week: [{ days: ['MO'], from: '9:00', to: '25:00' }] }, 'hours.week.0.from'],
    ['a day that is none', { ...berlin, week: [{ days: ['XX'], from: '09:00', to: '17:00' }] }, 'hours.week.0.days.0'],
    ['a date that is none', { ...berlin, holidays: [{ date: '2026-02-30' }] }, 'hours.holidays.0.date'],
    ['a place that is none', { ...berlin, outside: { to: 'NOWHERE' } }, 'hours.outside.to'],
  ])('is refused %s', (_, hours, field) => {
    const { error } = queue(hours);
    expect(error?.issues.map(({ path }) => path.join('.'))).toContain(field);
  });

  it('refuses those outside of its hours, unless it says otherwise, and is open for ever without any', () => {
    expect(queue(berlin).data?.hours?.outside).toEqual({ to: 'REFUSE', text: '' });
    expect(queue(undefined).data?.hours).toBeUndefined();
  });
});
