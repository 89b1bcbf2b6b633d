/**
 * An agent and a customer in the middle of a conversation, where most stories begin, and what an
 * agent heard of it.
 */
import type { Centre, Customer, Person } from './contact-centre.ts';
import { agentMessage } from './contact-centre.ts';
import type { Desk, Frame } from './desk.ts';
import { queueByHand } from './by-hand.ts';
import { fire } from './engines.ts';

export interface Talk {
  readonly queue: string;
  readonly person: Person;
  readonly desk: Desk;
  readonly customer: Customer;
  readonly conversationId: string;
  readonly topic: Frame<'onTopicData'>;
}

/**
 * An agent has accepted a customer of a queue of their own; what the desk was told until then is
 * forgotten.
 */
export async function talk(centre: Centre, settings: Record<string, unknown> = {}): Promise<Talk> {
  const queue = await centre.queue(settings);
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await person.ready();
  const customer = await centre.customer(queue);
  const topic = await desk.accept();
  await desk.next('agentPresence_', chatIs('ACTIVE'));
  desk.frames.length = 0;
  return { queue, person, desk, customer, conversationId: customer.conversationId, topic };
}

/**
 * A second agent joins, who was asked as the direction says: consulted as ASSISTANT, otherwise
 * PRIMARY. What everybody heard of it is forgotten.
 */
export async function join(
  centre: Centre,
  { queue, desk, conversationId }: Pick<Talk, 'queue' | 'desk' | 'conversationId'>,
  direction: 'INBOUND' | 'CONSULT',
): Promise<{ person: Person; desk: Desk; topic: Frame<'onTopicData'> }> {
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const other = await person.ready();
  const taskId = await queueByHand(centre.stack, conversationId, queue, direction);
  await fire(centre.stack, { kind: 'placeRequest', conversationId, taskId });
  const topic = await other.accept();
  await other.next('agentPresence_', chatIs('ACTIVE'));
  await desk.cim('AGENT_SUBSCRIBED');
  for (const { frames } of [desk, other]) frames.length = 0;
  return { person, desk: other, topic };
}

/** Does a presence show this state of the MRD CHAT? */
export function chatIs(state: string): (data: Frame<'agentPresence_'>['data']) => boolean {
  return ({ agentPresence }) => agentPresence.agentMrdStates.some((m) => m.mrd.id === 'CHAT' && m.state === state);
}

/** What a desk has heard, in order: names of frames, and of CIM events where the frame is one. */
export function heard(desk: Pick<Desk, 'frames'>): string[] {
  return desk.frames.map(({ event, data }) => {
    if (event !== 'onCimEvent') return event;
    const { cimEvent } = data as Frame<'onCimEvent'>['data'];
    return String((JSON.parse(cimEvent) as { name: unknown }).name);
  });
}

/** The wrap-up that an agent writes at the end. */
export function wrapUp(messageId?: string) {
  const message = agentMessage('', messageId);
  const body = { type: 'WRAPUP', wrapups: [{ categoryName: 'sale', value: 'sold' }], note: 'fine' };
  return { ...message, data: { ...message.data, body } };
}
