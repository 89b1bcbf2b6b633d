/**
 * A desk that did not hear the answer to a frame sends it again, with the same id: it is answered
 * alike, and done once.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { holdPost } from '../support/held-post.ts';

const centre = contactCentre();

const state = (name: string) => ({ action: 'agentState', state: { name, reasonCode: null } });

/** What comes in answer to `frames` answers, of those events that may answer a request. */
async function answers(desk: Desk, count: number): Promise<{ event: string; data: unknown }[]> {
  const events = ['ack', 'errors', 'agentPresence_'];
  const come = () => desk.frames.filter(({ event }) => events.includes(event));
  await centre.poll(() => come().length).toBeGreaterThanOrEqual(count);
  await centre.passes(300);
  return come().map(({ event, data }) => ({ event, data }));
}

describe('The same frame id', () => {
  it('changes a state once, and is answered by an ack and a presence each time', async () => {
    const desk = await (await centre.person()).connect();
    const first = await desk.ask('changeAgentState', state('READY'), 'a');
    await desk.ask('changeAgentState', state('NOT_READY'), 'b');
    desk.frames.length = 0;
    desk.send('changeAgentState', state('READY'), 'a');
    const got = await answers(desk, 2);
    expect(got).toHaveLength(2);
    expect(got).toContainEqual({ event: 'ack', data: first });
    expect(got.find(({ event }) => event === 'agentPresence_')?.data).toMatchObject({
      action: 'AGENT_STATE_UNCHANGED',
      agentPresence: { state: { name: 'NOT_READY' } },
    });
  });

  it('sent several times at once changes a state once, and is answered each time', async () => {
    const desk = await (await centre.person()).connect();
    desk.frames.length = 0;
    for (let times = 0; times < 5; times++) desk.send('changeAgentState', state('READY'), 'a');
    const got = await answers(desk, 10);
    expect(got.filter(({ event }) => event === 'ack')).toEqual(
      Array.from({ length: 5 }, () => ({ event: 'ack', data: { id: 'a', status: 'ok' } })),
    );
    const presences = got.filter(({ event }) => event === 'agentPresence_').map(({ data }) => data);
    expect(presences).toHaveLength(5);
    expect(presences.filter((data) => JSON.stringify(data).includes('AGENT_STATE_CHANGED'))).toHaveLength(1);
    expect(got).toHaveLength(10);
  });

  it('of what changed nothing changes nothing later either', async () => {
    const desk = await (await centre.person()).ready();
    const first = await desk.ask('changeAgentState', state('READY'), 'a');
    await desk.ask('changeAgentState', state('NOT_READY'), 'b');
    desk.frames.length = 0;
    desk.send('changeAgentState', state('READY'), 'a');
    const got = await answers(desk, 2);
    expect(got).toContainEqual({ event: 'ack', data: first });
    expect(got.find(({ event }) => event === 'agentPresence_')?.data).toMatchObject({
      agentPresence: { state: { name: 'NOT_READY' } },
    });
  });

  it('of a refusal is refused alike, even if it would be granted by now', async () => {
    const desk = await (await centre.person()).connect();
    const id = `r-${Date.now()}`;
    const request = { action: 'agentState', state: { name: 'NOT_READY', reasonCode: id } };
    const refusals: unknown[] = [];
    for (let times = 0; times < 2; times++) {
      desk.frames.length = 0;
      desk.send('changeAgentState', request, 'a');
      const got = await answers(desk, 3);
      expect(got.map(({ event }) => event).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
        'ack',
        'agentPresence_',
        'errors',
      ]);
      refusals.push(got.filter(({ event }) => event !== 'agentPresence_'));
      await centre.call('PUT', `/config/reason-codes/${id}`, { name: 'Holiday', type: 'NOT_READY' });
    }
    expect(refusals[1]).toEqual(refusals[0]);
    expect(await desk.ask('changeAgentState', request, 'b')).toMatchObject({ status: 'ok' });
  });

  it('of a refusal that the rules made is refused alike', async () => {
    const desk = await (await centre.person()).connect();
    const request = { action: 'agentMRDState', mrdId: 'FAX', state: 'READY' };
    const refusals: unknown[] = [];
    for (let times = 0; times < 2; times++) {
      desk.frames.length = 0;
      desk.send('changeAgentState', request, 'a');
      const got = await answers(desk, 3);
      expect(got).toHaveLength(3);
      refusals.push(got.filter(({ event }) => event !== 'agentPresence_'));
    }
    expect(refusals[1]).toEqual(refusals[0]);
  });

  it('sent twice at once says a message once, and both are told the same place in the conversation', async () => {
    const queue = await centre.queue();
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    const message = { conversationId, cimEvent: agentMessage('Good morning') };
    for (let times = 0; times < 2; times++) desk.send('publishCimEvent', message, 'm');
    const acks = [(await desk.next('ack')).data, (await desk.next('ack')).data];
    expect(acks[0]).toMatchObject({ id: 'm', status: 'ok', seq: expect.any(Number) });
    expect(acks[1]).toEqual(acks[0]);
    const { body } = await centre.call('GET', `/conversations/${conversationId}/events`);
    const said = body.events.filter(
      ({ cimEvent }: { cimEvent: { name: string } }) => cimEvent.name === 'AGENT_MESSAGE',
    );
    expect(said).toMatchObject([{ seq: acks[0]?.['seq'] }]);
  });

  it('sent several times at once leaves a conversation once, and none is refused', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: false } });
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    for (let times = 0; times < 8; times++) desk.send('topicUnsubscription_', { conversationId }, 'l');
    for (let times = 0; times < 8; times++) expect((await desk.next('ack')).data).toEqual({ id: 'l', status: 'ok' });
    expect(desk.frames.filter(({ event }) => event === 'topicUnsubscription')).toHaveLength(1);
  });

  it('of another agent is another frame', async () => {
    const [one, two] = [await (await centre.person()).connect(), await (await centre.person()).connect()];
    await one.ask('changeAgentState', state('READY'), 'same');
    two.send('changeAgentState', state('READY'), 'same');
    await two.next('agentPresence_', ({ agentPresence }) => agentPresence.state.name === 'READY');
  });

  it('sent again over a new connection is answered there', async () => {
    const pat = await centre.person();
    const desk = await pat.connect();
    await desk.ask('changeAgentState', state('READY'), 'a');
    desk.frames.length = 0; // that of the greeting says the same
    await desk.become('NOT_READY');
    desk.vanish();
    const again = await pat.connect();
    expect(await again.ask('changeAgentState', state('READY'), 'a')).toEqual({ id: 'a', status: 'ok' });
    expect((await centre.call('GET', `/agents/${pat.id}`)).body.state.name).toBe('NOT_READY');
  });

  it('that was refused because of the connection is done when it comes over the right one', async () => {
    const pat = await centre.person();
    const old = await pat.connect();
    const removal = holdPost(centre, 'socketSessionRemoved');
    const desk = await pat.open();
    expect(await old.ask('changeAgentState', state('READY'), 'a')).toMatchObject({ code: 'session.replaced' });
    removal.release();
    await desk.next('pullModeSubscribedListRequests');
    expect(await desk.ask('changeAgentState', state('READY'), 'a')).toEqual({ id: 'a', status: 'ok' });
  });
});
