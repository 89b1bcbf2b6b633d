/**
 * The list of mutants fits the code: whoever changes a line that one of them breaks says here what
 * breaks it now. That tests notice them is seen by `npm run mutate`, which takes half an hour.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../infra/functions.ts';
import { mutants } from './all.ts';
import { occurrences } from './mutant.ts';

it.each(mutants.map((mutant) => [`${mutant.file}: ${mutant.why}`, mutant] as const))('%s', (_, mutant) => {
  expect(occurrences(mutant, readFileSync(join(root, mutant.file), 'utf8'))).toBe(1);
  expect(mutant.replace).not.toContain(mutant.find);
  expect(existsSync(join(root, mutant.by))).toBe(true);
});

it('every room of rules and of the shell is broken somewhere, and what keeps and sends for it', () => {
  const rooms = new Set(mutants.map(({ file }) => dirname(file)));
  const edge = ['loop', 'follow', 'socket', 'http', 'timer', 'watch'].map((room) => `shared/edge/${room}`);
  const ruled = ['agent', 'asking', 'choosing', 'conversation', 'custody', 'handling', 'routing', 'shown', 'silence'];
  const domain = ruled.map((room) => `shared/domain/${room}`);
  expect([...domain, ...edge, 'shared/rows', 'shared/aws'].filter((room) => !rooms.has(room))).toEqual([]);
});
