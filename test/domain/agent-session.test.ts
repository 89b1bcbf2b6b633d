/**
 * An agent's connection: it is theirs, it is lost, they come back in time or they do not. Each
 * event counts once.
 */
import { describe, expect, it } from 'vitest';
import { reachable, routable } from '../../shared/domain/agent/routable.ts';
import { transition } from '../../shared/domain/agent/transition.ts';
import type { Agent, AgentEvent } from '../../shared/domain/agent/agent.ts';
import { presence, presenceChanged } from '../../shared/domain/shown/presence.ts';
import { after, agent, NOW, profile } from '../support/world.ts';

const lost: AgentEvent = { type: 'connectionLost', at: NOW, connectionId: 'amy-desk', graceSeconds: 60 };
const back: AgentEvent = {
  type: 'connected',
  at: NOW + 1,
  connectionId: 'desk-2',
  newKey: 'key-2',
  profile: profile('amy', { CHAT: 5 }),
};
const graceEnds = NOW + 60_000;

function graceExpired(epoch: number, at = graceEnds): AgentEvent {
  return { type: 'graceExpired', at, epoch };
}

function evictions(of: Agent): string[] {
  return Object.entries(of.slots).flatMap(([id, { evicted }]) => (evicted ? [`${id} ${evicted.reason}`] : []));
}

const working = () => agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['RESERVED', 'ACTIVE', 'WRAP_UP'] } });

describe('A connection that is lost', () => {
  it('stops new offers at once', () => {
    const amy = after(working(), lost);
    expect(reachable(amy)).toBe(false);
    expect(routable(amy, 'CHAT')).toBe(false);
  });

  it('gives ringing offers to others at once, but no conversation', () => {
    expect(evictions(after(working(), lost))).toEqual(['CHAT-1 REROUTE']);
  });

  it('changes nothing that a desk shows', () => {
    const before = working();
    expect(presenceChanged(before, after(before, lost))).toBe(false);
  });

  it('counts only while it is the session of the agent', () => {
    const amy = working();
    expect(transition(amy, { ...lost, connectionId: 'an-older-desk' })).toBe(amy);
    const none = agent('amy', {}, { session: 'none' });
    expect(transition(none, lost)).toBe(none);
  });

  it('counts once', () => {
    const amy = after(working(), lost);
    expect(transition(amy, { ...lost, at: NOW + 30_000 })).toBe(amy);
  });

  it('is simply over for one who has logged out', () => {
    const amy = after(working(), { type: 'requestState', at: NOW, name: 'LOGOUT', reasonCode: null }, lost);
    expect(amy.session).toBeNull();
    expect(amy.state.name).toBe('LOGOUT');
  });
});

describe('An agent who comes back within the grace', () => {
  it('keeps state, clock and conversations', () => {
    const before = working();
    const amy = after(before, lost, back);
    expect(amy.state).toEqual(before.state);
    expect(amy.stateChangeTime).toBe(before.stateChangeTime);
    expect(amy.mrds).toEqual(before.mrds);
    expect(Object.keys(amy.slots)).toEqual(Object.keys(before.slots));
  });

  it('is not logged out by the grace of the connection that was lost', () => {
    const amy = after(working(), lost, back);
    expect(transition(amy, graceExpired(1))).toBe(amy);
    expect(transition(amy, graceExpired(2))).toBe(amy);
  });

  it('is offered something only once their desk knows its presence', () => {
    const amy = after(agent('amy'), lost, back);
    expect(routable(amy, 'CHAT')).toBe(false);
    expect(routable(after(amy, { type: 'greeted', at: NOW + 2, epoch: 2 }), 'CHAT')).toBe(true);
  });

  it('is not greeted through a connection that was replaced', () => {
    const amy = after(agent('amy'), back);
    expect(transition(amy, { type: 'greeted', at: NOW + 2, epoch: 1 })).toBe(amy);
  });

  it('is greeted once', () => {
    const amy = after(agent('amy'), back, { type: 'greeted', at: NOW + 2, epoch: 2 });
    expect(transition(amy, { type: 'greeted', at: NOW + 3, epoch: 2 })).toBe(amy);
  });
});

describe('A newer connection', () => {
  it('is the session from now on; offers and conversations move to it', () => {
    const amy = after(working(), back);
    expect(amy.session).toMatchObject({ connectionId: 'desk-2', since: NOW + 1, greeted: false, lost: null });
    expect(evictions(amy)).toEqual([]);
  });

  it('takes over with a key of its own: nobody can continue the session that was', () => {
    const amy = after(working(), back);
    expect(amy.session).toMatchObject({ key: 'key-2', began: 2, continues: null });
    const old: AgentEvent = { ...back, connectionId: 'desk-3', newKey: 'key-3', offeredKey: 'amy-key' };
    expect(after(amy, old).session).toMatchObject({ key: 'key-3', began: 3, continues: null });
  });

  it('is not lost with the older one', () => {
    const amy = after(working(), back);
    expect(transition(amy, lost)).toBe(amy);
  });

  it('counts once, though the news of it come twice', () => {
    const amy = after(working(), back);
    expect(transition(amy, { ...back, at: NOW + 5 })).toBe(amy);
  });
});

describe('A desk that offers the key of the session', () => {
  const continued: AgentEvent = { ...back, offeredKey: 'amy-key' };

  it('continues it: the key stays, the older connection is still known', () => {
    const amy = after(working(), continued);
    expect(amy.session).toMatchObject({
      connectionId: 'desk-2',
      key: 'amy-key',
      began: 1,
      continues: 'amy-desk',
      greeted: false,
    });
    expect(amy.epoch).toBe(2);
    expect(evictions(amy)).toEqual([]);
  });

  it('continues it over and over', () => {
    const third = after(working(), continued, { ...continued, connectionId: 'desk-3', newKey: 'key-3' });
    expect(third.session).toMatchObject({ connectionId: 'desk-3', key: 'amy-key', began: 1, continues: 'desk-2' });
  });

  it('continues it after its connection was lost', () => {
    const amy = after(working(), lost, continued);
    expect(amy.session).toMatchObject({ key: 'amy-key', began: 1, lost: null });
  });

  it.each<[string, Agent]>([
    ['has logged out', after(working(), { type: 'forcedOut', at: NOW, reasonCode: null })],
    ['has no session', agent('amy', {}, { session: 'none', state: 'LOGOUT' })],
  ])('begins a new one where the agent %s', (_, before) => {
    const amy = after(before, continued);
    expect(amy.session).toMatchObject({ key: 'key-2', began: 2, continues: null });
  });
});

describe('An agent who does not come back', () => {
  it('is logged out when the grace is over, and has no session', () => {
    const amy = after(working(), lost, graceExpired(1));
    expect(amy.state).toEqual({ name: 'LOGOUT', reasonCode: null });
    expect(amy.session).toBeNull();
    expect(evictions(amy)).toEqual(['CHAT-1 REROUTE', 'CHAT-2 AGENT_LOGOUT', 'CHAT-3 AGENT_LOGOUT']);
  });

  it('is not logged out before the grace is over', () => {
    const amy = after(working(), lost);
    expect(transition(amy, graceExpired(1, graceEnds - 1))).toBe(amy);
  });

  it('is logged out once', () => {
    const amy = after(working(), lost, graceExpired(1));
    expect(transition(amy, graceExpired(1, graceEnds + 1))).toBe(amy);
  });

  it('is not logged out by a grace that never began', () => {
    const amy = working();
    expect(transition(amy, graceExpired(1))).toBe(amy);
  });
});

describe('A logout', () => {
  const lunch = { id: 'home', name: 'End of shift', type: 'LOGOUT' };
  const forced = { id: '62ffc95cf12b6ccf1594d934', name: 'FORCED_LOGOUT_BY_SUPERVISOR', type: 'LOGOUT', code: 9 };

  it.each<[string, AgentEvent, Agent['state']['reasonCode']]>([
    ['by the agent, with a reason', { type: 'requestState', at: NOW, name: 'LOGOUT', reasonCode: lunch }, lunch],
    ['by the agent, without one', { type: 'requestState', at: NOW, name: 'LOGOUT', reasonCode: null }, null],
    ['by a supervisor', { type: 'forcedOut', at: NOW, reasonCode: forced }, forced],
  ])('%s is in force at once', (_, event, reasonCode) => {
    const before = working();
    const amy = after(before, event);
    expect(amy.state).toEqual({ name: 'LOGOUT', reasonCode });
    expect(amy.mrds['CHAT']).toMatchObject({ state: 'LOGOUT', previousState: 'ACTIVE' });
    expect(presence(before, amy)).toMatchObject({ agentStateChanged: true, mrdStateChanges: ['CHAT'] });
  });

  it.each<[string, Agent]>([
    ['READY', agent('amy')],
    ['NOT_READY', agent('amy', { CHAT: { state: 'NOT_READY' } }, { state: 'NOT_READY' })],
    ['at lunch', agent('amy', {}, { state: 'NOT_READY', reasonCode: { id: 'lunch', name: 'Lunch' } })],
    ['away, within the grace', agent('amy', {}, { session: 'lost' })],
  ])('is possible for one who is %s', (_, before) => {
    expect(after(before, { type: 'forcedOut', at: NOW, reasonCode: null }).state.name).toBe('LOGOUT');
  });

  it('takes every task away, ringing, open or in wrap-up', () => {
    const amy = after(working(), { type: 'forcedOut', at: NOW, reasonCode: null });
    expect(evictions(amy)).toEqual(['CHAT-1 AGENT_LOGOUT', 'CHAT-2 AGENT_LOGOUT', 'CHAT-3 AGENT_LOGOUT']);
  });

  it('keeps the connection, so that the desk can be told', () => {
    expect(reachable(after(working(), { type: 'forcedOut', at: NOW, reasonCode: null }))).toBe(true);
  });
});
