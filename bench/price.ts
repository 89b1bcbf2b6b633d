/**
 * What an agent costs in an hour on AWS, by component: each step of their work is metered once on
 * the whole stack (units, calls, posts, timers), and multiplied by how often it happens. Not in
 * it: what a stack costs that nobody uses (alarms, polling of empty queues), storage, backups, and
 * timers that fire more than half a minute after their step (a wrap-up's, a snapshot's third).
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AS_OF, billOf, components, together, type Usage } from '../infra/cost/prices.ts';
import { start } from '../infra/local/start.ts';
import { RECEIPTS, SUBPROTOCOL } from '../shared/protocol/frame.ts';
import { agentMessage, customerMessage, webSession } from '../test/support/contact-centre.ts';
import { Desk } from '../test/support/desk.ts';
import { call } from './people.ts';
import { table } from './print.ts';

/** Until what follows has ended, and the timers that would do it again have fired. */
const SETTLED_MS = 5_000;
/** Until the timer of an offer has fired, too: it goes on though the offer was accepted. */
const RUNG_OUT_MS = 36_000;
const GOAL_USD = 0.01;

/** What an agent does. A message is said by each side. */
interface Load {
  readonly name: string;
  readonly chatsAtOnce: number;
  readonly chatMinutes: number;
  readonly secondsPerMessage: number;
}

/**
 * 10,000 agents of the first are 50 new chats, 2,500 messages of agents and as many of customers a
 * second.
 */
const loads: readonly Load[] = [
  { name: '3 chats at once, a message each way every 12 s', chatsAtOnce: 3, chatMinutes: 10, secondsPerMessage: 12 },
  { name: '1 chat at once, a message each way every 30 s', chatsAtOnce: 1, chatMinutes: 10, secondsPerMessage: 30 },
];
const STATE_CHANGES = 12;
/** Renewed about every 107 minutes, and now and then lost. */
const CONNECTIONS = 0.75;
const HEARTBEAT_MS = 25_000;
const LEASE_MS = 75_000;
const HOUR_MS = 3_600_000;

const steps = [
  'chat offered', 'offer confirmed', 'offer accepted', 'message of the agent', 'message of the customer', 'customer leaves',
  'wrap-up closed', 'state changed', 'heartbeat', 'connection greeted',
] as const; // prettier-ignore
type Step = (typeof steps)[number];

/** How often a step is taken in an hour. */
function rates({ chatsAtOnce, chatMinutes, secondsPerMessage }: Load): Record<Step, number> {
  const chats = (chatsAtOnce * 60) / chatMinutes;
  const messages = (chatsAtOnce * 3_600) / secondsPerMessage;
  const once = { 'chat offered': chats, 'offer confirmed': chats, 'offer accepted': chats, 'customer leaves': chats, 'wrap-up closed': chats }; // prettier-ignore
  return {
    ...once,
    'message of the agent': messages,
    'message of the customer': messages,
    'state changed': STATE_CHANGES,
    heartbeat: heartbeats(messages + 3 * chats + STATE_CHANGES),
    'connection greeted': CONNECTIONS,
  };
}

/** How many silences are long enough in an hour in which so much is said at random moments. */
function heartbeats(said: number): number {
  const perMs = said / HOUR_MS;
  const silent = Math.exp(-perMs * HEARTBEAT_MS);
  return (HOUR_MS * perMs * silent) / (1 - silent);
}

export async function price(): Promise<void> {
  const used = await metered();
  const perHour = loads.map((load) => {
    const rate = rates(load);
    const work = together(...steps.map((step) => [rate[step], used[step]] as const), [HOUR_MS / LEASE_MS, check]);
    return billOf({ ...work, 'WebSocket connections': 60 });
  });
  const usd = (value: number) => value.toFixed(5);
  table(
    `$ per agent-hour by component, prices of ${AS_OF} (us-east-1, on demand)`,
    ['component', ...loads.map(({ name }) => name)],
    [
      ...components.map((component) => [component, ...perHour.map((bill) => usd(bill[component]))]),
      ['together', ...perHour.map(({ total }) => usd(total))],
      ['goal', ...loads.map(() => usd(GOAL_USD))],
    ],
  );
  table(
    'What it is made of: how often in an hour, and how much of each at a time',
    ['step', ...loads.map(({ name }) => name), 'WRU', 'RRU', 'messages', 'SQS', '$ per 1,000'],
    steps.map((step) => [
      step,
      ...loads.map((load) => Math.round(rates(load)[step] * 10) / 10),
      used[step]['DynamoDB writes'],
      used[step]['DynamoDB reads'],
      used[step]['WebSocket messages'],
      used[step]['SQS requests'],
      (1_000 * billOf(used[step]).total).toFixed(4),
    ]),
  );
}

/**
 * A look at a connection, by its lease: two reads, a write, a timer. Metered nowhere, as it comes
 * after a minute.
 */
const check: Usage = together([
  1,
  {
    ...Object.fromEntries(components.map((component) => [component, 0])),
    'DynamoDB reads': 2,
    'DynamoDB writes': 1,
    'SQS requests': 3,
    'Lambda requests': 1,
    'Lambda compute': 0.025,
  } as Usage,
]);

/**
 * Every step, taken once by a desk that confirms its offers and gives each frame an id, as the
 * client does.
 */
async function metered(): Promise<Record<Step, Usage>> {
  const stack = await start({ demo: true, meterCosts: true });
  try {
    const used: Partial<Record<Step, Usage>> = {};
    await sleep(SETTLED_MS);
    const take = async (step: Step, act: () => Promise<unknown>, settledMs = SETTLED_MS) => {
      stack.costs?.since();
      await act();
      await sleep(settledMs);
      used[step] = stack.costs?.since();
    };
    const token = await stack.token('amy');
    let desk!: Desk;
    await take('connection greeted', async () => {
      desk = await Desk.open(stack.wsUrl, token, [SUBPROTOCOL, `bearer.${token}`, RECEIPTS]);
      await desk.next('onSessionReady');
    });
    await desk.ask('heartbeat');
    const ready = { action: 'agentState', state: { name: 'READY', reasonCode: null } };
    await take('state changed', () => desk.ask('changeAgentState', ready));
    const session = webSession(randomUUID());
    let conversationId = '';
    let taskId = '';
    await take('chat offered', async () => {
      const started = await call(stack, 'POST', '/conversations', { channelSession: session, queue: 'support' });
      conversationId = String(started['conversationId']);
      ({ taskId } = (await desk.next('taskRequest')).data);
      desk.send('offerReceived', { conversationId, taskId });
    });
    const confirm = async () => desk.send('offerReceived', { conversationId, taskId });
    await take('offer confirmed', confirm); // once more; its write was counted with the offer
    await take('offer accepted', () => desk.ask('topicSubscription', { conversationId, taskId }), RUNG_OUT_MS);
    const said = agentMessage('Good morning, how can I help?');
    await take('message of the agent', () => desk.ask('publishCimEvent', { conversationId, cimEvent: said }));
    const heard = customerMessage(session.id, 'Hello, I have a question about my order', randomUUID());
    await take('message of the customer', () => call(stack, 'POST', `/conversations/${conversationId}/events`, heard));
    const gone = { method: 'DELETE', headers: { authorization: `Bearer ${await stack.token('platform')}` } };
    await take('customer leaves', () => fetch(`${stack.httpUrl}/conversations/${conversationId}`, gone));
    await take('wrap-up closed', () => desk.ask('closeWrapup', { conversationId, cimEvent: null }));
    await take('heartbeat', () => desk.ask('heartbeat'));
    desk.vanish();
    return used as Record<Step, Usage>;
  } finally {
    await stack.stop();
  }
}
