/** An offer that the agent does not want: who is asked next, and what becomes of the agent. */
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../shared/domain/agent/agent.ts';
import type { Consequence } from '../../shared/protocol/shapes/config.ts';
import { taskRequest } from '../../shared/domain/conversation/said.ts';
import { currentSession } from '../../shared/domain/conversation/conversation.ts';
import { accept, decline, offer, offerExpired } from '../support/events.ts';
import { decided, member, pending, refusal, said, taskChanges } from '../support/decision.ts';
import { agent, among, arrival, BEFORE, metaOf, NOW, queued, reserved, rules, talk } from '../support/world.ts';

const ringing = (changes: Parameters<typeof rules>[0] = {}, more: Parameters<typeof reserved>[2] = {}) =>
  arrival([reserved('amy', 't1', { rules: rules(changes), ...more })], [agent('amy'), agent('bob')]);
const passedOver = ({ world }: Pick<ReturnType<typeof decided>, 'world'>) => {
  const task = pending(world);
  return task.phase === 'QUEUED' ? task.passOver : undefined;
};

/** `READY CHAT:NOT_READY because` */
function summary({ state, mrds }: Agent): string {
  const chat = Object.values(mrds).map(({ mrd, state: name }) => `${mrd.id}:${name}`);
  return [state.name, ...chat, ...(state.reasonCode ? [state.reasonCode.name] : [])].join(' ');
}

describe('An offer that is declined', () => {
  it('is closed as such, apart from those that nobody answered, and asks for the next agent', () => {
    const decision = decided(ringing(), decline('t1', 'amy'));
    expect(taskChanges(decision)[0]).toBe('t1 ACTIVE/DECLINED media CLOSED');
    expect(said(decision)).toEqual(['amy: revokeTask DECLINED']);
    expect(pending(decision.world)).toMatchObject({ phase: 'QUEUED', priority: 11, routedSince: BEFORE });
    expect(pending(decision.world).ttl).toEqual(pending(ringing()).ttl);
    expect(member(decision.world.agents, 'amy').slots).toEqual({});
  });

  it('says in the log why, as the desk said it', () => {
    const reasonCode = { id: 'language', name: 'Another language' };
    const { events } = decided(ringing(), { ...decline('t1', 'amy'), reasonCode });
    expect(events[0]?.event.data).toMatchObject({ declinedFor: reasonCode, state: { reasonCode: 'DECLINED' } });
  });

  it.each<[Consequence, string]>([
    ['KEEP', 'READY CHAT:READY'],
    ['MRD_NOT_READY', 'NOT_READY CHAT:NOT_READY'],
    ['AGENT_NOT_READY', 'NOT_READY CHAT:NOT_READY DECLINED'],
  ])('makes of the agent what the queue says (%s)', (declinePolicy, expected) => {
    const { world } = decided(ringing({ declinePolicy, ronaPolicy: 'AGENT_NOT_READY' }), decline('t1', 'amy'));
    expect(summary(member(world.agents, 'amy'))).toBe(expected);
  });

  it('passes the agent over for as long as the queue says, however many decline or let it ring out after them', () => {
    const more = { declineSeconds: 100, acceptSeconds: 20, ronaPolicy: 'KEEP' as const };
    const amy = decided(ringing(more), decline('t1', 'amy'));
    expect(passedOver(amy)).toEqual({ amy: NOW + 100_000 });
    const again = pending(amy.world).id;
    const bob = decided(amy.world, offer(again, 'bob'));
    const rang = decided(bob.world, offerExpired(again, 'bob', NOW + 20_000, 2));
    expect(passedOver(rang)).toEqual({ amy: NOW + 100_000, bob: NOW + 40_000 });
    expect(passedOver(decided(bob.world, decline(again, 'bob', NOW + 100_000)))).toEqual({ bob: NOW + 200_000 });
  });

  it('is not asked of anybody else where the agent was asked by name', () => {
    const request = { by: { id: 'carol', name: 'carol' }, note: null };
    const named = ringing({}, { mode: 'AGENT', direction: 'CONSULT', request });
    const decision = decided(among(named, agent('carol')), decline('t1', 'amy'));
    expect(decision.events.map(({ event }) => event.name)).toContain('NO_AGENT_AVAILABLE');
    expect(decision.world.conversation.tasks).toEqual({});
  });

  it('after its time to live was for nobody', () => {
    const ttl = { timerId: 'ttl-1', expiresAt: NOW };
    const decision = decided(ringing({}, { ttl }), decline('t1', 'amy'));
    expect(taskChanges(decision)[0]).toBe('t1 CLOSED/NO_AGENT_AVAILABLE media CLOSED');
  });

  it.each([
    ['to whom it is not offered', ringing(), 'bob', 'task.notOffered'],
    ['when it waits again', arrival([queued()], [agent('amy')]), 'amy', 'task.notOffered'],
    ['when it is over', arrival([], [agent('amy')]), 'amy', 'task.gone'],
  ])('is refused to somebody %s, and the card goes', (_, world, who, code) => {
    const refused = refusal(world, decline('t1', who));
    expect(refused.code).toBe(code);
    expect(said({ effects: refused.emits })).toEqual([`${who}: revokeTask GONE`]);
  });

  it('is refused once it was accepted', () => {
    const { code, emits } = refusal(talk({ amy: 'PRIMARY' }), decline('amy-task', 'amy'));
    expect([code, emits]).toEqual(['state.invalid', []]);
  });

  it('that the next one accepts leaves nothing behind', () => {
    const { world } = decided(ringing(), decline('t1', 'amy'));
    const { id } = pending(world);
    const taken = decided(decided(world, offer(id, 'bob')).world, accept(id, 'bob'));
    expect(member(taken.world.conversation.tasks, id)).not.toHaveProperty('passOver');
  });
});

describe('A queue whose offers are taken by the desk', () => {
  const stateOf = (world: ReturnType<typeof ringing>) => {
    const task = pending(world);
    if (task.phase !== 'RESERVED') throw new Error('it does not ring');
    return taskRequest(world.conversation, task, currentSession(world.conversation, metaOf(world)), NOW).data;
  };

  it.each([
    [false, 'RESERVED'],
    [true, 'STARTED'],
  ])('rings or not: autoAccept %s is %s', (autoAccept, name) => {
    expect(stateOf(ringing({ autoAccept }))).toMatchObject({ taskState: { name } });
  });

  it('still rings where a colleague asks to ring', () => {
    const request = { by: { id: 'bob', name: 'bob' }, note: null, offerToAgent: true };
    expect(stateOf(ringing({ autoAccept: true }, { request }))).toMatchObject({ taskState: { name: 'RESERVED' } });
  });
});
