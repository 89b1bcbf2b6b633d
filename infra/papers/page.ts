/**
 * `/docs`: the kept documents for people, as one page without a script. Each event and route with
 * its words, its codes, its schema and its examples.
 */
import { codes } from '../../shared/protocol/codes.ts';
import { isNode, type Json, type JsonSchema } from './schemas.ts';

export const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem 1.5rem 6rem; }
nav { columns: 16rem; }
nav a { display: block; overflow: hidden; text-overflow: ellipsis; }
section { border-top: 1px solid #8886; padding-top: 0.5rem; }
pre { overflow: auto; max-height: 30rem; padding: 0.75rem; background: #8882; border-radius: 6px; font-size: 13px; }
summary { cursor: pointer; }
p, li { overflow-wrap: anywhere; }
td, th { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; }
`;

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly shown: readonly (readonly [string, Json])[];
}

export function page(socket: JsonSchema, http: JsonSchema): string {
  const operations = Object.entries(at(socket, 'operations'));
  const said = (action: string) =>
    operations.filter(([, operation]) => isNode(operation) && operation['action'] === action).map(([name]) => name);
  const parts: [string, Entry[]][] = [
    ['What a desk says', said('receive').map((name) => eventEntry(socket, name))],
    ['What the manager says', said('send').map((name) => eventEntry(socket, name))],
    ['HTTP API', Object.entries(at(http, 'paths')).flatMap(([path, route]) => routeEntries(http, path, route))],
  ];
  const links = parts.map(
    ([title, entries]) =>
      `<h2>${title}</h2>\n<nav>${entries.map(({ id, title: name }) => `<a href="#${id}">${text(name)}</a>`).join('')}</nav>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Agent manager: the protocol</title><link rel="stylesheet" href="/docs/style.css"></head>
<body>
<h1>The protocol</h1>
<p>For programs: <a href="/docs/asyncapi.json">AsyncAPI 3</a> of the socket,
<a href="/docs/openapi.json">OpenAPI 3.1</a> of the HTTP API, and a JSON Schema of each event’s frame.</p>
${links.join('\n')}
${parts.map(([title, entries]) => `<h2>${title}</h2>\n${entries.map(section).join('\n')}`).join('\n')}
<h2>Error codes</h2>
<table>${Object.entries(codes)
    .map(([code, { meaning }]) => `<tr><td><code>${code}</code></td><td>${text(meaning)}</td></tr>`)
    .join('')}</table>
</body>
</html>
`;
}

function section({ id, title, words, shown }: Entry): string {
  const paragraphs = words.split('\n\n').map((paragraph) => `<p>${text(paragraph)}</p>`);
  const details = shown.map(
    ([name, value]) =>
      `<details><summary>${text(name)}</summary><pre>${text(JSON.stringify(value, null, 2))}</pre></details>`,
  );
  return `<section id="${id}"><h3>${text(title)}</h3>${paragraphs.join('')}${details.join('')}</section>`;
}

function eventEntry(socket: JsonSchema, name: string): Entry {
  const message = at(socket, 'components', 'messages', name);
  const examples = Array.isArray(message['examples']) ? message['examples'] : [];
  const file = `/docs/schemas/${name}.json`;
  return {
    id: name,
    title: name,
    words: words(message['description']),
    shown: [
      ...examples.map((example): [string, Json] => ['Example', isNode(example) ? (example['payload'] ?? null) : null]),
      [`Data (the whole frame: ${file})`, at(socket, 'components', 'schemas', name)],
    ],
  };
}

function routeEntries(http: JsonSchema, path: string, route: Json): Entry[] {
  if (!isNode(route)) return [];
  return Object.entries(route).flatMap(([method, operation]) => {
    if (!isNode(operation)) return [];
    const { operationId, description, parameters, requestBody, responses } = operation;
    const callers = operation['x-callers'];
    return {
      id: words(operationId),
      title: `${method.toUpperCase()} ${path}`,
      words: `${words(description)}\n\nFor: ${Array.isArray(callers) ? callers.map(words).join(', ') : ''}.`,
      shown: [
        ...(parameters ? [['Parameters', parameters] as const] : []),
        ...(requestBody ? [['Body', resolved(http, requestBody)] as const] : []),
        ...Object.entries(isNode(responses) ? responses : {}).map(([status, answer]) => [status, answer] as const),
      ],
    };
  });
}

/** What a body refers to is shown in its place. */
function resolved(document: JsonSchema, value: Json): Json {
  if (!isNode(value)) return value;
  const ref = value['$ref'];
  if (typeof ref === 'string') return at(document, ...ref.slice(2).split('/'));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(document, member)]));
}

function at(document: JsonSchema, ...path: string[]): JsonSchema {
  return path.reduce<JsonSchema>((node, key) => {
    const found = node[key];
    if (!isNode(found)) throw new Error(`There is no ${path.join('/')}`);
    return found;
  }, document);
}

function words(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function text(raw: string): string {
  return raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
