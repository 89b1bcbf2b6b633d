/**
 * What supervisors see: the figure of an agent in every state, who gets a row in their team, who
 * watches, and what of queues and lists is counted.
 */
import { byteLength } from '../../shared/protocol/bytes.ts';
import { describe, expect, it } from 'vitest';
import type { Agent, AgentEvent } from '../../shared/domain/agent/agent.ts';
import type { Listed } from '../../shared/domain/handling/pull-list.ts';
import type { Routable, Waiting } from '../../shared/domain/routing/routing.ts';
import {
  agentFigure,
  entrustedFigure,
  listFigure,
  memberEntries,
  onTeam,
  queueFigure,
  watchedTeams,
  watcher,
} from '../../shared/domain/shown/team.ts';
import { agentView } from '../../shared/domain/shown/view.ts';
import { configSchemas, type Consequence, type Queue } from '../../shared/protocol/shapes/config.ts';
import { MAX_FRAME_BYTES } from '../../shared/protocol/frame.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { after, agent, BEFORE, mrd, NOW, user } from '../support/world.ts';

const busy = agent('amy', {
  VOICE: { state: 'BUSY', max: 1, tasks: ['RESERVED'] },
  CHAT: { state: 'ACTIVE', max: 3, tasks: ['ACTIVE', 'WRAP_UP'] },
});
const watching = { type: 'supervisionStarted', at: NOW, taskId: 'watch-1', conversationId: 'c9' } as const;

describe('The figure of an agent', () => {
  it('says who they are, how they are and what they do', () => {
    expect(agentFigure(after(busy, watching))).toEqual({
      id: 'amy',
      username: 'amy',
      firstName: 'AMY',
      lastName: 'Lind',
      teamId: 'blue',
      connected: true,
      state: { name: 'READY', reasonCode: null },
      stateChangeTime: BEFORE,
      mrds: [
        { id: 'CHAT', name: 'CHAT', state: 'ACTIVE', used: 2, max: 3 },
        { id: 'VOICE', name: 'VOICE', state: 'BUSY', used: 1, max: 1 },
      ],
      conversations: [
        { conversationId: 'of-CHAT-1', phase: 'ACTIVE', mrdId: 'CHAT' },
        { conversationId: 'of-CHAT-2', phase: 'WRAP_UP', mrdId: 'CHAT' },
        { conversationId: 'of-VOICE-1', phase: 'RESERVED', mrdId: 'VOICE' },
        { conversationId: 'c9', phase: 'ACTIVE', mrdId: null },
      ],
      missed: { rona: 0, declined: 0 },
    });
  });

  const over = (rona?: Consequence, reason?: 'RONA' | 'DECLINED'): AgentEvent => {
    return { type: 'taskReleased', at: NOW, taskId: 'VOICE-1', ...(rona && { rona }), ...(reason && { reason }) };
  };
  const login: AgentEvent[] = [
    { type: 'forcedOut', at: NOW, reasonCode: null },
    {
      type: 'connected',
      at: NOW,
      connectionId: 'newer',
      newKey: 'key',
      profile: { user: busy.user, attributes: {}, mrds: [] },
    },
  ];
  it.each<[string, AgentEvent[], object]>([
    ['rang out', [over('KEEP')], { rona: 1, declined: 0 }],
    ['rang out, and it put them on not ready', [over('AGENT_NOT_READY')], { rona: 1, declined: 0 }],
    ['was declined', [over('KEEP', 'DECLINED')], { rona: 0, declined: 1 }],
    ['was taken back, for the customer had gone', [over()], { rona: 0, declined: 0 }],
    ['rang out before they logged in once more', [over('KEEP'), ...login], { rona: 0, declined: 0 }],
  ])('counts apart what they declined and what they let ring: an offer %s', (_, events, missed) => {
    expect(agentFigure(after(busy, ...events)).missed).toEqual(missed);
  });

  const lunch = { id: 'lunch', name: 'Lunch', type: 'NOT_READY' };
  const lost: AgentEvent = { type: 'connectionLost', at: NOW, connectionId: 'amy-desk', graceSeconds: 60 };
  const out: AgentEvent = { type: 'forcedOut', at: NOW, reasonCode: null };
  it.each<[string, Agent]>([
    ['is ready', agent('amy')],
    ['is at lunch', after(agent('amy'), { type: 'requestState', at: NOW, name: 'NOT_READY', reasonCode: lunch })],
    ['has tasks on two MRDs', busy],
    ['supervises', after(busy, watching)],
    ['has parked a task', after(busy, { type: 'taskParked', at: NOW, taskId: 'CHAT-1' })],
    ['is being greeted', agent('amy', {}, { session: 'not greeted' })],
    ['has lost the connection, and with it an offer', after(busy, lost)],
    ['was logged out with tasks', after(busy, out)],
    ['is logged out', after(agent('amy'), out)],
    ['has no MRD', agent('amy', {})],
  ])('says the same as the HTTP API where one %s', (_, who) => {
    const { connected, state, stateChangeTime, agentMrdStates, tasks, missed, agent: ccUser } = agentView(who);
    const figure = agentFigure(who);
    expect(figure).toMatchObject({ id: ccUser.id, connected, state, stateChangeTime, missed });
    expect(figure.teamId).toBe(ccUser.keycloakUser.userTeam.teamId);
    const used = (id: string) => tasks.filter(({ mrdId, parked }) => mrdId === id && !parked).length;
    expect(figure.mrds).toEqual(
      agentMrdStates.map((m) => {
        return { id: m.mrd.id, name: m.mrd.name, state: m.state, used: used(m.mrd.id), max: m.maxAgentTasks };
      }),
    );
    const shown = tasks.map((task) => {
      const { taskId: _, ...rest } = task;
      return rest;
    });
    expect(figure.conversations).toEqual(expect.arrayContaining(shown));
    expect(figure.conversations).toHaveLength(shown.length);
  });

  it('is the same whatever order the table keeps things in, so that it is not written anew', () => {
    const slots = Object.fromEntries(Object.entries(busy.slots).toReversed());
    const mrds = Object.fromEntries(Object.entries(busy.mrds).toReversed());
    expect(JSON.stringify(agentFigure({ ...busy, slots, mrds }))).toBe(JSON.stringify(agentFigure(busy)));
  });
});

describe('A team', () => {
  const moved = (team: Agent['user']['team']): Agent =>
    after(busy, {
      type: 'profileChanged',
      at: NOW,
      profile: {
        user: { ...user('amy'), team },
        attributes: {},
        mrds: [{ mrd: mrd('CHAT'), maxAgentTasks: 3, line: '' }],
      },
    });

  it.each<[string, Agent, string[]]>([
    ['an agent who is there', busy, ['blue#AGENT#amy']],
    ['one who is logged out', after(busy, { type: 'forcedOut', at: NOW, reasonCode: null }), ['blue#AGENT#amy']],
    ['one who has moved to another team, there only', moved({ teamId: 'red', teamName: 'Red' }), ['red#AGENT#amy']],
    ['nobody who is in no team', moved({ teamId: '', teamName: '' }), []],
  ])('has %s', (_, who, keys) => expect([...memberEntries(who).keys()]).toEqual(keys));

  it('shows a changed profile', () => {
    const renamed = after(busy, {
      type: 'profileChanged',
      at: NOW,
      profile: {
        user: { ...user('amy'), lastName: 'Berg' },
        attributes: {},
        mrds: [{ mrd: mrd('CHAT'), maxAgentTasks: 9, line: '' }],
      },
    });
    expect(agentFigure(renamed)).toMatchObject({ lastName: 'Berg', mrds: [{ id: 'CHAT', used: 2, max: 9 }, {}] });
  });
});

const blue = { teamId: 'blue', teamName: 'Blue' };
const red = { teamId: 'red', teamName: 'Red' };

/** A supervisor of the teams blue and red, at their desk. */
function supervisor(who: Parameters<typeof agent>[2] = {}, more: Partial<Agent['user']> = {}): Agent {
  const sam = agent('sam', {}, who);
  return { ...sam, user: { ...sam.user, roles: ['supervisor'], supervisedTeams: [blue, red], ...more } };
}
const watches = (...teamIds: string[]): AgentEvent => ({ type: 'watchTeams', at: NOW, teamIds });
const watchesNoMore = (...teamIds: string[]): AgentEvent => ({ type: 'unwatchTeams', at: NOW, teamIds });

describe('Who watches teams', () => {
  it('is told by way of one row, with the names of the teams', () => {
    expect(watcher(after(supervisor(), watches('blue', 'red')))).toEqual({
      agentId: 'sam',
      connectionId: 'sam-desk',
      teams: [blue, red],
      toldAt: 0,
    });
  });

  const both = (who: Parameters<typeof agent>[2] = {}, more: Partial<Agent['user']> = {}) => ({
    ...supervisor(who, more),
    teams: ['blue', 'red'],
  });
  it.each<[string, Agent]>([
    ['a desk that is being greeted', both({ session: 'not greeted' })],
    ['a lost connection', both({ session: 'lost' })],
    ['one who has logged out', after(both(), { type: 'forcedOut', at: NOW, reasonCode: null })],
    ['one who watches nothing', supervisor()],
    ['one who watches no longer', after(both(), watchesNoMore('blue', 'red'))],
    ['one who supervises no longer', both({}, { roles: ['agent'] })],
    ['one who supervises other teams by now', both({}, { supervisedTeams: [{ teamId: 'pink', teamName: 'Pink' }] })],
  ])('is told by no row: %s', (_, who) => expect(watcher(who)).toBeNull());

  it.each<[string, Agent, string[]]>([
    ['what they asked for', after(supervisor(), watches('red')), ['red']],
    ['one team more', after(supervisor(), watches('red'), watches('blue')), ['blue', 'red']],
    ['what they did not give up', after(both(), watchesNoMore('blue')), ['red']],
    ['what they still supervise', both({}, { supervisedTeams: [red] }), ['red']],
    ['a team once, though the token has it twice', both({}, { supervisedTeams: [red, red] }), ['red']],
    ['the same after a logout', after(both(), { type: 'forcedOut', at: NOW, reasonCode: null }), ['blue', 'red']],
    [
      'no team with the name of a member of every object',
      supervisor({}, { supervisedTeams: [{ teamId: 'constructor', teamName: '' }] }),
      [],
    ],
  ])('watches %s', (_, who, teamIds) => expect(watchedTeams(who).map(({ teamId }) => teamId)).toEqual(teamIds));

  it('changes nothing by asking twice, and asks for nothing once logged out', () => {
    const sam = after(supervisor(), watches('blue'));
    expect(after(sam, watches('blue'))).toBe(sam);
    expect(after(sam, watchesNoMore('red'))).toBe(sam);
    expect(() => after(sam, { type: 'forcedOut', at: NOW, reasonCode: null }, watches('red'))).toThrow('logged out');
  });
});

describe('The figure of a queue', () => {
  const step = (value: number) => ({
    expressions: [{ attribute: 'english', operator: '>=' as const, value }],
    timeoutSeconds: 60,
  });
  const queue = (steps: Queue['steps']): Queue => ({
    id: 'support',
    ...configSchemas.queues.parse({ name: 'support', mrdId: 'CHAT', steps }),
  });
  const waits = (queueId: string, enqueuedAt: number): Waiting => {
    const wait = {
      taskId: 't',
      mrdId: 'CHAT',
      queuePriority: 1,
      priority: 1,
      passOver: {},
      requestedBy: null,
      stray: false,
    };
    return { conversationId: 'c', queueId, enqueuedAt, routedSince: NOW, ...wait };
  };
  const ready = (english: number, mrdId = 'CHAT', free = 1): Routable => {
    return { agentId: `a${english}`, mrdId, since: BEFORE, free, attributes: { english }, line: '' };
  };

  it('counts who waits there and nowhere else, and since when the first of them does', () => {
    const rows = [waits('support', NOW), waits('support', BEFORE), waits('sales', BEFORE - 1)];
    expect(queueFigure(queue([]), rows, [])).toEqual({
      id: 'support',
      name: 'support',
      mrdId: 'CHAT',
      waiting: 2,
      longestWaitSince: BEFORE,
      agentsReady: 0,
    });
    expect(queueFigure(queue([]), [], [])).toMatchObject({ waiting: 0, longestWaitSince: null });
  });

  it.each<[string, Queue['steps'], number]>([
    ['everybody on its MRD, where it has no steps', [], 3],
    ['those whom its step wants', [step(5)], 1],
    ['those whom any of its steps wants, be it the last', [step(5), step(3)], 2],
    ['nobody, where no step wants anybody', [step(9)], 0],
  ])('counts as ready %s', (_, steps, count) => {
    const entries = [ready(1), ready(3), ready(5), ready(5, 'VOICE'), ready(5, 'CHAT', 0)];
    expect(queueFigure(queue(steps), [], entries).agentsReady).toBe(count);
  });
});

describe('The figure of a list', () => {
  it.each<[Listed['status'], number, number]>([
    ['CREATED', 1, 0],
    ['INACTIVE', 1, 0],
    ['ACTIVE', 0, 1],
    ['ON_HOLD', 0, 1],
    ['WRAP_UP', 0, 0],
  ])('counts a request that is %s', (status, waiting, active) => {
    const list = { id: 'backlog', ...configSchemas.lists.parse({ name: 'Backlog', mrdId: 'CHAT' }) };
    const row = { listId: 'backlog', conversationId: 'c1', status, since: BEFORE };
    expect(listFigure(list, [row])).toEqual({ id: 'backlog', name: 'Backlog', waiting, active });
  });
});

describe('The figure of whom the platform has', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ conversationId: `c${n}`, since: BEFORE + n }));
  it.each([
    ['nobody', 0, { customers: 0, longestSince: null }],
    ['some', 2, { customers: 2, longestSince: BEFORE }],
    ['as many as are counted', 3, { customers: 3, longestSince: BEFORE }],
    ['more than that', 4, { customers: 3, longestSince: BEFORE, more: true }],
  ])('counts %s', (_, count, figure) => expect(entrustedFigure(rows(count), 3)).toEqual(figure));
});

describe('The figures of a team', () => {
  const entrusted = { customers: 7, longestSince: BEFORE };
  const floor = (count: number) => {
    const agents = Array.from({ length: count }, (_, n) => ({ ...agentFigure(busy), id: `agent-${n}` }));
    const queues = [{ id: 'q', name: 'q', mrdId: 'CHAT', waiting: 0, longestWaitSince: null, agentsReady: 0 }];
    const lists = [{ id: 'l', name: 'l', waiting: 0, active: 0 }];
    return { teams: [blue], agents, queues, lists, entrusted, at: NOW };
  };

  it('are one frame, where they fit', () => {
    expect(onTeam(floor(20))).toEqual([floor(20)]);
  });

  it('are one frame even where there are none', () => {
    const none = { teams: [], agents: [], queues: [], lists: [], entrusted, at: NOW };
    expect(onTeam(none)).toEqual([none]);
  });

  it('of thousands are frames that the gateway carries, of one instant, and the last says that it is', () => {
    const pages = onTeam(floor(3_000));
    expect(pages.length).toBeGreaterThan(5);
    for (const page of pages) {
      expect(managerEvents.onTeam.safeParse(page).error).toBeUndefined();
      expect(byteLength(JSON.stringify({ event: 'onTeam', data: page }))).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    }
    expect(pages.map(({ more }) => more ?? false)).toEqual(pages.map((_, index) => index < pages.length - 1));
    const all = pages.reduce(
      (sum, { agents, queues, lists }) => ({
        ...floor(0),
        agents: [...sum.agents, ...agents],
        queues: [...sum.queues, ...queues],
        lists: [...sum.lists, ...lists],
      }),
      { ...floor(0), queues: [], lists: [] } as ReturnType<typeof onTeam>[number],
    );
    expect(all).toEqual(floor(3_000));
  });
});
