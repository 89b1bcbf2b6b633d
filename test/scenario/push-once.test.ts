/**
 * However often a message is sent, it is said once; however many are sent at once, each has its
 * place.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre, customerMessage } from '../support/contact-centre.ts';
import type { Desk, Frame } from '../support/desk.ts';
import { logOf } from '../support/platform.ts';
import { join, talk } from '../support/talk.ts';

const centre = contactCentre();

const messages = async (conversationId: string) =>
  (await logOf(centre, conversationId)).filter(({ type }) => type === 'MESSAGE');

/** The messages that a desk has been sent, by their ids: the `seq` of each, as often as it came. */
function received(desk: Desk): Map<string, number[]> {
  const seqs = new Map<string, number[]>();
  for (const { event, data, seq } of desk.frames) {
    if (event !== 'onCimEvent') continue;
    const { id } = JSON.parse((data as { cimEvent: string }).cimEvent).data;
    seqs.set(id, [...(seqs.get(id) ?? []), seq ?? -1]);
  }
  return seqs;
}

/** The acknowledgements that a desk has, taken out of what it keeps. */
function takeAcks(desk: Desk): Frame<'ack'>[] {
  const acks = desk.frames.filter((frame): frame is Frame<'ack'> & Frame => frame.event === 'ack');
  for (const ack of acks) desk.frames.splice(desk.frames.indexOf(ack), 1);
  return acks;
}

describe('A message that is sent again', () => {
  it('by the agent is echoed again at its old place, and is not said twice', async () => {
    const story = await talk(centre);
    const { desk, conversationId } = story;
    const { desk: colleague } = await join(centre, story, 'INBOUND');
    const cimEvent = agentMessage('Hi', 'twice');
    const first = await desk.ask('publishCimEvent', { conversationId, cimEvent });
    await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Between', 'between') });
    const second = await desk.ask('publishCimEvent', { conversationId, cimEvent });
    expect(second).toMatchObject({ status: 'ok', seq: first['seq'] });
    await centre.eventually(() => (received(desk).get('twice')?.length === 2 ? true : undefined));
    expect(received(desk).get('twice')).toEqual([first['seq'], first['seq']]);
    expect((await messages(conversationId)).map(({ data }) => data.id)).toEqual(['twice', 'between']);
    expect(received(colleague).get('twice')).toEqual([first['seq']]);
  });

  it('by the agent at the same moment has one place', async () => {
    const { desk, conversationId } = await talk(centre);
    const cimEvent = agentMessage('Hi', 'same');
    const publish = () => desk.ask('publishCimEvent', { conversationId, cimEvent });
    const answers = await Promise.all([publish(), publish(), publish(), publish()]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['ok']));
    expect(new Set(answers.map((ack) => ack['seq'])).size).toBe(1);
    expect(await messages(conversationId)).toHaveLength(1);
    await centre.eventually(() => (received(desk).get('same')?.length === 4 ? true : undefined)); // each of the four has its echo
  });

  it('by an agent under the id of what the customer wrote is answered with what the customer wrote', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    const seq = await customer.says('Hello?', 'taken');
    const written = JSON.parse((await desk.next('onCimEvent')).data.cimEvent);
    const answer = await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Hi', 'taken') });
    expect(answer).toMatchObject({ status: 'ok', seq });
    expect(JSON.parse((await desk.next('onCimEvent')).data.cimEvent)).toEqual(written);
    expect(await messages(conversationId)).toHaveLength(1);
  });

  it('by the agent under the same frame id is answered alike, and not even echoed', async () => {
    const { desk, conversationId } = await talk(centre);
    const cimEvent = agentMessage('Hi', 'framed');
    const first = await desk.ask('publishCimEvent', { conversationId, cimEvent }, 'f1');
    expect(await desk.ask('publishCimEvent', { conversationId, cimEvent }, 'f1')).toEqual(first);
    await desk.never('onCimEvent', 200, ({ seq }) => seq !== first['seq']);
    expect(received(desk).get('framed')).toHaveLength(1);
  });

  it('by the platform gets the same answer, one after the other or at once', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    const post = () =>
      centre.call('POST', `/conversations/${conversationId}/events`, customerMessage(customer.sessionId, 'Hi', 'p1'));
    const answers = [await post(), await post(), ...(await Promise.all([post(), post(), post()]))];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.seq)).size).toBe(1);
    const raced = () =>
      centre.call('POST', `/conversations/${conversationId}/events`, customerMessage(customer.sessionId, 'Hi', 'p2'));
    const together = await Promise.all([raced(), raced(), raced()]);
    expect(new Set(together.map(({ body }) => body.seq)).size).toBe(1);
    expect(await messages(conversationId)).toHaveLength(2);
    await centre.eventually(() => (received(desk).has('p2') ? true : undefined));
    await desk.never('errors', 200);
    expect([...received(desk)].map(([id, seqs]) => [id, seqs.length])).toEqual([
      ['p1', 1],
      ['p2', 1],
    ]);
  });

  it('in another conversation is another message', async () => {
    const [one, other] = await Promise.all([talk(centre), talk(centre)]);
    await one.customer.says('Hi', 'shared');
    await other.customer.says('Hi', 'shared');
    await one.desk.cim('CUSTOMER_MESSAGE');
    await other.desk.cim('CUSTOMER_MESSAGE');
  });
});

describe('Forty messages at once, from two agents and the customer', () => {
  it('have forty places without a gap, and everybody hears each of them once', async () => {
    const story = await talk(centre);
    const { desk: amy, customer, conversationId } = story;
    const { desk: bob } = await join(centre, story, 'INBOUND');
    const before = (await logOf(centre, conversationId)).length;
    const ids = Array.from({ length: 40 }, (_, n) => `m${n}`);
    const [byAgents, byCustomer] = [ids.filter((_, n) => n % 3 !== 0), ids.filter((_, n) => n % 3 === 0)];
    const seqOf = new Map<string, number>();
    const write = async (id: string): Promise<void> => {
      const message = customerMessage(customer.sessionId, id, id);
      const { status, body } = await centre.call('POST', `/conversations/${conversationId}/events`, message);
      if (status === 409) return write(id); // told to try again
      seqOf.set(id, body.seq);
    };
    const publish = (id: string, attempt = 1) =>
      (ids.indexOf(id) % 3 === 1 ? amy : bob).send(
        'publishCimEvent',
        { conversationId, cimEvent: agentMessage(id, id) },
        `${id}/${attempt}`,
      );
    for (const id of byAgents) publish(id);
    await Promise.all(byCustomer.map(write));
    await centre.eventually(() => {
      for (const { data } of [amy, bob].flatMap((desk) => takeAcks(desk))) {
        const [id = '', attempt] = data.id.split('/');
        if (data.status === 'error') publish(id, Number(attempt) + 1);
        else seqOf.set(id, Number(data['seq']));
      }
      return seqOf.size === ids.length ? true : undefined;
    }, 60_000);
    const seqs = ids.map((id) => seqOf.get(id) ?? 0);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(ids.map((_, n) => before + n + 1));
    const log = await logOf(centre, conversationId);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => n + 1));
    expect(new Map(log.slice(before).map(({ seq, data }) => [data.id, seq]))).toEqual(
      new Map(ids.map((id, n) => [id, seqs[n]])),
    );
    for (const desk of [amy, bob]) {
      await centre.eventually(() => (received(desk).size === ids.length ? true : undefined));
      for (const [n, id] of ids.entries()) expect(received(desk).get(id), id).toEqual([seqs[n]]);
    }
  }, 90_000);
});
