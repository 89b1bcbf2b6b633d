/**
 * Finding colleagues among thousands: who is found, in which order, and that a page of them costs
 * the same however many there are.
 */
import { describe, expect, it } from 'vitest';
import { wordsIn } from '../../shared/domain/shown/search.ts';
import { Book } from '../../shared/memory/meter.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';

function company() {
  const book = new Book();
  const { config } = smallWorld({ meter: book.meter }).app();
  const hire = (id: string, names: { firstName?: string; lastName?: string; username?: string } = {}) =>
    config.put('agents', { id, ...configSchemas.agents.parse(names) });
  const find = async (search: string, after: string | null = null, limit = 20) => {
    const { items, nextAfter } = await config.find(wordsIn(search), { after, limit });
    return { ids: items.map(({ id }) => id), nextAfter };
  };
  const found = async (search: string) => (await find(search)).ids;
  /** Page by page to the end. */
  const all = async (search: string, limit: number) => {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof find>> = await find(search, after, limit);
      ids.push(...page.ids);
      after = page.nextAfter;
    } while (after !== null);
    return ids;
  };
  return { book, config, hire, find, found, all };
}

describe('A colleague', () => {
  it.each(['amy', 'AMY', 'a17', 'adams', 'Ad', 'amy ad', 'adams amy', 'amy.a', 'zoë', 'zoe', '  amy  '])(
    'is found by the beginning of any of their names: %s',
    async (search) => {
      const { hire, found } = company();
      await hire('a17', { firstName: 'Amy Zoë', lastName: 'Adams', username: 'amy.adams' });
      await hire('b2', { firstName: 'Bob', lastName: 'Brown', username: 'bob' });
      expect(await found(search)).toEqual(['a17']);
    },
  );

  it.each(['my', 'amy brown', 'adamsx', '#', 'a17#'])(
    'is not found by what is not in their names: %s',
    async (search) => {
      const { hire, found } = company();
      await hire('a17', { firstName: 'Amy', lastName: 'Adams' });
      await hire('b2', { firstName: 'Bob', lastName: 'Brown' });
      expect(await found(search)).toEqual([]);
    },
  );

  it('is found by the name that they have now, and no longer once they are gone', async () => {
    const { config, hire, found } = company();
    await hire('a17', { firstName: 'Amy', lastName: 'Adams' });
    await hire('a17', { firstName: 'Amy', lastName: 'Brown' });
    expect(await Promise.all(['adams', 'brown', 'amy'].map(found))).toEqual([[], ['a17'], ['a17']]);
    expect(await config.delete('agents', 'a17')).toBe(true);
    expect(await config.delete('agents', 'a17')).toBe(false);
    expect(await Promise.all(['adams', 'brown', 'amy'].map(found))).toEqual([[], [], []]);
  });

  it('stands once in all pages, though several of their names begin so', async () => {
    const { hire, all } = company();
    for (let n = 10; n < 33; n += 1) await hire(`p${n}`, { firstName: 'Pat', lastName: `Pa${n}`, username: `pat${n}` });
    const ids = await all('pa', 5);
    expect(ids.toSorted()).toEqual(Array.from({ length: 23 }, (_, n) => `p${n + 10}`));
    expect(await all('pa', 100)).toEqual(ids);
  });

  it('is found behind many who share one word and lack the other', async () => {
    const { hire, all, find } = company();
    for (let n = 100; n < 400; n += 1) await hire(`x${n}`, { firstName: 'Robin', lastName: 'Berg' });
    await hire('x999', { firstName: 'Robin', lastName: 'Cole' });
    expect(await all('robin co', 20)).toEqual(['x999']);
    expect((await find('robin co')).nextAfter).not.toBeNull();
  });

  it('is found though two changes of their profile meet', async () => {
    const { hire, found } = company();
    await hire('a17', { firstName: 'Amy', lastName: 'Adams' });
    await Promise.all(['Brown', 'Clark', 'Adams'].map((lastName) => hire('a17', { firstName: 'Amy', lastName })));
    expect(await found('amy')).toEqual(['a17']);
    expect((await Promise.all(['brown', 'clark', 'adams'].map(found))).flat()).toEqual(['a17']);
  });
});

it('A page of what is found, or of all, costs the same among 200 colleagues and among 10,000', async () => {
  const cost = async (people: number) => {
    const { book, config, hire, find } = company();
    for (let n = 0; n < people; n += 1) await hire(`id-${n}`, { firstName: 'Pat', lastName: `L${n % 50}` });
    const of = async (act: () => Promise<unknown>) => {
      const { calls, readUnits } = book.total;
      await act();
      return { calls: book.total.calls - calls, readUnits: book.total.readUnits - readUnits };
    };
    return [
      await of(() => find('pa')),
      await of(() => find('pat l7')),
      await of(() => config.list('agents', { limit: 20 })),
    ];
  };
  const [few, many] = [await cost(200), await cost(10_000)];
  expect(many).toEqual(few);
  expect(many[0]?.readUnits).toBeLessThanOrEqual(25);
});
