/**
 * What the rest of the platform hears on the topic: every event of a conversation, once, in order,
 * and nothing that was promised is missing.
 */
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { PublishBatchCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { clientOptions } from '../../infra/local/aws.ts';
import { answerOf } from '../../infra/strict/answer.ts';
import { agentMessage, contactCentre, customerMessage, webSession } from '../support/contact-centre.ts';
import { sqsOf } from '../support/engines.ts';
import { logOf, type Logged } from '../support/platform.ts';
import { talk, wrapUp } from '../support/talk.ts';
import { tap } from '../support/tap.ts';

const centre = contactCentre({ alone: true });

interface Heard {
  readonly conversationId: string;
  readonly seq: number;
  readonly event: Logged;
  readonly attributes: Record<string, { Value: string }>;
}

let queueUrl = '';
const everything: Heard[] = [];

beforeAll(async () => {
  const { stack } = centre;
  const attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'false' };
  const created = await sqsOf(stack).send(
    new CreateQueueCommand({ QueueName: 'consumer.fifo', Attributes: attributes }),
  );
  queueUrl = created.QueueUrl ?? '';
  const Endpoint = `arn:aws:sqs:us-east-1:000000000000:consumer.fifo`;
  const sns = new SNSClient(clientOptions(stack.endpoints.sns));
  await sns.send(new SubscribeCommand({ TopicArn: stack.resources.topicArn, Protocol: 'sqs', Endpoint }));
});

/** Takes what is in the consumer's queue, in the order in which it comes. */
async function listen(): Promise<void> {
  const sqs = sqsOf(centre.stack);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
  for (const { Body = '' } of Messages) {
    const { Message, MessageAttributes } = JSON.parse(Body);
    everything.push({ ...JSON.parse(Message), attributes: MessageAttributes });
  }
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

/** What was heard of a conversation, once its event with this number has come. */
async function heardOf(conversationId: string, lastSeq: number): Promise<Heard[]> {
  const own = () => everything.filter((it) => it.conversationId === conversationId);
  await centre.eventually(async () => {
    await listen();
    return own().some(({ seq }) => seq >= lastSeq) ? true : undefined;
  }, 15_000);
  return own();
}

const Entry = z.looseObject({ Id: z.string(), Message: z.string(), MessageGroupId: z.string() });
const memberOf = (id: string, inside: string) => `<member><Id>${id}</Id>${inside}</member>`;

/** SNS has no time for this conversation in the next call, and takes the others of it. */
function takeOnlyOthers(conversationId: string): void {
  const sns = new SNSClient(clientOptions(centre.stack.endpoints.sns));
  const end = tap(centre.stack, 'sns').inject(async ({ input }) => {
    end();
    const entries = z.array(Entry).parse(input['PublishBatchRequestEntries']);
    const taken = entries.filter(({ MessageGroupId }) => MessageGroupId !== conversationId);
    const TopicArn = String(input['TopicArn']);
    await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: taken }));
    const members = entries.map((entry) =>
      taken.includes(entry)
        ? memberOf(entry.Id, '<MessageId>m</MessageId>')
        : memberOf(entry.Id, '<Code>InternalError</Code><Message>later</Message><SenderFault>false</SenderFault>'),
    );
    const of = (what: string) => members.filter((member) => member.includes(what)).join('');
    const xml = `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful>${of('<MessageId>')}</Successful><Failed>${of('<Code>')}</Failed></PublishBatchResult></PublishBatchResponse>`;
    return answerOf(200, { 'content-type': 'text/xml' }, Buffer.from(xml));
  });
}

const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('On the topic', () => {
  it('a whole conversation is heard from beginning to end, each event once, in order, with its name to filter by', async () => {
    const { desk, customer, conversationId } = await talk(centre, { wrapUp: { enabled: true, seconds: 30 } });
    await customer.says('Hello?', 'c1');
    await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Good morning.', 'a1') });
    await customer.leaves();
    await desk.next('wrapupTimerStarted');
    await desk.ask('closeWrapup', { conversationId, cimEvent: wrapUp('w1') });
    const log = await logOf(centre, conversationId);
    const events = await heardOf(conversationId, log.length);
    expect(events.map(({ seq }) => seq)).toEqual(oneTo(log.length));
    expect(events.map(({ event }) => event.name)).toEqual(log.map(({ name }) => name));
    expect(events.map(({ attributes }) => attributes['name']?.Value)).toEqual(log.map(({ name }) => name));
    const names = [
      'CHANNEL_SESSION_STARTED',
      'TASK_ENQUEUED',
      'AGENT_RESERVED',
      'AGENT_SUBSCRIBED',
      'CUSTOMER_MESSAGE',
    ];
    expect(log.map(({ name }) => name)).toEqual(expect.arrayContaining([...names, 'TOPIC_STATE_CHANGE_EVENT']));
    const said = events.find(({ event }) => event.name === 'AGENT_MESSAGE')?.event;
    expect(said?.data).toMatchObject({ id: 'a1', body: { type: 'PLAIN', markdownText: 'Good morning.' } });
  });

  it('what an agent writes names the channel session that it goes to: the one they chose, else the latest', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    const second = randomUUID();
    const started = {
      id: randomUUID(),
      name: 'CHANNEL_SESSION_STARTED',
      type: 'NOTIFICATION',
      data: webSession(second),
    };
    await centre.call('POST', `/conversations/${conversationId}/events`, started);
    const say = (id: string, more: Record<string, unknown> = {}) =>
      desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage(id, id, more) });
    await say('to the first', { channelSession: { id: customer.sessionId } });
    await say('to the second', { channelSession: { id: second } });
    const { seq } = await say('wherever they are now');
    const events = await heardOf(conversationId, Number(seq));
    const said = events.filter(({ event }) => event.name === 'AGENT_MESSAGE');
    expect(said.map(({ event }) => event['channelSessionId'])).toEqual([customer.sessionId, second, second]);
  });

  it('everything that was acknowledged is heard, however much comes at once and in how many conversations', async () => {
    const stories = await Promise.all([talk(centre), talk(centre), talk(centre)]);
    const answers = await Promise.all(
      stories.flatMap(({ desk, customer, conversationId }) =>
        Array.from({ length: 10 }, async (_, n) => {
          const id = `${conversationId}-${n}`;
          if (n % 2 === 0) {
            const message = customerMessage(customer.sessionId, id, id);
            const { body } = await centre.call('POST', `/conversations/${conversationId}/events`, message);
            return { conversationId, id, seq: Number(body.seq) };
          }
          const ack = await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage(id, id) }, id);
          return { conversationId, id, seq: Number(ack['seq']) };
        }),
      ),
    );
    for (const { conversationId } of stories) {
      const own = answers.filter((it) => it.conversationId === conversationId);
      const events = await heardOf(conversationId, Math.max(...own.map(({ seq }) => seq)));
      expect(events.map(({ seq }) => seq)).toEqual(oneTo(events.length));
      const messages = new Map(events.map(({ seq, event }) => [event.data.id as unknown, seq]));
      for (const { id, seq } of own) expect(messages.get(id), id).toBe(seq);
    }
  });

  it('a message that is sent twice is heard once', async () => {
    const { customer, conversationId } = await talk(centre);
    const seqs = await Promise.all([customer.says('Once', 'same'), customer.says('Once', 'same')]);
    const last = await customer.says('After');
    const events = await heardOf(conversationId, last);
    expect(seqs[0]).toBe(seqs[1]);
    expect(events.filter(({ event }) => event.data.id === 'same')).toHaveLength(1);
  });

  describe('where a batch does not go through at once', () => {
    const record = (conversationId: string, seq: number, text = 'Hello') => ({
      dynamodb: {
        SequenceNumber: `${conversationId}${seq}`,
        Keys: { pk: { S: `CONVERSATION#${conversationId}` } },
        NewImage: {
          conversationId: { S: conversationId },
          seq: { N: String(seq) },
          event: {
            M: {
              id: { S: `e${seq}` },
              name: { S: 'AGENT_MESSAGE' },
              type: { S: 'MESSAGE' },
              timestamp: { N: '1790000000000' },
              data: { M: { text: { S: text } } },
            },
          },
        },
      },
    });
    const broken = (conversationId: string, seq: number) => ({
      dynamodb: { ...record(conversationId, seq).dynamodb, NewImage: { seq: { S: 'no event' } } },
    });
    const publish = (Records: readonly object[]) => centre.stack.invoke('stream/publish', { Records });
    const failing = (...identifiers: string[]) => ({
      ok: true,
      result: { batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) },
    });
    const seqs = (heard: readonly Heard[]) => heard.map(({ seq }) => seq);

    it('an event that cannot be published holds back those behind it in its conversation, and is asked for again', async () => {
      const Records = [record('a', 1), broken('a', 2), record('b', 1), record('a', 3), record('b', 2)];
      expect(await publish(Records)).toEqual(failing('a2'));
      expect(seqs(await heardOf('b', 2))).toEqual([1, 2]);
      expect(await publish([record('a', 2), record('b', 1), record('a', 3), record('b', 2)])).toEqual(failing());
      expect(seqs(await heardOf('a', 3))).toEqual([1, 2, 3]);
      expect(seqs(await heardOf('b', 2))).toEqual([1, 2]);
    });

    it('what SNS takes only a part of is not overtaken, and nobody hears twice what was taken', async () => {
      const Records = [record('c', 1), record('d', 1), record('c', 2), record('d', 2)];
      takeOnlyOthers('c');
      expect(await publish(Records)).toEqual(failing('c1'));
      expect(seqs(await heardOf('d', 2))).toEqual([1, 2]);
      expect(everything.filter(({ conversationId }) => conversationId === 'c')).toEqual([]);
      expect(await publish(Records)).toEqual(failing());
      expect(seqs(await heardOf('c', 2))).toEqual([1, 2]);
      expect(seqs(await heardOf('d', 2))).toEqual([1, 2]);
    });

    it('ten conversations are one call, as far as they fit into one', async () => {
      const topic = tap(centre.stack, 'sns');
      const numbers = oneTo(25);
      const each = (prefix: string, seq: number, text?: string) =>
        numbers.map((n) => record(`${prefix}${n}`, seq, text));
      await publish([...each('small', 1), ...each('small', 2)]);
      expect(topic.calls.map(({ operation }) => operation)).toEqual(Array.from({ length: 6 }, () => 'PublishBatch'));
      topic.calls.length = 0;
      expect(await publish(each('large', 1, 'x'.repeat(60 * 1024)))).toEqual(failing());
      expect(topic.calls).toHaveLength(7);
    });
  });

  it('an offer that nobody answers, and a request that nobody takes, are heard too', async () => {
    const queue = await centre.queue({ acceptSeconds: 1, requestTtlSeconds: 2 });
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const { conversationId } = await centre.customer(queue);
    await desk.next('revokeTask');
    const last = await centre.eventually(async () =>
      (await logOf(centre, conversationId)).find(({ name }) => name === 'NO_AGENT_AVAILABLE'),
    );
    const events = await heardOf(conversationId, last.seq);
    const closed = events.filter(({ event }) => event.data.task?.activeMedia[0]?.state === 'CLOSED');
    expect(closed.map(({ event }) => event.data.state.reasonCode)).toEqual(['RONA', 'NO_AGENT_AVAILABLE']);
  });
});
