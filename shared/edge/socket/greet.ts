/**
 * What a desk must be told after it connected, in this order: presence, channel types, lists, then
 * each open conversation with its wrap-up timer, then each pending offer, then the teams that a
 * supervisor watches. The desk asks for nothing. Only after the conversations is the agent
 * routable, so nothing overtakes the greeting; last comes that it is complete.
 */
import { newAgent, type Agent, type Slot } from '../../domain/agent/agent.ts';
import { taskRequest } from '../../domain/conversation/said.ts';
import { currentSession } from '../../domain/conversation/conversation.ts';
import type { Emit } from '../../domain/effect.ts';
import { presence, presenceChanged } from '../../domain/shown/presence.ts';
import { Rejection } from '../../domain/rejection.ts';
import type { Task } from '../../domain/conversation/task.ts';
import { watcher } from '../../domain/shown/team.ts';
import type { ManagerEventName, ManagerPayload } from '../../protocol/manager-events.ts';
import type { App, Greeting, Posted } from '../app.ts';
import { show } from '../follow/live.ts';
import { frameOf } from '../loop/frames.ts';
import { inLoop, type Loop } from '../loop/run.ts';
import { described } from '../loop/history.ts';
import { catchUp, showLists } from './lists.ts';
import { figuresFor } from '../watch/team.ts';

const SOONEST_MS = 2_000;
const LATEST_MS = 60_000;

/**
 * Safe to repeat. A connection that was replaced before its socket was open could not be told so by
 * its successor: its own greeting says it. Of what is not known to have arrived nothing after it is
 * said: the whole greeting is made again, for as long as the desk is there.
 */
export async function greet(app: App, greeting: Greeting): Promise<void> {
  await inLoop(app, (loop) => greetIn(app, loop, greeting));
}

async function greetIn(app: App, loop: Loop, greeting: Greeting): Promise<void> {
  const { agentId, connectionId } = greeting;
  try {
    await tellAll(app, loop, greeting);
  } catch (error) {
    if (error instanceof Untold) {
      return error.posted === 'gone'
        ? loop.perform({ kind: 'lose', agentId, connectionId })
        : again(app, greeting, error.since);
    }
    if (!(error instanceof Rejection && error.code.startsWith('session.'))) throw error;
    app.log.info('a greeting was overtaken', { connectionId, because: error.code });
  }
}

/** A frame of the greeting was not taken. */
class Untold extends Error {
  readonly posted: Posted;
  readonly since: number;

  constructor(posted: Posted, since: number) {
    super(`a frame of a greeting is ${posted}`);
    this.posted = posted;
    this.since = since;
  }
}

/**
 * After as long again as it has taken so far, a minute at most. Its own session does not begin
 * anew, so nobody is sent away again.
 */
async function again(app: App, { agentId, connectionId, epoch, began }: Greeting, since: number): Promise<void> {
  const now = app.now();
  const dueAt = now + Math.min(LATEST_MS, Math.max(SOONEST_MS, now - since));
  const timer = { kind: 'greetingDue' as const, agentId, connectionId, epoch, began };
  await app.timers.start([{ key: `greet#${connectionId}#${dueAt}`, dueAt, timer }]);
}

async function tellAll(app: App, loop: Loop, greeting: Greeting): Promise<void> {
  const { agentId, connectionId, epoch, previousConnectionId } = greeting;
  if (previousConnectionId) await removeSession(app, agentId, previousConnectionId);
  const agent = await app.store.agent(agentId);
  if (agent?.session?.began !== greeting.began) return removeSession(app, agentId, connectionId, app.now());
  if (agent.session.connectionId !== connectionId) return; // the same desk has gone on over a newer one
  if (agent.session.lost) return;
  const { since } = agent.session;
  const mustArrive = (posted: Posted) => {
    if (posted !== 'sent') throw new Untold(posted, since);
  };
  const say = async <E extends ManagerEventName>(event: E, data: ManagerPayload<E>, conversationId?: string) =>
    mustArrive(await app.sockets.post(connectionId, frameOf({ event, data, conversationId }), since));

  const freshLogin = agent.agentLoginTime === since;
  await say('agentPresence_', presence(freshLogin ? newAgent(agentId, agent.user) : agent, agent));
  const now = await app.store.agent(agentId); // what changed meanwhile may have been said before that, and is true
  if (now && presenceChanged(agent, now)) await say('agentPresence_', presence(agent, now));
  await say('onChannelTypes', await app.config.list('channel-types'));
  const onLists = await showLists(app, agent, say);

  for (const [, { conversationId }] of held(agent, ['ACTIVE', 'WRAP_UP'])) {
    const reconnected = { type: 'agentReconnected' as const, at: app.now(), agentId, connectionId };
    await loop.applyToConversation(conversationId, reconnected, { by: { agentId, connectionId } });
    mustArrive(await loop.take(show(app, { conversationId, agentId, connectionId, since })));
  }

  const { after } = await loop.applyToAgent(agentId, { type: 'greeted', at: app.now(), epoch });
  if (after.session?.connectionId !== connectionId) return;
  await catchUp(app, after, onLists, say);
  for (const [taskId, { conversationId }] of held(after, ['RESERVED'])) {
    const offer = await offered(app, conversationId, taskId);
    if (offer) mustArrive(await app.sockets.post(connectionId, frameOf(offer), since));
  }
  if (watcher(after)) for (const page of await figuresFor(app, after)) await say('onTeam', page);
  const told = await app.store.agent(agentId); // with what was offered in the meantime
  if (told?.session?.connectionId === connectionId)
    await say('onSessionReady', { ...sessionReady(told, told.session), now: app.now() });
}

/**
 * What the greeting amounts to. The newest number comes from the same moment: whatever is decided
 * later is said live.
 */
function sessionReady(agent: Agent, session: NonNullable<Agent['session']>): ManagerPayload<'onSessionReady'> {
  const about = (...phases: Task['phase'][]) => [
    ...new Set(held(agent, phases).map(([, { conversationId }]) => conversationId)),
  ];
  return {
    sessionKey: session.key,
    continued: session.continues !== null,
    conversations: about('ACTIVE', 'WRAP_UP'),
    offers: about('RESERVED'),
    lastAgentSeq: agent.lastAgentSeq,
  };
}

/**
 * Takeover: the older desk is told that it was replaced, and closed. One that is not there may be
 * about to open: it is not closed, or it would be without a word before its own greeting says one.
 */
async function removeSession(app: App, agentId: string, connectionId: string, connectedAt?: number): Promise<void> {
  const frame = frameOf({ event: 'socketSessionRemoved', data: { agentId } });
  if ((await app.sockets.post(connectionId, frame, connectedAt)) !== 'gone') await app.sockets.close(connectionId);
  await app.connections.forget(connectionId);
}

function held(agent: Agent, phases: readonly Task['phase'][]): [string, Slot][] {
  return Object.entries(agent.slots).filter(([, slot]) => phases.includes(slot.phase) && !slot.evicted);
}

/** The offer as it is now, if it still rings. */
async function offered(app: App, conversationId: string, taskId: string): Promise<Emit | null> {
  const whole = await described(app, conversationId);
  const task = whole?.conversation.tasks[taskId];
  if (!whole || task?.phase !== 'RESERVED') return null;
  return taskRequest(whole.conversation, task, currentSession(whole.conversation, whole.meta), app.now());
}
