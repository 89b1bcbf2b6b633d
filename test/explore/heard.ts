/**
 * Where nothing failed every desk has heard everything: each event after its snapshot, and the
 * present state of its agent.
 */
import { agentPresence } from '../../shared/domain/shown/presence.ts';
import { shownLive } from '../../shared/domain/shown/wire.ts';
import type { Centre } from './centre.ts';
import { shownOf } from './desk.ts';

export function unheard({ view, desks }: Centre): string[] {
  const events = [...view.conversations.values()].flatMap(({ conversation: { id, participants }, log }) =>
    Object.entries(participants).flatMap(([agentId, { live, connectionId }]) => {
      const desk = desks.get(connectionId);
      const held = desk?.held.get(id);
      if (!live || !desk?.open || !held) return [];
      const missing = log.filter((logged) => logged.seq > held.from && shownLive(logged) && !held.seen.has(logged.seq));
      return missing.map(({ seq, event }) => `${agentId} was not told of ${event.name}, ${seq} of ${id}`);
    }),
  );
  const presences = [...view.agents.values()].flatMap((agent) => {
    const { session } = agent;
    const desk = session && desks.get(session.connectionId);
    if (!session?.greeted || session.lost || !desk?.open || agent.state.name === 'LOGOUT') return [];
    const shown = shownOf({ agentPresence: agentPresence(agent) });
    return desk.presences.has(shown) ? [] : [`${agent.id} was not told their presence ${shown}`];
  });
  return [...events, ...presences];
}
