/**
 * When a desk begins to hear of a conversation: once it was sent the snapshot, and then of
 * everything after it.
 */
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../shared/domain/agent/agent.ts';
import { deadlines, type World } from '../../shared/domain/conversation/conversation.ts';
import { accept, closeWrapUp, leave } from '../support/events.ts';
import { decided, member, refusal, said } from '../support/decision.ts';
import { watches } from '../support/requests.ts';
import { after, agent, among, arrival, BEFORE, NOW, reserved, talk } from '../support/world.ts';

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

describe('A snapshot of which nobody knows whether it has arrived', () => {
  const accepted = () => decided(arrival([reserved('amy')], [agent('amy')]), accept('t1', 'amy')).world;
  const due = (againAt: number, at = againAt, connectionId = 'amy-desk') => ({
    type: 'snapshotDue' as const,
    at,
    agentId: 'amy',
    connectionId,
    againAt,
  });
  const first = NOW + 5_000;
  const dueIn = ({ conversation }: World) => deadlines(conversation).map(({ dueAt }) => dueAt);
  const amyIs = (...events: AgentEvent[]) => {
    const world = accepted();
    return among(world, after(member(world.agents, 'amy'), ...events));
  };
  const lost: AgentEvent = { type: 'connectionLost', at: NOW, connectionId: 'amy-desk', graceSeconds: 60 };
  const profile = { user: agent('amy').user, attributes: {}, mrds: [] };
  const elsewhere: AgentEvent = { type: 'connected', at: NOW, connectionId: 'desk-2', newKey: 'key-2', profile };

  it('is shown again after five seconds', () => {
    expect(dueIn(accepted())).toEqual([first]);
    expect(said(decided(accepted(), due(first)))).toEqual(['amy: snapshot']);
  });

  it('is shown again and again, each time after as long as it has taken so far, in the end every minute', () => {
    const times = [first];
    let world = accepted();
    for (let tries = 0; tries < 7; tries++) {
      const decision = decided(world, due(times.at(-1) ?? 0));
      expect(said(decision)).toEqual(['amy: snapshot']);
      ({ world } = decision);
      times.push(...dueIn(world));
    }
    expect(times.map((at) => (at - NOW) / 1000)).toEqual([5, 10, 20, 40, 80, 140, 200, 260]);
  });

  it('is due from anew for a newer connection, and for a supervisor who joins', () => {
    const reconnected = { type: 'agentReconnected' as const, at: NOW + 1, agentId: 'amy', connectionId: 'desk-2' };
    expect(dueIn(decided(accepted(), reconnected).world)).toEqual([first + 1]);
    expect(dueIn(decided(among(talk({ amy: 'PRIMARY' }), agent('sam')), watches('sam')).world)).toEqual([first]);
  });

  it.each<[string, World, ReturnType<typeof due>]>([
    ['it has arrived', decided(accepted(), { ...due(first), type: 'snapshotSeen', seq: accepted().conversation.lastSeq }).world, due(first)], // prettier-ignore
    ['it is not time yet', accepted(), due(first, first - 1)],
    ['it was shown again already', decided(accepted(), due(first)).world, due(first)],
    ['the agent has left', decided(accepted(), leave('amy'), closeWrapUp('amy')).world, due(first)],
    ['it was for another connection', accepted(), due(first, first, 'desk-0')],
    ['the connection is lost', amyIs(lost), due(first)],
    ['another connection will be greeted', amyIs(elsewhere), due(first)],
  ])('is not where %s', (_, world, event) => {
    const decision = decided(world, event);
    expect(decision.world).toBe(world);
    expect(said(decision)).toEqual([]);
  });

  it('waits for the greeting of its connection, which comes first', () => {
    const back = { type: 'agentReconnected' as const, at: NOW, agentId: 'amy', connectionId: 'desk-2' };
    const decision = decided(amyIs(elsewhere), back, due(first, first, 'desk-2'));
    expect(said(decision)).toEqual([]);
    expect(dueIn(decision.world)).toEqual([NOW + 10_000]);
  });
});

describe('A desk that is told of a conversation that it does not hold', () => {
  const asks = (agentId: string) => ({ ...accept('', agentId), taskId: undefined });

  it.each(['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR', 'WRAP_UP'] as const)('is shown it when it asks: %s', (part) => {
    const world = talk({ amy: 'PRIMARY', sam: part });
    const decision = decided(world, asks('sam'));
    expect(decision.world).toBe(world);
    expect(said(decision)).toEqual(['sam: snapshot']);
  });

  it('is refused where its agent is not in it', () => {
    expect(refusal(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('bob')).code).toBe(
      'conversation.notParticipant',
    );
  });
});
