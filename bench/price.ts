/**
 * What an agent costs in an hour on AWS, by component: each step of their work is metered once on
 * the whole stack (units, calls, posts, timers), and multiplied by how often it happens. Twice: on
 * a small floor as it is deployed by default, and on one of 10,000 agents whose table is
 * provisioned. Not in it: what a stack costs that nobody uses (alarms, polling of empty queues),
 * storage, backups, and timers that fire more than half a minute after their step (a wrap-up's, a
 * snapshot's third).
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ofInvocation, RECEIVED_AND_DELETED } from '../infra/cost/assumed.ts';
import { AS_OF, billOf, components, nothing, SMALL, together, type Terms, type Usage } from '../infra/cost/prices.ts';
import { utilisationOf } from '../infra/cost/scaling.ts';
import { start } from '../infra/local/start.ts';
import { ACK_IN_ECHO, RECEIPTS, SUBPROTOCOL } from '../shared/protocol/frame.ts';
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
/**
 * A floor of 10,000 agents: how many agent-hours it has in a month, and how busy it is hour by hour
 * of a day, of which the table's capacity follows.
 */
const AGENT_HOURS_A_MONTH = 10_000 * 8 * 22;
const BUSY = [4, 3, 3, 3, 4, 8, 20, 45, 75, 95, 100, 98, 92, 96, 98, 94, 85, 70, 50, 38, 28, 18, 10, 6];
/** The context `tableUtilizationPercent`, as it is unless it is given. */
const TARGET = 0.8;

const STATE_CHANGES = 12;
/** Renewed about every 107 minutes, and now and then lost. */
const CONNECTIONS = 0.75;
/** How long an access token is good for: so often it is renewed. */
const TOKEN_SECONDS = 3_600;
const HEARTBEAT_MS = 25_000;
const LEASE_MS = 75_000;
/** A lease that outlives the bench, so that no look at it falls into a step. */
const LASTING_SECONDS = 900;
/** So long after it has opened, every connection has been looked at for the first time. */
const LOOKED_AT_MS = 62_000;
const HOUR_MS = 3_600_000;

const steps = [
  'chat offered', 'offer confirmed', 'offer accepted', 'message of the agent', 'message of the customer', 'customer leaves',
  'wrap-up closed', 'state changed', 'heartbeat', 'token renewed', 'connection greeted',
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
    'token renewed': 3_600 / TOKEN_SECONDS,
    'connection greeted': CONNECTIONS,
  };
}

/** How many silences are long enough in an hour in which so much is said at random moments. */
function heartbeats(said: number): number {
  const perMs = said / HOUR_MS;
  const silent = Math.exp(-perMs * HEARTBEAT_MS);
  return (HOUR_MS * perMs * silent) / (1 - silent);
}

/** The day of a floor, three times over, minute by minute: a night is part of it. */
function utilisation(): number {
  const minutes = BUSY.flatMap((now, hour) =>
    Array.from({ length: 60 }, (_, minute) => now + ((BUSY[(hour + 1) % BUSY.length] ?? now) - now) * (minute / 60)),
  );
  return utilisationOf([...minutes, ...minutes, ...minutes], TARGET);
}

export async function price(): Promise<void> {
  const used = await metered();
  const share = utilisation();
  const floors: readonly (readonly [name: string, terms: Terms])[] = [
    ['small, on demand', SMALL],
    ['10,000, provisioned', { timesAMonth: AGENT_HOURS_A_MONTH, utilisation: share }],
  ];
  const columns = loads.flatMap((load, index) => {
    const rate = rates(load);
    const work = together(...steps.map((step) => [rate[step], used[step]] as const), [HOUR_MS / LEASE_MS, check]);
    const hour = { ...work, 'WebSocket connections': 60 };
    return floors.map(([name, terms]) => ({ name: `${'AB'[index]}: ${name}`, bill: billOf(hour, terms) }));
  });
  const usd = (value: number) => value.toFixed(5);
  table(
    `$ per agent-hour by component, prices of ${AS_OF} (us-east-1)`,
    ['component', ...columns.map(({ name }) => name)],
    [
      ...components.map((component) => [component, ...columns.map(({ bill }) => usd(bill[component]))]),
      ['together', ...columns.map(({ bill }) => usd(bill.total))],
      ['goal', ...columns.map(() => usd(GOAL_USD))],
    ],
  );
  for (const [index, { name }] of loads.entries()) console.log(`  ${'AB'[index]}: ${name}`);
  console.log('  small, on demand: the first tier of each price; the stack as it is deployed by default');
  console.log(
    `  10,000, provisioned: ${AGENT_HOURS_A_MONTH.toLocaleString('en')} agent-hours a month through the tiers, and -c tableCapacity=provisioned:` +
      ` of what is paid for ${Math.round(100 * share)} % is used, at a target of ${100 * TARGET} % and a day that rises and falls (bench/price.ts)`,
  );
  table(
    'What it is made of: how often in an hour, and how much of each at a time',
    ['step', 'A', 'B', 'WRU', 'RRU', 'messages', 'SQS', 'Lambdas', 'GB-s', 'log bytes', '$ per 1,000', '$ in A'],
    steps.map((step) => [
      step,
      ...loads.map((load) => Math.round(rates(load)[step] * 10) / 10),
      used[step]['DynamoDB writes'],
      used[step]['DynamoDB reads'],
      used[step]['WebSocket messages'],
      used[step]['SQS requests'],
      round(used[step]['Lambda requests']),
      round(used[step]['Lambda compute']),
      Math.round(1e9 * used[step]['CloudWatch Logs']),
      (1_000 * billOf(used[step]).total).toFixed(4),
      ...loads.slice(0, 1).map((load) => usd(rates(load)[step] * billOf(used[step]).total)),
    ]),
  );
}

const round = (value: number): number => Math.round(1_000 * value) / 1_000;

/**
 * A look at a connection, by its lease: two reads, a write, a timer. Metered nowhere, as it comes
 * after more than a minute.
 */
const check: Usage = together(
  [1, { ...nothing(), 'DynamoDB reads': 2, 'DynamoDB writes': 1, 'SQS requests': 1 + RECEIVED_AND_DELETED }],
  [1, { ...nothing(), ...ofInvocation('timers/due') }],
);

/**
 * Every step, taken once by a desk that confirms its offers and gives each frame an id, as the
 * client does.
 */
async function metered(): Promise<Record<Step, Usage>> {
  const environment = { LEASE_SECONDS: String(LASTING_SECONDS) };
  const stack = await start({ demo: true, meterCosts: true, environment });
  try {
    const used: Partial<Record<Step, Usage>> = {};
    await sleep(SETTLED_MS);
    const take = async (step: Step, act: () => Promise<unknown>, settledMs = SETTLED_MS) => {
      stack.costs?.since();
      await act();
      await sleep(settledMs);
      used[step] = stack.costs?.since();
    };
    const lasting = { expiresInSeconds: TOKEN_SECONDS };
    const token = await stack.token('amy', lasting);
    let desk!: Desk;
    await take('connection greeted', async () => {
      desk = await Desk.open(stack.wsUrl, token, [SUBPROTOCOL, `bearer.${token}`, RECEIPTS, ACK_IN_ECHO]);
      await desk.next('onSessionReady');
    });
    await desk.ask('heartbeat'); // so that there is a lease
    await sleep(LOOKED_AT_MS);
    await take('heartbeat', () => desk.ask('heartbeat'));
    await take('token renewed', async () => desk.ask('refreshToken', { token: await stack.token('amy', lasting) }));
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
    await take('message of the agent', async () => {
      desk.send('publishCimEvent', { conversationId, cimEvent: said }, 'said');
      await desk.cim('AGENT_MESSAGE'); // and with it the acknowledgement
    });
    const heard = customerMessage(session.id, 'Hello, I have a question about my order', randomUUID());
    await take('message of the customer', () => call(stack, 'POST', `/conversations/${conversationId}/events`, heard));
    const gone = { method: 'DELETE', headers: { authorization: `Bearer ${await stack.token('platform')}` } };
    await take('customer leaves', () => fetch(`${stack.httpUrl}/conversations/${conversationId}`, gone));
    await take('wrap-up closed', () => desk.ask('closeWrapup', { conversationId, cimEvent: null }));
    desk.vanish();
    return used as Record<Step, Usage>;
  } finally {
    await stack.stop();
  }
}
