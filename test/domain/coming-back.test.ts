/**
 * Who is in wrap-up of a conversation may take it back: the wrap-up is over, and they are in front
 * of the customer again, without having left.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { decided, dataOf, member, names, openTasks, pending, roles, said, taskChanges } from '../support/decision.ts';
import { accept, decline, leave, offer, offerExpired, wrapUpExpired } from '../support/events.ts';
import { home, picks, waiting } from '../support/pull-list.ts';
import { asks, toAgent } from '../support/requests.ts';
import { agent, among, NOW, queued, rules, talk, wrappingUp } from '../support/world.ts';

/** Amy wraps up, and the customer looks for somebody. */
function left(): World {
  const world = talk({ amy: 'WRAP_UP' });
  const tasks = { ...world.conversation.tasks, t1: queued() };
  return { ...world, conversation: { ...world.conversation, tasks } };
}

/** The same, where the wrap-up fills Amy's only place. */
function full(): World {
  const world = left();
  const amy = member(world.agents, 'amy');
  const mrds = Object.fromEntries(
    Object.entries(amy.mrds).map(([id, one]) => [id, { ...one, state: 'BUSY' as const, maxAgentTasks: 1 }]),
  );
  return among(world, { ...amy, mrds });
}

const back = () => decided(left(), offer('t1', 'amy'), accept('t1', 'amy'));

describe('Who wraps up and takes the customer back', () => {
  it('is PRIMARY again, with one task and one slot', () => {
    const { world } = back();
    expect(roles(world)).toEqual({ amy: 'PRIMARY' });
    expect(openTasks(world)).toEqual(['ACTIVE 1']);
    expect(Object.entries(member(world.agents, 'amy').slots)).toEqual([
      ['t1', expect.objectContaining({ phase: 'ACTIVE' })],
    ]);
    expect(world.conversation.state).toBe('ACTIVE');
  });

  it('has neither left nor joined: their role changes, and the wrap-up is closed', () => {
    const decision = back();
    expect(names(decision)).not.toContain('AGENT_SUBSCRIBED');
    expect(names(decision)).not.toContain('AGENT_UNSUBSCRIBED');
    expect(dataOf(decision, 'PARTICIPANT_ROLE_CHANGED')).toMatchObject({
      conversationParticipant: { role: 'PRIMARY' },
    });
    expect(taskChanges(decision)[0]).toBe('amy-task CLOSED/DONE media CLOSED');
    expect(said(decision)).toEqual(['amy: snapshot']);
  });

  it('closes it as what it was: a transfer', () => {
    const world = left();
    const wrapping = wrappingUp('amy', 'amy-task', { closeAs: 'TRANSFERRED' });
    const tasks = { ...world.conversation.tasks, 'amy-task': wrapping };
    const handed = { ...world, conversation: { ...world.conversation, tasks } };
    const decision = decided(handed, offer('t1', 'amy'), accept('t1', 'amy'));
    expect(taskChanges(decision)[0]).toBe('amy-task CLOSED/TRANSFERRED media CLOSED');
  });

  it('is not sent away when the wrap-up would have been over, and wraps up anew in the end', () => {
    const { world } = back();
    expect(decided(world, wrapUpExpired('amy-task', NOW + 3_600_000)).world).toBe(world);
    expect(roles(decided(world, leave('amy')).world)).toEqual({ amy: 'WRAP_UP' });
  });

  it('over another connection is shown it there first', () => {
    const { world } = decided(left(), offer('t1', 'amy'));
    const taken = decided(world, { ...accept('t1', 'amy'), connectionId: 'other-desk' });
    expect(member(taken.world.conversation.participants, 'amy')).toMatchObject({
      connectionId: 'other-desk',
      live: false,
    });
    expect(member(back().world.conversation.participants, 'amy').live).toBe(true);
  });

  it('is offered the customer also where the wrap-up fills their only place: it ends first', () => {
    const world = full();
    const offered = decided(world, offer('t1', 'amy'));
    expect(taskChanges(offered)[0]).toBe('amy-task CLOSED/DONE media CLOSED');
    expect(pending(offered.world)).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'amy' } });
    expect(Object.keys(member(offered.world.agents, 'amy').slots)).toEqual(['t1']);
    expect(roles(decided(offered.world, accept('t1', 'amy')).world)).toEqual({ amy: 'PRIMARY' });
    const task = wrappingUp('amy', 'amy-task', {
      rules: rules({ wrapUp: { mode: 'MANDATORY', extendSeconds: 60, mostSeconds: 600 } }),
    });
    const tasks = { ...world.conversation.tasks, 'amy-task': task };
    const owing = { ...world, conversation: { ...world.conversation, tasks } };
    expect(decided(owing, offer('t1', 'amy')).world).toBe(owing); // they have a note to write
  });

  it.each([
    ['let ring out', offerExpired('t1', 'amy', NOW + 60_000)],
    ['decline', decline('t1', 'amy')],
  ])('has no wrap-up any more where it ended with an offer that they %s', (_, comesToNothing) => {
    const { world } = decided(full(), offer('t1', 'amy'), comesToNothing);
    expect(roles(world)).toEqual({});
    expect(pending(world).phase).toBe('QUEUED');
    expect(member(world.agents, 'amy').slots).toEqual({});
  });

  it('may be asked by name, by whoever has the customer now', () => {
    const world = among(talk({ bob: 'PRIMARY', amy: 'WRAP_UP' }), agent('carol'));
    const asked = decided(world, asks('bob', 'DIRECT_TRANSFER', toAgent('amy'))).world;
    expect(pending(asked)).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'amy' } });
    const taken = decided(asked, accept(pending(asked).id, 'amy')).world;
    expect(roles(taken)).toEqual({ bob: 'WRAP_UP', amy: 'PRIMARY' });
  });

  it('may pick it from its list again', () => {
    const usual = { enabled: true, mode: 'OPTIONAL' as const, seconds: 60, extendSeconds: 60, mostSeconds: 600 };
    const { world } = decided(waiting(home({ wrapUp: usual })), picks('amy'), leave('amy'));
    expect(roles(world)).toEqual({ amy: 'WRAP_UP' });
    const again = decided(world, picks('amy')).world;
    expect(roles(again)).toEqual({ amy: 'PRIMARY' });
    expect(openTasks(again)).toEqual(['ACTIVE 1']);
    expect(Object.keys(member(again.agents, 'amy').slots)).toHaveLength(1);
  });
});
