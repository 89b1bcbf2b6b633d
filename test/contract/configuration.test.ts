/**
 * Configuration is found by its kind and id, listed by its kind in order, and gone once it is
 * deleted.
 */
import { expect, it } from 'vitest';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { kept } from '../support/kept.ts';

const here = kept();
const list = (id: string) => ({ id, ...configSchemas.lists.parse({ name: id, mrdId: 'CHAT' }) });

it('a kind of configuration is kept by itself, in the order of its ids', async () => {
  const ids = ['b', 'a', 'é'];
  // Beside what a stack may have been given before.
  const own = async (kind: 'lists' | 'queues') => (await here.config.list(kind)).filter(({ id }) => ids.includes(id));
  for (const id of ids) await here.config.put('lists', list(id));
  await here.config.put('lists', { ...list('a'), name: 'renamed' });
  expect(await own('lists')).toEqual([{ ...list('a'), name: 'renamed' }, list('b'), list('é')]);
  expect(await here.config.get('lists', 'b')).toEqual(list('b'));
  expect(await here.config.get('queues', 'b')).toBeNull();
  expect(await own('queues')).toEqual([]);
  expect(await here.config.delete('lists', 'b')).toBe(true);
  expect(await here.config.delete('lists', 'b')).toBe(false);
  expect(await here.config.get('lists', 'b')).toBeNull();
});
