/**
 * The README's walk-through, played from the file: what it says is typed is sent, and what it says
 * comes must come before the next line is sent, in that order.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import type { ManagerEventName } from '../../shared/protocol/manager-events.ts';

const centre = contactCentre();
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const BLOCKS = [...README.matchAll(/^```(frames|sh)\n(.*?)^```$/gms)].map(([, kind, text]) => ({
  kind,
  text: text ?? '',
}));

describe('The walk-through in the README', () => {
  it('works as it is printed', async () => {
    const ids: Record<string, string> = {};
    const filled = (text: string) =>
      text.replaceAll(/<(conversationId|taskId)>/g, (placeholder, name: string) => ids[name] ?? placeholder);
    let desk: Desk | undefined;
    let steps = 0;
    for (const { kind, text } of BLOCKS) {
      if (kind === 'sh' && text.includes('wscat'))
        desk = await Desk.open(centre.stack.wsUrl, await centre.stack.token('amy'));
      if (kind === 'sh' && text.includes('curl')) Object.assign(ids, await curl(filled(text)));
      if (kind !== 'frames' || !desk) continue;
      const lines = text.trim().split('\n');
      for (const [index, line] of lines.entries()) {
        const [direction, rest] = [line.slice(0, 1), line.slice(2)];
        if (direction === '>') {
          desk.frames.length = 0;
          desk.raw(filled(rest));
        }
        if (direction === '<') {
          const { data } = await comesBefore(desk, rest, lines.slice(index + 1));
          if (rest === 'taskRequest') Object.assign(ids, data);
        }
        steps += 1;
      }
    }
    expect(steps).toBe(29);
    expect(desk?.faults).toEqual([]);
    desk?.vanish();
  });
});

/** The next frame of this name. None of those that are told after it was there before it. */
async function comesBefore(desk: Desk, event: string, rest: readonly string[]) {
  const typed = rest.findIndex((line) => line.startsWith('>'));
  const later = rest.slice(0, typed < 0 ? undefined : typed).map((line) => line.slice(2));
  const index = await centre.eventually(() => desk.frames.findIndex((frame) => frame.event === event) + 1 || undefined);
  const sooner = desk.frames.slice(0, index - 1).map((frame) => String(frame.event));
  expect(sooner.filter((name) => later.includes(name))).toEqual([]);
  return desk.next(event as ManagerEventName);
}

/** A curl command with a URL and a body. Its token is that of the platform. Returns the answer. */
async function curl(command: string): Promise<object> {
  const path = /127\.0\.0\.1:3000(\S+)/.exec(command)?.[1] ?? '';
  const body = / -d '(.*)'/s.exec(command)?.[1] ?? '';
  const answer = await centre.call('POST', path, body);
  expect(answer.status).toBeLessThan(300);
  return answer.body;
}
