/**
 * Says what a change has to say. Per desk in the order in which it was decided, presence last; all desks at once. Nothing is read to find out who
 * is told what. Every post is awaited; what fails is logged and costs one desk, never the request, because the next snapshot repairs it.
 */
import { presence, presenceChanged } from '../../domain/shown/presence.ts';
import { connected, reachable } from '../../domain/agent/routable.ts';
import type { Decision, LoggedEvent } from '../../domain/conversation/conversation.ts';
import type { Effect } from '../../domain/effect.ts';
import { needsMeta, onCimEvent, shownLive } from '../../domain/shown/wire.ts';
import type { App, Change, Posted } from '../app.ts';
import type { Caller } from './apply.ts';
import { metaFor } from './history.ts';
import { goLive } from './live.ts';
import { lose } from '../follow/session.ts';

export interface Outgoing {
  readonly events: readonly LoggedEvent[];
  /** The events that desks see, as frames, by `seq`. */
  readonly frames: ReadonlyMap<number, string>;
  readonly effects: readonly Effect[];
  /** Agents who are told their presence even if it did not change. */
  readonly presence: readonly string[];
  readonly by?: Caller | undefined;
}

interface Desk {
  readonly agentId: string;
  readonly connectionId: string;
  readonly since?: number | undefined;
}

/** Made before the save, so that what cannot be shown is not stored either. */
export async function framesOf(app: App, { world, events }: Decision): Promise<ReadonlyMap<number, string>> {
  const shown = events.filter(shownLive);
  const { conversation } = world;
  const held = world.meta ?? (shown.some(needsMeta) ? await app.store.meta(conversation.id) : null);
  const meta = held && (await metaFor(app, conversation.id, held, shown));
  return new Map(shown.map((logged) => [logged.seq, JSON.stringify(onCimEvent(conversation, meta, logged))]));
}

export async function emitAll(app: App, change: Pick<Change, 'before' | 'after'>, outgoing: Outgoing): Promise<void> {
  const queues = new Map<string, { desk: Desk; steps: (() => Promise<Posted>)[] }>();
  const say = (desk: Desk | null, step: (desk: Desk) => Promise<Posted>) => {
    if (!desk) return;
    const queue = queues.get(desk.connectionId) ?? { desk, steps: [] };
    queue.steps.push(() => step(desk));
    queues.set(desk.connectionId, queue);
  };

  const staying = Object.entries(change.after.conversation?.participants ?? {});
  const leaving = new Map(leavers(change, outgoing.effects));
  for (const effect of outgoing.effects) {
    const { by } = outgoing;
    if (effect.type === 'logged') {
      const frame = outgoing.frames.get(effect.seq);
      for (const [agentId, { connectionId, live }] of [...staying, ...leaving]) {
        if (live && frame) say({ agentId, connectionId }, (desk) => app.sockets.post(desk.connectionId, frame));
      }
    } else if (effect.type === 'snapshot') {
      say(deskOf(change, by, effect.agentId), (desk) => goLive(app, effect.conversationId, desk));
    } else {
      if (effect.event === 'topicUnsubscription') leaving.delete(effect.agentId);
      const desk = deskIn(change, by, effect.agentId);
      say(desk, (to) => app.sockets.post(to.connectionId, frameOf(effect), to.since));
    }
  }
  for (const [agentId, after] of Object.entries(change.after.agents ?? {})) {
    const before = change.before.agents?.[agentId] ?? after;
    if (!presenceChanged(before, after) && !outgoing.presence.includes(agentId)) continue;
    if (before.session?.connectionId !== after.session?.connectionId) continue; // not open yet: greet speaks first
    const frame = JSON.stringify({ event: 'agentPresence_', data: presence(before, after) });
    say(deskOf(change, outgoing.by, agentId, connected), (desk) =>
      app.sockets.post(desk.connectionId, frame, desk.since),
    );
  }
  await Promise.all([...queues.values()].map(({ desk, steps }) => inOrder(app, desk, steps)));
}

/** Those whom this change takes out of the conversation. They hear what happens up to their goodbye, if they get one. */
function leavers({ before, after }: Pick<Change, 'before' | 'after'>, effects: readonly Effect[]) {
  const told = effects.flatMap((effect) =>
    effect.type === 'emit' && effect.event === 'topicUnsubscription' ? effect.agentId : [],
  );
  return Object.entries(before.conversation?.participants ?? {}).filter(
    ([agentId]) => told.includes(agentId) && !after.conversation?.participants[agentId],
  );
}

/** The frame of something that is said to one agent. */
export function frameOf({
  event,
  data,
  conversationId,
  agentSeq,
}: {
  event: string;
  data: unknown;
  conversationId?: string | undefined;
  agentSeq?: number | undefined;
}): string {
  return JSON.stringify({ event, data, conversationId, agentSeq });
}

/**
 * Where an agent can be told something: the connection that asked, or their session once it was greeted (greet tells the rest). Rules speak only
 * to agents whom they were given.
 */
function deskOf(
  { after }: Pick<Change, 'after'>,
  by: Caller | undefined,
  agentId: string,
  can = reachable,
): Desk | null {
  const agent = after.agents?.[agentId];
  if (by?.agentId === agentId) return { agentId, connectionId: by.connectionId, since: agent?.session?.since };
  if (!agent?.session || !can(agent)) return null;
  return { agentId, connectionId: agent.session.connectionId, since: agent.session.since };
}

/** As `deskOf`, for what is said to a participant: where they hold the conversation. One who does not hold it yet is told by `goLive`. */
function deskIn(change: Pick<Change, 'before' | 'after'>, by: Caller | undefined, agentId: string): Desk | null {
  const participant = change.before.conversation?.participants[agentId];
  if (!participant || by?.agentId === agentId) return deskOf(change, by, agentId);
  return participant.live ? { agentId, connectionId: participant.connectionId } : null;
}

/**
 * What is not known to have arrived keeps back nothing that follows. An event is missed by its number, a snapshot has its deadline, an offer
 * rings out; presence is said again with the next change or greeting.
 */
async function inOrder(app: App, desk: Desk, steps: readonly (() => Promise<Posted>)[]): Promise<void> {
  try {
    for (const step of steps) {
      if ((await step()) === 'gone') return await lose(app, desk.agentId, desk.connectionId);
    }
  } catch (error) {
    app.log.error('a desk could not be told', { agentId: desk.agentId, error });
  }
}
