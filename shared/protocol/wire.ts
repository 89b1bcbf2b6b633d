/**
 * What a schema takes or gives on the wire and cannot print, because it is code: what is told here
 * beside the schema is what the documents say of it (infra/papers).
 */
import type * as z from 'zod';

export interface Wire {
  /** Coming in: members that are null are missing. */
  readonly nulls?: true;
  /** Coming in: other shapes of the same. */
  readonly or?: readonly z.ZodType[];
  /** Coming in: these members may be missing, and are filled in. */
  readonly filled?: readonly string[];
  /** Coming in: members of these names, however deep, may be anything. */
  readonly ignored?: readonly string[];
  /** Coming in: the conversation may be named wherever desks have put it over the years. */
  readonly conversation?: true;
  /** A JSON text, of this. */
  readonly text?: z.ZodType;
  /** What it has become when it goes out again. */
  readonly becomes?: z.ZodType;
}

const told = new WeakMap<z.core.$ZodType, Wire>();

/** `schema.apply(onWire(…))` is the same schema. */
export function onWire(said: Wire): <S extends z.core.$ZodType>(schema: S) => S {
  return (schema) => {
    told.set(schema, said);
    return schema;
  };
}

export function wireOf(schema: z.core.$ZodType): Wire | undefined {
  return told.get(schema);
}
