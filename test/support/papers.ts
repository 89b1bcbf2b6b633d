/**
 * The kept documents of the protocol as Ajv reads them, which knows nothing of our schemas: a
 * frame, a call or an answer that they do not allow is told with its place.
 */
import { readFileSync } from 'node:fs';
import { _ } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as z from 'zod';

const folder = new URL('../../docs/api/', import.meta.url);

const schemas = z.record(z.string(), z.looseObject({}));

/** What tests read of the socket's document. */
export const AsyncApi = z.looseObject({
  components: z.looseObject({
    schemas,
    messages: z.record(
      z.string(),
      z.looseObject({
        correlationId: z.object({ location: z.string() }).optional(),
        examples: z.array(z.looseObject({ payload: z.looseObject({ data: z.unknown().optional() }) })),
      }),
    ),
  }),
  operations: z.record(z.string(), z.looseObject({})),
});

/** And of the HTTP API's. */
export const OpenApi = z.looseObject({
  components: z.looseObject({ schemas }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        'x-callers': z.array(z.string()),
        parameters: z.array(
          z.looseObject({ name: z.string(), in: z.string(), schema: z.looseObject({ type: z.string().optional() }) }),
        ),
        requestBody: z.looseObject({ required: z.boolean() }).optional(),
        responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.looseObject({})).optional() })),
      }),
    ),
  ),
});

/** A kept document, as far as it is read. */
export function paper<S extends z.ZodType>(name: string, schema: S): z.output<S> {
  return schema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
}

export function reader(): Ajv2020 {
  const ajv = new Ajv2020({ strictTypes: false, strictTuples: false, strictRequired: false, validateFormats: false });
  // Where AsyncAPI and OpenAPI keep what is no schema.
  ajv.addVocabulary(['components', 'paths']);
  // What is in a JSON text is looked into as well: for Ajv it is only a note.
  ajv.removeKeyword('contentSchema');
  ajv.addKeyword({
    keyword: 'contentSchema',
    type: 'string',
    compile(schema: { $ref?: string }, _parent, it) {
      let inside: ValidateFunction | undefined;
      return (text: string): boolean => {
        const at = new URL(schema.$ref ?? '', `${String(it.baseId)}`).href;
        inside ??= ajv.getSchema(at);
        if (!inside) throw new Error(`There is no ${at}`);
        return inside(JSON.parse(text));
      };
    },
  });
  return ajv;
}

/** Looks up validators in a document by where the schemas are in it. */
export function validators(name: string): (pointer: string) => ValidateFunction {
  const ajv = reader();
  const { components, paths } = paper(
    name,
    z.looseObject({ components: z.looseObject({}), paths: z.looseObject({}).optional() }),
  );
  const id = `https://agent-manager.invalid/${name}`;
  ajv.addSchema({ $id: id, components, ...(paths ? { paths } : {}) });
  return (pointer) => {
    const found = ajv.getSchema(`${id}#/${pointer}`);
    if (!found) throw new Error(`${name} has no ${pointer}`);
    return found;
  };
}
