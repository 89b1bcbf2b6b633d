/**
 * Says what a decision has to say. Per desk in the order in which it was decided, presence last;
 * all desks at once. Nothing is read to find out who is told what, nothing is saved, and nothing is
 * thrown: what fails is logged and costs one desk, never the request.
 */
import { connected, reachable } from '../../domain/agent/routable.ts';
import { presence, presenceChanged } from '../../domain/shown/presence.ts';
import { byteLength } from '../../protocol/bytes.ts';
import { MAX_FRAME_BYTES } from '../../protocol/frame.ts';
import type { App, Desk, Posted } from '../app.ts';
import { frameOf } from './frames.ts';
import type { Saved } from './saved.ts';

export interface Delivered {
  /** Desks that have gone. */
  readonly lost: readonly Desk[];
  /** Desks that are to be shown a conversation once whoever asked has their answer. */
  readonly toShow: readonly (Desk & { readonly conversationId: string })[];
  /** Whoever asked has their acknowledgement, in the echo of their message. */
  readonly acknowledged: boolean;
}

type Post = () => Promise<Posted>;

export async function deliver(app: App, saved: Saved): Promise<Delivered> {
  const queues = new Map<string, { desk: Desk; posts: Post[] }>();
  const toShow: Delivered['toShow'][number][] = [];
  const say = (desk: Desk | null, post: (desk: Desk) => Promise<Posted>) => {
    if (!desk) return;
    const queue = queues.get(desk.connectionId) ?? { desk, posts: [] };
    queue.posts.push(() => post(desk));
    queues.set(desk.connectionId, queue);
  };

  let acknowledged = false;
  const staying = Object.entries(saved.after.conversation?.participants ?? {});
  const leaving = new Map(leavers(saved));
  for (const effect of saved.effects) {
    if (effect.type === 'logged') {
      const frame = saved.frames.get(effect.seq);
      for (const [agentId, { connectionId, live }] of [...staying, ...leaving]) {
        if (!live || !frame) continue;
        const answer = acknowledging(saved, { agentId, connectionId }, effect.seq, frame);
        say({ agentId, connectionId }, async (desk) => {
          const posted = await app.sockets.post(desk.connectionId, answer ?? frame);
          if (answer !== undefined && posted === 'sent') acknowledged = true;
          return posted;
        });
      }
    } else if (effect.type === 'snapshot') {
      const desk = deskOf(saved, effect.agentId);
      if (desk) toShow.push({ ...desk, conversationId: effect.conversationId });
    } else {
      if (effect.event === 'topicUnsubscription') leaving.delete(effect.agentId);
      say(deskIn(saved, effect.agentId), (desk) => app.sockets.post(desk.connectionId, frameOf(effect), desk.since));
    }
  }
  for (const [agentId, after] of Object.entries(saved.after.agents ?? {})) {
    const before = saved.before.agents?.[agentId] ?? after;
    if (!presenceChanged(before, after) && !saved.presence.includes(agentId)) continue;
    if (before.session?.connectionId !== after.session?.connectionId) continue; // not open yet: greet speaks first
    const version = after === before ? after.version : before.version + 1; // as it is stored
    const frame = frameOf({ event: 'agentPresence_', data: presence(before, { ...after, version }) });
    say(deskOf(saved, agentId, connected), (desk) => app.sockets.post(desk.connectionId, frame, desk.since));
  }
  const all = [...queues.values()];
  const gone = await Promise.all(all.map(({ desk, posts }) => goneOver(app, desk, posts)));
  const lost = all.flatMap(({ desk }, index) => (gone[index] ? desk : []));
  return { lost, toShow, acknowledged };
}

/**
 * The echo of a message as the acknowledgement of its frame, for the desk that said it and takes it
 * for that.
 */
function acknowledging({ after, events, by }: Saved, desk: Desk, seq: number, frame: string): string | undefined {
  const ackOf = by?.request?.id;
  if (ackOf === undefined || by?.connectionId !== desk.connectionId) return undefined;
  if (!after.agents?.[by.agentId]?.session?.ackInEcho) return undefined;
  if (!events.some((logged) => logged.seq === seq && logged.frame === ackOf)) return undefined;
  const answer = `${frame.slice(0, -1)},"ackOf":${JSON.stringify(ackOf)}}`;
  return byteLength(answer) > MAX_FRAME_BYTES ? undefined : answer;
}

/**
 * Those whom this change takes out of the conversation. They hear what happens up to their goodbye,
 * if they get one.
 */
function leavers({ before, after, effects }: Saved) {
  const told = effects.flatMap((effect) =>
    effect.type === 'emit' && effect.event === 'topicUnsubscription' ? effect.agentId : [],
  );
  return Object.entries(before.conversation?.participants ?? {}).filter(
    ([agentId]) => told.includes(agentId) && !after.conversation?.participants[agentId],
  );
}

/**
 * Where an agent can be told something: the connection that asked, or their session once it was
 * greeted (greet tells the rest). Rules speak only to agents whom they were given.
 */
function deskOf({ after, by }: Saved, agentId: string, can = reachable): Desk | null {
  const agent = after.agents?.[agentId];
  if (by?.agentId === agentId) return { agentId, connectionId: by.connectionId, since: agent?.session?.since };
  if (!agent?.session || !can(agent)) return null;
  return { agentId, connectionId: agent.session.connectionId, since: agent.session.since };
}

/**
 * As `deskOf`, for what is said to a participant: where they hold the conversation. One who does
 * not hold it yet is told when they go live.
 */
function deskIn(saved: Saved, agentId: string): Desk | null {
  const participant = saved.before.conversation?.participants[agentId];
  if (!participant || saved.by?.agentId === agentId) return deskOf(saved, agentId);
  return participant.live ? { agentId, connectionId: participant.connectionId } : null;
}

/**
 * Posts in order, until the desk is known to have gone. What is not known to have arrived keeps
 * back nothing that follows. An event is missed by its number, a snapshot has its deadline, an
 * offer rings out; presence is said again with the next change or greeting.
 */
async function goneOver(app: App, desk: Desk, posts: readonly Post[]): Promise<boolean> {
  try {
    for (const post of posts) if ((await post()) === 'gone') return true;
  } catch (error) {
    app.log.error('a desk could not be told', { agentId: desk.agentId, error });
  }
  return false;
}
