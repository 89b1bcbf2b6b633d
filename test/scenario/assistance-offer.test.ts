/** The colleague who is asked goes, or comes back, while it rings: the offer is presented again as it was, or finds somebody else. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk, Frame } from '../support/desk.ts';
import { agentOf, conversationOf, eventually } from '../support/platform.ts';
import {
  agent,
  colleague,
  isGone,
  nobodyIsHalfInside,
  queue,
  rolesIn,
  scene,
  tasksOf,
  type Colleague,
  type Scene,
} from '../support/scene.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '2' } });

const REQUESTS = [
  ['directTransferRequest', 'PRIMARY'],
  ['directConferenceRequest', 'PRIMARY'],
  ['consultRequest', 'ASSISTANT'],
] as const;

async function asks({ amy, conversationId }: Scene, event: string, target: object): Promise<void> {
  const request = { conversationId, note: 'About the invoice', ...target };
  expect(await amy.desk.ask(event, request)).toMatchObject({ status: 'ok' });
}

/** Everything of the card but when it came. */
const card = ({ data }: Frame<'taskRequest'>) => data;

async function isTaken(desk: Desk, { conversationId, bob }: Scene, role: string): Promise<void> {
  expect((await desk.next('onTopicData')).data.topicData.topicParticipant.role).toBe(role);
  expect((await rolesIn(centre, conversationId))[bob.id]).toBe(role);
  await nobodyIsHalfInside(centre, conversationId);
}

async function isAway({ id, desk }: Colleague): Promise<void> {
  desk.vanish();
  await eventually(async () => ((await agentOf(centre, id)).connected ? undefined : true));
}

describe('A colleague who is asked by name', () => {
  it.each(REQUESTS)('and takes over at another desk sees the same card there: %s', async (event, role) => {
    const story = await scene(centre);
    const { bob, conversationId } = story;
    await asks(story, event, agent(bob.id));
    const before = card(await bob.desk.next('taskRequest'));
    const desk = await bob.person.open();
    const again = card(await desk.next('taskRequest'));
    expect(again).toEqual(before);
    expect(again).toMatchObject({ note: 'About the invoice', requestedBy: story.amy.id });
    desk.send('topicSubscription', { conversationId, taskId: again.taskId });
    await isTaken(desk, story, role);
  });

  it.each(REQUESTS)('and comes back in time sees the same card again: %s', async (event, role) => {
    const story = await scene(centre);
    const { bob, conversationId } = story;
    await asks(story, event, agent(bob.id));
    const before = card(await bob.desk.next('taskRequest'));
    await isAway(bob);
    const desk = await bob.person.open();
    const again = card(await desk.next('taskRequest'));
    expect(again).toEqual(before);
    desk.send('topicSubscription', { conversationId, taskId: again.taskId });
    await isTaken(desk, story, role);
  });

  it('without ringing is not rung at when they come back either', async () => {
    const story = await scene(centre);
    const { bob, conversationId } = story;
    await asks(story, 'directTransferRequest', agent(bob.id, { offerToAgent: false }));
    const before = card(await bob.desk.next('taskRequest'));
    const desk = await bob.person.open();
    const again = card(await desk.next('taskRequest'));
    expect(again).toEqual(before);
    expect(again.taskState.name).toBe('STARTED');
    desk.send('topicSubscription', { conversationId, taskId: again.taskId });
    await isTaken(desk, story, 'PRIMARY');
  });

  it('and does not come back in time is no longer asked: whoever asked hears of it', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId } = story;
    await asks(story, 'consultRequest', agent(bob.id));
    await bob.desk.next('taskRequest');
    bob.desk.vanish();
    const { data } = await amy.desk.cim('NO_AGENT_AVAILABLE');
    expect(data.requestType).toMatchObject({ direction: 'CONSULT', mode: 'AGENT' });
    await nobodyIsHalfInside(centre, conversationId);
    await isGone(centre, bob);
  });

  it('and does not answer while they are away has not answered', async () => {
    const story = await scene(centre, { support: { acceptSeconds: 1 } });
    const { amy, bob, conversationId } = story;
    await asks(story, 'directConferenceRequest', agent(bob.id));
    await bob.desk.next('taskRequest');
    bob.desk.vanish();
    await amy.desk.cim('NO_AGENT_AVAILABLE');
    await nobodyIsHalfInside(centre, conversationId);
  });

  it.each(['logs out', 'vanishes'])(
    'for a transfer and %s leaves the customer to the queue they came from',
    async (how) => {
      const story = await scene(centre);
      const { amy, bob, conversationId, support } = story;
      await amy.desk.become('NOT_READY');
      await asks(story, 'directTransferRequest', agent(bob.id));
      await bob.desk.next('taskRequest');
      if (how === 'logs out') await bob.desk.become('LOGOUT');
      else bob.desk.vanish();
      await isGone(centre, bob);
      await nobodyIsHalfInside(centre, conversationId);
      expect(await tasksOf(centre, conversationId)).toEqual([
        expect.objectContaining({ state: 'QUEUED', direction: 'INBOUND', priority: 11, queue: support }),
      ]);
    },
  );
});

describe('A colleague who is asked through a queue', () => {
  it.each(REQUESTS)('and takes over at another desk sees the same card there: %s', async (event, role) => {
    const story = await scene(centre);
    const { bob, conversationId, sales } = story;
    await asks(story, event, queue(sales));
    const before = card(await bob.desk.next('taskRequest'));
    const desk = await bob.person.open();
    expect(card(await desk.next('taskRequest'))).toEqual(before);
    desk.send('topicSubscription', { conversationId, taskId: before.taskId });
    await isTaken(desk, story, role);
  });

  it.each(REQUESTS)(
    'and is lost is asked again when they come back, if nobody else was there: %s',
    async (event, role) => {
      const story = await scene(centre);
      const { amy, bob, conversationId, sales } = story;
      await asks(story, event, queue(sales));
      const before = card(await bob.desk.next('taskRequest'));
      await isAway(bob);
      await nobodyIsHalfInside(centre, conversationId);
      const waiting = (await tasksOf(centre, conversationId)).find(({ direction }) => direction !== 'INBOUND');
      expect(waiting).toMatchObject({ state: 'QUEUED', priority: 11, queue: sales });
      const desk = await bob.person.open();
      const again = card(await desk.next('taskRequest'));
      expect(again).toMatchObject({
        note: 'About the invoice',
        requestedBy: amy.id,
        taskDirection: before.taskDirection,
      });
      expect(again.taskId).not.toBe(before.taskId);
      desk.send('topicSubscription', { conversationId, taskId: again.taskId });
      await isTaken(desk, story, role);
    },
  );

  it.each([
    ['logs out', 'directTransferRequest'],
    ['vanishes', 'directConferenceRequest'],
    ['vanishes', 'consultRequest'],
  ])('and %s is replaced by the next one at once: %s', async (how, event) => {
    const story = await scene(centre);
    const { amy, bob, conversationId, sales } = story;
    await asks(story, event, queue(sales));
    await bob.desk.next('taskRequest');
    const carol = await colleague(centre, sales);
    if (how === 'logs out') await bob.desk.become('LOGOUT');
    else bob.desk.vanish();
    const { data } = await carol.desk.next('taskRequest');
    expect(data).toMatchObject({ note: 'About the invoice', requestedBy: amy.id });
    await carol.desk.ask('topicSubscription', { conversationId, taskId: data.taskId });
    await isGone(centre, bob);
    await nobodyIsHalfInside(centre, conversationId);
    expect(Object.keys(await rolesIn(centre, conversationId))).toContain(carol.id);
  });

  it('and comes back after somebody else has taken it hears no more of it', async () => {
    const story = await scene(centre);
    const { bob, conversationId, sales } = story;
    await asks(story, 'consultRequest', queue(sales));
    const { taskId } = card(await bob.desk.next('taskRequest'));
    const carol = await colleague(centre, sales);
    bob.desk.vanish();
    await carol.desk.accept();
    const desk = await bob.person.connect();
    const late = await desk.ask('topicSubscription', { conversationId, taskId });
    expect(late).toMatchObject({ status: 'error', code: 'task.gone' });
    await desk.next('revokeTask');
    await desk.never('taskRequest', 100);
    expect((await conversationOf(centre, conversationId)).participants).toHaveLength(2);
    await nobodyIsHalfInside(centre, conversationId);
  });
});
