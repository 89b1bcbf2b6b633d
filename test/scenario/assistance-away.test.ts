/** Somebody goes or comes back in the middle of a transfer, a conference or a consult: who keeps the customer, and what is called off. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { closings, conversationOf, eventually, logOf } from '../support/platform.ts';
import {
  agent,
  consulting,
  forget,
  isGone,
  joins,
  nobodyIsHalfInside,
  queue,
  rolesIn,
  scene,
  tasksOf,
  type Colleague,
  type Scene,
} from '../support/scene.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '1' } });
const COMPANY = ['directConferenceRequest', 'consultRequest'] as const;

/** Ways to go for good. */
const WAYS = ['logs out', 'does not come back'];
const goes = async (who: Colleague, way: string) => {
  if (way === 'logs out') await who.desk.become('LOGOUT');
  else who.desk.vanish();
  await isGone(centre, who);
};

/** Ways to be at another desk. Returns it. */
const comesBack = async ({ person, desk, id }: Colleague, way: string): Promise<Colleague> => {
  if (way === 'comes back in time') desk.vanish();
  return { id, person, desk: await person.connect() };
};
const BACK = ['comes back in time', 'takes over at another desk'];

/** The customer waits in the queue they came from, first in line. */
async function isBackHome({ conversationId, support }: Scene) {
  await nobodyIsHalfInside(centre, conversationId);
  const home = { state: 'QUEUED', direction: 'INBOUND', priority: 11, queue: support };
  expect(await tasksOf(centre, conversationId)).toEqual([expect.objectContaining(home)]);
  expect(await rolesIn(centre, conversationId)).toEqual({});
}

describe.each(WAYS)('An agent who asked for company and %s', (way) => {
  it('takes the request along while it waits: the customer goes back to the queue', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId, sales } = story;
    await bob.desk.become('NOT_READY');
    await amy.desk.ask('consultRequest', { conversationId, ...queue(sales) });
    await goes(amy, way);
    await isBackHome(story);
    expect(closings(await logOf(centre, conversationId))).toEqual(
      expect.arrayContaining(['FORCE_CLOSED', 'AGENT_LOGOUT']),
    );
  });

  it('takes the request along while it rings: the card goes', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.next('taskRequest');
    await goes(amy, way);
    expect((await bob.desk.next('revokeTask')).data).toMatchObject({ conversationId, reason: 'FORCE_CLOSED' });
    await isBackHome(story);
  });

  it('takes the one who assists along', async () => {
    const story = await consulting(centre);
    await goes(story.amy, way);
    expect((await story.bob.desk.next('topicUnsubscription')).data.reason).toBe('PRIMARY AGENT LEFT');
    await isBackHome(story);
  });

  it('leaves the customer to the one who joined', async () => {
    const story = await scene(centre);
    const { amy, bob, customer, conversationId } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    await goes(amy, way);
    await bob.desk.cim('AGENT_UNSUBSCRIBED', ({ reason }) => reason === 'AGENT_LOGOUT');
    await customer.says('Who is there?');
    await bob.desk.cim('CUSTOMER_MESSAGE');
    await nobodyIsHalfInside(centre, conversationId);
    expect(await tasksOf(centre, conversationId)).toEqual([
      expect.objectContaining({ direction: 'DIRECT_CONFERENCE' }),
    ]);
  });

  it('leaves a transfer that is on its way as it is', async () => {
    const { amy, bob, conversationId } = await scene(centre, { support: { wrapUp: { enabled: true } } });
    await amy.desk.ask('directTransferRequest', { conversationId, ...agent(bob.id) });
    await amy.desk.next('wrapupTimerStarted');
    await goes(amy, way);
    await nobodyIsHalfInside(centre, conversationId);
    await bob.desk.accept();
    expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
    expect(closings(await logOf(centre, conversationId))).toEqual(['TRANSFERRED']);
  });
});

describe.each(WAYS)('A colleague who came and %s', (way) => {
  it.each(COMPANY)('leaves the customer where they are, and may be replaced: %s', async (event) => {
    const story = await scene(centre);
    const { amy, bob, conversationId, sales } = story;
    await amy.desk.ask(event, { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    await goes(bob, way);
    const { data } = await amy.desk.cim('AGENT_UNSUBSCRIBED');
    expect(data).toMatchObject({ reason: 'AGENT_LOGOUT', agentParticipant: { participant: { id: bob.id } } });
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    await nobodyIsHalfInside(centre, conversationId);
    expect(await amy.desk.ask(event, { conversationId, ...queue(sales) })).toMatchObject({ status: 'ok' });
  });

  it('as the one who took over leaves the customer to the queue', async () => {
    const story = await consulting(centre);
    const { amy, bob, conversationId } = story;
    await amy.desk.ask('consultTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    await goes(bob, way);
    await nobodyIsHalfInside(centre, conversationId);
    const offered = { state: 'RESERVED', direction: 'INBOUND', priority: 11, assignedTo: amy.id }; // who is free again
    await expect.poll(() => tasksOf(centre, conversationId)).toEqual([expect.objectContaining(offered)]);
  });
});

it('An agent who is logged out by their supervisor leaves everything as if they had gone by themselves', async () => {
  const story = await consulting(centre);
  const { amy, bob, conversationId, sales } = story;
  await amy.desk.ask('directConferenceRequest', { conversationId, ...queue(sales) });
  const sam = await centre.person(['supervisor']);
  const answer = await centre.call('POST', `/agents/${amy.id}/logout`, undefined, await sam.token());
  expect(answer.status).toBe(200);
  await bob.desk.next('topicUnsubscription', ({ reason }) => reason === 'PRIMARY AGENT LEFT');
  await isBackHome(story);
});

describe.each(BACK)('An agent who %s', (way) => {
  it('still has what they asked for, and hears how it ends', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    const again = await comesBack(amy, way);
    const { topicData } = (await again.desk.next('onTopicData')).data;
    expect(topicData.topicParticipant.role).toBe('PRIMARY');
    await bob.desk.accept();
    const { data } = await again.desk.cim('AGENT_SUBSCRIBED');
    expect(data.agentParticipant).toMatchObject({ role: 'ASSISTANT', participant: { id: bob.id } });
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'ASSISTANT' });
  });

  it('may take back what they asked for before', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.next('taskRequest');
    const again = await comesBack(amy, way);
    expect(await again.desk.ask('cancelAssistanceRequest', { conversationId })).toMatchObject({ status: 'ok' });
    expect((await bob.desk.next('revokeTask')).data.reason).toBe('FORCE_CLOSED');
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('and assists still assists, and may take over', async () => {
    const { amy, bob, customer, conversationId } = await consulting(centre);
    const again = await comesBack(bob, way);
    expect((await again.desk.next('onTopicData')).data.topicData.topicParticipant.role).toBe('ASSISTANT');
    await amy.desk.ask('consultTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    const role = await again.desk.cim('PARTICIPANT_ROLE_CHANGED');
    expect(role.data.conversationParticipant.role).toBe('PRIMARY');
    await customer.says('Hello?');
    await again.desk.cim('CUSTOMER_MESSAGE');
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('while the transfer that they asked for is on its way goes on with their wrap-up', async () => {
    const { amy, bob, conversationId } = await scene(centre, { support: { wrapUp: { enabled: true } } });
    await amy.desk.ask('directTransferRequest', { conversationId, ...agent(bob.id) });
    const again = await comesBack(amy, way);
    expect((await again.desk.next('onTopicData')).data.topicData.topicParticipant.role).toBe('WRAP_UP');
    await again.desk.next('wrapupTimerStarted');
    await bob.desk.accept();
    again.desk.send('closeWrapup', { conversationId, cimEvent: null });
    expect((await again.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('after a transfer finds nothing of it', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('directTransferRequest', { conversationId, ...agent(bob.id) });
    const again = await comesBack(amy, way);
    await eventually(async () =>
      (await conversationOf(centre, conversationId)).participants.length === 0 ? true : undefined,
    );
    await again.desk.never('onTopicData', 200);
    forget(again);
    await bob.desk.accept();
    expect(again.desk.frames).toEqual([]);
  });
});
