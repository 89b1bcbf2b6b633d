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
import { papersFolder } from '../../infra/papers/folder.ts';
import { papers, written } from '../../infra/papers/print.ts';
import { agentEvents } from '../../shared/protocol/agent-events.ts';
import { closeCodes } from '../../shared/protocol/documents/close-codes.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import { paper, reader, validators } from '../support/papers.ts';

const printed = papers();
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
    isAsyncApi(paper('asyncapi.json'));
    expect(isAsyncApi.errors ?? []).toEqual([]);
  });

  it('describes the HTTP API as OpenAPI wants it', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(paper('openapi.json'));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it.each(events)('has a schema for the frame of %s that stands alone, and takes the examples', (event) => {
    const takes = reader().compile({
      $id: `https://agent-manager.invalid/${event}`,
      ...paper(`schemas/${event}.json`),
    });
    const { examples } = paper('asyncapi.json').components.messages[event];
    expect(examples).not.toEqual([]);
    for (const { payload } of examples) {
      takes(payload);
      expect(takes.errors ?? []).toEqual([]);
      const spoiled = { ...payload, ['action' in payload ? 'action' : 'event']: 'something' };
      expect(takes(spoiled)).toBe(false);
    }
  });

  it('refers to nothing that is not there', () => {
    for (const name of ['asyncapi.json', 'openapi.json']) {
      const document = paper(name);
      const pointers = new Set(
        [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, at = '']) => at),
      );
      expect(pointers.size).toBeGreaterThan(0);
      for (const pointer of pointers) {
        const found = pointer.split('/').reduce((at, key) => at?.[key], document);
        expect(found, `${name} ${pointer}`).toBeDefined();
      }
    }
  });

  it('has an operation for every event and every route', () => {
    expect(Object.keys(paper('asyncapi.json').operations).toSorted()).toEqual(events.toSorted());
    const { paths } = paper('openapi.json');
    for (const { method, path } of platformRoutes) {
      expect(paths[path.replace('{kind}', 'queues')]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined();
    }
  });

  it('looks into JSON texts', () => {
    const takes = validators('asyncapi.json')('components/schemas/frame.onCimEvent');
    const [{ payload }] = paper('asyncapi.json').components.messages.onCimEvent.examples;
    expect(takes(payload)).toBe(true);
    const spoiled = { ...JSON.parse(payload.data.cimEvent), name: 'RAIN' };
    expect(takes({ ...payload, data: { ...payload.data, cimEvent: JSON.stringify(spoiled) } })).toBe(false);
  });
});

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
