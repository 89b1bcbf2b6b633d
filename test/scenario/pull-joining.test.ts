/**
 * Picking from a list on the wire: who may, how many at once, who was first, what it takes of an
 * agent, and who may close a request.
 */
import { describe, expect, it } from 'vitest';
import { people } from '../../infra/local/people/people.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { joins, listOf, news, waitsOn, watcher } from '../support/lists.ts';
import { agentOf, chatOf, conversationOf } from '../support/platform.ts';
import { nobodyIsHalfInside, rolesIn } from '../support/scene.ts';

const centre = contactCentre();

describe('An agent', () => {
  it('picks in any state, and it counts among their tasks', async () => {
    const list = await listOf(centre);
    const { id, desk } = await watcher(centre, list);
    const [first, second] = await Promise.all([waitsOn(centre, list), waitsOn(centre, list)]);
    await joins({ desk }, first.conversationId);
    expect(await chatOf(centre, id)).toBe('NOT_READY');
    await desk.become('READY');
    expect(await chatOf(centre, id)).toBe('ACTIVE');
    await joins({ desk }, second.conversationId);
    expect((await agentOf(centre, id)).tasks).toMatchObject([
      { mrdId: 'CHAT', phase: 'ACTIVE' },
      { mrdId: 'CHAT', phase: 'ACTIVE' },
    ]);
  });

  it('who has taken all that they may is offered nothing more, but may pick', async () => {
    const list = await listOf(centre);
    const queue = await centre.queue();
    const limits = { attributes: { [queue]: 1 }, mrds: [{ mrdId: 'CHAT', maxAgentTasks: 1 }] };
    const person = await centre.person(['agent'], limits);
    const desk = await person.ready();
    await desk.ask('subscribePullModeList', { listId: list });
    const [first, second] = await Promise.all([waitsOn(centre, list), waitsOn(centre, list)]);
    await joins({ desk }, first.conversationId);
    expect(await chatOf(centre, person.id)).toBe('BUSY');
    const { conversationId } = await centre.customer(queue);
    await joins({ desk }, second.conversationId);
    const { body } = await centre.call('GET', `/conversations/${conversationId}/routing`);
    expect(body.tasks[0].availableNow).toEqual([]);
    await desk.never('taskRequest', 0);
  });

  it('joins those who are there, and everybody hears of it', async () => {
    const list = await listOf(centre);
    const [amy, bob] = await Promise.all([watcher(centre, list), watcher(centre, list)]);
    const { conversationId } = await waitsOn(centre, list);
    await joins(amy, conversationId);
    await joins(bob, conversationId);
    await amy.desk.cim('AGENT_SUBSCRIBED', ({ agentParticipant }) => agentParticipant.participant.id === bob.id);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'PRIMARY' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('who has joined already is sent the conversation again', async () => {
    const list = await listOf(centre);
    const amy = await watcher(centre, list);
    const { conversationId } = await waitsOn(centre, list);
    await joins(amy, conversationId);
    await joins(amy, conversationId);
    expect((await agentOf(centre, amy.id)).tasks).toHaveLength(1);
  });

  it('who goes away leaves the customer on the list', async () => {
    const list = await listOf(centre);
    const [amy, bob] = await Promise.all([watcher(centre, list), watcher(centre, list)]);
    const { conversationId } = await waitsOn(centre, list);
    await joins(amy, conversationId);
    await amy.desk.become('LOGOUT');
    await news(bob.desk, conversationId, 'INACTIVE');
    await centre.eventually(async () => ((await agentOf(centre, amy.id)).tasks.length === 0 ? true : undefined));
    await joins(bob, conversationId);
  });
});

describe.each([
  ['at once', { enabled: false }],
  ['into wrap-up', { enabled: true, seconds: 60 }],
])('An agent who leaves a chat of a list %s', (_, wrapUp) => {
  it('is told of to all who watch it, the last one or not', async () => {
    const list = await listOf(centre, { wrapUp });
    const [amy, bob, carol] = await Promise.all([watcher(centre, list), watcher(centre, list), watcher(centre, list)]);
    const { conversationId } = await waitsOn(centre, list);
    await news(carol.desk, conversationId, 'CREATED');
    await joins(amy, conversationId);
    await news(carol.desk, conversationId, 'ACTIVE');
    await joins(bob, conversationId);
    for (const [who, status] of [
      [amy, 'ACTIVE'],
      [bob, 'INACTIVE'],
    ] as const) {
      await carol.desk.never('onPullModeSubscribedListRequest', 0);
      await who.desk.ask('topicUnsubscription', { conversationId });
      const { type } = await news(carol.desk, conversationId, status);
      expect(type).toBe('PULL_MODE_LIST_REQUEST_STATE_CHANGED');
    }
  });
});

describe('A request of an exclusive list', () => {
  it('is theirs who joined first; the second learns how it is', async () => {
    const list = await listOf(centre, { exclusive: true });
    const [amy, bob] = await Promise.all([watcher(centre, list), watcher(centre, list)]);
    const { conversationId } = await waitsOn(centre, list);
    await joins(amy, conversationId);
    await news(bob.desk, conversationId, 'ACTIVE');
    const answer = await bob.desk.ask('joinPullModeRequest', { requestId: conversationId });
    expect(answer).toMatchObject({ status: 'error', code: 'pull.alreadyClaimed' });
    expect((await bob.desk.next('errors')).data).toMatchObject({
      task: 'joinPullModeRequest',
      code: 'pull.alreadyClaimed',
    });
    const { type } = await news(bob.desk, conversationId, 'ACTIVE');
    expect(type).toBe('PULL_MODE_LIST_REQUEST_STATE_CHANGED');
    amy.desk.send('topicUnsubscription_', { conversationId });
    await news(bob.desk, conversationId, 'INACTIVE');
    await joins(bob, conversationId);
  });

  it('never has two owners, in fifty races', async () => {
    const list = await listOf(centre, { exclusive: true });
    const racers = await Promise.all([watcher(centre, list), watcher(centre, list), watcher(centre, list)]);
    const won = new Map<string, number>();
    for (let race = 0; race < 50; race++) {
      const { conversationId, leaves } = await waitsOn(centre, list);
      const answers = await Promise.all(
        racers.map(async ({ id, desk }) => ({
          id,
          answer: await desk.ask('joinPullModeRequest', { requestId: conversationId }),
        })),
      );
      const winners = answers.filter(({ answer }) => answer.status === 'ok');
      expect(winners).toHaveLength(1);
      for (const { answer } of answers.filter((one) => !winners.includes(one)))
        expect(answer).toMatchObject({ code: 'pull.alreadyClaimed' });
      expect(Object.keys(await rolesIn(centre, conversationId))).toEqual(winners.map(({ id }) => id));
      for (const { id } of winners) won.set(id, (won.get(id) ?? 0) + 1);
      await leaves();
    }
    for (const { id } of racers) expect((await agentOf(centre, id)).tasks).toEqual([]);
    expect([...won.values()].reduce((sum, count) => sum + count, 0)).toBe(50);
  }, 240_000);
});

it.each(people.filter(({ roles }) => roles.includes('agent')))(
  'What the demo grants to $id lets them end a chat',
  async ({ permissions }) => {
    const [list, desk] = await Promise.all([
      listOf(centre),
      centre.person(['agent'], undefined, { permissions }).then((person) => person.connect()),
    ]);
    const { conversationId } = await waitsOn(centre, list);
    expect(await desk.ask('deletePullModeRequest', conversationId)).toMatchObject({ status: 'ok' });
    expect((await conversationOf(centre, conversationId)).state).toBe('CLOSED');
  },
);

describe('Who may manage subscribed lists', () => {
  const manager = async () => {
    const person = await centre.person(['agent'], undefined, {
      permissions: { 'subscribed-list': ['view', 'manage'] },
    });
    return person.connect();
  };

  it.each([
    ['its id', (id: string) => id],
    ['an object with its id', (id: string) => ({ id })],
  ])('closes a request by %s, and the chat ends for all', async (_, payload) => {
    const list = await listOf(centre, { wrapUp: { enabled: true, seconds: 60 } });
    const [amy, bob, desk] = await Promise.all([watcher(centre, list), watcher(centre, list), manager()]);
    const { conversationId } = await waitsOn(centre, list);
    await joins(amy, conversationId);
    expect(await desk.ask('deletePullModeRequest', payload(conversationId))).toMatchObject({ status: 'ok' });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CONVERSATION CLOSED');
    await amy.desk.next('topicClosed');
    for (const watching of [amy, bob]) await news(watching.desk, conversationId, 'CLOSING');
    expect(await conversationOf(centre, conversationId)).toMatchObject({
      state: 'CLOSED',
      participants: [],
      tasks: [],
    });
    expect((await agentOf(centre, amy.id)).tasks).toEqual([]);
    const again = await desk.ask('deletePullModeRequest', conversationId);
    expect(again).toMatchObject({ status: 'error', code: 'pull.closed' });
  });
});
