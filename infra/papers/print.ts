/**
 * `npm run docs`: prints what programs read of the protocol into `docs/`, from the schemas and the
 * words that there are already. A test fails where what is kept there is not what this prints.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asyncApi, eventNames, frameOf, socketSchemas } from './asyncapi.ts';
import { papersFolder } from './folder.ts';
import { httpSchemas, openApi } from './openapi.ts';
import { proseOf } from './prose.ts';
import { alone, refTo, type JsonSchema } from './schemas.ts';

/** Every document by its path in `docs/api`. */
export function papers(): Map<string, JsonSchema> {
  const schemas = socketSchemas();
  return new Map([
    ['asyncapi.json', asyncApi(schemas)],
    ['openapi.json', openApi(httpSchemas())],
    ...eventNames.map((event): [string, JsonSchema] => [
      `schemas/${event}.json`,
      alone(schemas, refTo(frameOf(event)), { title: event, description: proseOf(event).summary }),
    ]),
  ]);
}

/** As it is kept. */
export function written(paper: JsonSchema): string {
  return `${JSON.stringify(paper, null, 1)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  rmSync(papersFolder, { recursive: true, force: true });
  const all = papers();
  for (const [name, paper] of all) {
    const file = join(papersFolder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, written(paper));
  }
  console.log(`${all.size} documents in ${papersFolder}`, readdirSync(papersFolder).join(' '));
}
