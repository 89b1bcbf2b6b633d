/**
 * Several agents around one customer, where the stories of transfers, conferences and consults
 * begin, and what must hold when they end.
 */
import { expect } from 'vitest';
import type { Centre, Customer, Person } from './contact-centre.ts';
import type { Desk } from './desk.ts';
import { agentOf, conversationOf, logOf } from './platform.ts';
import { chatIs, heard } from './talk.ts';

/* oxlint-disable typescript/no-explicit-any -- tests read deep into answers */

export interface Colleague {
  readonly id: string;
  readonly person: Person;
  readonly desk: Desk;
}

export interface Scene {
  /** The queue to which the customer came; amy works for it, and talks with the customer. */
  readonly support: string;
  /** The queue that bob works for. He is ready. */
  readonly sales: string;
  readonly amy: Colleague;
  readonly bob: Colleague;
  readonly customer: Customer;
  readonly conversationId: string;
}

type Settings = Record<string, unknown>;

/** Somebody at their desk who is ready for these queues. */
export async function colleague(centre: Centre, ...queues: string[]): Promise<Colleague> {
  const attributes = Object.fromEntries(queues.map((queue) => [queue, 1]));
  const person = await centre.person(['agent'], { attributes });
  return { id: person.id, person, desk: await person.ready() };
}

/** Somebody who serves this queue as well, and is not ready. */
export async function resting(centre: Centre, queue: string): Promise<Colleague> {
  const who = await colleague(centre, queue);
  await who.desk.become('NOT_READY');
  return who;
}

/** Somebody who supervises the team of everybody here, at their desk. */
export async function supervisor(centre: Centre): Promise<Colleague> {
  const person = await centre.person(['supervisor']);
  const desk = await person.connect();
  forget({ desk });
  return { id: person.id, person, desk };
}

/** Amy talks with a customer, and sam watches. What everybody heard of it is forgotten. */
export async function watched(
  centre: Centre,
  settings: Parameters<typeof scene>[1] = {},
): Promise<Scene & { sam: Colleague }> {
  const [story, sam] = await Promise.all([scene(centre, settings), supervisor(centre)]);
  await watches(story, sam);
  return { ...story, sam };
}

/** The events by which an agent asks for a colleague. */
export const ASKING = [
  'directTransferRequest',
  'directConferenceRequest',
  'consultRequest',
  'consultTransferRequest',
  'consultConferenceRequest',
];

/** They join silently, and those who are there hear of it. */
export async function watches(
  { amy, conversationId }: Pick<Scene, 'amy' | 'conversationId'>,
  who: Colleague,
): Promise<void> {
  expect(await who.desk.ask('JoinAsSilentMonitor', { conversationId })).toMatchObject({ status: 'ok' });
  await who.desk.next('onTopicData');
  await amy.desk.cim('AGENT_SUBSCRIBED', ({ agentParticipant }) => agentParticipant.participant.id === who.id);
}

/**
 * Amy talks with a customer, bob is ready. The queues have no wrap-up unless their settings say
 * otherwise.
 */
export async function scene(centre: Centre, settings: { support?: Settings; sales?: Settings } = {}): Promise<Scene> {
  const wrapUp = { enabled: false };
  const [support, sales] = await Promise.all([
    centre.queue({ wrapUp, ...settings.support }),
    centre.queue({ wrapUp, ...settings.sales }),
  ]);
  const [amy, bob] = await Promise.all([colleague(centre, support), colleague(centre, sales)]);
  const customer = await centre.customer(support);
  await amy.desk.accept();
  await amy.desk.next('agentPresence_', chatIs('ACTIVE'));
  forget(amy, bob);
  return { support, sales, amy, bob, customer, conversationId: customer.conversationId };
}

export function forget(...colleagues: Pick<Colleague, 'desk'>[]): void {
  for (const { desk } of colleagues) desk.frames.length = 0;
}

/** Amy consults bob, who accepts. What everybody heard of it is forgotten. */
export async function consulting(centre: Centre, settings: Parameters<typeof scene>[1] = {}): Promise<Scene> {
  const story = await scene(centre, settings);
  const { amy, bob, conversationId } = story;
  expect(await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) })).toMatchObject({ status: 'ok' });
  await joins(story, bob);
  forget(amy, bob);
  return story;
}

/** They take the offer that rings at their desk, and those who are there hear of it. */
export async function joins({ amy }: Pick<Scene, 'amy'>, who: Colleague): Promise<void> {
  await who.desk.accept();
  await who.desk.next('agentPresence_', chatIs('ACTIVE'));
  await amy.desk.cim('AGENT_SUBSCRIBED', ({ agentParticipant }) => agentParticipant.participant.id === who.id);
}

/** A queue, or an agent, as the one who is asked. */
export const queue = (queueName: string, more: Settings = {}) => ({ mode: 'queue', queueName, ...more });
export const agent = (requestedAgentId: string, more: Settings = {}) => ({ mode: 'agent', requestedAgentId, ...more });

/**
 * What a desk has heard up to and with this, in order, waiting for it. Acknowledgements and that
 * are forgotten.
 */
export async function heardUntil({ desk }: Pick<Colleague, 'desk'>, last: string): Promise<string[]> {
  const count = await desk.until(() => heard(desk).indexOf(last) + 1 || undefined, last);
  const names = heard(desk).slice(0, count);
  desk.frames.splice(0, count);
  return names.filter((name) => name !== 'ack');
}

/** Who is in a conversation, and as what. */
export async function rolesIn(centre: Centre, conversationId: string): Promise<Record<string, string>> {
  const { participants } = await conversationOf(centre, conversationId);
  return Object.fromEntries(participants.map(({ participant, role }: any) => [participant.id, role]));
}

/** The state of every open task with its medium's, its priority and what it is for. */
export async function tasksOf(centre: Centre, conversationId: string): Promise<any[]> {
  const { tasks } = await conversationOf(centre, conversationId);
  return tasks.map(({ assignedTo, activeMedia: [medium] }: any) => ({
    state: medium.state,
    priority: medium.priority,
    queue: medium.queue.id,
    ...medium.type,
    assignedTo: assignedTo?.id ?? null,
  }));
}

/** Events of these names in the log of a conversation. */
export async function logged(centre: Centre, conversationId: string, ...names: string[]): Promise<any[]> {
  return (await logOf(centre, conversationId)).filter(({ name }) => names.includes(name));
}

export async function isGone(centre: Centre, ...people: Pick<Colleague, 'id'>[]): Promise<void> {
  for (const { id } of people) {
    await centre.eventually(async () => ((await agentOf(centre, id)).state.name === 'LOGOUT' ? true : undefined));
  }
}

/** Their connection is lost, and they may come back. */
export async function isAway(centre: Centre, { id, desk }: Pick<Colleague, 'id' | 'desk'>): Promise<void> {
  desk.vanish();
  await centre.eventually(async () => ((await agentOf(centre, id)).connected ? undefined : true));
}

/**
 * Of those whom the test has made, everybody who is in the conversation, or asked into it, holds a
 * slot for it, and nobody else does.
 */
export async function nobodyIsHalfInside(centre: Centre, conversationId: string): Promise<void> {
  await centre.eventually(async () => {
    expect(await slotsFor(centre, conversationId)).toEqual(await parts(centre, conversationId));
    return true;
  });
}

async function slotsFor(centre: Centre, conversationId: string): Promise<string[]> {
  const slots = centre.people.map(async (id) => {
    const { tasks = [] } = await agentOf(centre, id); // whoever never came has none
    return tasks
      .filter((slot: any) => slot.conversationId === conversationId)
      .map(({ phase }: any) => `${id} ${phase}`);
  });
  return (await Promise.all(slots)).flat().toSorted(inOrder);
}

async function parts(centre: Centre, conversationId: string): Promise<string[]> {
  const { participants, tasks } = await conversationOf(centre, conversationId);
  const inside = participants.map(
    ({ participant, role }: any) => `${participant.id} ${role === 'WRAP_UP' ? role : 'ACTIVE'}`,
  );
  const asked = tasks.flatMap(({ assignedTo, activeMedia: [{ state }] }: any) =>
    state === 'RESERVED' ? [`${assignedTo.id} RESERVED`] : [],
  );
  return [...inside, ...asked].toSorted(inOrder);
}

const inOrder = (a: string, b: string) => (a < b ? -1 : 1);
