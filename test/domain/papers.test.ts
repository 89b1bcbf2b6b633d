/**
 * What programs read of the protocol is what the schemas say: printed anew it is what is kept, and
 * those who wrote AsyncAPI, OpenAPI and JSON Schema accept it.
 */
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { papersFolder } from '../../infra/papers/folder.ts';
import { papers, written } from '../../infra/papers/print.ts';
import { agentEvents } from '../../shared/protocol/agent-events.ts';
import { closeCodes } from '../../shared/protocol/documents/close-codes.ts';
import { loginRoutes } from '../../shared/protocol/login.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import { AsyncApi, OpenApi, paper, reader, validators } from '../support/papers.ts';

const printed = papers();
const socket = paper('asyncapi.json', AsyncApi);
const http = paper('openapi.json', OpenApi);
const events = [...Object.keys(agentEvents), ...Object.keys(managerEvents)].filter((name) => name !== 'connect_error');

describe('docs/api', () => {
  it('has what would be printed, and nothing else', () => {
    const kept = readdirSync(papersFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = kept.map(({ parentPath, name }) => join(parentPath, name).slice(papersFolder.length + 1));
    expect(names.toSorted()).toEqual([...printed.keys()].toSorted());
    for (const [name, document] of printed) {
      const is = existsSync(join(papersFolder, name)) ? readFileSync(join(papersFolder, name), 'utf8') : '';
      expect(is === written(document), `${name} is old: npm run docs`).toBe(true);
    }
  });

  it('describes the socket as AsyncAPI wants it', () => {
    const ajv = new Ajv({ meta: false, validateSchema: false, strict: false, validateFormats: false });
    const require = createRequire(import.meta.url);
    const isAsyncApi = ajv.compile(require('@asyncapi/specs/schemas/3.0.0.json'));
    isAsyncApi(socket);
    expect(isAsyncApi.errors ?? []).toEqual([]);
  });

  it('describes the HTTP API as OpenAPI wants it', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(http);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it.each(events)('has a schema for the frame of %s that stands alone, and takes the examples', (event) => {
    const takes = reader().compile({
      $id: `https://agent-manager.invalid/${event}`,
      ...paper(`schemas/${event}.json`, z.looseObject({})),
    });
    const { examples = [] } = socket.components.messages[event] ?? {};
    expect(examples).not.toEqual([]);
    for (const { payload } of examples) {
      takes(payload);
      expect(takes.errors ?? []).toEqual([]);
      const spoiled = { ...payload, ['action' in payload ? 'action' : 'event']: 'something' };
      expect(takes(spoiled)).toBe(false);
    }
  });

  it.each([
    ['asyncapi.json', socket],
    ['openapi.json', http],
  ])('refers to nothing that is not there, and has no schema that nothing refers to: %s', (_, document) => {
    const pointers = new Set(refsIn(document));
    for (const pointer of pointers) {
      const found = pointer.split('/').reduce<unknown>((at, key) => asRecord(at)[key], document);
      expect(found, pointer).toBeDefined();
    }
    const unused = Object.keys(document.components.schemas).filter(
      (name) => !pointers.has(`components/schemas/${name}`),
    );
    expect(unused).toEqual([]);
  });

  it('says of one event nothing that would be read as said of another, or of a part of it', () => {
    const events = new Set(Object.keys(socket.operations));
    for (const [name, { $ref: _, ...parts }] of Object.entries(socket.components.schemas)) {
      if (name.startsWith('frame.') || name === 'onAgentReplay') continue; // which have whole events
      expect(
        refsIn(parts).filter((at) => events.has(at.replace('components/schemas/', ''))),
        name,
      ).toEqual([]);
    }
  });

  it('says where the id is that an answer has of its request, and only where there is one', () => {
    for (const [event, { correlationId, examples }] of Object.entries(socket.components.messages)) {
      const at = event in agentEvents ? '/id' : ['ack', 'errors'].includes(event) ? '/data/id' : undefined;
      expect(correlationId?.location, event).toBe(at && `$message.payload#${at}`);
      if (at !== '/data/id') continue;
      for (const { payload } of examples) expect(payload.data).toHaveProperty('id', expect.any(String));
    }
  });

  it('has an operation for every event and every route', () => {
    expect(Object.keys(socket.operations).toSorted()).toEqual(events.toSorted());
    for (const { method, path } of [...platformRoutes, ...loginRoutes]) {
      expect(http.paths[path.replace('{kind}', 'queues')]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined();
    }
  });

  it('looks into JSON texts', () => {
    const takes = validators('asyncapi.json')('components/schemas/frame.onCimEvent');
    const [example] = socket.components.messages['onCimEvent']?.examples ?? [];
    expect(takes(example?.payload)).toBe(true);
    const data = z.looseObject({ cimEvent: z.string() }).parse(example?.payload.data);
    const spoiled = { ...JSON.parse(data.cimEvent), name: 'RAIN' };
    expect(takes({ ...example?.payload, data: { ...data, cimEvent: JSON.stringify(spoiled) } })).toBe(false);
  });
});

/** Where in a document something refers to. */
function refsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, at = '']) => at);
}

function asRecord(value: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(value);
}

describe('how sockets end', () => {
  const protocol = readFileSync(new URL('../../shared/protocol/PROTOCOL.md', import.meta.url), 'utf8');

  it('is one table in PROTOCOL.md', () => {
    const rows = [...protocol.matchAll(/^\| (\d{4}) +\| (.*?) +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm)];
    const listed = rows.map(([, code, by, why, comeBack, advice]) => [code, { by, why, comeBack, advice }]);
    expect(listed).toEqual(Object.entries(closeCodes));
  });

  it('has every code with which the gateway and the client close', () => {
    const folders = ['infra/local/gateway', 'shared/client'].map((name) => new URL(`../../${name}/`, import.meta.url));
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).filter(({ name }) => name.endsWith('.ts')),
    );
    const code = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
    const used = [
      ...code.matchAll(/\b(?:close|end|ended)\((?:\w+, )?(1\d{3})\b|^ {2}(1\d{3}): '|TOO_LARGE = (1\d{3})/gm),
    ];
    const codes = new Set(used.flatMap(([, ...groups]) => groups.filter(Boolean)));
    expect([...codes].toSorted()).toEqual(Object.keys(closeCodes).toSorted());
  });
});
