/**
 * What follows from a decision is data: which commands, in which order, and that each has a timer
 * which does the same if this process dies.
 */
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../shared/domain/agent/agent.ts';
import { held } from '../../shared/domain/agent/token.ts';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { BACKUP_MS } from '../../shared/domain/effect.ts';
import { commandsAfter, timersFor, type Command } from '../../shared/edge/loop/commands.ts';
import { decided } from '../support/decision.ts';
import { accept, offer, offerExpired } from '../support/events.ts';
import { waiting as onList } from '../support/pull-list.ts';
import { after, agent, arrival, NOW, queued, reserved } from '../support/world.ts';

type Change = Record<'before' | 'after', Partial<World>>;

const nobody = { lost: [], toShow: [] };
const alone = (before: Agent, now: Agent): Change => ({
  before: { agents: { [before.id]: before } },
  after: { agents: { [now.id]: now } },
});

const away = agent('amy', { CHAT: {}, CALL: {} }, { state: 'NOT_READY' });
const amy = agent('amy', { CHAT: { tasks: ['ACTIVE', 'RESERVED'] } });
const waiting = arrival([queued()]);

const changes: [string, Change, Command[]][] = [
  [
    'an agent who becomes ready: work is looked for on each of their MRDs',
    alone(away, agent('amy', { CHAT: {}, CALL: {} })),
    ['CHAT', 'CALL'].map((mrdId) => ({ kind: 'findWork', agentId: 'amy', mrdId })),
  ],
  [
    'an agent who logs out: what they hold is taken from them',
    alone(amy, after(amy, { type: 'requestState', at: NOW, name: 'LOGOUT', reasonCode: null })),
    ['CHAT-1', 'CHAT-2'].map((taskId) => ({
      kind: 'releaseTask',
      agentId: 'amy',
      conversationId: `of-${taskId}`,
      taskId,
    })),
  ],
  [
    'a customer who comes to a queue: their request is placed',
    { before: { agents: {} }, after: waiting },
    [{ kind: 'placeRequest', conversationId: 'c1', taskId: 't1' }],
  ],
  [
    'a customer who comes to a list: those who watch it are told',
    { before: { agents: {} }, after: onList() },
    [{ kind: 'listNews', listId: 'backlog', conversationId: 'c1', seq: 1 }],
  ],
  ['nothing that has changed: nothing', { before: waiting, after: waiting }, []],
];

describe('What follows from', () => {
  it.each(changes)('%s', (_, change, commands) => {
    expect(commandsAfter(change, nobody)).toEqual(commands);
  });

  it.each(changes)('%s; and a timer says the same, in case that nobody gets so far', (_, change, commands) => {
    const timers = timersFor(change, NOW).map(({ timer }) => timer);
    for (const command of commands) expect(timers).toContainEqual(command);
  });
});

describe('What is due sooner than a save may take', () => {
  it('comes a second time, for the first may find nothing yet and nobody may get so far as to repeat it', () => {
    const token = held({ issuedAt: NOW, expiresAt: NOW + 500, graceMs: 60_000 }, NOW);
    const change = alone(away, { ...away, session: away.session && { ...away.session, since: NOW, token } });
    const timer = { kind: 'tokenDue', agentId: 'amy', connectionId: away.session?.connectionId };
    const due = timersFor(change, NOW).filter((deadline) => deadline.timer.kind === 'tokenDue');
    expect(due.map(({ dueAt, ...rest }) => [rest.timer, dueAt - NOW])).toEqual([
      [timer, 375],
      [timer, BACKUP_MS],
    ]);
  });

  it('is no backup, though it was decided some moments before it is saved: that comes once', () => {
    const arrived = { before: { agents: {} }, after: arrival([queued('t1', { enqueuedAt: NOW, routedSince: NOW })]) };
    const due = timersFor(arrived, NOW + 50).filter(({ timer }) => timer.kind === 'placeRequest');
    expect(due.map(({ dueAt }) => dueAt - NOW)).toEqual([BACKUP_MS]);
  });
});

describe('What follows from what desks were told', () => {
  const desk = { agentId: 'amy', connectionId: 'amy-desk' };

  it('comes first: a conversation is shown to who is new in it, whoever has gone is given up', () => {
    const snapshot = { ...desk, conversationId: 'c1' };
    const lost = { agentId: 'bob', connectionId: 'bob-desk' };
    expect(commandsAfter({ before: { agents: {} }, after: waiting }, { lost: [lost], toShow: [snapshot] })).toEqual([
      { kind: 'showSnapshot', ...snapshot },
      { kind: 'lose', ...lost },
      { kind: 'placeRequest', conversationId: 'c1', taskId: 't1' },
    ]);
  });

  it('has a timer, too: a snapshot is due until its participant is live', () => {
    const before = arrival([reserved('amy')], [agent('amy')]);
    const { world } = decided(before, accept('t1', 'amy'));
    expect(timersFor({ before, after: world }, NOW)).toContainEqual(
      expect.objectContaining({
        timer: expect.objectContaining({ kind: 'snapshotDue', ...desk, conversationId: 'c1' }),
      }),
    );
  });
});

describe('An offer', () => {
  it('is followed by nothing: the agent has less room, and the request waits no longer', () => {
    const before = { ...waiting, agents: { amy: agent('amy') } };
    const { world } = decided(before, offer('t1', 'amy'));
    expect(commandsAfter({ before, after: world }, nobody)).toEqual([]);
  });

  it('that is not answered is followed by another search', () => {
    const before = arrival([reserved('amy')], [agent('amy')]);
    const { world } = decided(before, offerExpired('t1', 'amy'));
    expect(commandsAfter({ before, after: world }, nobody)).toEqual([
      { kind: 'placeRequest', conversationId: 'c1', taskId: 't1' },
    ]);
  });
});
