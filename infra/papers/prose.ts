/**
 * What the documents say in words, and the examples: read out of PROTOCOL.md, never written twice.
 */
import { readFileSync } from 'node:fs';
import { codes, type Code } from '../../shared/protocol/codes.ts';
import type { JsonSchema } from './schemas.ts';

const text = readFileSync(new URL('../../shared/protocol/PROTOCOL.md', import.meta.url), 'utf8');

export interface EventProse {
  readonly summary: string;
  readonly description: string;
  /** What stands in the table of its fields, by name. */
  readonly fields: ReadonlyMap<string, string>;
  /** How it may fail, beside what every event may. */
  readonly codes: readonly Code[];
  /** Whole frames. */
  readonly examples: readonly JsonSchema[];
}

const sections = new Map(
  text
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string] => {
      const end = section.indexOf('\n');
      return [section.slice(0, end).replaceAll('\\', ''), section.slice(end).split(/^## /m)[0] ?? ''];
    }),
);

export function proseOf(event: string): EventProse {
  const section = sections.get(event);
  if (section === undefined) throw new Error(`PROTOCOL.md has no heading ${event}`);
  const blocks = section.trim().split(/\n\n(?=\S)/);
  const paragraphs = blocks.filter((block) => !/^(```|\||Errors: )/.test(block));
  const first = flowing(paragraphs[0] ?? '').replace('**Ours.** ', '');
  const fields = [...section.matchAll(/^\| `(\w+)`!? +\| (.*?) +\|$/gm)];
  const errors = blocks.find((block) => block.startsWith('Errors: ')) ?? '';
  return {
    summary: /^.*?\.(?= |$)/.exec(first)?.[0] ?? first,
    description: [...paragraphs, errors].filter(Boolean).map(flowing).join('\n\n'),
    fields: new Map(fields.map(([, name = '', said = '']) => [name, said])),
    codes: codesIn(errors),
    examples: [...section.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']): JsonSchema => JSON.parse(json)),
  };
}

/** What every event may be refused with. */
export function codesOfAll(): Code[] {
  return codesIn(chapter('What a desk says'));
}

/** What stands under a heading of the second level, with its lines flowing. */
export function chapter(heading: string): string {
  const [, after] = text.split(new RegExp(`^## ${heading}\n`, 'm'));
  if (after === undefined) throw new Error(`PROTOCOL.md has no chapter ${heading}`);
  const [own = ''] = after.split(/^#{2,3} /m);
  return own.trim();
}

/** What the HTTP API's chapter says of a route. */
export function proseOfRoute({ method, path }: { readonly method: string; readonly path: string }): string {
  const items = chapter('HTTP API').split(/^(?=- )|\n\n/m);
  const own = items.filter((item) => {
    const [, said = '', where = ''] = /^- `([A-Z]+) ([^`?]*)/.exec(item) ?? [];
    return said === method && where === path;
  });
  if (own.length === 0) throw new Error(`PROTOCOL.md does not describe ${method} ${path}`);
  return own.map((item) => flowing(item).replace(/^- /, '')).join('\n\n');
}

/** What it says of a kind of configuration. */
export function proseOfKind(kind: string): string {
  const item = chapter('HTTP API')
    .split(/^(?=- )|\n\n/m)
    .find((one) => one.startsWith(`- \`${kind}\`:`));
  if (item === undefined) throw new Error(`PROTOCOL.md does not describe the configuration ${kind}`);
  return flowing(item).replace(/^- /, '');
}

function codesIn(words: string): Code[] {
  const named = [...words.matchAll(/`([\w.]+?)(\.[*…])?`/g)].flatMap(([, name = '', all]) =>
    all ? Object.keys(codes).filter((code) => code.startsWith(`${name}.`)) : [name],
  );
  return [...new Set(named)].filter(isCode);
}

function isCode(name: string): name is Code {
  return Object.hasOwn(codes, name);
}

/** Lists keep their lines, all else is one. */
function flowing(block: string): string {
  return block.trim().replaceAll(/\n(?!\s*- |\|)\s*/g, ' ');
}
