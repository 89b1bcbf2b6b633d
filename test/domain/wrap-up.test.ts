/**
 * Leaving a conversation: at once or through wrap-up, by the agent or because the customer has
 * gone, and how wrap-up ends.
 */
import { describe, expect, it } from 'vitest';
import { wrapupTimerStarted } from '../../shared/domain/conversation/said.ts';
import type { Code } from '../../shared/protocol/codes.ts';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { asks } from '../support/requests.ts';
import { addEvent, closeWrapUp, customerLeaves, leave, publish, wrapUpExpired } from '../support/events.ts';
import {
  dataOf,
  decided,
  emits,
  member,
  names,
  onlyTask,
  openTasks,
  refusal,
  roles,
  said,
  taskChanges,
  told,
} from '../support/decision.ts';
import {
  agent,
  among,
  BEFORE,
  message,
  NOW,
  rules,
  talk,
  wrappingUp,
  wrapUpBody,
  type Part,
} from '../support/world.ts';

const without = { rules: rules({ wrapUpSeconds: null }) };
const wrapUpEnds = BEFORE + 60_000;

describe('An agent who leaves a queue with wrap-up', () => {
  const left = () => decided(talk({ amy: 'PRIMARY' }), leave('amy'));

  it('goes into wrap-up and keeps the slot', () => {
    const { world } = left();
    expect(onlyTask(world.conversation)).toMatchObject({
      phase: 'WRAP_UP',
      expiresAt: NOW + 60_000,
      wrapUpSeconds: 60,
    });
    expect(roles(world)).toEqual({ amy: 'WRAP_UP' });
    expect(member(world.agents, 'amy').slots['amy-task']?.phase).toBe('WRAP_UP');
  });

  it('changes the task, not the medium, and is seen to leave', () => {
    expect(names(left())).toEqual(['TASK_STATE_CHANGED', 'PARTICIPANT_ROLE_CHANGED']);
    expect(taskChanges(left())).toEqual(['amy-task WRAP_UP media ACTIVE']);
    expect(dataOf(left(), 'TASK_STATE_CHANGED')).toMatchObject({ taskStateChanged: true, mediaStateChanges: [] });
    const participant = { role: 'WRAP_UP', participant: { id: 'amy', keycloakUser: { username: 'amy' } } };
    expect(dataOf(left(), 'PARTICIPANT_ROLE_CHANGED')).toMatchObject({ conversationParticipant: participant });
  });

  it('is told once how long it takes, in seconds', () => {
    expect(said(left())).toEqual(['amy: wrapupTimerStarted']);
    expect(emits(left())[0]).toMatchObject({ data: { duration: 60, durationMs: 60_000 } });
  });

  it('leaves the customer without an agent, but not in a queue', () => {
    expect(left().world.conversation.state).toBe('INACTIVE');
    expect(openTasks(left().world)).toEqual(['WRAP_UP 1']);
  });

  it.each<[string, Part]>([
    ['an adviser', 'ASSISTANT'],
    ['a whispering supervisor', 'WHISPER'],
    ['a silent monitor', 'SILENT_MONITOR'],
  ])('takes %s along', (_, part) => {
    const decision = decided(talk({ amy: 'PRIMARY', sam: part }), leave('amy'));
    expect(roles(decision.world)).toEqual({ amy: 'WRAP_UP' });
    expect(said(decision)).toContain('sam: topicUnsubscription PRIMARY AGENT LEFT');
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({ reason: 'PRIMARY_AGENT_LEFT' });
  });

  it('leaves the rest to a second PRIMARY', () => {
    const { world } = decided(talk({ amy: 'PRIMARY', bob: 'PRIMARY', sam: 'SILENT_MONITOR' }), leave('amy'));
    expect(roles(world)).toEqual({ amy: 'WRAP_UP', bob: 'PRIMARY', sam: 'SILENT_MONITOR' });
    expect(world.conversation.state).toBe('ACTIVE');
  });
});

describe('Somebody who leaves at once', () => {
  it.each<[string, World, string]>([
    [
      'a PRIMARY of a queue without wrap-up',
      talk({ amy: 'PRIMARY', bob: 'PRIMARY' }, without),
      'amy-task CLOSED/DONE media CLOSED',
    ],
    ['an adviser', talk({ amy: 'ASSISTANT', bob: 'PRIMARY' }), 'amy-task CLOSED/DONE media CLOSED'],
    ['one in wrap-up', talk({ amy: 'WRAP_UP', bob: 'PRIMARY' }), 'amy-task CLOSED/DONE media CLOSED'],
    ['a whispering supervisor', talk({ amy: 'WHISPER', bob: 'PRIMARY' }), ''],
    ['a silent monitor', talk({ amy: 'SILENT_MONITOR', bob: 'PRIMARY' }), ''],
    ['a supervisor who barged in', talk({ amy: 'BARGED_IN', bob: 'PRIMARY' }), ''],
  ])('is %s', (_, world, closed) => {
    const decision = decided(world, leave('amy'));
    expect(roles(decision.world)).toEqual({ bob: 'PRIMARY' });
    expect(taskChanges(decision).join()).toBe(closed);
    expect(names(decision).at(-1)).toBe('AGENT_UNSUBSCRIBED');
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({
      reason: 'UNSUBSCRIBED',
      agentParticipant: { state: 'UNSUBSCRIBED' },
    });
    expect(said(decision)).toEqual(['amy: topicUnsubscription UNSUBSCRIBED']);
    expect(member(decision.world.agents, 'amy').slots).toEqual({});
  });

  it('leaves the customer where they are, for a bot or another agent', () => {
    const { world } = decided(talk({ amy: 'PRIMARY' }, without), leave('amy'));
    expect(world.conversation.state).toBe('INACTIVE');
    expect(openTasks(world)).toEqual([]);
    expect(roles(world)).toEqual({});
  });

  it('closes a stale tab of a conversation that they are not in', () => {
    const world = among(talk({ bob: 'PRIMARY' }), agent('amy'));
    const decision = decided(world, leave('amy'));
    expect(decision.world).toBe(world);
    expect(said(decision)).toEqual(['amy: topicUnsubscription UNSUBSCRIBED']);
  });
});

describe('A wrap-up', () => {
  const closed = 'amy-task CLOSED/DONE media CLOSED';
  const wrapUp = message('AGENT_MESSAGE', wrapUpBody);

  it('that is applied is written down, then the agent is free', () => {
    const decision = decided(talk({ amy: 'WRAP_UP' }), closeWrapUp('amy', wrapUp));
    expect(names(decision)).toEqual(['AGENT_MESSAGE', 'TASK_STATE_CHANGED', 'AGENT_UNSUBSCRIBED']);
    expect(taskChanges(decision)).toEqual([closed]);
    expect(said(decision)).toEqual(['amy: topicUnsubscription UNSUBSCRIBED']);
    expect(member(decision.world.agents, 'amy').slots).toEqual({});
  });

  it.each<[string, ReturnType<typeof closeWrapUp> | ReturnType<typeof wrapUpExpired>]>([
    ['is skipped', closeWrapUp('amy')],
    ['has run out', wrapUpExpired('amy-task', wrapUpEnds)],
  ])('that %s makes the agent free, without a message', (_, event) => {
    const decision = decided(talk({ amy: 'WRAP_UP' }), event);
    expect(names(decision)).toEqual(['TASK_STATE_CHANGED', 'AGENT_UNSUBSCRIBED']);
    expect(taskChanges(decision)).toEqual([closed]);
    expect(said(decision)).toEqual(['amy: topicUnsubscription UNSUBSCRIBED']);
  });

  it('counts as the load of the agent until then', () => {
    const world = talk({ amy: 'WRAP_UP' });
    expect(member(world.agents, 'amy').mrds['CHAT']?.state).toBe('ACTIVE');
    expect(member(decided(world, closeWrapUp('amy')).world.agents, 'amy').mrds['CHAT']?.state).toBe('READY');
  });

  it.each<[string, World, Code | null, Code]>([
    ['who talks with the customer', talk({ amy: 'PRIMARY' }), 'state.invalid', 'state.invalid'],
    ['who only advises', talk({ amy: 'ASSISTANT', bob: 'PRIMARY' }), 'state.invalid', 'state.invalid'],
    ['who is not in the conversation', talk({ bob: 'WRAP_UP' }), null, 'conversation.notParticipant'],
    [
      'who has closed it before',
      decided(talk({ amy: 'WRAP_UP' }), closeWrapUp('amy')).world,
      null,
      'conversation.notParticipant',
    ],
  ])(
    'of one %s is closed already or refused, and nothing that they wrote is lost in silence',
    (_, world, code, lost) => {
      if (code) expect(refusal(world, closeWrapUp('amy')).code).toBe(code);
      else expect(decided(world, closeWrapUp('amy')).world).toBe(world);
      expect(refusal(world, closeWrapUp('amy', wrapUp)).code).toBe(lost);
    },
  );

  it('is not closed by a message that one in wrap-up may not write', () => {
    const rejection = refusal(talk({ amy: 'WRAP_UP' }), closeWrapUp('amy', message('AGENT_MESSAGE')));
    expect(rejection.code).toBe('message.forbidden');
  });

  it('during the conversation ends nothing', () => {
    const world = talk({ amy: 'PRIMARY' });
    const decision = decided(world, publish('amy', wrapUp));
    expect(names(decision)).toEqual(['AGENT_MESSAGE']);
    const noted = { ...onlyTask(world.conversation), noted: true };
    expect(decision.world.conversation.tasks).toEqual({ [noted.id]: noted });
    expect(roles(decision.world)).toEqual({ amy: 'PRIMARY' });
  });

  it('goes on although the customer writes: nobody is asked for', () => {
    const connector = { sender: { id: 'web', type: 'CONNECTOR' }, channelSessionId: 'web-1' };
    const world = talk({ amy: 'WRAP_UP' });
    const decision = decided(world, addEvent(message('CUSTOMER_MESSAGE', undefined, { header: connector })));
    expect(names(decision)).toEqual(['CUSTOMER_MESSAGE']);
    expect(decision.world.conversation.tasks).toEqual(world.conversation.tasks);
  });

  it.each([
    [BEFORE, 60, 60_000],
    [BEFORE + 58_500, 2, 1_500],
    [BEFORE + 59_001, 1, 999],
    [wrapUpEnds, 0, 0],
    [wrapUpEnds + 5_000, 0, 0],
  ])('says after a reconnect what is left (%i)', (at, duration, durationMs) => {
    const { conversation } = talk({ amy: 'WRAP_UP' });
    expect(wrapupTimerStarted(conversation, wrappingUp('amy'), at).data).toMatchObject({ duration, durationMs });
  });
});

describe('A customer who leaves agents behind', () => {
  it('sends each of them into wrap-up', () => {
    const decision = decided(talk({ amy: 'PRIMARY', bob: 'PRIMARY' }), customerLeaves());
    expect(names(decision)[0]).toBe('CHANNEL_SESSION_ENDED');
    expect(roles(decision.world)).toEqual({ amy: 'WRAP_UP', bob: 'WRAP_UP' });
    expect(said(decision)).toEqual(['amy: wrapupTimerStarted', 'bob: wrapupTimerStarted']);
    expect(decision.world.conversation.state).toBe('WRAP_UP');
  });

  it('lets them go at once where the queue has no wrap-up', () => {
    const decision = decided(talk({ amy: 'PRIMARY' }, without), customerLeaves());
    expect(taskChanges(decision)).toEqual(['amy-task CLOSED/DONE media CLOSED']);
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({ reason: 'CUSTOMER_LEFT' });
    expect(said(decision)).toEqual(['amy: topicUnsubscription CUSTOMER LEFT', 'amy: topicClosed']);
    expect(decision.world.conversation.state).toBe('CLOSED');
  });

  it.each<[string, Part]>([
    ['an adviser', 'ASSISTANT'],
    ['a whispering supervisor', 'WHISPER'],
    ['a silent monitor', 'SILENT_MONITOR'],
  ])('lets %s go at once', (_, part) => {
    const { world } = decided(talk({ amy: 'PRIMARY', sam: part }), customerLeaves());
    expect(roles(world)).toEqual({ amy: 'WRAP_UP' });
    expect(member(world.agents, 'sam').slots).toEqual({});
  });

  it('does not start anew the wrap-up of one who had left before', () => {
    const world = talk({ amy: 'WRAP_UP' });
    const decision = decided(world, customerLeaves());
    expect(decision.world.conversation.tasks).toEqual(world.conversation.tasks);
    expect(said(decision)).toEqual([]);
  });

  it('leaves a conversation that is over once the last of them is done', () => {
    const gone = talk({ amy: 'WRAP_UP', bob: 'WRAP_UP' }, { customer: false });
    const first = decided(gone, closeWrapUp('amy'));
    expect(first.world.conversation.state).toBe('WRAP_UP');
    expect(said(first)).toEqual(['amy: topicUnsubscription UNSUBSCRIBED']);
    const last = decided(first.world, closeWrapUp('bob'));
    expect(last.world.conversation.state).toBe('CLOSED');
    expect(names(last)).toEqual(['TASK_STATE_CHANGED', 'AGENT_UNSUBSCRIBED', 'TOPIC_STATE_CHANGE_EVENT']);
    expect(said(last)).toEqual(['bob: topicUnsubscription UNSUBSCRIBED', 'bob: topicClosed']);
  });
});

describe('An agent who goes hears how their wrap-up ended, in the words that some desks know', () => {
  const wrapUp = message('AGENT_MESSAGE', wrapUpBody);
  const choice = { wrapUp: { mode: 'AGENT_CHOICE' as const, extendSeconds: 60, mostSeconds: 600 } };

  it.each<[string, World, ConversationEvent[], string | undefined]>([
    ['with what it was about', talk({ amy: 'WRAP_UP' }), [closeWrapUp('amy', wrapUp)], 'Wrap Up applied'],
    [
      'after they have said that, as older desks do',
      talk({ amy: 'WRAP_UP' }),
      [publish('amy', wrapUp), closeWrapUp('amy')],
      'Wrap Up applied',
    ],
    [
      'after they have said that to the customer’s face',
      talk({ amy: 'PRIMARY' }),
      [publish('amy', wrapUp), leave('amy'), closeWrapUp('amy')],
      'Wrap Up applied',
    ],
    ['with nothing', talk({ amy: 'WRAP_UP' }), [closeWrapUp('amy')], 'choosing leave without Wrap Up'],
    ['by leaving it', talk({ amy: 'WRAP_UP' }), [leave('amy')], 'choosing leave without Wrap Up'],
    [
      'without having wanted one',
      talk({ amy: 'PRIMARY' }, { rules: rules(choice) }),
      [leave('amy')],
      'choosing leave without Wrap Up',
    ],
    ['as its time is over', talk({ amy: 'WRAP_UP' }), [wrapUpExpired('amy-task', wrapUpEnds)], 'wrap Up Timer Expired'],
    ['where there is none', talk({ amy: 'PRIMARY' }, without), [leave('amy')], undefined],
    [
      'as who only advised',
      talk({ amy: 'ASSISTANT', bob: 'PRIMARY' }, { rules: rules(choice) }),
      [leave('amy')],
      undefined,
    ],
  ])('%s', (_, world, [first, ...rest], detail) => {
    if (!first) throw new Error('nothing happens');
    const decision = decided(world, first, ...rest);
    const goodbye = told(decision, 'amy', 'topicUnsubscription');
    expect(goodbye).toMatchObject({ reason: 'UNSUBSCRIBED' });
    expect((goodbye as { detail?: string }).detail).toBe(detail);
  });

  it('but not after a transfer, which has a reason of its own', () => {
    const { world } = decided(talk({ amy: 'PRIMARY' }), asks('amy', 'DIRECT_TRANSFER'));
    const decision = decided(world, closeWrapUp('amy', wrapUp));
    expect(told(decision, 'amy', 'topicUnsubscription')).toEqual(
      expect.not.objectContaining({ detail: expect.anything() }),
    );
  });
});
