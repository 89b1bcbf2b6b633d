/**
 * What each step costs in DynamoDB: calls one after the other before anybody is told, all calls,
 * the units that AWS would bill, and for which keys.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../infra/local/start.ts';
import { agentMessage, customerMessage, webSession } from '../test/support/contact-centre.ts';
import { Desk } from '../test/support/desk.ts';
import { callsInSequence } from '../test/support/tap.ts';
import { call } from './people.ts';
import { table } from './print.ts';

const HOLD_MS = 60;
const SETTLED_MS = 1_500;
const HOTTEST = 3;

export async function costs(): Promise<void> {
  const stack = await start({ demo: true });
  stack.database.faults.hold(HOLD_MS);
  const meter = stack.database.meter();
  const rows: (string | number)[][] = [];
  const hot: (string | number)[][] = [];
  try {
    const token = await stack.token('amy');
    const desk = await Desk.greeted(stack.wsUrl, token);
    const session = webSession(randomUUID());
    let conversationId = '';
    let taskId = '';
    const step = async (name: string, budget: string, act: () => Promise<unknown>) => {
      await sleep(SETTLED_MS);
      desk.frames.length = 0;
      meter.reset();
      const since = performance.now();
      await act();
      const heard = performance.now();
      await sleep(SETTLED_MS);
      const before = meter.calls.filter(({ startedAt, endedAt }) => startedAt >= since && endedAt <= heard);
      const sum = (kind: 'read' | 'write') => meter.calls.reduce((total, { units }) => total + units[kind], 0);
      rows.push([name, callsInSequence(before), budget, meter.calls.length, sum('read'), sum('write')]);
      for (const [index, { key, read, write }] of meter.hottest(HOTTEST).entries())
        hot.push([index === 0 ? name : '', key, round(read), round(write)]);
    };
    await step('state change', '≤ 2', () => desk.become('READY'));
    await step('conversation started, offered', '', async () => {
      ({ conversationId } = (await call(stack, 'POST', '/conversations', {
        channelSession: session,
        queue: 'support',
      })) as { conversationId: string });
      ({ taskId } = (await desk.next('taskRequest')).data);
    });
    await step('offer accepted', '≤ 3', async () => {
      desk.send('topicSubscription', { conversationId, taskId });
      await desk.next('onTopicData');
    });
    await step('message from the agent', '≤ 2', async () => {
      desk.send('publishCimEvent', { conversationId, cimEvent: agentMessage('Good morning, how can I help?') });
      await desk.cim('AGENT_MESSAGE');
    });
    await step('message from the customer', '≤ 2', async () => {
      await Promise.all([
        call(
          stack,
          'POST',
          `/conversations/${conversationId}/events`,
          customerMessage(session.id, 'Hello', randomUUID()),
        ),
        desk.cim('CUSTOMER_MESSAGE'),
      ]);
    });
    await step('agent leaves, wrap-up starts', '', async () => {
      desk.send('topicUnsubscription_', { conversationId });
      await desk.next('wrapupTimerStarted');
    });
    await step('wrap-up closed', '', async () => {
      desk.send('closeWrapup', { conversationId, cimEvent: null });
      await desk.next('topicUnsubscription');
    });
    await step('heartbeat', '', () => desk.ask('heartbeat'));
    await step('reconnect, greeted', '', async () => {
      desk.vanish();
      const again = await Desk.greeted(stack.wsUrl, token);
      await sleep(SETTLED_MS);
      again.vanish();
    });
  } finally {
    await stack.stop();
  }
  table('DynamoDB per step', ['step', 'in sequence before first post', 'budget', 'calls in all', 'RRU', 'WRU'], rows);
  table(
    'The hottest partition keys of each step (a key takes 3,000 RRU and 1,000 WRU a second)',
    ['step', 'partition key', 'RRU', 'WRU'],
    hot,
  );
}

const round = (units: number): number => Math.round(units * 10) / 10;
