/** When a desk begins to hear of a conversation: once it was sent the snapshot, and then of everything after it. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation.ts';
import { leave } from '../support/events.ts';
import { decided, member } from '../support/decision.ts';
import { BEFORE, NOW, talk } from '../support/world.ts';

describe('Snapshot before live', () => {
  const away = (seq: number, connectionId = 'desk-2') => ({
    type: 'snapshotSeen' as const,
    at: NOW,
    agentId: 'amy',
    connectionId,
    seq,
  });
  const reconnected = { type: 'agentReconnected' as const, at: NOW, agentId: 'amy', connectionId: 'desk-2' };
  const back = () => decided(talk({ amy: 'PRIMARY', bob: 'PRIMARY' }), reconnected).world;
  const amy = ({ conversation }: World) => member(conversation.participants, 'amy');

  it('a newer connection hears nothing until it was sent the snapshot', () => {
    expect(amy(back())).toMatchObject({ connectionId: 'desk-2', live: false });
    expect(member(back().conversation.participants, 'bob').live).toBe(true);
  });

  it('and everything after it was', () => {
    expect(amy(decided(back(), away(1)).world).live).toBe(true);
  });

  it.each<[string, World, ReturnType<typeof away>]>([
    ['something happened meanwhile', back(), away(0)],
    ['an even newer connection has come', back(), away(1, 'desk-1')],
    ['it is live already', talk({ amy: 'PRIMARY' }), away(1, 'amy-desk')],
    ['the agent has left', talk({ bob: 'PRIMARY' }), away(1)],
  ])('nothing changes where %s', (_, world, event) => {
    expect(decided(world, event).world).toBe(world);
  });

  it('is not due to one who is not in the conversation', () => {
    const world = talk({ bob: 'PRIMARY' });
    expect(decided(world, reconnected).world).toBe(world);
  });

  it('keeps role, task and the time of joining', () => {
    const world = decided(talk({ amy: 'PRIMARY' }), leave('amy')).world;
    expect(amy(decided(world, reconnected).world)).toMatchObject({
      role: 'WRAP_UP',
      taskId: 'amy-task',
      joinedAt: BEFORE,
    });
  });

  it('writes nothing into the log', () => {
    expect(decided(talk({ amy: 'PRIMARY' }), reconnected, away(1)).events).toEqual([]);
  });
});
