/**
 * The shell: load, decide, start timers, save, emit, follow up. The order is the crash argument in ARCHITECTURE.md.
 * A version conflict is decided again on fresh state; nothing else is retried.
 */
import { isNotice, numbered } from '../../domain/agent/log.ts';
import { deadlines as deadlinesOfAgent } from '../../domain/agent/deadlines.ts';
import { evictions } from '../../domain/agent/slots.ts';
import { transition } from '../../domain/agent/transition.ts';
import { BACKUP_MS } from '../../domain/effect.ts';
import type { Agent, AgentEvent } from '../../domain/agent/agent.ts';
import { changed } from '../../domain/conversation/conversation.ts';
import { revokeTask } from '../../domain/conversation/said.ts';
import * as conversations from '../../domain/conversation/conversation.ts';
import type { Decision, World } from '../../domain/conversation/conversation.ts';
import { decide, type ConversationEvent } from '../../domain/decide.ts';
import type { Deadline, Emit } from '../../domain/effect.ts';
import { messageId, sessionIdOf } from '../../domain/handling/message.ts';
import { Rejection } from '../../domain/rejection.ts';
import { listNews } from '../../domain/handling/pull-list.ts';
import { openings } from '../../domain/routing/routing.ts';
import { AlreadyAnswered, Conflict, type Ack, type App, type Change } from '../app.ts';
import { emitAll, framesOf, type Outgoing } from './emit.ts';
import { followUp } from './follow-up.ts';
import { metaWith } from './history.ts';

/** How long a lost race is run again: long enough for dozens of messages to one conversation at once, shorter than any function may take. */
const PATIENCE_MS = 6_000;
const LONGEST_PAUSE_MS = 1_000;

/** Who asks, through which connection, and the frame's id if it has one. Facts (timers, disconnects) come from nobody. */
export interface Caller {
  readonly agentId: string;
  readonly connectionId: string;
  readonly request?: Request | undefined;
}

/** A frame with an id. `prior` is the answer that it already got, if any; `kept` says that this one's answer was saved with the change. */
export interface Request {
  readonly id: string;
  readonly prior: Promise<Ack | null>;
  kept: boolean;
}

export interface Options {
  readonly by?: Caller | undefined;
  /** Fields of the acknowledgement, taken from the decision. */
  readonly answer?: ((decision: Decision) => Record<string, unknown>) | undefined;
}

/** One agent changes by themselves. `presence: 'always'` tells them their presence even if nothing changed. */
export async function applyToAgent(
  app: App,
  agentId: string,
  event: AgentEvent,
  options: Options & { presence?: 'always'; create?: () => Agent } = {},
): Promise<{ before: Agent; after: Agent }> {
  return decideAgain(app, async () => {
    const [stored] = await Promise.all([app.store.agent(agentId), unanswered(options.by)]);
    const before = stored ?? options.create?.();
    if (!before) throw new Rejection('agent.unknown', `There is no agent ${agentId}.`);
    if (options.by) fence(before, options.by);
    const changed = transition(before, event);
    const { agents: people, effects } = numbered({ [agentId]: changed }, revocations(before, changed));
    const after = people[agentId] ?? changed;
    const change = { before: { agents: stored ? { [agentId]: stored } : {} }, after: { agents: { [agentId]: after } } };
    const outgoing = {
      events: [],
      frames: new Map<number, string>(),
      effects,
      presence: options.presence ? [agentId] : [],
      by: options.by,
    };
    await commit(
      app,
      before === after ? null : change,
      { ...change, before: { agents: { [agentId]: before } } },
      outgoing,
      {},
    );
    return { before, after };
  });
}

/** An offer that is taken from its agent is revoked at once, before the presence: after LOGOUT a desk listens no more. */
function revocations(before: Agent, after: Agent): Emit[] {
  const offers = evictions(before, after).filter(({ phase }) => phase === 'RESERVED');
  return offers.map(({ conversationId, taskId, evicted }) =>
    revokeTask(after.id, conversationId, taskId, evicted?.reason ?? 'REROUTE'),
  );
}

/** A conversation changes, and with it the agents whom that touches. */
export async function applyToConversation(
  app: App,
  id: string,
  event: ConversationEvent,
  options: Options = {},
): Promise<Decision> {
  return decideAgain(app, async () => {
    const [world] = await Promise.all([load(app, id, event, options.by), unanswered(options.by)]);
    if (options.by) fence(world.agents[options.by.agentId], options.by);
    const decision = decide(world, event);
    const { events, effects } = decision;
    const message = 'event' in event ? event.event : event.type === 'closeWrapUp' ? event.wrapUp : null;
    const change = { before: world, after: decision.world };
    const frames = await framesOf(app, decision);
    await commit(
      app,
      changed(world, decision.world) ? change : null,
      change,
      { events, frames, effects, presence: [], by: options.by },
      {
        messageId: message && events.length > 0 ? messageId(message) : undefined,
        fields: options.answer?.(decision),
      },
    );
    return decision;
  });
}

/** A conversation that does not exist yet. A `Conflict` means that the channel session has one already. */
export async function startConversation(
  app: App,
  world: World,
  event: ConversationEvent,
  startedBy: string,
): Promise<Decision> {
  const decision = decide(world, event);
  const change = { before: { agents: {} }, after: decision.world };
  const frames = await framesOf(app, decision);
  await commit(app, change, change, { ...decision, frames, presence: [] }, { startedBy });
  return decision;
}

/** `save` is null where nothing changed: then things are only said. */
async function commit(
  app: App,
  save: Pick<Change, 'before' | 'after'> | null,
  change: Pick<Change, 'before' | 'after'>,
  outgoing: Outgoing,
  extras: { messageId?: string | undefined; startedBy?: string; fields?: Record<string, unknown> | undefined },
): Promise<void> {
  const { by, events, effects } = outgoing;
  // The same frame, a moment ago, may be why nothing is left to do: then everything has been said, too.
  if (!save && by?.request && (await app.requests.find(by.agentId, by.request.id)))
    throw new AlreadyAnswered(by.request.id);
  if (save) {
    const { fields, ...rest } = extras;
    const ack: Ack | undefined = by?.request && { id: by.request.id, status: 'ok', ...fields };
    await app.timers.start(due(save, app.now()));
    const notices = effects.filter(isNotice);
    await app.store.save({ ...save, ...rest, events, notices, request: by && ack && { agentId: by.agentId, ack } });
    if (by?.request) by.request.kept = true;
  }
  await emitAll(app, change, outgoing);
  if (save) await followUp(app, save);
}

/** The timers that this change makes necessary: for every deadline that was not there before, and for work that must be followed up. */
function due({ before, after }: Pick<Change, 'before' | 'after'>, at: number): Deadline[] {
  const was = new Set(deadlinesOf(before).map(({ key }) => key));
  const work = Object.values(after.agents ?? {}).flatMap((agent) =>
    openings(before.agents?.[agent.id], agent).map((mrdId) => ({
      key: `work#${agent.id}#${mrdId}#${at}`,
      dueAt: at + BACKUP_MS,
      timer: { kind: 'findWork' as const, agentId: agent.id, mrdId },
    })),
  );
  const news = listNews(before.conversation, after.conversation).map((about) => ({
    key: `list#${about.listId}#${about.conversationId}#${about.seq}`,
    dueAt: at + BACKUP_MS,
    timer: { kind: 'listNews' as const, ...about },
  }));
  return [...deadlinesOf(after), ...work, ...news].filter(({ key }) => !was.has(key));
}

function deadlinesOf({ conversation, agents: byId = {} }: Partial<World>): Deadline[] {
  const ofAgents = Object.values(byId).flatMap((agent) => deadlinesOfAgent(agent));
  return conversation ? [...ofAgents, ...conversations.deadlines(conversation)] : ofAgents;
}

/** Whoever asks is loaded beside the conversation, to be fenced; the agents whom the event touches, too. */
async function load(app: App, id: string, event: ConversationEvent, by: Caller | undefined): Promise<World> {
  const touches = touchesAgents(event);
  const target = event.type === 'assist' && event.target.mode === 'agent' ? event.target.targetId : undefined;
  const concerned = [by?.agentId, touches && 'agentId' in event ? event.agentId : undefined, target];
  const named = [...new Set(concerned)].filter((agentId) => agentId !== undefined);
  const [conversation, held, first] = await Promise.all([
    app.store.conversation(id),
    wantsMeta(event) ? app.store.meta(id) : null,
    app.store.agents(named),
  ]);
  if (!conversation) throw new Rejection('conversation.unknown', `There is no conversation ${id}.`);
  const written =
    event.type === 'addEvent' && event.event.name === 'CUSTOMER_MESSAGE' ? sessionIdOf(event.event) : undefined;
  const meta = held && (await metaWith(app.store, id, held, [written])); // whether a session is new or has ended
  const missing = touches ? conversations.involved(conversation).filter((agentId) => !named.includes(agentId)) : [];
  const loaded = [...first, ...(await app.store.agents(missing))];
  return { conversation, meta, agents: Object.fromEntries(loaded.map((agent) => [agent.id, agent])) };
}

/** Nothing that is said in a conversation is decided without META, for it goes with a channel session; nor is an offer. Read beside the rest. */
export function wantsMeta(event: ConversationEvent): boolean {
  if (event.type === 'closeWrapUp') return event.wrapUp !== null;
  return ['publish', 'addEvent', 'end', 'assist', 'join', 'closeRequest'].includes(event.type);
}

/** Messages are the hot path: they touch the conversation only. */
export function touchesAgents(event: ConversationEvent): boolean {
  if (event.type === 'addEvent') return ['CHANNEL_SESSION_ENDED', 'CHANNEL_SESSION_EXPIRED'].includes(event.event.name);
  return !['publish', 'snapshotSeen', 'agentReconnected', 'requestExpired'].includes(event.type);
}

/** A frame with an id that was answered before changes nothing; the check costs no time, for it runs beside the load. */
async function unanswered(by: Caller | undefined): Promise<void> {
  if (by?.request && (await by.request.prior)) throw new AlreadyAnswered(by.request.id);
}

/** A command counts only if it comes through the connection that is the agent's session now. */
export function fence(agent: Agent | null | undefined, by: Caller): asserts agent is Agent {
  if (agent?.session?.connectionId !== by.connectionId) {
    throw new Rejection(
      'session.replaced',
      'You have connected again elsewhere; this connection no longer speaks for you.',
    );
  }
  if (agent.session.lost)
    throw new Rejection('session.notConnected', 'This connection was given up as lost; connect again.');
}

/** Again on fresh state, a random moment later, where others were quicker. Not for ever: the caller may try again. */
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
