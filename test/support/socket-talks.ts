/** How desks that were written for socket.io come to a customer, whatever they are connected by. */
import type { Centre, Person } from './contact-centre.ts';
import type { SocketDesk } from './socket-desk.ts';

/** What such a desk hears first, in this order. */
export const GREETING = [
  'connect',
  'agentPresence',
  'onChannelTypes',
  'onPullModeSubscribedList',
  'pullModeSubscribedListRequests',
];

export async function ready(centre: Centre, desk: SocketDesk): Promise<void> {
  await centre.eventually(() => desk.presence !== undefined || undefined);
  const { id: agentId } = desk.presence.agent;
  desk.socket.emit('changeAgentState', { agentId, action: 'agentState', state: { name: 'READY', reasonCode: null } });
  await centre.eventually(() => desk.presence.state.name === 'READY' || undefined);
}

/** A desk with a customer, whom it has accepted as desks do. */
export async function talking<D extends SocketDesk>(
  centre: Centre,
  open: (person: Person) => Promise<D>,
  settings: Record<string, unknown> = { wrapUp: { enabled: false } },
) {
  const queue = await centre.queue(settings);
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await open(person);
  await ready(centre, desk);
  const customer = await centre.customer(queue);
  await centre.eventually(() => desk.cards.length > 0 || undefined);
  const [{ taskId }] = desk.cards.splice(0);
  const { conversationId } = customer;
  const topicParticipant = { role: 'PRIMARY', conversationId, state: 'SUBSCRIBED' };
  desk.socket.emit('topicSubscription', { topicParticipant, agentId: person.id, conversationId, taskId });
  await centre.eventually(() => desk.tabs.has(conversationId) || undefined);
  const tab = () => desk.tabs.get(conversationId);
  return { queue, person, desk, customer, conversationId, tab, texts: () => tab()?.texts ?? [] };
}
