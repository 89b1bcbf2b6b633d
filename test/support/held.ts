/**
 * The wire against the kept documents, read by Ajv: what the manager sends, what it takes of desks,
 * and each call of the HTTP API with its answer.
 */
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { agentEvents, canonical } from '../../shared/protocol/agent-events.ts';
import { parseFrame } from '../../shared/protocol/frame.ts';
import { OpenApi, paper, validators } from './papers.ts';

const socket = lazily(() => validators('asyncapi.json'));
const http = lazily(() => validators('openapi.json'));
const routes = lazily(() =>
  Object.entries(paper('openapi.json', OpenApi).paths).map(([path, operations]) => ({
    path,
    form: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    operations,
  })),
);

/** What is wrong with a frame of the manager, in words. */
export function faultOfFrame(frame: { event: string }): string | undefined {
  return fault(socket()(`components/schemas/frame.${frame.event}`), frame);
}

/** What the manager would take of a desk, and the document does not allow. */
export function faultOfText(text: string): string | undefined {
  const parsed = parseFrame(text);
  const event = parsed.ok ? canonical(parsed.frame.action) : undefined;
  if (!parsed.ok || !event || !agentEvents[event].safeParse(parsed.frame.data).success) return undefined;
  return fault(socket()(`components/schemas/frame.${event}`), JSON.parse(text));
}

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly body?: string | undefined;
  readonly status: number;
  readonly type: string | null;
  readonly answer: string;
}

/** Throws where the document does not allow what was done, or what was answered. */
export function mustBeDescribed({ method, url, body, status, type, answer }: Call): void {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const route = routes().find(({ form, operations }) => form.test(pathname) && method.toLowerCase() in operations);
  const operation = route?.operations[method.toLowerCase()];
  if (!route || !operation) return; // the gateway has no such route, and says so
  const place = `paths/${route.path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method.toLowerCase()}`;
  const wrong = (what: string, found: string | undefined) => {
    if (found) throw new Error(`${method} ${url} ${status}: the document does not allow ${what}: ${found}`);
  };
  if (status < 300) {
    if (body !== undefined && operation.requestBody)
      wrong('the body', fault(http()(`${place}/requestBody/content/application~1json/schema`), JSON.parse(body)));
    for (const [index, { name, in: where, schema }] of operation.parameters.entries()) {
      const given = where === 'query' ? searchParams.get(name) : null;
      if (given === null) continue;
      const value = schema.type === 'integer' ? Number(given) : given;
      wrong(name, fault(http()(`${place}/parameters/${index}/schema`), value));
    }
  }
  const said = String(status) in operation.responses ? String(status) : 'default';
  const { content } = operation.responses[said] ?? {};
  if (!content) return wrong('an answer', answer === '' ? undefined : answer.slice(0, 300));
  const kind = Object.keys(content).find((one) => one === type?.split(';')[0]);
  if (kind === undefined) return wrong('the type of the answer', String(type));
  const at = `${place}/responses/${said}/content/${kind.replaceAll('/', '~1')}/schema`;
  wrong('the answer', fault(http()(at), JSON.parse(answer)));
}

function fault(takes: ValidateFunction, value: unknown): string | undefined {
  if (takes(value)) return undefined;
  const [error] = takes.errors ?? [];
  return `${error?.instancePath} ${error?.message} in ${JSON.stringify(value).slice(0, 1_000)}`;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
