/** Queues that are closed or full: where customers go instead, and who is told what. */
import { describe, expect, it } from 'vitest';
import { contactCentre, webSession } from '../support/contact-centre.ts';
import { conversationOf } from '../support/platform.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();

const never = { timeZone: 'Europe/Berlin', week: [] };
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Open for two minutes, from the next minute on. */
function openSoon() {
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const from = centre.now() + 60_000;
  return { timeZone: 'UTC', week: [{ days: DAYS, from: time(from), to: time(from + 120_000) }] };
}

let sessions = 0;
const start = (queue: string) => {
  const channelSession = webSession(`hours-${(sessions += 1)}-${queue}`);
  return centre.call('POST', '/conversations', { channelSession, queue });
};

async function list() {
  const id = `l-${(sessions += 1)}-${centre.now()}`;
  expect((await centre.call('PUT', `/config/lists/${id}`, { name: id, mrdId: 'CHAT' })).status).toBe(200);
  return id;
}

async function standing(conversationId: string) {
  return (await centre.call('GET', `/conversations/${conversationId}/routing`)).body.tasks[0];
}

describe('A queue outside of its hours', () => {
  it('refuses customers, with its own words or the usual ones', async () => {
    const usual = await centre.queue({ hours: never });
    expect(await start(usual)).toMatchObject({ status: 409, body: { code: 'queue.closed', detail: `${usual} is closed now.` } }); // prettier-ignore
    const outside = { to: 'REFUSE', text: 'We are back on Monday at nine.' };
    const kind = await centre.queue({ hours: { ...never, outside } });
    expect(await start(kind)).toMatchObject({ status: 409, body: { code: 'queue.closed', detail: outside.text } });
  });

  it('sends them to another queue, as urgent as it says', async () => {
    const other = await centre.queue();
    const queue = await centre.queue({ hours: { ...never, outside: { to: 'QUEUE', queueId: other, priority: 7 } } });
    const { conversationId } = await centre.customer(queue);
    const { task } = await standing(conversationId);
    expect(task.activeMedia[0]).toMatchObject({ queue: { id: other }, priority: 7 });
  });

  it('puts them on a list', async () => {
    const listId = await list();
    const queue = await centre.queue({ hours: { ...never, outside: { to: 'LIST', listId } } });
    const person = await centre.person(['agent']);
    const desk = await person.connect();
    await desk.ask('subscribePullModeList', { listId });
    const { conversationId } = await centre.customer(queue);
    const news = await desk.next('onPullModeSubscribedListRequest');
    expect(JSON.parse(news.data.pullModeEvent)).toMatchObject({ id: conversationId });
  });

  it('sends them where it overflows to, and lets them wait where it does not', async () => {
    const other = await centre.queue();
    const outside = { to: 'OVERFLOW' };
    const overflow = { to: 'QUEUE', queueId: other };
    const leads = await centre.customer(await centre.queue({ overflow, hours: { ...never, outside } }));
    expect((await standing(leads.conversationId)).task.activeMedia[0].queue.id).toBe(other);
    const keeps = await centre.queue({ hours: { ...never, outside } });
    const stays = await centre.customer(keeps);
    expect((await standing(stays.conversationId)).task.activeMedia[0].queue.id).toBe(keeps);
  });

  it('refuses them where all that it leads to is closed, too', async () => {
    const first = await centre.queue({ hours: never });
    const second = await centre.queue({ hours: { ...never, outside: { to: 'QUEUE', queueId: first } } });
    await centre.call('PUT', `/config/queues/${first}`, {
      name: first,
      mrdId: 'CHAT',
      hours: { ...never, outside: { to: 'QUEUE', queueId: second } },
    });
    expect(await start(first)).toMatchObject({ status: 409, body: { code: 'queue.closed' } });
  });

  it('opens and closes by the clock; who is in it when it closes is still served', async () => {
    const queue = await centre.queue({ hours: openSoon(), requestTtlSeconds: 86_400 });
    expect((await start(queue)).status).toBe(409);
    await centre.passes(61_000);
    const { conversationId } = await centre.customer(queue);
    await centre.passes(121_000);
    expect((await start(queue)).status).toBe(409);
    const again = { queue, priority: 9 }; // who waits in it may still be moved there
    expect((await centre.call('POST', `/conversations/${conversationId}/queue`, again)).status).toBe(202);
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    expect((await desk.accept()).data.conversationId).toBe(conversationId);
  }, 400_000);

  it('takes no transfer, and says why to the agent', async () => {
    const queueName = await centre.queue({ hours: { ...never, outside: { to: 'REFUSE', text: 'Not at night.' } } });
    const { desk, conversationId } = await talk(centre);
    const ask = { conversationId, mode: 'queue', queueName };
    const refused = { status: 'error', code: 'queue.closed', msg: 'Not at night.' };
    expect(await desk.ask('directTransferRequest', ask)).toMatchObject(refused);
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'ACTIVE' });
  });

  it('takes none whom the platform moves, but sends them on', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    const shut = await centre.queue({ hours: never });
    const move = (queue: string) => centre.call('POST', `/conversations/${conversationId}/queue`, { queue });
    expect(await move(shut)).toMatchObject({ status: 409, body: { code: 'queue.closed' } });
    const other = await centre.queue();
    expect((await move(await centre.queue({ hours: { ...never, outside: { to: 'QUEUE', queueId: other } } }))).status).toBe(202); // prettier-ignore
    expect((await standing(conversationId)).task.activeMedia[0].queue.id).toBe(other);
    const listId = await list();
    expect((await move(await centre.queue({ hours: { ...never, outside: { to: 'LIST', listId } } }))).status).toBe(202);
    expect(await standing(conversationId)).toBeUndefined();
  });

  it('leads nowhere that is not there, and what it leads to cannot be deleted', async () => {
    const put = (outside: object) =>
      centre.call('PUT', '/config/queues/leading', { name: 'leading', mrdId: 'CHAT', hours: { ...never, outside } });
    expect((await put({ to: 'QUEUE', queueId: 'nowhere' })).body.code).toBe('queue.unknown');
    expect((await put({ to: 'LIST', listId: 'nowhere' })).body.code).toBe('list.unknown');
    expect((await put({ to: 'QUEUE', queueId: 'leading' })).body.code).toBe('config.invalid');
    const listId = await list();
    expect((await put({ to: 'LIST', listId })).status).toBe(200);
    expect((await centre.call('DELETE', `/config/lists/${listId}`)).body.code).toBe('config.inUse');
  });
});

describe('A queue in which as many wait as may', () => {
  it('takes no more, until one of them is served', async () => {
    const whenFull = { to: 'REFUSE', text: 'Please call later.' };
    const queue = await centre.queue({ maxWaiting: 2, whenFull });
    await centre.customer(queue);
    await centre.customer(queue);
    expect(await start(queue)).toMatchObject({ status: 409, body: { code: 'queue.full', detail: whenFull.text } });
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    await desk.accept();
    expect((await start(queue)).status).toBe(201);
  });

  it('sends others elsewhere', async () => {
    const other = await centre.queue();
    const queue = await centre.queue({ maxWaiting: 1, whenFull: { to: 'QUEUE', queueId: other } });
    await centre.customer(queue);
    const { conversationId } = await centre.customer(queue);
    expect((await standing(conversationId)).task.activeMedia[0].queue.id).toBe(other);
  });

  it('takes none who overflow from elsewhere, who wait on', async () => {
    const full = await centre.queue({ maxWaiting: 1, requestTtlSeconds: 86_400 });
    await centre.customer(full);
    const queue = await centre.queue({ requestTtlSeconds: 10, overflow: { to: 'QUEUE', queueId: full } });
    const { conversationId } = await centre.customer(queue);
    await centre.passes(20_000);
    expect((await standing(conversationId)).task.activeMedia[0].queue.id).toBe(queue);
  });
});
