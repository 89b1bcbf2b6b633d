/**
 * Wrong payloads, made from a right one and its schema: each field of the schema once missing and
 * once of every wrong kind.
 */
import type * as z from 'zod';
import { explain, isRecord } from '../../shared/protocol/values.ts';

export interface Mutation {
  /** The path of the field, such as `cimEvent.data.id`. */
  readonly field: string;
  /** Such as `cimEvent.data.id = []`. */
  readonly name: string;
  readonly payload: unknown;
  /** What the schema says about it. */
  readonly complaint: string;
}

const WRONG: readonly unknown[] = [7, -1, 1.5, true, '', 'wrong', 'x'.repeat(20_000), [], [1], {}, { wrong: 1 }];

/** Whatever a desk says here is ignored: the time is the manager's. */
const IGNORED = new Set(['cimEvent.timestamp', 'cimEvent.data.header.timestamp']);

/**
 * Those mutations of the sample that the schema refuses. At least one for each field that the
 * schema names, or this is an error.
 */
export function mutations(schema: z.ZodType, sample: unknown): Mutation[] {
  const read = fields(schema, sample).filter((path) => !IGNORED.has(path.join('.')));
  return read.flatMap((path) => {
    const values = [undefined, ...WRONG].map((value) => ({ value, payload: replaced(sample, path, value) }));
    const refused = values.flatMap(({ value, payload }): Mutation[] => {
      const { error } = schema.safeParse(payload);
      const shown = value === undefined ? 'missing' : `= ${JSON.stringify(value).slice(0, 12)}`;
      return error
        ? [{ field: path.join('.'), name: `${path.join('.')} ${shown}`, payload, complaint: explain(error) }]
        : [];
    });
    if (refused.length === 0) throw new Error(`${path.join('.')} takes anything`);
    return refused;
  });
}

/**
 * One of them for each field, of one field missing, of the next of this kind, and so on through all
 * of them.
 */
export function onePerField(wrong: readonly Mutation[]): Mutation[] {
  return [...Map.groupBy(wrong, ({ field }) => field).values()].flatMap((kinds, n) => kinds[n % kinds.length] ?? []);
}

/**
 * The paths of all members that the schema names and the sample has or could have, members of
 * members included.
 */
function fields(schema: z.ZodType, sample: unknown): string[][] {
  const shape = shapeOf(schema, sample);
  if (!shape || !isRecord(sample)) return [];
  return Object.entries(shape).flatMap(([key, member]) => [
    [key],
    ...fields(member, sample[key]).map((path) => [key, ...path]),
  ]);
}

type Shape = Record<string, z.ZodType>;

/**
 * The members of an object's schema, wherever it is wrapped; of several alternatives those that the
 * sample fits.
 */
function shapeOf(schema: z.ZodType, sample: unknown): Shape | undefined {
  const { def } = schema as unknown as { def: Def };
  switch (def.type) {
    case 'object':
      return def.shape;
    case 'union':
      return def.options
        ?.map((option) => (option.safeParse(sample).success ? shapeOf(option, sample) : undefined))
        .find(Boolean);
    case 'pipe':
      return (def.out && shapeOf(def.out, sample)) ?? (def.in && shapeOf(def.in, sample));
    default:
      return def.innerType && shapeOf(def.innerType, sample);
  }
}

/** What of zod's own description of a schema is read here. */
interface Def {
  readonly type: string;
  readonly shape?: Shape;
  readonly options?: readonly z.ZodType[];
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly innerType?: z.ZodType;
}

function replaced(sample: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (!isRecord(sample)) return sample;
  const { [key]: before, ...others } = sample;
  const after = replaced(before, rest, value);
  return after === undefined ? others : { ...others, [key]: after };
}
