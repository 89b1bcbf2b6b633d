/** A request for a colleague is taken back by whoever asked, as long as nobody has accepted it. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { closings, logOf } from '../support/platform.ts';
import {
  agent,
  consulting,
  joins,
  nobodyIsHalfInside,
  queue,
  rolesIn,
  scene,
  tasksOf,
  type Colleague,
  resting,
} from '../support/scene.ts';
import { chatIs } from '../support/talk.ts';

const centre = contactCentre();

const cancelled = ({ desk }: Colleague, conversationId: string) =>
  desk.ask('cancelAssistanceRequest', { conversationId });

describe('A request that is taken back', () => {
  it.each(['directConferenceRequest', 'consultRequest'])(
    'while it waits is over: nobody is offered it any more (%s)',
    async (event) => {
      const { amy, bob, conversationId, sales } = await scene(centre);
      await bob.desk.become('NOT_READY');
      await amy.desk.ask(event, { conversationId, ...queue(sales) });
      expect(await cancelled(amy, conversationId)).toMatchObject({ status: 'ok' });
      const { data } = await amy.desk.cim('TASK_STATE_CHANGED', ({ state }) => state.name === 'CLOSED');
      expect(data.state.reasonCode).toBe('FORCE_CLOSED'); // which desks show as a cancelled conference
      expect(await tasksOf(centre, conversationId)).toEqual([expect.objectContaining({ state: 'ACTIVE' })]);
      await bob.desk.become('READY');
      await bob.desk.never('taskRequest', 200);
    },
  );

  it.each(['directConferenceRequest', 'consultRequest'])('while it rings stops ringing (%s)', async (event) => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask(event, { conversationId, ...agent(bob.id) });
    const { data: offer } = await bob.desk.next('taskRequest');
    expect(await cancelled(amy, conversationId)).toMatchObject({ status: 'ok' });
    const { data } = await bob.desk.next('revokeTask');
    expect(data).toMatchObject({ conversationId, taskId: offer.taskId, reason: 'FORCE_CLOSED' });
    const late = await bob.desk.ask('topicSubscription', { conversationId, taskId: offer.taskId });
    expect(late).toMatchObject({ status: 'error', code: 'task.gone' });
    expect(closings(await logOf(centre, conversationId))).toEqual(['FORCE_CLOSED']);
    await nobodyIsHalfInside(centre, conversationId);
    await amy.desk.ask(event, { conversationId, ...agent(bob.id) }); // he is as free as before
    await bob.desk.next('taskRequest');
  });

  it('twice is taken back once', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    const answers = await Promise.all([cancelled(amy, conversationId), cancelled(amy, conversationId)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['error', 'ok']);
    expect(answers.find(({ status }) => status === 'error')).toMatchObject({ code: 'assistance.none' });
    expect(closings(await logOf(centre, conversationId))).toEqual(['FORCE_CLOSED']);
  });
});

describe('A request cannot be taken back', () => {
  it('where there is none, or the colleague has come already', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    expect(await cancelled(amy, conversationId)).toMatchObject({ status: 'error', code: 'assistance.none' });
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'ASSISTANT' });
  });

  it('by somebody else in the conversation', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId, sales } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    await resting(centre, sales);
    await amy.desk.ask('consultRequest', { conversationId, ...queue(sales) });
    expect(await cancelled(bob, conversationId)).toMatchObject({ status: 'error', code: 'assistance.none' });
    expect(await tasksOf(centre, conversationId)).toContainEqual(expect.objectContaining({ direction: 'CONSULT' }));
  });

  it('by the one who is asked, nor by somebody who assists', async () => {
    const story = await consulting(centre);
    const { amy, bob, conversationId, sales } = story;
    await resting(centre, sales);
    await amy.desk.ask('consultRequest', { conversationId, ...queue(sales) });
    expect(await cancelled(bob, conversationId)).toMatchObject({ status: 'error', code: 'role.forbidden' });
    const other = await scene(centre);
    await other.amy.desk.ask('consultRequest', { conversationId: other.conversationId, ...agent(other.bob.id) });
    await other.bob.desk.next('taskRequest');
    const answer = await cancelled(other.bob, other.conversationId);
    expect(answer).toMatchObject({ status: 'error', code: 'conversation.notParticipant' });
  });

  it('once it has handed the customer over: they would have nobody', async () => {
    const { amy, bob, conversationId } = await scene(centre, { support: { wrapUp: { enabled: true } } });
    await amy.desk.ask('directTransferRequest', { conversationId, ...agent(bob.id) });
    expect(await cancelled(amy, conversationId)).toMatchObject({ status: 'error', code: 'role.forbidden' });
    amy.desk.send('closeWrapup', { conversationId, cimEvent: null });
    await amy.desk.next('agentPresence_', chatIs('READY'));
    expect(await cancelled(amy, conversationId)).toMatchObject({ code: 'conversation.notParticipant' });
    await bob.desk.accept();
  });

  it('and accepted at the same moment: one of the two wins, and nobody is left half inside', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    const { data } = await bob.desk.next('taskRequest');
    const [back, taken] = await Promise.all([
      cancelled(amy, conversationId),
      bob.desk.ask('topicSubscription', { conversationId, taskId: data.taskId }),
    ]);
    expect([back.status, taken.status].toSorted()).toEqual(['error', 'ok']);
    const roles = { [amy.id]: 'PRIMARY', ...(taken.status === 'ok' ? { [bob.id]: 'ASSISTANT' } : {}) };
    expect(await rolesIn(centre, conversationId)).toEqual(roles);
    await nobodyIsHalfInside(centre, conversationId);
  });
});
