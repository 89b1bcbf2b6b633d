/**
 * Routing and supervisors read indexes. Whatever happens to agents and conversations, in whatever
 * order: the entries are what the states say, no more and no less.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { newAgent, type Agent, type AgentEvent } from '../../shared/domain/agent/agent.ts';
import { transition } from '../../shared/domain/agent/transition.ts';
import { changed } from '../../shared/domain/conversation/conversation.ts';
import type { Conversation, World } from '../../shared/domain/conversation/conversation.ts';
import { decide, newConversation, type ConversationEvent } from '../../shared/domain/decide.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import { entrustedRow } from '../../shared/domain/custody/entrusting.ts';
import { poolOfMrd, poolOfQueue } from '../../shared/domain/routing/lines.ts';
import { merged, poolOf, routableEntries, waitingEntries } from '../../shared/domain/routing/routing.ts';
import { memberEntries } from '../../shared/domain/shown/team.ts';
import type { Store } from '../../shared/edge/app.ts';
import { kept } from '../support/kept.ts';
import { channelSession, profile, robin, rules, user } from '../support/world.ts';

const here = kept();
let store: Store;
beforeAll(() => {
  ({ store } = here);
});

const which = fc.nat({ max: 2 });
const doing = fc.oneof(
  fc.record({
    agent: which,
    does: fc.constantFrom('connect', 'greet', 'ready', 'notReady', 'logout', 'lose', 'grace', 'force'),
  }),
  fc.record({ agent: which, does: fc.constantFrom('mrdReady', 'mrdNotReady'), mrd: fc.nat({ max: 1 }) }),
  fc.record({
    agent: which,
    does: fc.constant('profile' as const),
    limits: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
    skill: fc.nat({ max: 3 }),
  }),
  fc.record({
    conversation: which,
    does: fc.constant('start' as const),
    mrd: fc.nat({ max: 1 }),
    priority: fc.integer({ min: 1, max: 10 }),
  }),
  fc.record({
    conversation: which,
    agent: which,
    does: fc.constantFrom('offer', 'accept', 'leave', 'close', 'release', 'ring out', 'expire', 'wrap up ends', 'end'),
  }),
  fc.record({
    conversation: which,
    agent: which,
    does: fc.constantFrom('queue is gone', 'queue moves', 'queue is back'),
  }),
);
type Doing = typeof doing extends fc.Arbitrary<infer D> ? D : never;
/** What somebody does, and how many seconds later. */
const story = fc.array(fc.tuple(doing, fc.constantFrom(0, 1, 31, 61, 301)), { minLength: 10, maxLength: 30 });

/** People, MRDs and conversations of one run, apart from those of every other run. */
class Run {
  readonly mrds = [`M-${randomUUID()}`, `N-${randomUUID()}`];
  readonly queues = [`q-${randomUUID()}`, `r-${randomUUID()}`];
  readonly lines = ['even', 'odd'];
  readonly teams = ['red', 'green'].map((teamName) => ({ teamId: randomUUID(), teamName }));
  readonly agentIds = [randomUUID(), randomUUID(), randomUUID()];
  readonly conversationIds = [randomUUID(), randomUUID(), randomUUID()];
  at = Date.now();

  async step(act: Doing, seconds: number): Promise<void> {
    this.at += seconds * 1000;
    try {
      if ('conversation' in act) await this.inConversation(act);
      else await this.byAgent(act);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error; // refused: nothing changes, and that too is held against the indexes
    }
  }

  private async byAgent(act: Doing): Promise<void> {
    if (!('agent' in act)) return;
    const id = this.agentIds[act.agent] ?? '';
    const before = await store.agent(id);
    const event = this.agentEvent(act, before);
    if (!before && event.type !== 'connected') return;
    const after = transition(before ?? newAgent(id, user('kim')), event);
    if (after !== before)
      await store.save({ before: { agents: before ? { [id]: before } : {} }, after: { agents: { [id]: after } } });
  }

  private agentEvent(act: Doing, before: Agent | null): AgentEvent {
    const { at } = this;
    const limits = Object.fromEntries(
      this.mrds.map((mrd, index) => [mrd, 'limits' in act ? (act.limits[index] ?? 0) : 2]),
    );
    const attributes: Agent['attributes'] = 'skill' in act ? { skill: act.skill } : {};
    const team = this.teams['skill' in act ? act.skill % 2 : 0] ?? { teamId: '', teamName: '' };
    const kim = { ...user('kim'), team };
    const line = this.lines['skill' in act ? act.skill % 2 : 0] ?? '';
    const asKim = profile('kim', limits, { user: kim, attributes });
    const theirs = { ...asKim, mrds: asKim.mrds.map((m) => ({ ...m, line })) };
    const mrdId = 'mrd' in act ? (this.mrds[act.mrd] ?? '') : '';
    const connectionId = before?.session?.connectionId ?? '';
    const epoch = before?.epoch ?? 0;
    switch (act.does) {
      case 'greet':
        return { type: 'greeted', at, epoch };
      case 'ready':
        return { type: 'requestState', at, name: 'READY', reasonCode: null };
      case 'notReady':
        return { type: 'requestState', at, name: 'NOT_READY', reasonCode: null };
      case 'logout':
        return { type: 'requestState', at, name: 'LOGOUT', reasonCode: null };
      case 'lose':
        return { type: 'connectionLost', at, connectionId, graceSeconds: 60 };
      case 'grace':
        return { type: 'graceExpired', at, epoch };
      case 'force':
        return { type: 'forcedOut', at, reasonCode: null };
      case 'mrdReady':
        return { type: 'requestMrdState', at, mrdId, state: 'READY' };
      case 'mrdNotReady':
        return { type: 'requestMrdState', at, mrdId, state: 'NOT_READY' };
      case 'profile':
        return { type: 'profileChanged', at, profile: theirs };
      default:
        return {
          type: 'connected',
          at,
          connectionId: randomUUID(),
          newKey: randomUUID(),
          profile: theirs,
        };
    }
  }

  private async inConversation(act: Doing): Promise<void> {
    if (!('conversation' in act)) return;
    const id = this.conversationIds[act.conversation] ?? '';
    const [stored, meta, people] = await Promise.all([
      store.conversation(id),
      store.meta(id),
      store.agents(this.agentIds),
    ]);
    const agents = Object.fromEntries(people.map((person) => [person.id, person]));
    if (act.does === 'start') {
      if (stored) return;
      const world = newConversation(id, this.at, channelSession(id), robin, {});
      const name = this.queues[act.priority % 2] ?? '';
      const queue = { id: name, name };
      const home = { rules: rules({ queue, queuePriority: act.priority % 3 }), mrdId: this.mrds[act.mrd] ?? '' };
      const decision = decide(world, { type: 'start', at: this.at, home, priority: act.priority });
      return store.save({ before: { agents: {} }, after: decision.world, events: decision.events, startedBy: id });
    }
    if (!stored || !meta) return;
    const world: World = { conversation: stored, meta, agents };
    const event = this.conversationEvent(act, stored);
    if (!event || ('agentId' in event && !agents[event.agentId])) return;
    const { world: after, events } = decide(world, event);
    if (changed(world, after)) await store.save({ before: world, after, events });
  }

  private conversationEvent(act: Doing, conversation: Conversation): ConversationEvent | undefined {
    const { at } = this;
    const [task] = Object.values(conversation.tasks);
    const agentId = this.agentIds['agent' in act ? act.agent : 0] ?? '';
    const taskId = task?.id ?? 'none';
    switch (act.does) {
      case 'offer':
        return { type: 'offer', at, taskId, agentId };
      case 'accept':
        return { type: 'accept', at, taskId, agentId, connectionId: 'desk' };
      case 'leave':
        return { type: 'leave', at, agentId };
      case 'close':
        return { type: 'closeWrapUp', at, agentId, wrapUp: null };
      case 'release':
        return { type: 'release', at, agentId, taskId };
      case 'ring out':
        return { type: 'offerExpired', at, taskId, agentId };
      case 'queue is gone':
        return { type: 'queueChanged', at, taskId, queue: null };
      case 'queue moves':
      case 'queue is back': {
        const mrdId = this.mrds[act.does === 'queue moves' ? 1 : 0] ?? '';
        return { type: 'queueChanged', at, taskId, queue: { mrdId, priority: 5, steps: [] } };
      }
      case 'expire':
        return task && 'ttl' in task ? { type: 'requestExpired', at, timerId: task.ttl.timerId } : undefined;
      case 'wrap up ends':
        return { type: 'wrapUpExpired', at, taskId };
      default:
        return { type: 'end', at, reason: 'CUSTOMER' };
    }
  }

  /** All indexes hold what the states say, in the order of the keys. */
  async holds(): Promise<void> {
    const [agents, ...conversations] = await Promise.all([
      store.agents(this.agentIds),
      ...this.conversationIds.map((id) => store.conversation(id)),
    ]);
    const free = merged(agents.map((agent) => [...routableEntries(agent).values()]));
    const waiting = merged(
      conversations.map((conversation) => (conversation ? [...waitingEntries(conversation).values()] : [])),
    );
    for (const mrdId of this.mrds) {
      for (const line of this.lines)
        expect(await store.routable(mrdId, line, all)).toEqual(
          free.filter((entry) => entry.mrdId === mrdId && entry.line === line),
        );
    }
    for (const pool of [...this.queues.map(poolOfQueue), ...this.mrds.map(poolOfMrd)])
      expect(await store.waiting(pool, all)).toEqual(waiting.filter((entry) => poolOf(entry) === pool));
    strays += waiting.filter(({ stray }) => stray).length;
    const members = inOrder(agents.flatMap((agent) => [...memberEntries(agent)]));
    for (const { teamId } of this.teams) {
      const team = members.filter((member) => member.teamId === teamId).map(({ figure }) => figure);
      expect(await store.members(teamId)).toEqual(team);
    }
    inTeams += members.length;
    const mine = conversations.flatMap((conversation) => (conversation ? (entrustedRow(conversation) ?? []) : []));
    const counted = (await store.entrusted(1_000)).filter((row) =>
      this.conversationIds.some((id) => id === row.conversationId),
    );
    expect(inOrder(counted.map((row) => [row.conversationId, row]))).toEqual(
      inOrder(mine.map((row) => [row.conversationId, row])),
    );
    withPlatform += mine.length;
  }
}

function inOrder<T>(entries: readonly (readonly [string, T])[]): T[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

const all = { limit: 1_000 };

/** All agents leave somebody who is still there, and then goes. */
const handedBack = (['offer', 'accept', 'leave', 'leave', 'leave', 'leave', 'end'] as const).map(
  (does): [Doing, number] => [{ conversation: 0, agent: 0, does }, 0],
);

/** How often somebody was found in a team. */
let inTeams = 0;
/** How often somebody waited whose queue was gone. */
let strays = 0;

/** How often the platform had somebody. */
let withPlatform = 0;

describe('The entries that routing and supervisors read', () => {
  it('are those that the states say, after any sequence of what may happen', async () => {
    let logged = 0;
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const run = new Run();
        // Everybody is at work and somebody waits, so that the story has something to change.
        for (const agent of [0, 1, 2])
          for (const does of ['connect', 'greet', 'ready'] as const) await run.step({ agent, does }, 0);
        await run.step({ conversation: 0, does: 'start', mrd: 0, priority: 1 }, 0);
        await run.holds();
        for (const [index, [act, seconds]] of steps.entries()) {
          await run.step(act, seconds);
          if (index % 5 === 0) await run.holds();
        }
        await run.holds();
        for (const id of run.conversationIds) logged += (await store.conversation(id))?.lastSeq ?? 0;
      }),
      // The first is told always: chance alone does not always leave somebody whose queue is gone.
      { numRuns: 8, examples: [[[[{ conversation: 0, agent: 0, does: 'queue is gone' }, 0]]], [handedBack]] },
    );
    expect(logged).toBeGreaterThan(20); // the stories were not all refused
    expect(inTeams).toBeGreaterThan(20);
    expect(strays).toBeGreaterThan(0);
    expect(withPlatform).toBeGreaterThan(0);
    expect(here.calls()).toContain('transact');
  }, 400_000); // an emulator that has told all other stories takes minutes
});
