/**
 * A database that is busy, slow to say so, or lost on the way: what an agent asks for is done once,
 * and answered once.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../infra/strict/call.ts';
import { cancelled, dynamoError } from '../../infra/strict/dynamodb/errors.ts';
import type { Layer } from '../../infra/strict/front.ts';
import { agentMessage, contactCentre, customerMessage } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { http, problemIn } from '../support/http.ts';
import { standingAgent } from '../support/refusal.ts';
import { tap, type Tap } from '../support/tap.ts';

const centre = contactCentre({ alone: true, environment: { LEASE_SECONDS: '600' } });
const amy = standingAgent(centre);
let database: Tap;
beforeAll(() => {
  database = tap(centre.stack, 'dynamodb');
});

/** Writes of this agent's state or of this conversation, alone or in a transaction. */
const writes = (what: string) => (call: Call) =>
  ['PutItem', 'TransactWriteItems'].includes(call.operation) && JSON.stringify(call.input).includes(`"S":"${what}"`);
const reads = (what: string) => (call: Call) =>
  ['GetItem', 'BatchGetItem'].includes(call.operation) && JSON.stringify(call.input).includes(`"S":"${what}"`);

type Trouble = [string, (matches: (call: Call) => boolean) => () => boolean];

/** What can be in the way for a moment. Each ends by itself, and then says so. */
const troubles: Trouble[] = [
  ['others are quicker three times', (matches) => meanwhile(matches, 3, (call) => lost(call))],
  ['it meets another transaction', (matches) => meanwhile(matches, 2, (call) => conflict(call))],
  ['it is throttled', (matches) => meanwhile(matches, 1, () => dynamoError('ProvisionedThroughputExceededException'))],
  ['it is throttled within a transaction', (matches) => meanwhile(matches, 1, (call) => throttled(call))],
  ['DynamoDB fails', (matches) => meanwhile(matches, 1, () => dynamoError('InternalServerError', {}, 500))],
  [
    'the answer is lost on the way',
    (matches) => meanwhile(matches, 1, (_, pass) => pass().then(() => 'lost' as const)),
  ],
];

function meanwhile(matches: (call: Call) => boolean, times: number, answer: Layer): () => boolean {
  let left = times;
  const end = database.inject((call, pass) => {
    if (!matches(call)) return undefined;
    left -= 1;
    if (left === 0) end();
    return answer(call, pass);
  });
  return () => left === 0;
}

const reasons = (call: Call, code: string) =>
  cancelled(...(call.input['TransactItems'] as unknown[]).map((_, index) => (index === 0 ? code : 'None')));
const single = (call: Call) => call.operation === 'PutItem';
const lost = (call: Call) =>
  single(call) ? dynamoError('ConditionalCheckFailedException') : reasons(call, 'ConditionalCheckFailed');
const conflict = (call: Call) =>
  single(call) ? dynamoError('TransactionConflictException') : reasons(call, 'TransactionConflict');
const throttled = (call: Call) =>
  single(call) ? dynamoError('ThrottlingException') : reasons(call, 'ThrottlingError');

/** What the desk was told, once nothing more comes. */
async function told(desk: Desk, id: string) {
  const { data } = await desk.next('ack', (ack) => ack.id === id);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(desk.frames.filter(({ event }) => event === 'ack')).toEqual([]);
  return data;
}

describe('A change of state', () => {
  const presence = async () => (await centre.call('GET', `/agents/${amy.person.id}`)).body.state.name;
  /** Asks for the state that the agent does not have. */
  async function change(id: string): Promise<string> {
    const name = (await presence()) === 'READY' ? 'NOT_READY' : 'READY';
    amy.desk.send('changeAgentState', { action: 'agentState', state: { name, reasonCode: null } }, id);
    return name;
  }

  it.each(troubles)('is made and answered once though %s', async (why, trouble) => {
    amy.desk.frames.length = 0;
    const over = trouble(writes(`AGENT#${amy.person.id}`));
    const name = await change(why);
    expect(await told(amy.desk, why)).toMatchObject({ status: 'ok' });
    expect(amy.desk.frames.map(({ event }) => event)).toEqual(['agentPresence_']);
    expect(await presence()).toBe(name);
    expect(over()).toBe(true);
  });

  it('is refused once where others are quicker all the time, and answered by one presence', async () => {
    amy.desk.frames.length = 0;
    const before = await presence();
    const matches = writes(`AGENT#${amy.person.id}`);
    const end = database.inject((call) => (matches(call) ? lost(call) : undefined));
    await change('s2');
    const refused = () => amy.desk.frames.some(({ event }) => event === 'errors');
    await vi.waitUntil(refused, { timeout: 20_000 }); // the manager tries for some seconds
    end();
    expect((await amy.desk.next('errors')).data).toMatchObject({ code: 'state.conflict', id: 's2' });
    expect(await told(amy.desk, 's2')).toMatchObject({ status: 'error', code: 'state.conflict' });
    expect((await amy.desk.next('agentPresence_')).data).toMatchObject({ action: 'AGENT_STATE_UNCHANGED' });
    expect(amy.desk.frames).toEqual([]);
    expect(await presence()).toBe(before);
    await change('s2');
    expect(await told(amy.desk, 's2')).toMatchObject({ status: 'ok' }); // the same frame, tried again
  });
});

describe('A supervisor who joins', () => {
  it('is shown the conversation a little later where it cannot be read for a moment, and who is in it hears of it at once', async () => {
    amy.desk.frames.length = 0;
    const { conversationId } = amy.customer;
    const boss = await (await centre.person(['supervisor'])).connect();
    const matches = (call: Call) =>
      call.operation === 'Query' && JSON.stringify(call.input).includes(`"S":"CONVERSATION#${conversationId}"`);
    const end = database.inject((call) => (matches(call) ? dynamoError('InternalServerError', {}, 500) : undefined));
    expect(await boss.ask('JoinAsSilentMonitor', { conversationId })).toMatchObject({ status: 'ok' });
    expect(boss.frames.map(({ event }) => event)).not.toContain('onTopicData');
    await amy.desk.cim('AGENT_SUBSCRIBED');
    end();
    await boss.next('onTopicData');
  });
});

describe('A message', () => {
  const conversation = () => `CONVERSATION#${amy.customer.conversationId}`;
  const path = () => `/conversations/${amy.customer.conversationId}/events`;
  const publish = (text: string, id: string) => ({
    conversationId: amy.customer.conversationId,
    cimEvent: agentMessage(text, id),
  });

  /** The places in the log of the message with this id, in a log without a gap. */
  async function kept(id: string): Promise<number[]> {
    const { body } = await centre.call('GET', `${path()}?limit=500`);
    const log: { seq: number; cimEvent: { data: { id?: string } } }[] = body.events;
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    return log.filter(({ cimEvent }) => cimEvent.data.id === id).map(({ seq }) => seq);
  }

  it.each(troubles)('is published, shown and acknowledged once though %s', async (why, trouble) => {
    amy.desk.frames.length = 0;
    const over = trouble(writes(conversation()));
    amy.desk.send('publishCimEvent', publish('Hello', why), `say: ${why}`);
    const { seq } = await told(amy.desk, `say: ${why}`);
    expect(amy.desk.frames.map((frame) => [frame.event, frame.seq])).toEqual([['onCimEvent', seq]]);
    expect(await kept(why)).toEqual([seq]);
    expect(over()).toBe(true);
  });

  it.each(troubles)('of the customer is added once though %s', async (why, trouble) => {
    amy.desk.frames.length = 0;
    const over = trouble(writes(conversation()));
    const body = JSON.stringify(customerMessage(amy.customer.sessionId, 'Hello?', `customer: ${why}`));
    const first = await http(centre, 'POST', path(), { body });
    const again = await http(centre, 'POST', path(), { body }); // the platform tries again
    expect([first.status, again.status, again.text]).toEqual([202, 202, first.text]);
    const { seq } = JSON.parse(first.text);
    expect(await kept(`customer: ${why}`)).toEqual([seq]);
    expect((await amy.desk.cim('CUSTOMER_MESSAGE')).seq).toBe(seq);
    expect(over()).toBe(true);
  });

  it('is refused as a failure of ours where the conversation cannot be read, and can be sent again under the same id', async () => {
    amy.desk.frames.length = 0;
    const matches = reads(conversation());
    const end = database.inject((call) => (matches(call) ? dynamoError('ThrottlingException') : undefined));
    amy.desk.send('publishCimEvent', publish('confidential-hello', 'm-3'), 'p3');
    expect((await amy.desk.next('errors')).data).toMatchObject({ task: 'publishCimEvent', code: 'internal', id: 'p3' });
    expect((await amy.desk.next('ack')).data).toMatchObject({ id: 'p3', status: 'error', code: 'internal' });
    const answer = await http(centre, 'GET', path());
    expect(problemIn(answer)).toMatchObject({ status: 500, code: 'internal' });
    end();
    await vi.waitUntil(() => amy.desk.faults.length > 0); // the gateway's own frame, which says that a function has failed
    expect(amy.desk.faults.splice(0).join()).toContain('Internal server error');
    amy.desk.frames.length = 0;
    amy.desk.send('publishCimEvent', publish('confidential-hello', 'm-3'), 'p3');
    expect(await told(amy.desk, 'p3')).toMatchObject({ status: 'ok' });
    expect(await kept('m-3')).toHaveLength(1);
    expect(centre.stack.logs().filter((line) => line.includes('confidential-'))).toEqual([]);
  });
});
