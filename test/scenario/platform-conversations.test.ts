/**
 * The platform starts and ends conversations: once per channel session, routed as asked or as the
 * channel is configured.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contactCentre, webSession } from '../support/contact-centre.ts';
import { http, problemIn, refusedWith } from '../support/http.ts';
import { stored, withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

async function start(body: object, expected = 201): Promise<string> {
  const answer = await http(centre, 'POST', '/conversations', { body: JSON.stringify(body) });
  expect(answer).toMatchObject({ status: expected, type: 'application/json' });
  return String(JSON.parse(answer.text).conversationId);
}

const view = async (id: string) => (await centre.call('GET', `/conversations/${id}`)).body;
const namesOf = async (id: string) => {
  const { body } = await centre.call('GET', `/conversations/${id}/events`);
  return body.events.map(({ cimEvent }: { cimEvent: { name: string } }) => cimEvent.name);
};

/** A session whose channel is configured to be routed like this. */
function sessionWith(routingPolicy: object | null, more: object = {}) {
  const session = webSession(randomUUID());
  return { ...session, ...more, channel: { ...session.channel, channelConfig: { routingPolicy } } };
}

describe('A conversation', () => {
  it('is there as soon as it has started, with all that was said about it', async () => {
    const queue = await centre.queue();
    const channelSession = webSession(randomUUID());
    const customer = { _id: 'c-7', firstName: 'Robin', labels: ['vip'] };
    const id = await start({ channelSession, queue, customer, conversationData: { order: 4711 } });
    expect(await view(id)).toMatchObject({
      conversationId: id,
      state: 'CREATED',
      roomInfo: { id, mode: 'CONTACT_CENTER' },
      customer: { _id: 'c-7', firstName: 'Robin', labels: ['vip'], isAnonymous: false, phoneNumber: [] },
      conversationData: { order: '4711' },
      channelSessions: [{ id: channelSession.id, conversationId: id, participantType: 'ChannelSession' }],
      participants: [],
      tasks: [
        {
          conversationId: id,
          assignedTo: null,
          activeMedia: [{ state: 'QUEUED', mrdId: 'CHAT', queue: { id: queue } }],
        },
      ],
      lastSeq: 3,
    });
    expect(await namesOf(id)).toEqual(['CHANNEL_SESSION_STARTED', 'TASK_STATE_CHANGED', 'TASK_ENQUEUED']);
  });

  it('is started once for one channel session, whatever is asked the second time', async () => {
    const queue = await centre.queue();
    const channelSession = webSession(randomUUID());
    const id = await start({ channelSession, queue });
    await withoutTrace(centre.stack, async () => {
      expect(await start({ channelSession, queue }, 200)).toBe(id);
      expect(await start({ channelSession, queue: 'nothing', priority: 9 }, 200)).toBe(id);
    });
  });

  it('is started once where the platform asks twenty times at the same moment', async () => {
    const queue = await centre.queue();
    const channelSession = webSession(randomUUID());
    const before = new Set(Object.keys(await stored(centre.stack)));
    const body = JSON.stringify({ channelSession, queue });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => http(centre, 'POST', '/conversations', { body })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array(19).fill(200), 201]);
    const ids = new Set(answers.map(({ text }) => JSON.parse(text).conversationId));
    expect(ids.size).toBe(1);
    const heads = Object.keys(await stored(centre.stack)).filter((key) => !before.has(key) && key.endsWith(' / HEAD'));
    expect(heads).toEqual([`CONVERSATION#${[...ids].join()} / HEAD`]);
  });

  it('is refused where what describes it is larger than 32 KB', async () => {
    const conversationData = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`k${index}`, 'x'.repeat(3_900)]),
    );
    const body = JSON.stringify({ channelSession: webSession(randomUUID()), conversationData });
    await withoutTrace(centre.stack, () =>
      refusedWith('conversation.tooLarge', http(centre, 'POST', '/conversations', { body })),
    );
  });
});

describe('A new conversation is routed', () => {
  const ttlOf = async (id: string) => {
    const head = (await stored(centre.stack))[`CONVERSATION#${id} / HEAD`] as { tasks: object };
    const [task] = Object.values(head.tasks);
    return { queue: task.rules.queue.id, seconds: (task.ttl.expiresAt - task.enqueuedAt) / 1000 };
  };

  it('to the queue that is named, for as long as that queue says', async () => {
    const queue = await centre.queue({ requestTtlSeconds: 77 });
    expect(await ttlOf(await start({ channelSession: webSession(randomUUID()), queue }))).toEqual({
      queue,
      seconds: 77,
    });
  });

  it('to the queue that its channel is configured for, for as long as that says', async () => {
    const queue = await centre.queue({ requestTtlSeconds: 77 });
    const channelSession = sessionWith({ routingMode: 'PUSH', routingObjectId: queue, agentRequestTtl: 55 });
    expect(await ttlOf(await start({ channelSession }))).toEqual({ queue, seconds: 55 });
  });

  it('as the platform says, whatever the channel is configured for', async () => {
    const [queue, other] = [await centre.queue(), await centre.queue()];
    const channelSession = sessionWith({ routingMode: 'PUSH', routingObjectId: other, agentRequestTtl: 55 });
    const id = await start({ channelSession, queue, agentRequestTtl: 33 });
    expect(await ttlOf(id)).toEqual({ queue, seconds: 33 });
  });

  it.each([0, -5, null])('for as long as its queue says where the channel says %s seconds', async (agentRequestTtl) => {
    const queue = await centre.queue({ requestTtlSeconds: 77 });
    const channelSession = sessionWith({ routingMode: 'PUSH', routingObjectId: queue, agentRequestTtl });
    expect(await ttlOf(await start({ channelSession }))).toEqual({ queue, seconds: 77 });
  });

  it.each<[string, object | null]>([
    ['its channel has no policy', null],
    ['somebody else routes it', { routingMode: 'EXTERNAL', routingObjectId: 'support' }],
    ['its channel names no queue', { routingMode: 'PUSH', routingObjectId: null }],
  ])('nowhere where %s', async (_, policy) => {
    const id = await start({ channelSession: sessionWith(policy) });
    expect(await view(id)).toMatchObject({ state: 'CREATED', tasks: [], lastSeq: 1 });
    expect(await namesOf(id)).toEqual(['CHANNEL_SESSION_STARTED']);
  });

  it.each<[string, () => object]>([
    ['is named', () => ({ channelSession: webSession(randomUUID()), list: 'backlog' })],
    [
      'is that of its channel',
      () => ({ channelSession: sessionWith({ routingMode: 'PULL', routingObjectId: 'backlog' }) }),
    ],
  ])('to the list that %s, where nobody is asked for it', async (_, body) => {
    expect(await view(await start(body()))).toMatchObject({
      state: 'CREATED',
      tasks: [],
      list: { id: 'backlog', name: 'backlog' },
    });
  });

  it('to no list that there is not', async () => {
    await withoutTrace(centre.stack, async () => {
      const body = { channelSession: webSession(randomUUID()), list: 'nowhere' };
      const answer = await http(centre, 'POST', '/conversations', { body: JSON.stringify(body) });
      expect(problemIn(answer)).toMatchObject({ status: 404, code: 'list.unknown' });
    });
  });

  it.each([
    [undefined, 0, 1],
    [undefined, 7, 7],
    [undefined, 25, 10],
    [undefined, -3, 1],
    [undefined, 2.5, 3],
    [4, 9, 4],
  ])('with priority %s asked for and %s on the channel as priority %s', async (priority, requestPriority, expected) => {
    const session = webSession(randomUUID());
    const channelSession = { ...session, channelData: { ...session.channelData, requestPriority } };
    const id = await start({ channelSession, queue: await centre.queue(), priority });
    expect((await view(id)).tasks[0].activeMedia[0].priority).toBe(expected);
  });

  it('before what waits longer but matters less', async () => {
    const attribute = `a-${randomUUID().slice(0, 8)}`;
    const steps = [{ expressions: [{ attribute, operator: '>=', value: 1 }], timeoutSeconds: 86_400 }];
    const wrapUp = { enabled: false };
    const common = await centre.queue({ steps, wrapUp });
    const urgent = await centre.queue({ steps, wrapUp, priority: 5 });
    const first = await centre.customer(common);
    const second = await centre.customer(common);
    const vip = await centre.customer(common, { priority: 8 });
    const emergency = await centre.customer(urgent);
    const person = await centre.person(['agent'], {
      attributes: { [attribute]: 1 },
      mrds: [{ mrdId: 'CHAT', maxAgentTasks: 1 }],
    });
    const desk = await person.ready();
    for (const customer of [emergency, vip, first, second]) {
      const { data } = await desk.accept();
      expect(data.conversationId).toBe(customer.conversationId);
      await customer.leaves();
    }
  });
});

describe('A conversation ends', () => {
  it.each(['CUSTOMER', 'INACTIVITY', 'NETWORK', 'AGENT', 'FORCE_CLOSED'])(
    'for the reason %s, which everybody can read',
    async (reason) => {
      const { conversationId } = await centre.customer(await centre.queue());
      const answer = await centre.call('DELETE', `/conversations/${conversationId}?reason=${reason}`);
      expect(answer).toEqual({ status: 200, body: { conversationId, state: 'CLOSED' } });
      const { body } = await centre.call('GET', `/conversations/${conversationId}/events`);
      const ended = body.events.find(
        ({ cimEvent }: { cimEvent: { name: string } }) => cimEvent.name === 'CHANNEL_SESSION_ENDED',
      );
      expect(ended.cimEvent.data.state).toEqual({ name: 'ENDED', reasonCode: reason });
      expect(await view(conversationId)).toMatchObject({
        state: 'CLOSED',
        tasks: [],
        channelSessions: [],
        participants: [],
      });
    },
  );

  it('once, however often it is ended', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    const ends = () => centre.call('DELETE', `/conversations/${conversationId}`);
    const answers = await Promise.all(Array.from({ length: 8 }, ends));
    for (const answer of answers) expect(answer).toEqual({ status: 200, body: { conversationId, state: 'CLOSED' } });
    await withoutTrace(centre.stack, ends);
    expect((await namesOf(conversationId)).filter((name: string) => name === 'CHANNEL_SESSION_ENDED')).toHaveLength(1);
  });

  it('for the customer, while the agent still wraps up', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: true, seconds: 600 } });
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    const answer = await centre.call('DELETE', `/conversations/${conversationId}`);
    expect(answer.body).toEqual({ conversationId, state: 'WRAP_UP' });
    expect(await view(conversationId)).toMatchObject({ state: 'WRAP_UP', participants: [{ role: 'WRAP_UP' }] });
  });

  it('for good: nothing is added to it, and its channel session has had its conversation', async () => {
    const { conversationId, sessionId } = await centre.customer(await centre.queue());
    await centre.call('DELETE', `/conversations/${conversationId}`);
    await withoutTrace(centre.stack, async () => {
      const body = JSON.stringify({ id: 'e-1', name: 'BOT_SUBSCRIBED', type: 'NOTIFICATION', data: {} });
      await refusedWith(
        'conversation.closed',
        http(centre, 'POST', `/conversations/${conversationId}/events`, { body }),
      );
      const again = JSON.stringify({ channelSession: webSession(sessionId), queue: 'support' });
      await refusedWith('channelSession.closed', http(centre, 'POST', '/conversations', { body: again }));
    });
  });
});
