/**
 * `ok` and 202 mean done. What is so already changes nothing; what cannot be is refused with a
 * code, and nothing is dropped without a word.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { listOf } from '../support/lists.ts';
import { logOf } from '../support/platform.ts';
import { colleague, consulting, scene, type Scene } from '../support/scene.ts';
import { wrapUp } from '../support/talk.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

const body = { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' };
const typing = (id: string) => {
  const message = agentMessage('', id);
  return { ...message, name: 'TYPING_INDICATOR', type: 'NOTIFICATION', data: { ...message.data, body } };
};

type Asked = (story: Scene) => Promise<[event: string, data: unknown]>;
const ofThis =
  (event: string, more: Record<string, unknown> = {}): Asked =>
  ({ conversationId }) =>
    Promise.resolve([event, { conversationId, ...more }]);

describe('What changes nothing is so already', () => {
  it.each<[string, Asked]>([
    [
      'an agent who is ready becomes ready',
      async () => ['changeAgentState', { action: 'agentState', state: { name: 'READY' } }],
    ],
    [
      'an MRD that takes tasks does',
      async () => ['changeAgentState', { action: 'agentMRDState', mrdId: 'CHAT', state: 'READY' }],
    ],
    ['a conversation that is shown is shown again', ofThis('topicSubscription')],
    ['a list that nobody watches is left', async () => ['unsubscribePullModeList', { listId: await listOf(centre) }]],
    ['a desk lives', async () => ['heartbeat', {}]],
  ])('%s', async (_, asked) => {
    const story = await scene(centre);
    const [event, data] = await asked(story);
    expect(await withoutTrace(centre.stack, () => story.amy.desk.ask(event, data))).toMatchObject({ status: 'ok' });
  });

  it.each(['topicUnsubscription_', 'closeWrapup'])('an agent who is not in it is out of it: %s', async (event) => {
    const { bob, conversationId } = await scene(centre);
    const answer = await withoutTrace(centre.stack, () => bob.desk.ask(event, { conversationId }));
    expect(answer).toMatchObject({ status: 'ok' });
  });
});

describe('What cannot be is refused', () => {
  it.each<[string, string, Asked]>([
    [
      'a state of an MRD that nobody asks for',
      'state.invalid',
      async () => ['changeAgentState', { action: 'agentMRDState', mrdId: 'CHAT', state: 'INTERRUPTED' }],
    ],
    [
      'the wrap-up of one who talks with the customer',
      'state.invalid',
      ofThis('closeWrapup', { cimEvent: wrapUp('early') }),
    ],
    ['a resumption of what is not on hold', 'state.invalid', ofThis('resumeConversation')],
    ['a request taken back that nobody made', 'assistance.none', ofThis('cancelAssistanceRequest')],
  ])('%s: %s', async (_, code, asked) => {
    const story = await scene(centre);
    const [event, data] = await asked(story);
    const answer = await withoutTrace(centre.stack, () => story.amy.desk.ask(event, data));
    expect(answer).toMatchObject({ status: 'error', code });
  });

  it('a state after the logout', async () => {
    const amy = await colleague(centre);
    await amy.desk.become('LOGOUT');
    const data = { action: 'agentState', state: { name: 'READY' } };
    expect(await amy.desk.ask('changeAgentState', data)).toMatchObject({ status: 'error', code: 'state.invalid' });
  });

  it('what an agent wrote in a wrap-up that is over, unless it was kept', async () => {
    const { amy, customer, conversationId } = await scene(centre, { support: { wrapUp: { enabled: true } } });
    await customer.leaves();
    await amy.desk.next('wrapupTimerStarted');
    const close = (id: string) => amy.desk.ask('closeWrapup', { conversationId, cimEvent: wrapUp(id) });
    expect(await close('in-time')).toMatchObject({ status: 'ok' });
    expect(await close('in-time')).toMatchObject({ status: 'ok' });
    expect(await close('too-late')).toMatchObject({ status: 'error', code: 'conversation.notParticipant' });
    const log = await logOf(centre, conversationId);
    expect(log.filter(({ name }) => name === 'AGENT_MESSAGE').map(({ data }) => data.id)).toEqual(['in-time']);
  });
});

it('a signal that a role may not send is dropped with a word', async () => {
  const { amy, bob, conversationId } = await consulting(centre);
  const types = (desk: Scene['amy']['desk']) =>
    desk.ask('publishCimEvent', { conversationId, cimEvent: typing(desk === amy.desk ? 't1' : 't2') });
  const heard = await types(amy.desk);
  expect(heard).toMatchObject({ status: 'ok', seq: expect.any(Number) });
  expect(heard).not.toHaveProperty('dropped');
  const dropped = await withoutTrace(centre.stack, () => types(bob.desk));
  expect(dropped).toMatchObject({ status: 'ok', dropped: true });
  expect(dropped).not.toHaveProperty('seq');
});
