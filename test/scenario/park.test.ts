/** A parked conversation, on the wire: its agent is free for others, and it comes back to them. */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { agentOf, conversationOf } from '../support/platform.ts';
import { forget, logged, nobodyIsHalfInside, tasksOf, type Colleague } from '../support/scene.ts';
import { chatIs } from '../support/talk.ts';

const centre = contactCentre();

/** Amy takes one chat at a time, and has parked it. */
async function parked(duration = 600) {
  const queue = await centre.queue({ wrapUp: { enabled: false } });
  const person = await centre.person(['agent'], {
    attributes: { [queue]: 1 },
    mrds: [{ mrdId: 'CHAT', maxAgentTasks: 1 }],
  });
  const amy: Colleague = { id: person.id, person, desk: await person.ready() };
  const customer = await centre.customer(queue);
  const { conversationId } = customer;
  await amy.desk.accept();
  await amy.desk.next('agentPresence_', chatIs('BUSY'));
  expect(await amy.desk.ask('pauseConversation', { conversationId, duration, release: true })).toMatchObject({
    status: 'ok',
  });
  const { data } = await amy.desk.cim('CONVERSATION_PAUSED');
  expect(data.holdTimerDetails).toMatchObject({ totalDuration: duration, release: true });
  await amy.desk.next('agentPresence_', chatIs('READY'));
  return { queue, amy, customer, conversationId };
}

/** The next customer comes to amy, who takes them. */
async function withAnother(story: Awaited<ReturnType<typeof parked>>) {
  const other = await centre.customer(story.queue);
  expect((await story.amy.desk.accept()).data.conversationId).toBe(other.conversationId);
  await story.amy.desk.next('agentPresence_', chatIs('BUSY'));
  forget(story.amy);
  return other;
}

describe('An agent who parks a conversation', () => {
  it('is offered the next customer, and the platform sees whose it is and until when', async () => {
    const story = await parked();
    const { amy, conversationId } = story;
    await withAnother(story);
    const seen = await conversationOf(centre, conversationId);
    expect(seen).toMatchObject({ state: 'ON_HOLD', hold: { parked: true } });
    expect(seen.hold.until).toBe(seen.hold.since + 600_000);
    expect(seen.participants).toEqual([expect.objectContaining({ role: 'PRIMARY' })]);
    const { tasks } = await agentOf(centre, amy.id);
    expect(tasks.filter(({ parked: is }: { parked?: boolean }) => is)).toEqual([
      expect.objectContaining({ conversationId, phase: 'ACTIVE' }),
    ]);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('has it again when the customer writes, and nothing new until they are below their limit', async () => {
    const story = await parked();
    const { amy, customer, conversationId, queue } = story;
    const other = await withAnother(story);
    const third = await centre.customer(queue);
    await customer.says('Me again');
    const { seq } = await amy.desk.cim('CONVERSATION_RESUMED');
    expect((await amy.desk.cim('CUSTOMER_MESSAGE')).seq).toBe(seq + 1);
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'ACTIVE', hold: null });
    await customer.leaves();
    await amy.desk.next('topicUnsubscription', (data) => data.conversationId === conversationId);
    await centre.passes(5_000);
    expect(await tasksOf(centre, third.conversationId)).toEqual([expect.objectContaining({ state: 'QUEUED' })]);
    await other.leaves();
    const { data } = await amy.desk.next('taskRequest');
    expect(data.conversationId).toBe(third.conversationId);
  });

  it.each([
    ['the time is over', async () => centre.passes(2_000)],
    [
      'they write',
      async ({ amy, conversationId }: Awaited<ReturnType<typeof parked>>) => {
        await amy.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('And?') });
      },
    ],
    [
      'they resume it',
      async ({ amy, conversationId }: Awaited<ReturnType<typeof parked>>) => {
        await amy.desk.ask('resumeConversation', { conversationId });
      },
    ],
  ])('has it again when %s', async (_, wakes) => {
    const story = await parked(2);
    await wakes(story);
    await story.amy.desk.cim('CONVERSATION_RESUMED');
    await story.amy.desk.next('agentPresence_', chatIs('BUSY'));
    await nobodyIsHalfInside(centre, story.conversationId);
  });

  it('sees it again at another desk, parked', async () => {
    const { amy } = await parked();
    const desk = await amy.person.connect();
    const { topicData } = (await desk.next('onTopicData')).data;
    expect(topicData).toMatchObject({ state: 'ON_HOLD', holdTimerDetails: { totalDuration: 600, release: true } });
  });

  it('loses it by logging out: somebody else is found', async () => {
    const { amy, conversationId } = await parked();
    await amy.desk.become('LOGOUT');
    await centre.eventually(async () => {
      const tasks = await tasksOf(centre, conversationId);
      return tasks.some(({ state, priority }) => state === 'QUEUED' && priority === 11) || undefined;
    });
    expect(await logged(centre, conversationId, 'CONVERSATION_RESUMED')).toHaveLength(1);
  });
});
