/** Configuration: CONFIG#kind / id. A kind is one partition, so it can be listed without a scan. */
import * as z from 'zod';
import type { Config } from '../edge/app.ts';
import { configSchemas, type ConfigKind, type ConfigOf } from '../protocol/shapes/config.ts';
import type { Key, Table } from './table.ts';

function key(kind: ConfigKind, id: string): Key {
  return { pk: `CONFIG#${kind}`, sk: id };
}

const schemas: { [K in ConfigKind]: z.ZodType<ConfigOf<K>> } = {
  mrds: withId(configSchemas.mrds),
  queues: withId(configSchemas.queues),
  lists: withId(configSchemas.lists),
  agents: withId(configSchemas.agents),
  'reason-codes': withId(configSchemas['reason-codes']),
  'channel-types': withId(configSchemas['channel-types']),
};

export function config(table: Table): Config {
  return {
    get: (kind, id) => table.get(schemas[kind], key(kind, id)),
    list: (kind) => table.query(schemas[kind], { pk: key(kind, '').pk }),
    put: (kind, item) => table.write([{ put: { ...item, ...key(kind, item.id) } }]),
    delete: (kind, id) => table.remove(key(kind, id)),
  };
}

function withId<S extends z.ZodType>(schema: S) {
  return z.intersection(z.object({ id: z.string() }), schema);
}
