/**
 * What colleagues cost a desk: all of them at the start, as it was, and a page where one is chosen.
 * Counted in the small world, so exact.
 */
import { wordsIn } from '../shared/domain/shown/search.ts';
import { listConfig, shownTo } from '../shared/edge/http/configuration.ts';
import { Book } from '../shared/memory/meter.ts';
import { smallWorld } from '../shared/memory/world.ts';
import { byteLength } from '../shared/protocol/bytes.ts';
import { configSchemas } from '../shared/protocol/shapes/config.ts';
import { user } from '../test/support/world.ts';
import { table } from './print.ts';

/** What the desk asks for at once. */
const LIMIT = 50;

export async function colleagues(): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const people of [100, 1_000, 10_000]) {
    const book = new Book();
    const { config } = smallWorld({ meter: book.meter }).app();
    for (let n = 0; n < people; n += 1) {
      const profile = { firstName: `First${n % 200}`, lastName: `Last${n}`, username: `user.${n}` };
      const team = { teamId: `team-${n % 400}`, teamName: `Team ${n % 400}` };
      const attributes = { english: 5, french: n % 5, billing: true, sales: false, returns: 3 };
      const mrds = [{ mrdId: 'CHAT', maxAgentTasks: 3 }];
      await config.put('agents', {
        id: `agent-${n}`,
        ...configSchemas.agents.parse({ ...profile, team, attributes, mrds }),
      });
    }
    const by = { id: 'amy', user: user('amy') };
    const step = async (what: string, query: Parameters<typeof listConfig>[2]) => {
      const { calls, readUnits } = book.total;
      const { items, ...more } = await listConfig({ config }, 'agents', query);
      const bytes = byteLength(JSON.stringify({ items: items.map((item) => shownTo(by, item)), ...more }));
      rows.push([
        people,
        what,
        items.length,
        book.total.calls - calls,
        Math.ceil(book.total.readUnits - readUnits),
        bytes,
      ]);
    };
    await step('at the start, before: all', {});
    rows.push([people, 'at the start', 0, 0, 0, 0]);
    await step('the picker opens', { limit: LIMIT });
    await step('"first17" is typed', { search: 'first17', limit: LIMIT });
    await step(`"${wordsIn('Last42 First').join(' ')}" is typed`, { search: 'Last42 First', limit: LIMIT });
  }
  table(
    'Colleagues on a desk',
    ['profiles', 'what', 'shown', 'items and pages read', 'RRU', 'bytes of the answer'],
    rows,
  );
}
