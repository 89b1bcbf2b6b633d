/**
 * How to get to every point of a transfer, a conference and a consult, and what is left of it after
 * somebody has gone. On the wire.
 */
import { expect } from 'vitest';
import type { Centre, Customer } from './contact-centre.ts';
import type { Frame } from './desk.ts';
import { SITUATIONS, tellsOf, type End, type Situation, type Who } from './interruption.ts';
import { agentOf, conversationOf } from './platform.ts';
import { agent, forget, isGone, queue, type Colleague } from './scene.ts';
import { heard } from './talk.ts';

/* oxlint-disable typescript/no-explicit-any -- tests read deep into answers */

/**
 * Amy and bob at their desks, who both can do everything at once, and the queues: hers, his, and
 * that of nobody.
 */
export interface Team {
  amy: Colleague;
  bob: Colleague;
  readonly queues: { readonly support: string; readonly sales: string; readonly night: string };
}

async function team(centre: Centre): Promise<Team> {
  const patient = { acceptSeconds: 600, wrapUp: { enabled: true, seconds: 600 } };
  const [support, sales, night] = await Promise.all([
    centre.queue(patient),
    centre.queue(patient),
    centre.queue(patient),
  ]);
  const [amy, bob] = await Promise.all(
    [support, sales].map(async (name) => {
      const mrds = [{ mrdId: 'CHAT', maxAgentTasks: 100 }];
      const person = await centre.person(['agent'], { attributes: { [name]: 1 }, mrds });
      return { id: person.id, person, desk: await person.ready() };
    }),
  );
  if (!amy || !bob) throw new Error('unreachable');
  return { amy, bob, queues: { support, sales, night } };
}

export type Everywhere = Awaited<ReturnType<typeof everywhere>>;

/**
 * Amy and bob at every one of these points at once, each with another customer. What their desks
 * were told until then is forgotten.
 */
export async function everywhere(centre: Centre) {
  const people = await team(centre);
  const stories = new Map<Situation, Story>();
  for (const situation of SITUATIONS) stories.set(situation, await reach(centre, people, situation));
  forget(people.amy, people.bob);
  return { people, storyOf: (situation: Situation) => stories.get(situation) ?? expect.fail('nobody got that far') };
}

export interface Story {
  readonly customer: Customer;
  readonly conversationId: string;
  /** What rings at bob. */
  readonly card: Frame<'taskRequest'>['data'] | null;
}

/** Brings a new customer of amy's to this point. */
async function reach(centre: Centre, { amy, bob, queues }: Team, situation: Situation): Promise<Story> {
  const customer = await centre.customer(queues.support);
  const { conversationId } = customer;
  const here = (topic: { conversationId: string }) => topic.conversationId === conversationId;
  const accepts = async ({ desk }: Colleague) => {
    const { data } = await desk.next('taskRequest', here);
    await desk.ask('topicSubscription', { conversationId, taskId: data.taskId });
    await desk.next('onTopicData', here);
  };
  await accepts(amy);
  const wanted = situation.bob === 'not asked' ? queues.night : queues.sales;
  const target = situation.by === 'queue' ? queue(wanted) : agent(bob.id);
  await amy.desk.ask(situation.asks, { conversationId, note: 'About the invoice', ...target });
  if (situation.bob === 'ASSISTANT' || situation.bob === 'PRIMARY') await accepts(bob);
  if (situation.asks === 'consultRequest' && situation.bob === 'PRIMARY')
    await amy.desk.ask('consultTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
  if (situation.amy === 'free') {
    await amy.desk.ask('closeWrapup', { conversationId, cimEvent: null });
    await amy.desk.next('topicUnsubscription', here);
  }
  const card = situation.bob === 'asked' ? (await bob.desk.next('taskRequest', here)).data : null;
  return { customer, conversationId, card };
}

/**
 * Logged out, and every task was taken from them: one after the other, so that a busy machine needs
 * its time.
 */
export const haveGone = async (centre: Centre, leavers: Colleague[]) => {
  await isGone(centre, ...leavers);
  for (const { id } of leavers)
    await centre.eventually(async () => ((await agentOf(centre, id)).tasks.length === 0 ? true : undefined), 60_000);
};

/** Whoever stayed and has to do with it was told. */
export async function isTold({ people, storyOf }: Everywhere, situation: Situation, gone: readonly Who[]) {
  const [name, what] = tellsOf(situation, gone) ?? [];
  if (!name || !what) return;
  const { conversationId } = storyOf(situation);
  const { desk } = people[name];
  const about = () => desk.frames.filter((frame) => frame.conversationId === conversationId);
  await desk.until(() => (heard({ frames: about() }).includes(what) ? true : undefined), what);
}

/**
 * Waits until exactly this is left, with nobody half inside, and whoever has the customer hears
 * them.
 */
export async function isLeft(
  centre: Centre,
  people: Team,
  { customer, conversationId }: Story,
  end: End,
): Promise<void> {
  await centre.eventually(async () => {
    const { held, open, inside, ...left } = await seen(centre, people, conversationId);
    expect(left).toEqual(end);
    expect(held).toEqual(open); // no slot without a task, no task without a slot
    expect(inside).toEqual(open.filter((line: string) => !line.endsWith('RESERVED')));
    return true;
  });
  const talking = (['amy', 'bob'] as const).filter((name) => end.roles[name] === 'PRIMARY');
  if (talking.length === 0) return;
  const seq = await customer.says('Is anybody there?');
  for (const name of talking)
    await people[name].desk.next(
      'onCimEvent',
      (_, frame) => frame.seq === seq && frame.conversationId === conversationId,
    );
}

/**
 * What is left, as the platform sees it. The slots as the agents hold them, as the tasks and as the
 * participants say it: the same lines.
 */
async function seen(centre: Centre, { amy, bob, queues }: Team, conversationId: string) {
  const [{ participants, tasks }, ...agents] = await Promise.all([
    conversationOf(centre, conversationId),
    ...[amy, bob].map(({ id }) => agentOf(centre, id)),
  ]);
  const who = (id: string) => (id === amy.id ? 'amy' : 'bob');
  const phase = ({ state, activeMedia: [medium] }: any) => (state.name === 'WRAP_UP' ? 'WRAP_UP' : medium.state);
  const looking = tasks.find((task: any) => ['QUEUED', 'RESERVED'].includes(phase(task)));
  const [medium] = looking?.activeMedia ?? [];
  const request = looking && {
    direction: medium.type.direction,
    priority: medium.priority,
    queue: Object.entries(queues).find(([, id]) => id === medium.queue.id)?.[0],
    ringsAt: looking.assignedTo ? who(looking.assignedTo.id) : null,
  };
  const held = agents.flatMap(({ agent: { id }, tasks: slots }: any) =>
    slots.filter((slot: any) => slot.conversationId === conversationId).map((slot: any) => `${who(id)} ${slot.phase}`),
  );
  const open = tasks
    .filter((task: any) => task.assignedTo)
    .map((task: any) => `${who(task.assignedTo.id)} ${phase(task)}`);
  const inside = participants.map(
    ({ participant, role }: any) => `${who(participant.id)} ${role === 'WRAP_UP' ? role : 'ACTIVE'}`,
  );
  return {
    roles: Object.fromEntries(participants.map(({ participant, role }: any) => [who(participant.id), role])),
    request: request ?? null,
    held: inOrder(held),
    open: inOrder(open),
    inside: inOrder(inside),
  };
}

const inOrder = (lines: string[]) => lines.toSorted((a, b) => (a < b ? -1 : 1));
