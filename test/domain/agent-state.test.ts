/**
 * The global state of an agent: what each request and each event makes of it, and when its clock
 * starts anew.
 */
import { describe, expect, it } from 'vitest';
import { newAgent, type AgentEvent, type AgentReason } from '../../shared/domain/agent/agent.ts';
import { transition } from '../../shared/domain/agent/transition.ts';
import { presence } from '../../shared/domain/shown/presence.ts';
import { member } from '../support/decision.ts';
import { after, agent, BEFORE, mrd, NOW, profile, user, type AgentSketch, type MrdSketch } from '../support/world.ts';

const lunch = { id: 'lunch', name: 'Lunch', type: 'NOT_READY' };
const training = { id: 'training', name: 'Training', type: 'NOT_READY' };

function request(name: 'READY' | 'NOT_READY' | 'LOGOUT', reasonCode: AgentReason = null): AgentEvent {
  return { type: 'requestState', at: NOW, name, reasonCode };
}

function states(of: { mrds: Record<string, { state: string }> }): Record<string, string> {
  return Object.fromEntries(Object.entries(of.mrds).map(([id, { state }]) => [id, state]));
}

describe('An agent who signs in', () => {
  const connected = {
    type: 'connected' as const,
    at: NOW,
    connectionId: 'desk-1',
    newKey: 'key-1',
    profile: profile('amy', { CHAT: 5, VOICE: 1 }),
  };

  it('is not ready, without a reason, from their first presence on', () => {
    const amy = after(newAgent('amy', user('amy')), connected);
    expect(amy.state).toEqual({ name: 'NOT_READY', reasonCode: null });
    expect(amy.agentLoginTime).toBe(NOW);
    expect(amy.stateChangeTime).toBe(NOW);
  });

  it('is not ready on any of their MRDs, and has never been', () => {
    const amy = after(newAgent('amy', user('amy')), connected);
    expect(states(amy)).toEqual({ CHAT: 'NOT_READY', VOICE: 'NOT_READY' });
    expect(member(amy.mrds, 'CHAT')).toMatchObject({ previousState: null, lastReadyStateChangeTime: 639057660000 });
  });

  it('begins anew after a logout, whatever the state was before', () => {
    const out = after(agent('amy', { CHAT: { state: 'ACTIVE' } }), request('LOGOUT', lunch));
    const back = after(out, { ...connected, at: NOW + 1 });
    expect(back.state).toEqual({ name: 'NOT_READY', reasonCode: null });
    expect(states(back)).toEqual({ CHAT: 'NOT_READY', VOICE: 'NOT_READY' });
    expect(back.agentLoginTime).toBe(NOW + 1);
  });

  it('keeps state and clock when they only connect again', () => {
    const before = agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['ACTIVE'] } });
    const back = after(before, { ...connected, profile: profile('amy', { CHAT: 5 }) });
    expect({ ...back, epoch: 1, session: before.session, user: before.user }).toEqual(before);
    expect(back.epoch).toBe(2);
  });
});

describe('An agent who becomes ready', () => {
  it('is ready at once, and the clock of the state starts anew', () => {
    const amy = after(agent('amy', { CHAT: { state: 'NOT_READY' } }, { state: 'NOT_READY' }), request('READY'));
    expect(amy.state).toEqual({ name: 'READY', reasonCode: null });
    expect(amy.stateChangeTime).toBe(NOW);
  });

  it('is ready on the MRDs that follow the agent, and on no others', () => {
    const before = agent(
      'amy',
      {
        CHAT: { state: 'NOT_READY' },
        EMAIL: { state: 'NOT_READY', settings: { autoSync: false } },
        VOICE: { state: 'NOT_READY', max: 0 },
      },
      { state: 'NOT_READY' },
    );
    expect(states(after(before, request('READY')))).toEqual({ CHAT: 'READY', EMAIL: 'NOT_READY', VOICE: 'NOT_READY' });
  });

  it.each<[string, MrdSketch, string]>([
    ['without tasks', { state: 'NOT_READY' }, 'READY'],
    ['who picked a task meanwhile', { state: 'NOT_READY', tasks: ['ACTIVE'] }, 'ACTIVE'],
    ['with all the tasks that they may have', { state: 'NOT_READY', tasks: ['ACTIVE'], max: 1 }, 'BUSY'],
    ['who was about to stop', { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] }, 'ACTIVE'],
    ['who was about to stop, with all their tasks', { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'], max: 1 }, 'BUSY'],
  ])('%s finds the MRD in the state of their load', (_, sketch, expected) => {
    const amy = after(agent('amy', { CHAT: sketch }, { state: 'NOT_READY' }), request('READY'));
    expect(states(amy)).toEqual({ CHAT: expected });
  });
});

describe('An agent who stops', () => {
  it('is not ready at once, even while tasks are open', () => {
    const amy = after(agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['ACTIVE'] } }), request('NOT_READY', lunch));
    expect(amy.state).toEqual({ name: 'NOT_READY', reasonCode: lunch });
    expect(amy.stateChangeTime).toBe(NOW);
  });

  it('may do so without a reason', () => {
    expect(after(agent('amy'), request('NOT_READY')).state).toEqual({ name: 'NOT_READY', reasonCode: null });
  });

  it.each<[string, string, MrdSketch]>([
    ['READY', 'NOT_READY', { state: 'READY' }],
    ['READY with a ringing offer', 'PENDING_NOT_READY', { state: 'READY', tasks: ['RESERVED'] }],
    ['ACTIVE', 'PENDING_NOT_READY', { state: 'ACTIVE', tasks: ['ACTIVE'] }],
    ['ACTIVE in wrap-up', 'PENDING_NOT_READY', { state: 'ACTIVE', tasks: ['WRAP_UP'] }],
    ['BUSY', 'PENDING_NOT_READY', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }],
    ['INTERRUPTED with tasks', 'PENDING_NOT_READY', { state: 'INTERRUPTED', tasks: ['ACTIVE'] }],
    ['INTERRUPTED without tasks', 'NOT_READY', { state: 'INTERRUPTED' }],
    ['PENDING_NOT_READY', 'PENDING_NOT_READY', { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] }],
    ['NOT_READY', 'NOT_READY', { state: 'NOT_READY' }],
    ['NOT_READY with a task that was picked', 'NOT_READY', { state: 'NOT_READY', tasks: ['ACTIVE'] }],
  ])('takes an MRD that is %s to %s', (_, expected, sketch) => {
    const amy = after(agent('amy', { CHAT: sketch, EMAIL: {} }), request('NOT_READY'));
    expect(states(amy)).toEqual({ CHAT: expected, EMAIL: 'NOT_READY' });
  });

  it('may change the reason, which starts the clock anew', () => {
    const before = agent('amy', { CHAT: { state: 'NOT_READY' } }, { state: 'NOT_READY', reasonCode: lunch });
    const amy = after(before, request('NOT_READY', training));
    expect(amy.state.reasonCode).toEqual(training);
    expect(amy.stateChangeTime).toBe(NOW);
    expect(presence(before, amy)).toMatchObject({ action: 'AGENT_STATE_CHANGED', agentStateChanged: true });
  });

  it('for a callback hands all conversations back, but finishes what is in wrap-up', () => {
    const before = agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['RESERVED', 'ACTIVE', 'WRAP_UP'] } });
    const amy = after(before, request('NOT_READY', { id: 'r9', name: 'Callback' }));
    const evicted = Object.values(amy.slots).map((slot) => slot.evicted);
    expect(evicted).toEqual([
      { reason: 'REROUTE', checkAt: NOW + 2_000 },
      { reason: 'REROUTE', checkAt: NOW + 4_000 },
      undefined,
    ]);
  });

  it.each([
    ['name', { id: 'r9', name: 'CALLBACK' }],
    ['type', { id: 'r9', name: 'Ring back', type: 'Callback' }],
  ])('for a callback is known by the %s of the reason, in either case', (_, reason) => {
    const before = agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['ACTIVE'] } });
    expect(member(after(before, request('NOT_READY', reason)).slots, 'CHAT-1').evicted?.reason).toBe('REROUTE');
  });

  it('for any other reason keeps all conversations', () => {
    const before = agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['RESERVED', 'ACTIVE', 'WRAP_UP'] } });
    expect(after(before, request('NOT_READY', lunch)).slots).toEqual(before.slots);
  });
});

describe('The last MRD that stops', () => {
  const off: AgentEvent = { type: 'requestMrdState', at: NOW, mrdId: 'CHAT', state: 'NOT_READY' };

  it('takes the agent with it, without a reason', () => {
    const amy = after(agent('amy', { CHAT: {}, EMAIL: { state: 'NOT_READY' } }), off);
    expect(amy.state).toEqual({ name: 'NOT_READY', reasonCode: null });
    expect(amy.stateChangeTime).toBe(NOW);
  });

  it.each<[string, Record<string, MrdSketch>]>([
    ['another MRD is still ready', { CHAT: {}, EMAIL: {} }],
    ['another MRD still has tasks', { CHAT: {}, EMAIL: { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] } }],
    ['it still has tasks itself', { CHAT: { state: 'ACTIVE', tasks: ['ACTIVE'] } }],
    ['it does not follow the agent', { CHAT: { settings: { autoSync: false } } }],
    [
      'only MRDs that had stopped before follow the agent',
      { CHAT: { settings: { autoSync: false } }, EMAIL: { state: 'NOT_READY' } },
    ],
  ])('leaves the agent ready where %s', (_, mrds) => {
    const amy = after(agent('amy', mrds), off);
    expect(amy.state.name).toBe('READY');
    expect(amy.stateChangeTime).toBe(BEFORE);
  });

  it('takes the agent with it when its last task is closed', () => {
    const before = agent('amy', { CHAT: { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] } });
    const amy = after(before, { type: 'taskReleased', at: NOW, taskId: 'CHAT-1' });
    expect(amy.state).toEqual({ name: 'NOT_READY', reasonCode: null });
    expect(states(amy)).toEqual({ CHAT: 'NOT_READY' });
  });
});

describe('A request that changes nothing', () => {
  it.each<[string, AgentSketch, AgentEvent]>([
    ['READY of one who is ready', {}, request('READY')],
    ['the same reason again', { state: 'NOT_READY', reasonCode: lunch }, request('NOT_READY', lunch)],
    ['no reason again', { state: 'NOT_READY' }, request('NOT_READY')],
    ['LOGOUT of one who has logged out', { state: 'LOGOUT' }, request('LOGOUT')],
    [
      'a forced logout of one who has logged out',
      { state: 'LOGOUT' },
      { type: 'forcedOut', at: NOW, reasonCode: null },
    ],
  ])('is %s: the presence says so', (_, sketch, event) => {
    const amy = agent('amy', { CHAT: { state: 'NOT_READY' } }, sketch);
    const next = transition(amy, event);
    expect(next).toBe(amy);
    expect(presence(amy, next)).toMatchObject({
      action: 'AGENT_STATE_UNCHANGED',
      agentStateChanged: false,
      mrdStateChanges: [],
    });
  });

  it.each(['READY', 'NOT_READY'] as const)('is refused to one who has logged out: %s', (name) => {
    const out = agent('amy', { CHAT: { state: 'LOGOUT' } }, { state: 'LOGOUT' });
    expect(() => transition(out, request(name))).toThrow(expect.objectContaining({ code: 'state.invalid' }));
  });
});

describe('A change of an MRD', () => {
  it.each<[string, AgentEvent]>([
    ['toggled off', { type: 'requestMrdState', at: NOW, mrdId: 'CHAT', state: 'NOT_READY' }],
    ['an offer', { type: 'taskReserved', at: NOW, taskId: 'x', conversationId: 'c', mrdId: 'EMAIL' }],
    ['an accepted offer', { type: 'taskAccepted', at: NOW, taskId: 'EMAIL-1' }],
  ])('does not touch the clock of the agent: %s', (_, event) => {
    const amy = after(agent('amy', { CHAT: {}, EMAIL: { tasks: ['RESERVED'], max: 2 } }), event);
    expect(amy.stateChangeTime).toBe(BEFORE);
    expect(amy.state).toEqual({ name: 'READY', reasonCode: null });
  });
});

describe('A changed profile', () => {
  const bigger = (mrds: Record<string, number>): AgentEvent => ({
    type: 'profileChanged',
    at: NOW,
    profile: { ...profile('amy', mrds), attributes: { english: 7 } },
  });

  it('raises the limit: one who was BUSY can take more', () => {
    const before = agent('amy', { CHAT: { state: 'BUSY', tasks: ['ACTIVE'], max: 1 } });
    const amy = after(before, bigger({ CHAT: 2 }));
    expect(states(amy)).toEqual({ CHAT: 'ACTIVE' });
    expect(amy.attributes).toEqual({ english: 7 });
  });

  it('brings a new MRD, not ready', () => {
    expect(states(after(agent('amy'), bigger({ CHAT: 5, VOICE: 1 })))).toEqual({ CHAT: 'READY', VOICE: 'NOT_READY' });
  });

  it('takes an MRD away once its tasks are done', () => {
    const before = agent('amy', { CHAT: {}, EMAIL: { state: 'ACTIVE', tasks: ['ACTIVE'] } });
    expect(member(after(before, bigger({ CHAT: 5 })).mrds, 'EMAIL').maxAgentTasks).toBe(0);
    expect(states(after(agent('amy', { CHAT: {}, EMAIL: {} }), bigger({ CHAT: 5 })))).toEqual({ CHAT: 'READY' });
  });

  it('leaves one who has logged out logged out', () => {
    const out = agent('amy', { CHAT: { state: 'LOGOUT' } }, { state: 'LOGOUT', session: 'none' });
    expect(states(after(out, bigger({ CHAT: 5, VOICE: 1 })))).toEqual({ CHAT: 'LOGOUT', VOICE: 'LOGOUT' });
  });

  it('carries the settings of the MRD', () => {
    const settings = mrd('CHAT', { interruptible: true });
    const changed = { ...profile('amy', {}), mrds: [{ mrd: settings, maxAgentTasks: 5, line: '' }] };
    const amy = after(agent('amy'), { type: 'profileChanged', at: NOW, profile: changed });
    expect(member(amy.mrds, 'CHAT').mrd).toEqual(settings);
  });
});
