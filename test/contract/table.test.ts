/**
 * A table, whoever keeps it: what is read is what was written, in order; a condition holds or
 * nothing is written; what is too large is refused.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Conflict } from '../../shared/edge/app.ts';
import { absent, unchanged, type Test, type Write } from '../../shared/rows/table.ts';
import { kept, withoutTrace } from '../support/kept.ts';

const here = kept();
const Item = z.looseObject({ pk: z.string(), sk: z.string() });
const key = (sk = 'ITEM') => ({ pk: `TEST#${randomUUID()}`, sk });
const keyOf = ({ pk, sk }: { pk: string; sk: string }) => ({ pk, sk });
const put = (item: { pk: string; sk: string } & Record<string, unknown>, test?: Test): Write => ({
  put: item,
  ...(test ? { where: { test } } : {}),
});

class Said extends Error {}

describe('An item', () => {
  it('is read as it was written, without what was undefined, and is not the writer’s own', async () => {
    const text = { deep: ['a', { n: 1.5, none: null, yes: true }], gone: undefined };
    const item = { ...key(), text, empty: '', far: 2 ** 60 };
    await here.table.write([put(item)]);
    text.deep.push('later');
    const { gone: _, ...rest } = text;
    const stored = { ...item, text: { ...rest, deep: ['a', { n: 1.5, none: null, yes: true }] } };
    expect(await here.table.get(Item, keyOf(item))).toMatchObject(stored);
    expect(Object.keys((await here.table.get(Item, keyOf(item)))?.['text'] as object)).toEqual(['deep']);
  });

  it('is not changed by whoever has read it', async () => {
    const item = { ...key(), text: { said: 'before' } };
    await here.table.write([put(item)]);
    const read = await here.table.get(Item, keyOf(item));
    try {
      (read as unknown as typeof item).text.said = 'after';
    } catch {
      // refused at once: as good
    }
    expect(await here.table.get(Item, keyOf(item))).toMatchObject({ text: { said: 'before' } });
  });

  it('that names nobody is null, and of many those are found that are there, each once', async () => {
    expect(await here.table.get(Item, key())).toBeNull();
    const items = Array.from({ length: 120 }, () => key());
    for (const item of items.slice(0, 110)) await here.table.write([put(item)]);
    const found = await here.table.getMany(Item, [...items, ...items]);
    expect(found.map(({ pk }) => pk).toSorted()).toEqual(items.slice(0, 110).map(({ pk }) => pk).toSorted()); // prettier-ignore
  });

  it('is added to where it is there, by several at once, and each is told what it is then', async () => {
    const item = { ...key(), a: 1 };
    const more = (n: number) => here.table.add(Item, keyOf(item), { set: { b: n }, add: { a: 2, c: 1 } }, { has: 'a' });
    expect(await more(0)).toBeNull();
    expect(await here.table.get(Item, keyOf(item))).toBeNull();
    await here.table.write([put(item)]);
    const told = await Promise.all([1, 2, 3].map(more));
    expect(new Set(told.map((one) => one?.['c']))).toEqual(new Set([1, 2, 3]));
    expect(await here.table.get(Item, keyOf(item))).toMatchObject({ a: 7, c: 3 });
    expect(await here.table.add(Item, keyOf(item), { set: {}, add: { c: 1 } }, { exists: true })).toMatchObject({
      c: 4,
    });
  });

  it('is removed once, and changed in part where it is there', async () => {
    const item = { ...key(), a: 1 };
    expect(await here.table.update(keyOf(item), { set: { b: 2 } }, { exists: true })).toBe(false);
    expect(await here.table.get(Item, keyOf(item))).toBeNull();
    await here.table.write([put(item)]);
    expect(await here.table.update(keyOf(item), { set: { b: 2 } }, { exists: true })).toBe(true);
    expect(await here.table.get(Item, keyOf(item))).toMatchObject({ a: 1, b: 2 });
    expect(await here.table.remove(keyOf(item))).toBe(true);
    expect(await here.table.remove(keyOf(item))).toBe(false);
  });
});

describe('A condition', () => {
  const there = { n: 5, name: 'kim', lone: null };
  it.each<[holds: boolean, Test]>([
    [true, { exists: true }],
    [false, { exists: false }],
    [true, { has: 'n' }],
    [true, { has: 'lone' }],
    [false, { has: 'other' }],
    [true, { equal: { n: 5, name: 'kim' } }],
    [false, { equal: { n: 5, name: 'lee' } }],
    [false, { equal: { other: 1 } }],
    [true, { below: { n: 6 } }],
    [false, { below: { n: 5 } }],
    [false, { below: { other: 5 } }],
    [true, { any: [{ exists: false }, { below: { n: 6 } }] }],
    [false, { any: [{ exists: false }, { below: { n: 5 } }] }],
  ])('holds (%s) of an item that is there: %j', async (holds, test) => {
    const item = { ...key(), ...there };
    await here.table.write([put(item)]);
    expect(await here.table.update(keyOf(item), { set: { told: 1 } }, test)).toBe(holds);
    const written = here.table.write([put({ ...item, told: 2 }, test)]);
    if (holds) await written;
    else await expect(written).rejects.toBeInstanceOf(Conflict);
    const both = here.table.write([put({ ...item, told: 3 }, test), put(key())]);
    if (holds) await both;
    else await expect(both).rejects.toBeInstanceOf(Conflict);
    expect((await here.table.get(Item, keyOf(item)))?.['told']).toBe(holds ? 3 : undefined);
  });

  it.each<[holds: boolean, Test]>([
    [true, { exists: false }],
    [false, { exists: true }],
    [false, { has: 'n' }],
    [false, { equal: { n: 5 } }],
    [false, { below: { n: 5 } }],
    [true, { any: [{ has: 'n' }, { exists: false }] }],
  ])('holds (%s) of an item that is not there: %j', async (holds, test) => {
    expect(await here.table.update(key(), { set: { n: 1 } }, test)).toBe(holds);
    const written = here.table.write([put({ ...key(), n: 1 }, test)]);
    if (holds) await written;
    else await expect(written).rejects.toBeInstanceOf(Conflict);
  });

  it('that fails in a transaction writes nothing of it, and means what it says', async () => {
    const [one, two] = [key(), key()];
    await here.table.write([put(two)]);
    await withoutTrace(here, async () => {
      const writes = [put(one), { put: two, where: absent(() => new Said()) }, { delete: two, where: unchanged(7) }];
      await expect(here.table.write(writes.slice(0, 2))).rejects.toBeInstanceOf(Said);
      await expect(here.table.write([put(one), { put: two, where: absent() }])).rejects.toBeInstanceOf(Conflict);
      await expect(here.table.write([put(one), { delete: two, where: unchanged(7) }])).rejects.toBeInstanceOf(Conflict);
    });
  });
});

describe('A range', () => {
  /** In the order of their UTF-8 bytes, which is not that of JavaScript. */
  const keys = ['A', 'a', 'a#1', 'a#10', 'a#2', 'b', 'é', '中', '\ufffd', '\u{10000}', '😀'];

  async function partition(): Promise<string> {
    const { pk } = key();
    for (const sk of keys.toReversed()) await here.table.write([put({ pk, sk })]);
    return pk;
  }

  it.each([
    ['all', undefined, keys],
    ['a prefix', { prefix: 'a#' }, ['a#1', 'a#10', 'a#2']],
    ['from one to another, with both', { from: 'a#10', to: '中' }, ['a#10', 'a#2', 'b', 'é', '中']],
    ['between two that are not there', { from: 'a$', to: 'z' }, ['b']],
    ['behind one', { after: '\ufffd' }, ['\u{10000}', '😀']],
    ['behind one that is not there', { after: 'c' }, keys.slice(6)],
    ['behind the last', { after: '😀' }, []],
  ])('of %s is in order, from either end, a page at a time', async (_, sk, expected) => {
    const range = { pk: await partition(), ...(sk ? { sk } : {}) };
    const read = async (more: { limit?: number; newestFirst?: boolean }) =>
      (await here.table.query(Item, { ...range, ...more })).map((item) => item.sk);
    expect(await read({})).toEqual(expected);
    expect(await read({ newestFirst: true })).toEqual(expected.toReversed());
    expect(await read({ limit: 2 })).toEqual(expected.slice(0, 2));
    expect(await read({ limit: 2, newestFirst: true })).toEqual(expected.toReversed().slice(0, 2));
    const paged: string[] = [];
    for await (const page of here.table.pages(Item, { ...range, limit: 3 })) {
      expect(page.length).toBeLessThanOrEqual(3);
      paged.push(...page.map((item) => item.sk));
    }
    expect(paged).toEqual(expected);
  });

  it('of more than a megabyte comes in several pages', async () => {
    const { pk } = key();
    for (let n = 0; n < 12; n++) await here.table.write([put({ pk, sk: `S#${n + 10}`, text: 'x'.repeat(150_000) })]);
    const sizes: number[] = [];
    for await (const page of here.table.pages(Item, { pk })) sizes.push(page.length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(12);
  });
});

describe('What is refused', () => {
  const long = (bytes: number) => 'x'.repeat(bytes);
  it.each<[string, () => Promise<unknown>]>([
    ['an item over 400 KB', () => here.table.write([put({ ...key(), text: long(410_000) })])],
    ['a sort key over 1,024 bytes', () => here.table.write([put({ ...key(), sk: long(1_025) })])],
    [
      'a sort key over 1,024 bytes in few characters',
      () => here.table.write([put({ ...key(), sk: '中'.repeat(342) })]),
    ],
    ['a partition key over 2,048 bytes', () => here.table.write([put({ ...key(), pk: long(2_049) })])],
    ['a key with more beside it', () => here.table.get(Item, { ...key(), n: 1 } as never)],
    ['an empty key', () => here.table.get(Item, { pk: '', sk: 'ITEM' })],
    ['an empty prefix', () => here.table.query(Item, { ...key(), sk: { prefix: '' } })],
    ['a range that ends before it begins', () => here.table.query(Item, { ...key(), sk: { from: 'b', to: 'a' } })],
    ['101 items at once', () => here.table.write(Array.from({ length: 101 }, () => put(key())))],
    ['one item twice at once', () => here.table.write([put({ pk: 'TEST', sk: 'TWICE' }), put({ pk: 'TEST', sk: 'TWICE' })])], // prettier-ignore
  ])('%s, as a defect and not as a race', async (_, refused) => {
    await withoutTrace(here, async () => {
      await expect(refused()).rejects.toMatchObject({ name: expect.stringMatching(/^ValidationException$|^TransactionCanceledException$/) as string }); // prettier-ignore
    });
  });

  it('not: what is just as large as may be', async () => {
    await here.table.write([put({ pk: `TEST#${randomUUID()}`, sk: long(1_024), text: long(400_000) })]);
    await here.table.write(Array.from({ length: 100 }, () => put(key())));
  });
});
