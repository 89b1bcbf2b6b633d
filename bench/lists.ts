/**
 * A customer comes to a pull list that hundreds of desks watch: how long the platform's call takes,
 * and until the last desk knows.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { start, type LocalStack } from '../infra/local/start.ts';
import { webSession } from '../test/support/contact-centre.ts';
import { call } from './people.ts';
import { percentile, table } from './print.ts';

const DESKS = 500;
const AT_ONCE = 20;
const ROUNDS = 20;
const WARM = 3;

export async function lists(): Promise<void> {
  const stack = await start({ demo: true });
  try {
    /** The desks that know of a request, by its conversation. */
    const told = new Map<string, number>();
    const arrived = new EventTarget();
    const hear = (conversationId: string) => {
      told.set(conversationId, (told.get(conversationId) ?? 0) + 1);
      if (told.get(conversationId) === DESKS) arrived.dispatchEvent(new Event(conversationId));
    };
    const sockets = await watchers(stack, hear);
    const calls: number[] = [];
    const fanOuts: number[] = [];
    for (let round = 0; round < WARM + ROUNDS; round++) {
      const since = performance.now();
      const body = { channelSession: webSession(randomUUID()), list: 'backlog' };
      const conversationId = String((await call(stack, 'POST', '/conversations', body))['conversationId']);
      const answered = performance.now() - since;
      if (told.get(conversationId) !== DESKS)
        await new Promise((resolve) => arrived.addEventListener(conversationId, resolve, { once: true }));
      if (round < WARM) continue;
      calls.push(answered);
      fanOuts.push(performance.now() - since);
    }
    const row = (what: string, times: readonly number[], budget: string) => [
      what,
      percentile(times, 0.5).toFixed(0),
      percentile(times, 0.99).toFixed(0),
      budget,
    ];
    table(
      `A request on a pull list that ${DESKS} desks watch, ${ROUNDS} times (desks and stack share this machine)`,
      ['what', 'p50 ms', 'p99 ms', 'budget'],
      [row('the platform is answered', calls, 'p50 < 100 ms'), row('the last desk is told', fanOuts, '< 1000 ms')],
    );
    for (const socket of sockets) socket.terminate();
  } finally {
    await stack.stop();
  }
}

/**
 * Desks that watch the list and only count what they hear of it: checking each frame would cost
 * more than the stack does.
 */
async function watchers(stack: LocalStack, hear: (conversationId: string) => void): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let first = 0; first < DESKS; first += AT_ONCE) {
    const ids = Array.from({ length: AT_ONCE }, (_, index) => `watcher-${first + index}`);
    sockets.push(...(await Promise.all(ids.map((id) => watcher(stack, id, hear)))));
  }
  return sockets;
}

async function watcher(stack: LocalStack, id: string, hear: (conversationId: string) => void): Promise<WebSocket> {
  const token = await stack.token({ id, firstName: 'Bench', lastName: id, roles: ['agent'] });
  const socket = new WebSocket(stack.wsUrl, { headers: { Authorization: `Bearer ${token}` } });
  await once(socket, 'open');
  await new Promise<void>((resolve) => {
    socket.on('message', (bytes: Buffer) => {
      const frame = JSON.parse(bytes.toString()) as { event: string; data: { pullModeEvent: string } };
      if (frame.event === 'pullModeSubscribedListRequests')
        socket.send(JSON.stringify({ action: 'subscribePullModeList', data: { listId: 'backlog' } }));
      if (frame.event === 'addPullModeSubscribedListRequests') resolve();
      if (frame.event === 'onPullModeSubscribedListRequest')
        hear((JSON.parse(frame.data.pullModeEvent) as { id: string }).id);
    });
  });
  return socket;
}
