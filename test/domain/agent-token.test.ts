/**
 * The token behind a session: asked for in time, no new customers after a grace, the end after a
 * second one; renewed over the open connection, and revoked.
 */
import { describe, expect, it } from 'vitest';
import type { Agent, AgentEvent } from '../../shared/domain/agent/agent.ts';
import { deadlines } from '../../shared/domain/agent/deadlines.ts';
import { routable } from '../../shared/domain/agent/routable.ts';
import { tokenIsOver, tokenNews } from '../../shared/domain/agent/token.ts';
import { transition } from '../../shared/domain/agent/transition.ts';
import { after, agent, NOW, profile } from '../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HALF = 30 * MINUTE;

function span(lifeMs: number, at = NOW) {
  return { issuedAt: at, expiresAt: at + lifeMs, graceMs: MINUTE };
}

/** Amy, greeted over a connection that she opened now, with a token that lasts so long. */
function amyFor(lifeMs: number): Agent {
  const connected: AgentEvent = {
    type: 'connected',
    at: NOW,
    connectionId: 'desk',
    newKey: 'key',
    profile: profile('amy', { CHAT: 5 }),
    token: span(lifeMs),
  };
  const amy = after(agent('amy', { CHAT: { tasks: ['RESERVED', 'ACTIVE'] } }), connected);
  return after(amy, { type: 'greeted', at: NOW, epoch: amy.epoch });
}

function due(amy: Agent, at: number): Agent {
  return after(amy, { type: 'tokenDue', at, connectionId: 'desk' });
}

const tokenTimers = (amy: Agent) =>
  deadlines(amy).flatMap(({ timer, dueAt }) => (timer.kind === 'tokenDue' ? [dueAt - NOW] : []));

const stage = (amy: Agent) => amy.session?.token?.stage;

describe('A newer token is asked for', () => {
  it.each([
    ['an hour', HOUR, HOUR - MINUTE],
    ['five minutes, as Keycloak has it', 5 * MINUTE, 4 * MINUTE],
    ['a minute', MINUTE, 45_000],
    ['no time at all', 0, 0],
  ])('in time before the end of one that lasts %s', (_, lifeMs, askMs) => {
    const amy = amyFor(lifeMs);
    expect(tokenTimers(amy)).toEqual([askMs]);
    expect(stage(due(amy, NOW + askMs - 1))).toBe('good');
    expect(stage(due(amy, NOW + askMs))).toBe('expiring');
  });

  it('not at all where the gateway ends the connection before', () => {
    expect(tokenTimers(amyFor(2 * HOUR + MINUTE))).toEqual([]);
  });

  it.each<[string, (amy: Agent) => Agent]>([
    ['is lost', (amy) => after(amy, { type: 'connectionLost', at: NOW, connectionId: 'desk', graceSeconds: 60 })],
    ['has logged out', (amy) => after(amy, { type: 'forcedOut', at: NOW, reasonCode: null })],
  ])('of nobody who %s', (_, gone) => {
    const amy = gone(amyFor(HOUR));
    expect(tokenTimers(amy)).toEqual([]);
  });

  it('over the connection that it was asked for', () => {
    const amy = amyFor(HOUR);
    expect(transition(amy, { type: 'tokenDue', at: NOW + HOUR, connectionId: 'another' })).toBe(amy);
  });

  it('once for each stage, and again by a desk that was not greeted then', () => {
    const amy = amyFor(HOUR);
    const asked = due(amy, NOW + HOUR - MINUTE);
    const at = NOW + HOUR - MINUTE;
    const said = {
      expiresAt: NOW + HOUR,
      newCustomersUntil: NOW + HOUR + MINUTE,
      sessionEndsAt: NOW + HOUR + 2 * MINUTE,
      now: at,
    };
    expect(tokenNews(amy, asked, at)).toMatchObject([{ agentId: 'amy', event: 'tokenExpiring', data: said }]);
    expect(tokenNews(asked, asked, at)).toEqual([]);
    expect(tokenNews(asked, due(asked, NOW + HOUR + MINUTE), at)).toHaveLength(1);
    const unseen = { ...asked, session: asked.session && { ...asked.session, greeted: false } };
    expect(tokenNews(amy, unseen, at)).toEqual([]);
    expect(tokenNews(unseen, asked, at)).toHaveLength(1);
  });
});

describe('A token that was not renewed', () => {
  const asked = () => due(amyFor(HOUR), NOW + HOUR - MINUTE);

  it('brings customers until a grace after its end, and then no new ones', () => {
    const amy = asked();
    expect(tokenTimers(amy)).toEqual([HOUR + MINUTE]);
    expect(due(amy, NOW + HOUR + MINUTE - 1)).toBe(amy); // a timer that comes twice changes nothing
    expect(routable(amy, 'CHAT')).toBe(true);
    expect(Object.values(amy.slots).filter(({ evicted }) => evicted)).toEqual([]);
    const late = due(amy, NOW + HOUR + MINUTE);
    expect(routable(late, 'CHAT')).toBe(false);
    const taken = Object.values(late.slots).map(({ phase, evicted }) => [phase, evicted?.reason]);
    expect(taken).toEqual([
      ['RESERVED', 'REROUTE'],
      ['ACTIVE', undefined],
    ]);
  });

  it('ends the session after a second grace', () => {
    const late = due(asked(), NOW + HOUR + MINUTE);
    expect(tokenTimers(late)).toEqual([HOUR + 2 * MINUTE]);
    expect(tokenIsOver(late, 'desk', NOW + HOUR + 2 * MINUTE - 1)).toBe(false);
    expect(tokenIsOver(late, 'desk', NOW + HOUR + 2 * MINUTE)).toBe(true);
    expect(tokenIsOver(late, 'another', NOW + HOUR + 2 * MINUTE)).toBe(false);
  });
});

describe('A newer token', () => {
  const late = () => due(amyFor(HOUR), NOW + HOUR + MINUTE);
  const at = NOW + HOUR + MINUTE + 1;
  const refreshed = (lifeMs: number): AgentEvent => {
    const boss = profile('amy', { CHAT: 5 });
    const roles = ['agent', 'supervisor'];
    return { type: 'tokenRefreshed', at, profile: { ...boss, user: { ...boss.user, roles } }, token: span(lifeMs, at) };
  };

  it('brings customers again, and what it says of the agent holds at once', () => {
    const amy = after(late(), refreshed(HALF));
    expect(routable(amy, 'CHAT')).toBe(true);
    expect(amy.user.roles).toEqual(['agent', 'supervisor']);
    expect(tokenTimers(amy)).toEqual([at - NOW + HALF - MINUTE]);
  });

  it('that does not last longer renews nothing', () => {
    const amy = after(late(), refreshed(-HOUR));
    expect(stage(amy)).toBe('expired');
    expect(amy.user.roles).toEqual(['agent', 'supervisor']);
  });

  it('is nothing for one who has logged out', () => {
    const amy = after(late(), { type: 'forcedOut', at, reasonCode: null });
    expect(() => transition(amy, refreshed(HALF))).toThrow('logged out');
  });
});

describe('A revocation', () => {
  const out = (amy: Agent) => after(amy, { type: 'forcedOut', at: NOW, reasonCode: null, revoke: true });
  const back = (issuedAt: number | undefined): AgentEvent => ({
    type: 'connected',
    at: NOW + 5_000,
    connectionId: 'again',
    newKey: 'key',
    profile: profile('amy', { CHAT: 5 }),
    token: issuedAt === undefined ? undefined : { issuedAt, expiresAt: NOW + HOUR, graceMs: MINUTE },
  });

  it.each([
    ['issued before', NOW - 1, 'auth.revoked'],
    ['that does not say when it was issued', 0, 'auth.revoked'],
    ['of which nothing is known', undefined, 'auth.revoked'],
    ['issued since', NOW, undefined],
  ])('refuses a token %s: %s', (_, issuedAt, code) => {
    const amy = out(amyFor(HOUR));
    expect(amy.state.name).toBe('LOGOUT');
    const come = () => transition(amy, back(issuedAt));
    if (code) expect(come).toThrow(expect.objectContaining({ code }));
    else expect(come().state.name).toBe('NOT_READY');
  });

  it('counts for one who has logged out already, and is not there without being asked for', () => {
    const away = after(amyFor(HOUR), { type: 'forcedOut', at: NOW - 5, reasonCode: null });
    expect(() => transition(away, back(NOW - 1))).not.toThrow();
    expect(() => transition(out(away), back(NOW - 1))).toThrow('revoked');
  });
});
