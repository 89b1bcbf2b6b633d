/**
 * What a desk and the platform see of an agent: the shape that desks read, and what counts as a
 * change.
 */
import { describe, expect, it } from 'vitest';
import { newAgent, type Agent, type AgentEvent } from '../../shared/domain/agent/agent.ts';
import { agentPresence, presence, presenceChanged } from '../../shared/domain/shown/presence.ts';
import { agentView } from '../../shared/domain/shown/view.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { explain } from '../../shared/protocol/values.ts';
import { after, agent, BEFORE, NOW, profile, user, type AgentSketch, type MrdSketch } from '../support/world.ts';

const lunch = { id: 'lunch', name: 'Lunch', description: 'Noon', type: 'NOT_READY', code: 12 };

function shown(before: Agent, next: Agent) {
  const data = presence(before, next);
  const { error } = managerEvents.agentPresence_.safeParse(data);
  expect(error ? explain(error) : 'passes').toBe('passes');
  return data;
}

describe('A presence', () => {
  it('holds the agent with their permissions, teams and limits', () => {
    const amy = agent('amy', { CHAT: { max: 4 }, VOICE: { max: 1 } });
    expect(shown(amy, amy).agentPresence.agent).toEqual({
      participantType: 'CCUser',
      id: 'amy',
      keycloakUser: {
        id: 'amy',
        username: 'amy',
        firstName: 'AMY',
        lastName: 'Lind',
        roles: ['agent'],
        realm: 'test',
        permittedResources: { Resources: [{ rsid: 'r1', rsname: 'subscribed-list', scopes: ['view'] }] },
        attributes: {},
        userTeam: { teamId: 'blue', teamName: 'Blue' },
        supervisedTeams: [],
      },
      associatedRoutingAttributes: [],
      associatedMrds: [
        { mrdId: 'CHAT', maxAgentTasks: 4 },
        { mrdId: 'VOICE', maxAgentTasks: 1 },
      ],
    });
  });

  it('holds the state with its reason, and since when', () => {
    const amy = agent('amy', {}, { state: 'NOT_READY', reasonCode: lunch });
    expect(shown(amy, amy).agentPresence).toMatchObject({
      state: { name: 'NOT_READY', reasonCode: lunch },
      stateChangeTime: BEFORE,
      agentLoginTime: BEFORE,
    });
  });

  it('holds each MRD with its states, and nothing that only routing needs', () => {
    const amy = agent('amy', {
      CHAT: { state: 'BUSY', previousState: 'ACTIVE', max: 4, settings: { interruptible: true } },
    });
    expect(shown(amy, amy).agentPresence.agentMrdStates).toEqual([
      {
        mrd: { id: 'CHAT', type: 'chat', name: 'CHAT', description: '', maxRequests: 5, interruptible: true },
        state: 'BUSY',
        previousState: 'ACTIVE',
        stateChangeTime: BEFORE,
        lastReadyStateChangeTime: BEFORE,
        maxAgentTasks: 4,
      },
    ]);
  });

  it.each<[number | boolean, string, number]>([
    [true, 'BOOLEAN', 1],
    [false, 'BOOLEAN', 0],
    [7, 'PROFICIENCY_LEVEL', 7],
  ])('shows the attribute %s as %s with the value %i', (value, type, expected) => {
    const amy = agent('amy', {}, { attributes: { english: value } });
    expect(shown(amy, amy).agentPresence.agent.associatedRoutingAttributes).toMatchObject([
      { routingAttribute: { id: 'english', name: 'english', type }, value: expected },
    ]);
  });

  it('of one who never connected can be shown all the same', () => {
    const nobody = newAgent('amy', user('amy'));
    expect(agentPresence(nobody)).toMatchObject({ state: { name: 'LOGOUT', reasonCode: null }, agentMrdStates: [] });
  });
});

describe('A change', () => {
  type Row = [string, Record<string, MrdSketch>, AgentSketch, AgentEvent, boolean, string[]];
  it.each<Row>([
    [
      'of the agent and their MRDs',
      { CHAT: {}, VOICE: {} },
      {},
      { type: 'requestState', at: NOW, name: 'NOT_READY', reasonCode: lunch },
      true,
      ['CHAT', 'VOICE'],
    ],
    [
      'of the agent alone',
      { CHAT: { state: 'NOT_READY', settings: { autoSync: false } } },
      { state: 'NOT_READY' },
      { type: 'requestState', at: NOW, name: 'READY', reasonCode: null },
      true,
      [],
    ],
    [
      'of one MRD',
      { CHAT: {}, VOICE: {} },
      {},
      { type: 'requestMrdState', at: NOW, mrdId: 'CHAT', state: 'NOT_READY' },
      false,
      ['CHAT'],
    ],
    [
      'of the last MRD, and so of the agent',
      { CHAT: {} },
      {},
      { type: 'requestMrdState', at: NOW, mrdId: 'CHAT', state: 'NOT_READY' },
      true,
      ['CHAT'],
    ],
    [
      'by an interruption',
      { CHAT: { settings: { interruptible: true } }, VOICE: { max: 1 } },
      {},
      { type: 'taskReserved', at: NOW, taskId: 't', conversationId: 'c', mrdId: 'VOICE' },
      false,
      ['CHAT', 'VOICE'],
    ],
    ['by a logout', { CHAT: {} }, {}, { type: 'forcedOut', at: NOW, reasonCode: null }, true, ['CHAT']],
  ])('%s is told once, with what changed', (_, mrds, sketch, event, agentStateChanged, mrdStateChanges) => {
    const before = agent('amy', mrds, sketch);
    const next = after(before, event);
    expect(shown(before, next)).toMatchObject({ action: 'AGENT_STATE_CHANGED', agentStateChanged, mrdStateChanges });
    expect(presenceChanged(before, next)).toBe(true);
  });

  it('by signing in is a change of everything', () => {
    const before = newAgent('amy', user('amy'));
    const next = after(before, {
      type: 'connected',
      at: NOW,
      connectionId: 'd1',
      newKey: 'k1',
      profile: profile('amy', { CHAT: 5 }),
    });
    expect(shown(before, next)).toMatchObject({
      action: 'AGENT_STATE_CHANGED',
      agentStateChanged: true,
      mrdStateChanges: ['CHAT'],
    });
  });

  it.each<[string, AgentEvent]>([
    ['another offer beside others', { type: 'taskReserved', at: NOW, taskId: 't', conversationId: 'c', mrdId: 'CHAT' }],
    ['a wrap-up', { type: 'taskWrappingUp', at: NOW, taskId: 'CHAT-1' }],
    ['a lost connection', { type: 'connectionLost', at: NOW, connectionId: 'amy-desk', graceSeconds: 60 }],
    [
      'a newer connection',
      { type: 'connected', at: NOW, connectionId: 'd2', newKey: 'k2', profile: profile('amy', { CHAT: 5 }) },
    ],
    ['a greeting', { type: 'greeted', at: NOW, epoch: 1 }],
  ])('is nothing that desks show: %s', (_, event) => {
    const before = agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['ACTIVE', 'ACTIVE'] } });
    const next = after(before, event);
    expect(presenceChanged(before, next)).toBe(false);
    expect(shown(before, next)).toMatchObject({
      action: 'AGENT_STATE_UNCHANGED',
      agentStateChanged: false,
      mrdStateChanges: [],
    });
  });
});

describe('The platform sees of an agent', () => {
  it.each<[AgentSketch['session'], boolean]>([
    ['here', true],
    ['not greeted', false],
    ['lost', false],
    ['none', false],
  ])('whether their desk can be reached (%s): %s', (session, connected) => {
    expect(agentView(agent('amy', {}, { session })).connected).toBe(connected);
  });

  it('the tasks that take their slots', () => {
    const { tasks } = agentView(agent('amy', { CHAT: { tasks: ['RESERVED', 'WRAP_UP'] } }));
    expect(tasks).toEqual([
      { taskId: 'CHAT-1', conversationId: 'of-CHAT-1', mrdId: 'CHAT', phase: 'RESERVED' },
      { taskId: 'CHAT-2', conversationId: 'of-CHAT-2', mrdId: 'CHAT', phase: 'WRAP_UP' },
    ]);
  });
});
