/**
 * Those who supervise stay while there is an agent, or one is looked for: through a transfer to the
 * next one. They go when nothing is left to watch.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import {
  agent,
  forget,
  isGone,
  joins,
  logged,
  nobodyIsHalfInside,
  queue,
  rolesIn,
  supervisor,
  tasksOf,
  watched,
  watches,
  type Colleague,
} from '../support/scene.ts';

const centre = contactCentre();
const brief = contactCentre({ environment: { GRACE_SECONDS: '1' } });
/** Where somebody vanishes, it is soon for good. */
const where = (how: string) => (how === 'vanishes' ? brief : centre);
const withWrapUp = { wrapUp: { enabled: true, seconds: 600 } };

/** Amy talks with a customer, sam watches, kim whispers. */
async function supervised(settings: Parameters<typeof watched>[1] = {}, place = centre) {
  const [story, kim] = await Promise.all([watched(place, settings), supervisor(place)]);
  await watches(story, kim);
  await kim.desk.ask('joinAsWhisper', { conversationId: story.conversationId });
  await story.amy.desk.cim('PARTICIPANT_ROLE_CHANGED');
  forget(story.amy, story.bob, story.sam, kim);
  return { ...story, kim };
}

/** They have been told why they are out, and nothing after that. */
async function sentAway(reason: string, ...people: Colleague[]) {
  for (const { desk, id } of people) {
    const last = await desk.until(
      () => desk.frames.find(({ event }) => event === 'topicUnsubscription'),
      'topicUnsubscription',
    );
    expect(last.data, id).toMatchObject({ reason });
    expect(desk.frames.at(-1), id).toBe(last);
  }
}

/** They were not sent away. */
const stays = ({ desk }: Colleague) => desk.frames.every(({ event }) => event !== 'topicUnsubscription');

describe('Those who supervise are sent away', () => {
  it.each([
    ['leaves', 'topicUnsubscription', {}],
    ['leaves with a wrap-up', 'topicUnsubscription', withWrapUp],
  ])('when the last agent %s', async (_, event, support) => {
    const { amy, sam, kim, conversationId } = await supervised({ support });
    amy.desk.send(event, { conversationId });
    await sentAway('PRIMARY AGENT LEFT', sam, kim);
    await nobodyIsHalfInside(centre, conversationId);
    expect(Object.values(await rolesIn(centre, conversationId))).toEqual('wrapUp' in support ? ['WRAP_UP'] : []);
    const left = (await logged(centre, conversationId, 'AGENT_UNSUBSCRIBED')).filter(({ data }) => data.watching);
    expect(left.map(({ data }) => [data.reason, data.watching.map(({ id }: { id: string }) => id)])).toEqual(
      Array(2).fill(['PRIMARY_AGENT_LEFT', [amy.id]]),
    );
  });

  it('when the customer leaves', async () => {
    const { amy, sam, kim, customer, conversationId } = await supervised({ support: withWrapUp });
    await customer.leaves();
    await sentAway('CUSTOMER LEFT', sam, kim);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'WRAP_UP' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  const BACK = 'when the last agent %s, and the customer goes back to the queue and leaves there';
  it.each(['logs out', 'vanishes'])(BACK, async (how) => {
    const { amy, sam, kim, customer, conversationId, support } = await supervised({}, where(how));
    if (how === 'vanishes') amy.desk.vanish();
    else await amy.desk.become('LOGOUT');
    await sam.desk.cim('AGENT_UNSUBSCRIBED', ({ reason }) => reason === 'AGENT_LOGOUT');
    expect([sam, kim].every(stays)).toBe(true);
    expect(await tasksOf(where(how), conversationId)).toEqual([
      expect.objectContaining({ state: 'QUEUED', direction: 'INBOUND', priority: 11, queue: support }),
    ]);
    await customer.leaves();
    for (const { desk } of [sam, kim])
      await desk.next('topicUnsubscription', ({ reason }) => reason === 'CUSTOMER LEFT');
    await nobodyIsHalfInside(where(how), conversationId);
  });
});

describe('Those who supervise stay', () => {
  it('when the customer is handed over: while they wait, and with the next agent', async () => {
    const { amy, bob, sam, kim, customer, conversationId, sales } = await supervised();
    amy.desk.send('directTransferRequest', { conversationId, ...queue(sales) });
    await amy.desk.next('topicUnsubscription');
    await customer.says('Is anybody there?');
    for (const { desk } of [sam, kim]) await desk.cim('CUSTOMER_MESSAGE');
    await bob.desk.accept();
    await bob.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('I am') });
    for (const { desk } of [sam, kim]) await desk.cim('AGENT_MESSAGE');
    expect([sam, kim].every(stays)).toBe(true);
    expect(await rolesIn(centre, conversationId)).toEqual({
      [bob.id]: 'PRIMARY',
      [sam.id]: 'SILENT_MONITOR',
      [kim.id]: 'ASSISTANT',
    });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('through a transfer that leaves another agent with the customer', async () => {
    const story = await supervised();
    const { amy, bob, sam, kim, customer, conversationId } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    const billing = await centre.queue();
    amy.desk.send('directTransferRequest', { conversationId, ...queue(billing) });
    await amy.desk.next('topicUnsubscription');
    await customer.says('Still here');
    for (const { desk } of [sam, kim]) await desk.cim('CUSTOMER_MESSAGE');
    expect([sam, kim].every(stays)).toBe(true);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('through a consult transfer: the conversation stays with an agent', async () => {
    const story = await supervised();
    const { amy, bob, sam, kim, customer, conversationId } = story;
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    await amy.desk.ask('consultTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    await customer.says('Still here');
    for (const { desk } of [sam, kim]) await desk.cim('CUSTOMER_MESSAGE');
    expect([sam, kim].every(stays)).toBe(true);
    expect(await rolesIn(centre, conversationId)).toEqual({
      [bob.id]: 'PRIMARY',
      [sam.id]: 'SILENT_MONITOR',
      [kim.id]: 'ASSISTANT',
    });
  });

  it.each(['logs out', 'vanishes'])(
    'and keep the customer where one has stepped in, when the agent %s',
    async (how) => {
      const { amy, sam, kim, customer, conversationId } = await supervised({}, where(how));
      await sam.desk.ask('joinAsBargeIn', { conversationId });
      if (how === 'vanishes') amy.desk.vanish();
      else await amy.desk.become('LOGOUT');
      await sam.desk.cim('AGENT_UNSUBSCRIBED', ({ reason }) => reason === 'AGENT_LOGOUT');
      await customer.says('Anybody?');
      await sam.desk.cim('CUSTOMER_MESSAGE');
      expect(await sam.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Me') })).toMatchObject({
        status: 'ok',
      });
      expect(await rolesIn(where(how), conversationId)).toEqual({ [sam.id]: 'PRIMARY', [kim.id]: 'ASSISTANT' });
      expect(await tasksOf(where(how), conversationId)).toEqual([]);
      await nobodyIsHalfInside(where(how), conversationId);
    },
  );
});

describe('A supervisor', () => {
  it('who leaves goes at once, and nobody else notices', async () => {
    const { amy, sam, kim, conversationId } = await supervised({ support: withWrapUp });
    for (const who of [sam, kim]) {
      who.desk.send('topicUnsubscription', { conversationId });
      await who.desk.next('topicUnsubscription', ({ reason }) => reason === 'UNSUBSCRIBED');
    }
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('who has stepped in and leaves last leaves a conversation without an agent', async () => {
    const { amy, sam, kim, conversationId } = await supervised();
    await sam.desk.ask('joinAsBargeIn', { conversationId });
    amy.desk.send('topicUnsubscription', { conversationId });
    await amy.desk.next('topicUnsubscription');
    sam.desk.send('topicUnsubscription', { conversationId });
    await kim.desk.next('topicUnsubscription', ({ reason }) => reason === 'PRIMARY AGENT LEFT');
    expect(await rolesIn(centre, conversationId)).toEqual({});
    await nobodyIsHalfInside(centre, conversationId);
  });

  it.each(['logs out', 'vanishes'])('who %s is out of the conversation, which goes on', async (how) => {
    const { amy, sam, kim, conversationId } = await supervised({}, where(how));
    for (const who of [sam, kim]) {
      if (how === 'vanishes') who.desk.vanish();
      else await who.desk.become('LOGOUT');
    }
    await isGone(where(how), sam, kim);
    for (const _ of [sam, kim]) await amy.desk.cim('AGENT_UNSUBSCRIBED', ({ reason }) => reason === 'AGENT_LOGOUT');
    expect(await rolesIn(where(how), conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    await nobodyIsHalfInside(where(how), conversationId);
  });

  it.each(['takes over at another desk', 'comes back in time'])('who %s goes on as what they were', async (how) => {
    const { amy, sam, kim, customer, conversationId } = await supervised();
    for (const [who, role] of [
      [sam, 'SILENT_MONITOR'],
      [kim, 'ASSISTANT'],
    ] as const) {
      if (how === 'comes back in time') who.desk.vanish();
      const desk = await who.person.connect();
      const topic = await desk.next('onTopicData');
      expect(topic.data.topicData.topicParticipant.role).toBe(role);
      await customer.says('Hello?');
      await desk.cim('CUSTOMER_MESSAGE');
      const stepped = await desk.ask('joinAsBargeIn', { conversationId });
      expect(stepped).toMatchObject({ status: 'ok' });
    }
    expect(Object.values(await rolesIn(centre, conversationId))).toEqual(Array(3).fill('PRIMARY'));
    expect(amy.desk.frames.filter(({ event }) => event === 'topicUnsubscription')).toEqual([]);
    await nobodyIsHalfInside(centre, conversationId);
  });
});
