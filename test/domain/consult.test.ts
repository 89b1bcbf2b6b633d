/**
 * A colleague who was asked for advice steps in front of the customer, for the agent or beside
 * them, without ringing.
 */
import { describe, expect, it } from 'vitest';
import { accept, closeWrapUp, leave, offer, publish } from '../support/events.ts';
import {
  dataOf,
  decided,
  member,
  names,
  openTasks,
  refusal,
  roles,
  said,
  taskChanges,
  told,
} from '../support/decision.ts';
import { asks, holds, queueRules, toAgent, toQueue } from '../support/requests.ts';
import { agent, among, message, NOW, rules, talk, tooLate, type Part } from '../support/world.ts';

const LATER = NOW + 1;

/** Amy has asked Bob for advice; her queue has no wrap-up. */
const advised = (parts: Record<string, Part> = {}) =>
  talk({ amy: 'PRIMARY', bob: 'ASSISTANT', ...parts }, { rules: rules({ wrapUpSeconds: null }) });

const transferred = asks('amy', 'CONSULT_TRANSFER', toAgent('bob', false));
const conferenced = asks('amy', 'CONSULT_CONFERENCE', toAgent('bob', false));

describe('A consulted colleague', () => {
  it('is in the conversation as an assistant, who may whisper and not write to the customer', () => {
    const { world } = decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', 'CONSULT', toAgent('bob')));
    const [id = ''] = Object.keys(world.conversation.tasks).filter((task) => task !== 'amy-task');
    const { world: joined } = decided(world, accept(id, 'bob'));
    expect(refusal(joined, publish('bob', message('AGENT_MESSAGE'))).code).toBe('message.forbidden');
    expect(names(decided(joined, publish('bob', message('WHISPER_MESSAGE'))))).toEqual(['WHISPER_MESSAGE']);
  });

  it('leaves without a wrap-up', () => {
    const decision = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), leave('bob'));
    expect(roles(decision.world)).toEqual({ amy: 'PRIMARY' });
    expect(taskChanges(decision)).toEqual(['bob-task CLOSED/DONE media CLOSED']);
    expect(said(decision)).toEqual(['bob: topicUnsubscription UNSUBSCRIBED']);
  });

  it('goes when the agent leaves without handing over', () => {
    const decision = decided(advised(), leave('amy'));
    expect(roles(decision.world)).toEqual({});
    expect(said(decision)).toEqual([
      'amy: topicUnsubscription UNSUBSCRIBED',
      'bob: topicUnsubscription PRIMARY AGENT LEFT',
    ]);
    expect(member(decision.world.agents, 'bob').slots).toEqual({});
  });
});

it('A consulted colleague whose token has expired gets no customer, neither from the agent nor beside them', () => {
  const world = advised();
  const late = among(world, tooLate(member(world.agents, 'bob')));
  for (const event of [transferred, conferenced])
    expect(refusal(late, event)).toMatchObject({
      code: 'agent.notRoutable',
      message: expect.stringContaining('token'),
    });
});

describe('A consult transfer', () => {
  it('makes the assistant PRIMARY, and nothing rings', () => {
    const decision = decided(advised(), transferred);
    expect(roles(decision.world)).toEqual({ bob: 'PRIMARY' });
    expect(said(decision)).toEqual(['amy: consulTransferRequestSuccess', 'amy: topicUnsubscription CHAT TRANSFERRED']);
    expect(decision.world.conversation.state).toBe('ACTIVE');
  });

  it('shows the new role before the agent goes', () => {
    const decision = decided(advised(), transferred);
    const shown = names(decision).filter((name) => name !== 'TASK_STATE_CHANGED');
    expect(shown).toEqual(['PARTICIPANT_ROLE_CHANGED', 'AGENT_UNSUBSCRIBED']);
    expect(dataOf(decision, 'PARTICIPANT_ROLE_CHANGED')).toMatchObject({
      conversationParticipant: { role: 'PRIMARY', participant: { id: 'bob' } },
    });
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({
      reason: 'CONSULT_TRANSFER',
      agentParticipant: { participant: { id: 'amy' } },
    });
  });

  it('goes on with the task of the assistant', () => {
    const decision = decided(advised(), transferred);
    expect(taskChanges(decision)).toEqual(['bob-task ACTIVE media ACTIVE', 'amy-task CLOSED/TRANSFERRED media CLOSED']);
    expect(member(decision.world.conversation.tasks, 'bob-task')).toMatchObject({ direction: 'CONSULT_TRANSFER' });
    const success = { conversationId: 'c1', agentId: 'bob', task: { id: 'bob-task' }, newTask: { id: 'bob-task' } };
    expect(told(decision, 'amy', 'consulTransferRequestSuccess')).toMatchObject(success);
  });

  it('lets the agent wrap up where the queue has a wrap-up', () => {
    const decision = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), transferred);
    expect(roles(decision.world)).toEqual({ amy: 'WRAP_UP', bob: 'PRIMARY' });
    expect(said(decision)).toEqual(['amy: consulTransferRequestSuccess', 'amy: wrapupTimerStarted']);
    const left = decided(decision.world, closeWrapUp('amy', null, LATER));
    expect(taskChanges(left)).toEqual(['amy-task CLOSED/TRANSFERRED media CLOSED']);
    expect(said(left)).toEqual(['amy: topicUnsubscription CHAT TRANSFERRED']);
  });

  it('keeps those who supervise: the conversation stays with an agent', () => {
    const { world } = decided(advised({ sam: 'SILENT_MONITOR', sue: 'WHISPER' }), transferred);
    expect(roles(world)).toEqual({ bob: 'PRIMARY', sam: 'SILENT_MONITOR', sue: 'ASSISTANT' });
  });

  it('takes the conversation off hold', () => {
    const { world } = decided(advised(), holds('amy'));
    const decision = decided(world, transferred);
    expect(names(decision)).toContain('CONVERSATION_RESUMED');
    expect(decision.world.conversation).toMatchObject({ hold: null, state: 'ACTIVE' });
  });

  it('makes the queue of the assistant the queue of the customer', () => {
    const world = among(talk({ amy: 'PRIMARY' }), agent('bob'));
    const asked = decided(world, asks('amy', 'CONSULT', toQueue('sales'))).world;
    const [id = ''] = Object.keys(asked.conversation.tasks).filter((task) => task !== 'amy-task');
    const { world: joined } = decided(asked, offer(id, 'bob'), accept(id, 'bob'));
    expect(joined.conversation.home?.rules.queue?.name).toBe('support');
    expect(decided(joined, transferred).world.conversation.home?.rules).toEqual(queueRules('sales'));
  });

  it('is not clicked twice', () => {
    const gone = decided(advised(), transferred).world;
    expect(refusal(gone, transferred).code).toBe('conversation.notParticipant');
    const wrapping = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), transferred).world;
    expect(refusal(wrapping, transferred).code).toBe('role.forbidden');
  });
});

describe('A consult conference', () => {
  it('makes the assistant PRIMARY beside the agent, and nothing rings', () => {
    const decision = decided(advised(), conferenced);
    expect(roles(decision.world)).toEqual({ amy: 'PRIMARY', bob: 'PRIMARY' });
    expect(names(decision)).toEqual(['TASK_STATE_CHANGED', 'PARTICIPANT_ROLE_CHANGED']);
    expect(said(decision)).toEqual([]);
    expect(member(decision.world.conversation.tasks, 'bob-task')).toMatchObject({ direction: 'CONSULT_CONFERENCE' });
  });

  it('leaves a hold as it is', () => {
    const { world } = decided(advised(), holds('amy'));
    expect(decided(world, conferenced).world.conversation.state).toBe('ON_HOLD');
  });

  it('is not clicked twice', () => {
    const both = decided(advised(), conferenced).world;
    expect(refusal(both, conferenced).code).toBe('agent.notRoutable');
  });

  it('lets the colleague keep the customer, and wrap up in the end', () => {
    const { world } = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), conferenced, leave('amy'));
    expect(roles(world)).toEqual({ amy: 'WRAP_UP', bob: 'PRIMARY' });
    expect(roles(decided(world, leave('bob', NOW + 5_000)).world)).toEqual({ amy: 'WRAP_UP', bob: 'WRAP_UP' });
  });
});

describe('Somebody who only whispers', () => {
  it.each([transferred, conferenced])('is no consulted colleague: $direction', (event) => {
    const world = talk({ amy: 'PRIMARY', bob: 'WHISPER' });
    expect(refusal(world, event)).toMatchObject({ code: 'agent.notRoutable' });
  });
});

describe('A consult transfer to one who was not consulted', () => {
  it('rings at them, like a transfer', () => {
    const world = among(advised(), agent('carol'));
    const decision = decided(world, asks('amy', 'CONSULT_TRANSFER', toAgent('carol')));
    expect(told(decision, 'carol', 'taskRequest')).toMatchObject({ taskDirection: 'CONSULT_TRANSFER' });
    expect(openTasks(decision.world)).toEqual(['RESERVED 1']);
  });

  it('sends the consulted colleague away: nobody is left whom they could advise', () => {
    const decision = decided(advised(), asks('amy', 'CONSULT_TRANSFER', toQueue('sales')));
    expect(roles(decision.world)).toEqual({});
    expect(said(decision)).toContain('bob: topicUnsubscription PRIMARY AGENT LEFT');
  });
});
