/** What a desk of socket.io is told of what the manager says, and what not. */
import { describe, expect, it } from 'vitest';
import { emitted, OldDesk } from '../../../shared/client/faces/old-desk.ts';
import type { Frame } from '../../../shared/client/session/frames.ts';

const offer = (taskId: string, name = 'RESERVED') =>
  ({ event: 'taskRequest', conversationId: 'c', data: { conversationId: 'c', taskId, taskState: { name } } }) as Frame;
const revocation = (taskId?: string) =>
  ({ event: 'revokeTask', conversationId: 'c', data: { conversationId: 'c', taskId } }) as Frame;
const snapshot = { event: 'onTopicData', conversationId: 'c', data: { conversationId: 'c' } } as Frame;

function told(...frames: readonly Frame[]): string[] {
  const heard: string[] = [];
  const desk = new OldDesk(
    (event, data) => heard.push(`${event} ${(data as { taskId?: string }).taskId ?? ''}`.trim()),
    {},
  );
  for (const frame of frames) desk.said(frame);
  return heard;
}

describe('The card of a conversation', () => {
  it('outlives the end of an earlier attempt that is heard late', () => {
    expect(told(offer('1'), offer('2'), revocation('1'), revocation('2'))).toEqual([
      'taskRequest 1',
      'revokeTask 1',
      'taskRequest 2',
      'revokeTask 2',
    ]);
  });

  it('is taken away by an end that names no task, or of which nothing rings here', () => {
    expect(told(offer('1'), revocation())).toEqual(['taskRequest 1', 'revokeTask']);
    expect(told(revocation('1'))).toEqual(['revokeTask 1']);
  });

  it('is gone once it is accepted: a later request takes nothing away', () => {
    expect(told(offer('1'), snapshot, offer('2'))).toEqual(['taskRequest 1', 'onTopicData', 'taskRequest 2']);
    expect(told(offer('1', 'ACTIVE'), offer('2'))).toEqual(['taskRequest 1', 'taskRequest 2']);
  });
});

describe('What a desk emits', () => {
  it.each([
    [[], {}],
    [[undefined], {}],
    [['text'], 'text'],
    [[() => {}], {}],
    [[{ a: 1 }, () => {}], { a: 1 }],
  ])('as %j has these data', (args, data) => {
    expect(emitted('event', args)).toMatchObject({ event: 'event', data });
  });
});
