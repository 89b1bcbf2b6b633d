/**
 * A task is taken from an agent: what becomes of their customers, by what the agent was in the
 * conversation.
 */
import { describe, expect, it } from 'vitest';
import type { Slot } from '../../shared/domain/agent/agent.ts';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { offer, release } from '../support/events.ts';
import { dataOf, decided, member, names, onlyTask, openTasks, roles, said, taskChanges } from '../support/decision.ts';
import { after, agent, arrival, NOW, queued, reserved, rules, talk, wrappingUp, type Part } from '../support/world.ts';

type Reason = NonNullable<Slot['evicted']>['reason'];

/** Amy must give her tasks up; in the column of the conversation nothing has happened yet. */
function evicting(world: World, reason: Reason = 'AGENT_LOGOUT', who = 'amy'): World {
  const person = member(world.agents, who);
  const event =
    reason === 'AGENT_LOGOUT'
      ? { type: 'forcedOut' as const, at: NOW, reasonCode: null }
      : {
          type: 'requestState' as const,
          at: NOW,
          name: 'NOT_READY' as const,
          reasonCode: { id: 'cb', name: 'Callback' },
        };
  return { ...world, agents: { ...world.agents, [who]: after(person, event) } };
}

describe('An agent who logs out', () => {
  it.each<[string, Record<string, Part>, string[], Record<string, string>]>([
    ['alone with the customer', { amy: 'PRIMARY' }, ['QUEUED 11'], {}],
    ['with a colleague asked for advice', { amy: 'PRIMARY', bob: 'ASSISTANT' }, ['QUEUED 11'], {}],
    ['with a silent supervisor', { amy: 'PRIMARY', sam: 'SILENT_MONITOR' }, ['QUEUED 11'], { sam: 'SILENT_MONITOR' }],
    ['with a whispering supervisor', { amy: 'PRIMARY', sam: 'WHISPER' }, ['QUEUED 11'], { sam: 'ASSISTANT' }],
    ['with a supervisor who barged in', { amy: 'PRIMARY', sam: 'BARGED_IN' }, [], { sam: 'PRIMARY' }],
    ['beside another PRIMARY', { amy: 'PRIMARY', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }],
    ['while only advising', { amy: 'ASSISTANT', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }],
    ['in wrap-up', { amy: 'WRAP_UP' }, [], {}],
    ['in wrap-up beside a colleague', { amy: 'WRAP_UP', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }],
    ['with a colleague in wrap-up', { amy: 'PRIMARY', bob: 'WRAP_UP' }, ['WRAP_UP 1', 'QUEUED 11'], { bob: 'WRAP_UP' }],
    [
      'beside another PRIMARY and a monitor',
      { amy: 'PRIMARY', bob: 'PRIMARY', sam: 'SILENT_MONITOR' },
      ['ACTIVE 1'],
      { bob: 'PRIMARY', sam: 'SILENT_MONITOR' },
    ],
  ])('%s leaves the right ones behind', (_, parts, tasks, left) => {
    const { world } = decided(evicting(talk(parts)), release('amy', 'amy-task'));
    expect(openTasks(world)).toEqual(tasks);
    expect(roles(world)).toEqual(left);
    expect(member(world.agents, 'amy').slots).toEqual({});
  });

  it.each<[Part, string]>([
    ['PRIMARY', 'CLOSED/AGENT_LOGOUT'],
    ['ASSISTANT', 'CLOSED/AGENT_LOGOUT'],
    ['WRAP_UP', 'CLOSED/DONE'],
  ])('as %s closes their task as %s', (part, closed) => {
    const decision = decided(evicting(talk({ amy: part, bob: 'PRIMARY' })), release('amy', 'amy-task'));
    expect(taskChanges(decision)).toEqual([`amy-task ${closed} media CLOSED`]);
  });

  it('is seen to leave by the others, with the reason', () => {
    const decision = decided(evicting(talk({ amy: 'ASSISTANT', bob: 'PRIMARY' })), release('amy', 'amy-task'));
    expect(names(decision)).toEqual(['TASK_STATE_CHANGED', 'AGENT_UNSUBSCRIBED']);
    const participant = { isActive: false, state: 'UNSUBSCRIBED', participant: { id: 'amy' } };
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({
      reason: 'AGENT_LOGOUT',
      agentParticipant: participant,
    });
  });

  it('is told nothing more of the conversation: their desk goes with the presence', () => {
    expect(said(decided(evicting(talk({ amy: 'PRIMARY' })), release('amy', 'amy-task')))).toEqual([]);
  });

  it('takes advisers out of the conversation, who are told why, and leaves those who watch', () => {
    const world = evicting(talk({ amy: 'PRIMARY', bob: 'ASSISTANT', sam: 'SILENT_MONITOR' }));
    const decision = decided(world, release('amy', 'amy-task'));
    expect(said(decision)).toEqual(['bob: topicUnsubscription PRIMARY AGENT LEFT']);
    expect(member(decision.world.agents, 'bob').slots).toEqual({});
  });

  it('leaves the conversation INACTIVE until somebody takes it', () => {
    const { world } = decided(evicting(talk({ amy: 'PRIMARY' })), release('amy', 'amy-task'));
    expect(world.conversation.state).toBe('INACTIVE');
  });

  it('whose customer has gone is not replaced', () => {
    const { world } = decided(evicting(talk({ amy: 'WRAP_UP' }, { customer: false })), release('amy', 'amy-task'));
    expect(openTasks(world)).toEqual([]);
    expect(world.conversation.state).toBe('CLOSED');
  });
});

describe('The customer of an agent who logged out', () => {
  const sales = rules({ queue: { id: 'sales', name: 'sales' }, queuePriority: 4, requestTtlSeconds: 120 });

  it('goes back to the same queue, first in line, with a new time to live', () => {
    const world = evicting(talk({ amy: 'PRIMARY' }, { rules: sales }));
    const task = onlyTask(decided(world, release('amy', 'amy-task')).world.conversation);
    expect(task).toMatchObject({ phase: 'QUEUED', priority: 11, rules: sales, enqueuedAt: NOW, routedSince: NOW });
    expect(task).toMatchObject({ direction: 'INBOUND', mode: 'QUEUE', mrdId: 'CHAT' });
    expect(task).toHaveProperty('passOver', {});
    expect(task).toMatchObject({ ttl: { expiresAt: NOW + 120_000 } });
    expect(task.id).not.toBe('amy-task');
  });

  it('waits for somebody else while one of two agents is still on the way out', () => {
    const both = evicting(evicting(talk({ amy: 'PRIMARY', bob: 'PRIMARY' })), 'AGENT_LOGOUT', 'bob');
    const { world } = decided(both, release('amy', 'amy-task'));
    expect(openTasks(world)).toEqual(['ACTIVE 1']);
    expect(openTasks(decided(world, release('bob', 'bob-task')).world)).toEqual(['QUEUED 11']);
  });

  it('is asked for once, though both the agent and their adviser log out', () => {
    const both = evicting(evicting(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' })), 'AGENT_LOGOUT', 'bob');
    const { world } = decided(both, release('amy', 'amy-task'), release('bob', 'bob-task'));
    expect(openTasks(world)).toEqual(['QUEUED 11']);
  });

  it('can be offered to a colleague at once', () => {
    const world = evicting(talk({ amy: 'PRIMARY' }));
    const queuedAgain = decided(world, release('amy', 'amy-task')).world;
    const withCarol = { ...queuedAgain, agents: { ...queuedAgain.agents, carol: agent('carol') } };
    const { id } = onlyTask(queuedAgain.conversation);
    expect(openTasks(decided(withCarol, offer(id, 'carol')).world)).toEqual(['RESERVED 11']);
  });
});

describe('An offer that rings at a desk whose agent has gone', () => {
  const ringing = () => arrival([reserved('amy')], [agent('amy')]);

  it.each<[string, Reason]>([
    ['ACTIVE/AGENT_LOGOUT', 'AGENT_LOGOUT'],
    ['ACTIVE/REROUTE', 'REROUTE'],
  ])(
    'is over, %s, and the customer is asked for again; the desk was told before its presence ended',
    (over, reason) => {
      const decision = decided(evicting(ringing(), reason), release('amy', 't1'));
      expect(taskChanges(decision)).toEqual([`t1 ${over} media CLOSED`, 't1 ACTIVE media QUEUED']);
      expect(said(decision)).toEqual([]);
      expect(openTasks(decision.world)).toEqual(['QUEUED 11']);
      expect(member(decision.world.agents, 'amy').slots).toEqual({});
    },
  );

  it('keeps the time to live that is running', () => {
    const task = onlyTask(decided(evicting(ringing()), release('amy', 't1')).world.conversation);
    expect(task).toMatchObject({ ttl: { timerId: 'ttl-1' } });
  });

  it('waits on after all others once the time to live is over', () => {
    const late = NOW + 600_000;
    const decision = decided(evicting(ringing()), release('amy', 't1', late));
    expect(taskChanges(decision)[0]).toBe('t1 CLOSED/NO_AGENT_AVAILABLE media CLOSED');
    expect(names(decision)).toContain('NO_AGENT_AVAILABLE');
    expect(openTasks(decision.world)).toEqual(['QUEUED 0']); // after all others
  });
});

describe('A conversation that is taken from an agent who stays', () => {
  it('closes as REROUTE and goes back to the queue, and the desk closes the tab', () => {
    const decision = decided(evicting(talk({ amy: 'PRIMARY' }), 'REROUTE'), release('amy', 'amy-task'));
    expect(taskChanges(decision)).toEqual(['amy-task CLOSED/REROUTE media CLOSED', 'c1-4 ACTIVE media QUEUED']);
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({ reason: 'REROUTED' });
    expect(said(decision)).toEqual(['amy: topicUnsubscription REROUTED']);
  });

  it('goes on with the others where there are some', () => {
    const world = evicting(talk({ amy: 'PRIMARY', bob: 'PRIMARY' }), 'REROUTE');
    expect(roles(decided(world, release('amy', 'amy-task')).world)).toEqual({ bob: 'PRIMARY' });
  });
});

describe('Taking a task away', () => {
  it.each<[string, World]>([
    ['of one who may keep it', talk({ amy: 'PRIMARY' })],
    ['of one who does not have it', arrival([queued()], [agent('amy')])],
    ['of one who has nothing', arrival([], [agent('amy')])],
  ])('changes nothing: %s', (_, world) => {
    const decision = decided(world, release('amy', 'amy-task'));
    expect(decision.world).toBe(world);
    expect(decision.effects).toEqual([]);
  });

  it('happens once', () => {
    const { world } = decided(evicting(talk({ amy: 'PRIMARY' })), release('amy', 'amy-task'));
    expect(decided(world, release('amy', 'amy-task', NOW + 1)).world).toBe(world);
  });

  it('frees the slot of a task that the conversation does not know', () => {
    const stray = agent('amy', { CHAT: { tasks: ['WRAP_UP'] } });
    const world = evicting(arrival([wrappingUp('bob')], [stray, agent('bob')]));
    expect(member(decided(world, release('amy', 'CHAT-1')).world.agents, 'amy').slots).toEqual({});
  });
});
