/**
 * One decision: load, fence, decide, start timers, write, in this order (ARCHITECTURE.md, "The
 * crash argument"). It never posts: what is said and what follows is in what it returns. A version
 * conflict is decided again on fresh state; nothing else is retried.
 */
import { isNotice, numbered, orderNews } from '../../domain/shown/log.ts';
import type { Agent, AgentEvent } from '../../domain/agent/agent.ts';
import { evictions } from '../../domain/agent/slots.ts';
import { tokenNews } from '../../domain/agent/token.ts';
import { transition } from '../../domain/agent/transition.ts';
import { revokeTask } from '../../domain/conversation/said.ts';
import {
  changed,
  involved,
  type Decision,
  type LoggedEvent,
  type World,
} from '../../domain/conversation/conversation.ts';
import { decide, needs, type ConversationEvent } from '../../domain/decide.ts';
import { authorOf } from '../../domain/conversation/amending.ts';
import type { Deadline, Emit } from '../../domain/effect.ts';
import { Rejection } from '../../domain/rejection.ts';
import type { Code } from '../../protocol/codes.ts';
import { AlreadyAnswered, Conflict, DuplicateMessage, type Ack, type App, type Change } from '../app.ts';
import { fence, type Caller } from './caller.ts';
import { timersFor } from './commands.ts';
import { framesOf } from './frames.ts';
import { metaWith, untorn } from './history.ts';
import { repeats, saidBefore, withFrame, withTarget } from './repetition.ts';
import type { Saved, SavedAgent, SavedConversation } from './saved.ts';

/**
 * How long a lost race is run again: long enough for dozens of messages to one conversation at
 * once, shorter than any function may take.
 */
const PATIENCE_MS = 6_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * `presence: 'always'` tells them their presence even if nothing changed. `create`: who they are if
 * nobody has that id yet.
 */
export interface AgentOptions {
  readonly by?: Caller | undefined;
  readonly presence?: 'always';
  readonly create?: () => Agent;
}

export interface ConversationOptions {
  readonly by?: Caller | undefined;
  /** Fields of the acknowledgement, taken from the decision. */
  readonly answer?: ((decision: Decision) => Record<string, unknown>) | undefined;
}

/** One agent changes by themselves. */
export async function saveAgent(
  app: App,
  agentId: string,
  event: AgentEvent,
  { by, presence, create }: AgentOptions = {},
): Promise<SavedAgent> {
  return decideAgain(app, async () => {
    const [stored] = await Promise.all([app.store.agent(agentId), unanswered(by)]);
    const before = stored ?? create?.();
    if (!before) throw new Rejection('agent.unknown', `There is no agent ${agentId}.`);
    if (by) fence(before, by);
    const decided = transition(before, event);
    const said = [
      ...revocations(before, decided),
      ...tokenNews(before, decided, event.at),
      ...orderNews(before, decided, event),
    ];
    const { agents, effects } = numbered({ [agentId]: decided }, said);
    const after = agents[agentId] ?? decided;
    const saved = {
      before: { agents: { [agentId]: before } },
      after: { agents: { [agentId]: after } },
      written: before !== after,
      events: [],
      frames: new Map<number, string>(),
      effects,
      presence: presence ? [agentId] : [],
      by,
      agent: { before, after },
    };
    await write(app, saved, { before: { agents: stored ? { [agentId]: stored } : {} } });
    return saved;
  });
}

/**
 * An offer that is taken from its agent is revoked at once, before the presence: after LOGOUT a
 * desk listens no more.
 */
function revocations(before: Agent, after: Agent): Emit[] {
  const offers = evictions(before, after).filter(({ phase }) => phase === 'RESERVED');
  return offers.map(({ conversationId, taskId, attempt, evicted }) =>
    revokeTask(after.id, conversationId, { id: taskId, attempt }, evicted?.reason ?? 'REROUTE'),
  );
}

/** A conversation changes, and with it the agents whom that touches. */
export async function saveConversation(
  app: App,
  id: string,
  event: ConversationEvent,
  { by, answer }: ConversationOptions = {},
): Promise<SavedConversation> {
  return decideAgain(app, async () => {
    const [world] = await Promise.all([untorn(() => load(app, id, event, by)), unanswered(by)]);
    if (by) fence(world.agents[by.agentId], by);
    const before = await saidBefore(app, world, event, by);
    const saved = await refusing(before, event, by, async () =>
      decided(app, world, await withTarget(app, world, event), by),
    );
    if (before && saved.events.length > 0) throw new DuplicateMessage(before);
    await write(app, saved, { fields: answer?.(saved.decision) });
    return saved;
  });
}

/** Refused for what has happened since, and not for what it says. */
const TOO_LATE: ReadonlySet<Code> = new Set([
  'conversation.notParticipant',
  'conversation.closed',
  'channelSession.closed',
  'message.forbidden',
]);

/**
 * What has been said is answered as it was, also where it would be refused by now: the conversation
 * is closed, or its author has left. An agent has that of their own messages only.
 */
async function refusing<T>(
  before: LoggedEvent | undefined,
  event: ConversationEvent,
  by: Caller | undefined,
  decide: () => Promise<T>,
): Promise<T> {
  try {
    return await decide();
  } catch (error) {
    const own = before && repeats(before, event) && (!by || authorOf(before) === by.agentId);
    throw own && error instanceof Rejection && TOO_LATE.has(error.code) ? new DuplicateMessage(before) : error;
  }
}

/**
 * A conversation that does not exist yet. A `Conflict` means that the channel session has one
 * already.
 */
export async function saveNew(
  app: App,
  world: World,
  event: ConversationEvent,
  startedBy: string,
): Promise<SavedConversation> {
  const saved = { ...(await decided(app, world, event)), before: { agents: {} }, written: true };
  await write(app, saved, { startedBy });
  return saved;
}

async function decided(app: App, world: World, event: ConversationEvent, by?: Caller): Promise<SavedConversation> {
  const decision = decide(world, event);
  const { world: after, effects } = decision;
  const events = withFrame(decision.events, event, by);
  const frames = await framesOf(app, decision);
  return { before: world, after, written: changed(world, after), events, frames, effects, presence: [], by, decision };
}

type Extras = Pick<Change, 'startedBy'> & {
  /** What the table holds, where that is not what the decision saw. */
  readonly before?: Change['before'];
  readonly fields?: Record<string, unknown> | undefined;
};

async function write(app: App, saved: Saved, { fields, ...extras }: Extras): Promise<void> {
  const { before, after, written, events, effects, by } = saved;
  if (!written) {
    // The same frame, a moment ago, may be why nothing is left to do: then everything has been
    // said, too.
    if (by?.request && (await app.requests.find(by.agentId, by.request.id))) throw new AlreadyAnswered(by.request.id);
    return;
  }
  const ack: Ack | undefined = by?.request && { id: by.request.id, status: 'ok', ...fields };
  const request = by && ack && { agentId: by.agentId, ack };
  const timers = timersFor(saved, app.now());
  await app.timers.start(timers);
  const answered = events.some(({ frame }) => frame !== undefined);
  const change = {
    before,
    after,
    events,
    notices: effects.filter(isNotice),
    auditDays: app.settings.retentionDays,
    ...extras,
  };
  try {
    await app.store.save({ ...change, request: answered ? undefined : request });
  } finally {
    await again(app, timers);
  }
}

/**
 * Timers that were due before it was saved have found nothing, and come once more. What was saved
 * stands and is delivered, whatever becomes of that.
 */
async function again(app: App, started: readonly Deadline[]): Promise<void> {
  const outrun = started.filter(({ dueAt }) => dueAt <= app.now());
  if (outrun.length === 0) return;
  try {
    await app.timers.start(outrun);
  } catch (error) {
    app.log.error('timers that were due before their save did not start again', { error });
  }
}

/**
 * Whoever asks is loaded beside the conversation, to be fenced; of the rest, what the event says
 * that it needs.
 */
async function load(app: App, id: string, event: ConversationEvent, by: Caller | undefined): Promise<World> {
  const needed = needs(event);
  const named = [...new Set([...(by ? [by.agentId] : []), ...needed.agents])];
  const [conversation, held, first] = await Promise.all([
    app.store.conversation(id),
    needed.meta ? app.store.meta(id) : null,
    app.store.agents(named),
  ]);
  if (!conversation) throw new Rejection('conversation.unknown', `There is no conversation ${id}.`);
  const meta = held && (await metaWith(app.store, id, held, [needed.sessionId])); // whether it is new or has ended
  const people = needed.involved || conversation.hold?.parked; // whoever is parked may be woken by whatever is said
  const missing = people ? involved(conversation).filter((agentId) => !named.includes(agentId)) : [];
  const loaded = [...first, ...(await app.store.agents(missing))];
  return { conversation, meta, agents: Object.fromEntries(loaded.map((agent) => [agent.id, agent])) };
}

/**
 * A frame with an id that was answered before changes nothing; the check costs no time, for it runs
 * beside the load.
 */
export async function unanswered(by: Caller | undefined): Promise<void> {
  if (by?.request && (await by.request.prior)) throw new AlreadyAnswered(by.request.id);
}

/**
 * Again on fresh state, a random moment later, where others were quicker. Not for ever: the caller
 * may try again.
 */
export async function decideAgain<T>(
  app: Pick<App, 'log' | 'now' | 'random' | 'sleep'>,
  attempt: () => Promise<T>,
): Promise<T> {
  const giveUpAt = app.now() + PATIENCE_MS;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Conflict) || app.now() > giveUpAt) throw error;
      app.log.info('deciding again', { tries, because: error.message });
      await app.sleep(app.random() * Math.min(LONGEST_PAUSE_MS, 20 * 2 ** tries));
    }
  }
}
