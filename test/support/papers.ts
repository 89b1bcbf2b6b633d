/**
 * The kept documents of the protocol as Ajv reads them, which knows nothing of our schemas: a
 * frame, a call or an answer that they do not allow is told with its place.
 */
import { readFileSync } from 'node:fs';
import { _ } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const folder = new URL('../../docs/api/', import.meta.url);

/** A kept document. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read deep into documents
export function paper(name: string): any {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
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
  const { components, paths } = paper(name);
  const id = `https://agent-manager.invalid/${name}`;
  ajv.addSchema({ $id: id, components, ...(paths ? { paths } : {}) });
  return (pointer) => {
    const found = ajv.getSchema(`${id}#/${pointer}`);
    if (!found) throw new Error(`${name} has no ${pointer}`);
    return found;
  };
}
