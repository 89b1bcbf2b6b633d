/**
 * Somebody is away in the middle of a transfer, a conference or a consult, and the story goes on:
 * with them when they are back, or with others.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { closings, conversationOf, logOf } from '../support/platform.ts';
import {
  agent,
  colleague,
  consulting,
  isAway,
  nobodyIsHalfInside,
  queue,
  rolesIn,
  scene,
  supervisor,
  tasksOf,
  type Colleague,
  resting,
} from '../support/scene.ts';

const centre = contactCentre();

/** They come back in time. */
const again = async ({ id, person }: Colleague): Promise<Colleague> => ({ id, person, desk: await person.connect() });

describe('Who is back in time', () => {
  it.each([
    ['directConferenceRequest', 'PRIMARY'],
    ['consultRequest', 'ASSISTANT'],
  ])('goes on where they were, on either side of a request: %s', async (event, role) => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask(event, { conversationId, ...agent(bob.id) });
    for (const who of [amy, bob]) await isAway(centre, who);
    const [requester, target] = [await again(amy), await again(bob)];
    await requester.desk.next('onTopicData');
    expect((await target.desk.accept()).data.topicData.topicParticipant.role).toBe(role);
    const { data } = await requester.desk.cim('AGENT_SUBSCRIBED');
    expect(data.agentParticipant).toMatchObject({ role, participant: { id: bob.id } });
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: role });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('may take back what they asked for before', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await isAway(centre, amy);
    const { desk } = await again(amy);
    expect(await desk.ask('cancelAssistanceRequest', { conversationId })).toMatchObject({ status: 'ok' });
    expect((await bob.desk.next('revokeTask')).data.reason).toBe('FORCE_CLOSED');
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('as the one who assists may take over', async () => {
    const { amy, bob, customer, conversationId } = await consulting(centre);
    await isAway(centre, bob);
    const { desk } = await again(bob);
    await desk.next('onTopicData');
    await amy.desk.ask('consultTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    const { data } = await desk.cim('PARTICIPANT_ROLE_CHANGED');
    expect(data.conversationParticipant.role).toBe('PRIMARY');
    await customer.says('Hello?');
    await desk.cim('CUSTOMER_MESSAGE');
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('and was asked without ringing is not rung at either', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('directTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    const { data: before } = await bob.desk.next('taskRequest');
    await isAway(centre, bob);
    const { desk } = await again(bob);
    const { data } = await desk.next('taskRequest');
    expect(data).toEqual({ ...before, now: expect.any(Number) });
    expect(data.taskState.name).toBe('STARTED');
    await desk.ask('topicSubscription', { conversationId, taskId: data.taskId });
    expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
  });

  it('but after somebody else has taken it, hears no more of it', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...queue(sales) });
    const { taskId } = (await bob.desk.next('taskRequest')).data;
    const carol = await colleague(centre, sales);
    await isAway(centre, bob);
    await carol.desk.accept();
    const { desk } = await again(bob);
    const late = await desk.ask('topicSubscription', { conversationId, taskId });
    expect(late).toMatchObject({ status: 'error', code: 'task.gone' });
    await desk.next('revokeTask');
    await desk.never('taskRequest', 100);
    expect((await conversationOf(centre, conversationId)).participants).toHaveLength(2);
    await nobodyIsHalfInside(centre, conversationId);
  });
});

describe('A colleague who is asked through a queue', () => {
  it.each([
    ['logs out', 'directTransferRequest'],
    ['vanishes', 'directConferenceRequest'],
    ['vanishes', 'consultRequest'],
  ])('and %s is replaced by the next one at once: %s', async (how, event) => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    await amy.desk.ask(event, { conversationId, note: 'About the invoice', ...queue(sales) });
    await bob.desk.next('taskRequest');
    const carol = await colleague(centre, sales);
    if (how === 'logs out') await bob.desk.become('LOGOUT');
    else bob.desk.vanish();
    const { data } = await carol.desk.next('taskRequest');
    expect(data).toMatchObject({ note: 'About the invoice', requestedBy: amy.id });
    await carol.desk.ask('topicSubscription', { conversationId, taskId: data.taskId });
    await nobodyIsHalfInside(centre, conversationId);
    expect(Object.keys(await rolesIn(centre, conversationId))).toContain(carol.id);
  });
});

it('A colleague who is asked by name and does not answer while they are away has not answered', async () => {
  const { amy, bob, conversationId } = await scene(centre, { support: { acceptSeconds: 1 } });
  await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
  await bob.desk.next('taskRequest');
  bob.desk.vanish();
  await amy.desk.cim('NO_AGENT_AVAILABLE');
  await nobodyIsHalfInside(centre, conversationId);
});

it('An agent who is logged out by their supervisor leaves everything as if they had gone by themselves', async () => {
  const { amy, bob, conversationId, sales, support } = await consulting(centre);
  await resting(centre, sales);
  await amy.desk.ask('directConferenceRequest', { conversationId, ...queue(sales) });
  const { person: sam } = await supervisor(centre);
  const answer = await centre.call('POST', `/agents/${amy.id}/logout`, undefined, await sam.token());
  expect(answer.status).toBe(200);
  await bob.desk.next('topicUnsubscription', ({ reason }) => reason === 'PRIMARY AGENT LEFT');
  await nobodyIsHalfInside(centre, conversationId);
  const home = { state: 'QUEUED', direction: 'INBOUND', priority: 11, queue: support };
  expect(await tasksOf(centre, conversationId)).toEqual([expect.objectContaining(home)]);
  expect(closings(await logOf(centre, conversationId))).toEqual(
    expect.arrayContaining(['FORCE_CLOSED', 'AGENT_LOGOUT']),
  );
});
