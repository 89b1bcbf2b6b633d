/**
 * Configuration.
 *   one of a kind             CONFIG#kind / id               a kind is one partition, so it can be listed without a scan
 *   who a word belongs to     NAMES#agents / word#id         finding a colleague among thousands, by the beginning of a name
 */
import * as z from 'zod';
import { finds, wordsOf } from '../domain/shown/search.ts';
import { Conflict, type Config } from '../edge/app.ts';
import { configSchemas, type AgentProfile, type ConfigKind, type ConfigOf } from '../protocol/shapes/config.ts';
import type { Key, Table, Write } from './table.ts';

function key(kind: ConfigKind, id: string): Key {
  return { pk: `CONFIG#${kind}`, sk: id };
}

const NAMES = 'NAMES#agents';
const NameRow = z.object({ sk: z.string(), id: z.string() });

/** The order in which those are found who have a word that begins so. */
const nameKey = (word: string, id: string): string => `${word}#${id}`;

/** Behind every string that begins with what stands before it. */
const LAST = '\u{10ffff}';

/**
 * So many pages of names are read for one of profiles, where most of them lack another word that
 * was typed.
 */
const MOST_PAGES = 5;

const schemas: { [K in ConfigKind]: z.ZodType<ConfigOf<K>> } = {
  mrds: withId(configSchemas.mrds),
  queues: withId(configSchemas.queues),
  lists: withId(configSchemas.lists),
  agents: withId(configSchemas.agents),
  'reason-codes': withId(configSchemas['reason-codes']),
  'channel-types': withId(configSchemas['channel-types']),
};

export function config(table: Table): Config {
  const get: Config['get'] = (kind, id) => table.get(schemas[kind], key(kind, id));
  return {
    get,
    list: (kind, { after, limit } = {}) =>
      table.query(schemas[kind], { pk: key(kind, '').pk, ...(after && { sk: { after } }), ...(limit && { limit }) }),
    async find(words, { after, limit }) {
      const [lead = ''] = words.toSorted((a, b) => b.length - a.length);
      const found: AgentProfile[] = [];
      let nextAfter = after;
      let pages = 0;
      // What is not of this search begins it anew.
      const from = after?.startsWith(lead) ? after : lead;
      const range = { pk: NAMES, sk: { from, to: lead + LAST }, limit };
      for await (const rows of table.pages(NameRow, range)) {
        const keys = rows.map(({ id }) => key('agents', id));
        const profiles = new Map((await table.getMany(schemas.agents, keys)).map((profile) => [profile.id, profile]));
        for (const { sk, id } of rows) {
          if (sk === after || found.length === limit) continue;
          nextAfter = sk;
          const profile = profiles.get(id);
          if (profile && finds(words, profile) && sk === firstKey(lead, profile)) found.push(profile);
        }
        pages += 1;
        if (found.length === limit || pages === MOST_PAGES) return { items: found, nextAfter };
      }
      return { items: found, nextAfter: null };
    },
    async put(kind, item) {
      const change: Write = { put: { ...item, ...key(kind, item.id) } };
      if (kind !== 'agents') return table.write([change]);
      return again(async () => table.write([change, ...nameWrites(await get('agents', item.id), item)]));
    },
    async delete(kind, id) {
      if (kind !== 'agents') return table.remove(key(kind, id));
      return again(async () => {
        const before = await get('agents', id);
        if (before) await table.write([{ delete: key(kind, id) }, ...nameWrites(before, null)]);
        return before !== null;
      });
    },
  };
}

/** Who has several words that begin so stands once in what is found: under the first of them. */
function firstKey(lead: string, profile: AgentProfile): string | undefined {
  const keys = wordsOf(profile).filter((word) => word.startsWith(lead));
  const [first] = keys.toSorted();
  return first === undefined ? undefined : nameKey(first, profile.id);
}

/**
 * All that are there after it are written, not only what is new: another change may have just
 * deleted one.
 */
function nameWrites(before: { id: string } | null, after: { id: string } | null): Write[] {
  const words = new Set(after ? wordsOf(after) : []);
  const gone = before ? wordsOf(before).filter((word) => !words.has(word)) : [];
  return [
    ...gone.map((word): Write => ({ delete: { pk: NAMES, sk: nameKey(word, before?.id ?? '') } })),
    ...[...words].map((word): Write => ({ put: { pk: NAMES, sk: nameKey(word, after?.id ?? ''), id: after?.id } })),
  ];
}

/**
 * Two changes of one profile at the same moment: the one that loses is made again, on what the
 * other has written.
 */
async function again<T>(change: () => Promise<T>): Promise<T> {
  for (let left = 3; ; left -= 1) {
    try {
      return await change();
    } catch (error) {
      if (left === 0 || !(error instanceof Conflict)) throw error;
    }
  }
}

function withId<S extends z.ZodType>(schema: S) {
  return z.intersection(z.object({ id: z.string() }), schema);
}
