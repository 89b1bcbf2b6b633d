/**
 * Timers that come at the wrong moment: too early, too late, twice, for something that is over, or
 * not at all as they should be.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import type { Timer } from '../../shared/domain/effect.ts';
import { editByHand, queueByHand } from '../support/by-hand.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { fire, ring, ringWith, sqsOf, timersQueueOf } from '../support/engines.ts';
import { agentOf, closings, conversationOf, logOf } from '../support/platform.ts';
import { withoutTrace } from '../support/table.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre({ alone: true });

describe('A timer', () => {
  it('for something that never was changes nothing', async () => {
    const { stack } = centre;
    const about = { conversationId: 'nothing', taskId: 'nothing' };
    const agentId = 'nobody';
    const unknown: Timer[] = [
      { kind: 'offerExpired', ...about, agentId },
      { kind: 'requestExpired', conversationId: 'nothing', timerId: 'nothing' },
      { kind: 'wrapUpExpired', ...about },
      { kind: 'placeRequest', ...about },
      { kind: 'findWork', agentId, mrdId: 'nothing' },
      { kind: 'releaseTask', ...about, agentId },
      { kind: 'graceExpired', agentId, epoch: 1 },
      { kind: 'sessionCheck', agentId, connectionId: 'x=', check: null },
      { kind: 'closeConnection', agentId, connectionId: 'x=' },
    ];
    await withoutTrace(stack, async () => {
      for (const timer of unknown) await fire(stack, timer);
    });
  });
});

describe('A timer that comes too early', () => {
  it('does nothing yet, and comes again when it is due: then it places a request that nobody else has routed', async () => {
    const { desk, conversationId } = await talk(centre);
    const queue = await centre.queue();
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const other = await person.ready();
    await sleep(3_500); // the timer that looks for work for this agent has come and gone
    const taskId = await queueByHand(centre.stack, conversationId, queue);
    const dueAt = Date.now() + 2_500;
    await ring(centre.stack, { kind: 'placeRequest', conversationId, taskId }, dueAt);
    await other.never('taskRequest', 1_500);
    await other.next('taskRequest');
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt);
    await desk.never('taskRequest', 0);
  });

  it('by a second or two ends neither an offer, nor a request, nor a wrap-up', async () => {
    const queue = await centre.queue({
      acceptSeconds: 60,
      requestTtlSeconds: 60,
      wrapUp: { enabled: true, seconds: 60 },
    });
    const waiting = await centre.customer(queue);
    const { tasks } = await conversationOf(centre, waiting.conversationId);
    const timerId = tasks[0].agentRequestTtlTimerId;
    await fire(centre.stack, { kind: 'requestExpired', conversationId: waiting.conversationId, timerId });
    expect(closings(await logOf(centre, waiting.conversationId))).toEqual([]);

    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await person.ready();
    const { data } = await desk.next('taskRequest');
    const taskId = data.taskId.split(':')[0] ?? '';
    const about = { conversationId: waiting.conversationId, taskId };
    await fire(centre.stack, { kind: 'offerExpired', ...about, agentId: person.id });
    desk.send('topicSubscription', about);
    await desk.next('onTopicData');
    desk.send('topicUnsubscription', about);
    await desk.next('wrapupTimerStarted');
    await fire(centre.stack, { kind: 'wrapUpExpired', ...about });
    await desk.never('revokeTask', 0);
    await desk.never('topicUnsubscription', 0);
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [{ phase: 'WRAP_UP' }] });
  });
});

describe('A timer that comes too late, or twice', () => {
  it('changes nothing about what has moved on', async () => {
    const { stack } = centre;
    const { desk, person, conversationId, topic } = await talk(centre);
    const taskId = topic.data.taskId.split(':')[0] ?? '';
    const agentId = person.id;
    const log = await logOf(centre, conversationId);
    const ttl = log.find(({ name }) => name === 'TASK_ENQUEUED')?.data.task.agentRequestTtlTimerId;
    const about = { conversationId, taskId };
    const outlived: Timer[] = [
      { kind: 'offerExpired', ...about, agentId },
      { kind: 'requestExpired', conversationId, timerId: ttl },
      { kind: 'wrapUpExpired', ...about },
      { kind: 'placeRequest', ...about },
      { kind: 'findWork', agentId, mrdId: 'CHAT' },
      { kind: 'releaseTask', ...about, agentId },
      { kind: 'graceExpired', agentId, epoch: 1 },
      { kind: 'graceExpired', agentId, epoch: 0 },
      { kind: 'sessionCheck', agentId, connectionId: 'long-gone=', check: null },
      { kind: 'closeConnection', agentId, connectionId: 'long-gone=' },
    ];
    await withoutTrace(stack, async () => {
      for (const timer of [...outlived, ...outlived]) await fire(stack, timer);
    });
    expect(desk.frames).toEqual([]);
  });

  it('ends an offer once', async () => {
    const queue = await centre.queue({ acceptSeconds: 1 });
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await person.ready();
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    const taskId = data.taskId.split(':')[0] ?? '';
    await desk.next('revokeTask');
    const late = { kind: 'offerExpired', conversationId, taskId, agentId: person.id } as const;
    await Promise.all([fire(centre.stack, late), fire(centre.stack, late)]);
    expect(closings(await logOf(centre, conversationId))).toEqual(['RONA']);
    expect((await conversationOf(centre, conversationId)).tasks).toHaveLength(1);
  });
});

/** The execution whose input names this. */
async function executionAbout(id: string) {
  const { stack } = centre;
  const [stateMachineArn] = Object.values(stack.resources.stateMachineArns);
  const sfn = new SFNClient(clientOptions(stack.endpoints.sfn));
  return centre.eventually(async () => {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    const all = await Promise.all(
      executions.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
    );
    return all.find(({ input }) => input?.includes(id));
  });
}

describe('A timer of more than fifteen minutes', () => {
  it('waits in an execution until the very instant, and then says what a short one says', async () => {
    const queue = await centre.queue();
    const { conversationId } = await centre.customer(queue, { agentRequestTtl: 1_000 });
    const own = await executionAbout(conversationId);
    expect(own.status).toBe('RUNNING');
    const { at, message } = JSON.parse(own.input ?? '');
    const [started] = await logOf(centre, conversationId);
    const dueAt = started?.['timestamp'] + 1_000_000;
    expect(Date.parse(at)).toBe(dueAt);
    const { timer } = JSON.parse(message);
    const { tasks } = await conversationOf(centre, conversationId);
    expect(JSON.parse(message)).toEqual({ timer, dueAt });
    expect(timer).toEqual({ kind: 'requestExpired', conversationId, timerId: tasks[0].agentRequestTtlTimerId });
  });
});

describe('A token that lasts for half an hour', () => {
  it('is waited for in an execution until its desk is asked for a newer one', async () => {
    const { id } = await centre.person();
    const who = { id, firstName: 'Pat', lastName: 'Poe', roles: ['agent'] };
    const desk = await Desk.greeted(centre.stack.wsUrl, await centre.stack.token(who, { expiresInSeconds: 1_800 }));
    const own = await executionAbout(id);
    const { timer, dueAt } = JSON.parse(JSON.parse(own.input ?? '').message);
    expect(timer).toMatchObject({ kind: 'tokenDue', agentId: id });
    expect(dueAt - centre.now()).toBeGreaterThan(28 * 60_000);
    desk.vanish();
  });
});

describe('An execution whose instant has come', () => {
  it('rings as a short timer does', async () => {
    const { stack } = centre;
    const queue = await centre.queue({ requestTtlSeconds: 1 });
    const { conversationId } = await centre.customer(queue, { agentRequestTtl: 1_000 });
    const { tasks } = await conversationOf(centre, conversationId);
    const timerId = tasks[0].agentRequestTtlTimerId;
    await editByHand(stack, `CONVERSATION#${conversationId}`, 'HEAD', (head) => {
      const [task] = Object.values(head['tasks'] as Record<string, { id: string }>);
      return { tasks: { [String(task?.id)]: { ...task, ttl: { timerId, expiresAt: Date.now() } } } }; // 1000 seconds later
    });
    const timer: Timer = { kind: 'requestExpired', conversationId, timerId };
    const at = Date.now() + 1_000;
    const input = { at: new Date(at).toISOString(), message: JSON.stringify({ timer, dueAt: at }) };
    const [stateMachineArn] = Object.values(stack.resources.stateMachineArns);
    const start = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
    await new SFNClient(clientOptions(stack.endpoints.sfn)).send(start);
    const ended = await centre.eventually(async () =>
      (await logOf(centre, conversationId)).find(({ name }) => name === 'NO_AGENT_AVAILABLE'),
    );
    expect(ended['timestamp']).toBeGreaterThanOrEqual(at);
  });
});

describe('A message that is no timer', () => {
  it('is tried five times and put aside, and holds nobody up', async () => {
    const { stack } = centre;
    const sqs = sqsOf(stack);
    const QueueUrl = timersQueueOf(stack);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '1' } }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
    );
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}');
    expect(Number(maxReceiveCount)).toBe(5);
    const aside = QueueUrl.replace(/[^/]+$/, String(deadLetterTargetArn).split(':').at(-1) ?? '');
    const poison = ['no JSON at all', '{"timer":{"kind":"unheardOf"},"dueAt":1}', '{}'];
    for (const body of poison) await ringWith(stack, body);

    const queue = await centre.queue({ acceptSeconds: 1 });
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    await centre.customer(queue);
    await desk.next('revokeTask'); // timers beside it go on

    const found = new Set<string>();
    await centre.eventually(async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: aside, MaxNumberOfMessages: 10 }));
      for (const { Body = '' } of Messages) found.add(Body);
      return found.size === poison.length ? true : undefined;
    }, 25_000);
    expect([...found].toSorted()).toEqual(poison.toSorted());
  }, 40_000);
});
