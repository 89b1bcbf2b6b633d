/**
 * Who lets a customer wait is asked last for them, and each time later, within bounds; the queue
 * says what else becomes of them.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { accept, offer, offerExpired, publish } from '../support/events.ts';
import { decided, member, pending } from '../support/decision.ts';
import { slaReached } from '../support/requests.ts';
import { agent, arrival, message, NOW, queued, rules, talk } from '../support/world.ts';

const keep = rules({ ronaPolicy: 'KEEP', agentSlaSeconds: 100, requestTtlSeconds: 86_400 });
const waits = () =>
  arrival(
    [queued('t1', { rules: keep, ttl: { timerId: 't', expiresAt: NOW + 86_400_000 } })],
    [agent('amy'), agent('bob')],
  );

/** Until when whom is passed over, in seconds from then on. */
function passed(world: World, at: number): Record<string, number> {
  const task = pending(world);
  if (task.phase !== 'QUEUED') throw new Error('it does not wait');
  const { passOver } = task;
  return Object.fromEntries(Object.entries(passOver).map(([id, until]) => [id, (until - at) / 1000]));
}

const rings = (world: World, agentId: string, at: number) =>
  decided(world, offer(pending(world).id, agentId, at)).world;

/** It rings at their desk, and nobody answers. */
function ringsOut(world: World, agentId: string, at: number): World {
  const { id, attempt } = pending(world);
  return decided(rings(world, agentId, at), offerExpired(id, agentId, at + 30_000, attempt)).world;
}

/** They accept, and leave the customer without an answer. */
function isSilent(world: World, agentId: string, at: number): World {
  const { id } = pending(world);
  return decided(rings(world, agentId, at), accept(id, agentId, at), slaReached(at, 100, at + 100_000)).world;
}

describe.each<[string, (world: World, agentId: string, at: number) => World, number]>([
  ['lets it ring out', ringsOut, 30_000],
  ['does not answer the customer', isSilent, 100_000],
])('An agent who %s', (_, misses, takesMs) => {
  it('is asked later each time, and within bounds', () => {
    let world = waits();
    const seconds = [1, 2, 3, 4, 5, 6].map((time) => {
      const at = NOW + time * 1_000_000;
      world = misses(world, 'amy', at);
      return passed(world, at + takesMs)['amy'];
    });
    expect(seconds).toEqual([30, 60, 120, 240, 240, 240]);
  });

  it('and nobody else', () => {
    const world = misses(waits(), 'amy', NOW);
    expect(passed(world, NOW + takesMs)).toEqual({ amy: 30 });
    expect(world.conversation.unanswered).toEqual({ amy: 1 });
  });

  it('begins anew once the customer has an answer', () => {
    const missed = misses(waits(), 'amy', NOW);
    const at = NOW + 1_000_000;
    const { id } = pending(missed);
    const taken = decided(rings(missed, 'bob', at), accept(id, 'bob', at)).world;
    expect(taken.conversation.unanswered).toEqual({ amy: 1 });
    const answered = decided(taken, publish('bob', message('AGENT_MESSAGE'), at)).world;
    expect(answered.conversation.unanswered).toEqual({});
  });
});

describe('Whose time to answer is over', () => {
  const expired = (slaPolicy: 'MRD_NOT_READY' | 'AGENT_NOT_READY' | 'KEEP', parts: Parameters<typeof talk>[0]) => {
    const world = talk(parts, { rules: rules({ agentSlaSeconds: 100, slaPolicy }) });
    const running = { startedAt: NOW, totalSeconds: 100, shown: 0 };
    const late = { ...world, conversation: { ...world.conversation, sla: running } };
    return decided(late, slaReached(NOW, 100, NOW + 100_000)).world;
  };

  it.each([
    ['KEEP', 'READY', 'READY'],
    ['MRD_NOT_READY', 'NOT_READY', 'NOT_READY'],
    ['AGENT_NOT_READY', 'NOT_READY', 'NOT_READY'],
  ] as const)('is what the queue says: %s', (policy, state, chat) => {
    const amy = member(expired(policy, { amy: 'PRIMARY' }).agents, 'amy');
    expect([amy.state.name, amy.mrds['CHAT']?.state]).toEqual([state, chat]);
  });

  it('is not whoever advised or watched: neither passed over nor sent away from other work', () => {
    const world = expired('MRD_NOT_READY', {
      amy: 'PRIMARY',
      bob: 'ASSISTANT',
      sam: 'SILENT_MONITOR',
      ina: 'BARGED_IN',
    });
    expect(world.conversation.unanswered).toEqual({ amy: 1 });
    expect(passed(world, NOW + 100_000)).toEqual({ amy: 30 });
    for (const id of ['bob', 'sam', 'ina']) expect(member(world.agents, id).mrds['CHAT']?.state).toBe('READY');
  });
});
