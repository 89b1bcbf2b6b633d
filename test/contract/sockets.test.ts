/**
 * Posting to desks: what is tried again, what means that a desk has gone, and that no desk delays
 * or fails another.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sockets } from '../../shared/edge/app.ts';
import { Desk } from '../support/desk.ts';
import { engines } from '../support/ports.ts';

const here = engines();

/** In front of the gateway: answers the next posts in its place, by connection. */
type Scripted = { status: number; body?: string; type?: string } | 'silence' | 'cut';
const script = new Map<string, Scripted[]>();
const posts = new Map<string, number>();
let front: Server;
let sockets: Sockets;
type Line = { message: string; fields: Record<string, unknown> | undefined };
const warnings: Line[] = [];
const errors: Line[] = [];

beforeAll(async () => {
  front = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const id = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
      posts.set(id, (posts.get(id) ?? 0) + 1);
      const instead = script.get(id)?.shift();
      if (instead === 'silence') return;
      if (instead === 'cut') return void request.socket.destroy();
      if (instead) {
        const { status, body = '{}', type = 'application/json' } = instead;
        return void response.writeHead(status, { 'content-type': type }).end(body);
      }
      const { method = 'GET', headers } = request;
      const sent = { authorization: String(headers.authorization), 'content-type': 'application/octet-stream' };
      const path = request.url?.replace(/^.*@connections/, '') ?? '';
      const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
      const answer = await fetch(`${here.stack.endpoints.management}/@connections${path}`, {
        method,
        headers: sent,
        ...body,
      });
      const errortype = answer.headers.get('x-amzn-errortype');
      response.writeHead(answer.status, errortype ? { 'x-amzn-errortype': errortype } : {}).end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const address = front.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  process.env['AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI'] = `http://127.0.0.1:${port}/local`;
  const log = {
    info() {},
    error: (message: string, fields?: Record<string, unknown>) => errors.push({ message, fields }),
    warn: (message: string, fields?: Record<string, unknown>) => warnings.push({ message, fields }),
  };
  sockets = (await import('../../shared/aws/sockets.ts')).sockets(log);
}, 60_000);
afterAll(() => {
  front.closeAllConnections();
  front.close();
});

/** The desk of most tests. */
let desk: Desk;
let id: string;
beforeAll(async () => {
  ({ desk, id } = await connected());
}, 60_000);
beforeEach(() => {
  desk.frames.length = 0;
  warnings.length = errors.length = 0;
  script.clear();
  posts.clear();
});

const desks: Desk[] = [];
afterAll(() => {
  for (const each of desks) each.vanish();
});

/** A desk that is connected, and the id of its connection. */
async function connected(): Promise<{ desk: Desk; id: string }> {
  const who = { id: randomUUID(), firstName: 'Amy', lastName: 'Adams', roles: ['agent'] };
  const greeted = await Desk.greeted(here.stack.wsUrl, await here.stack.token(who));
  desks.push(greeted);
  greeted.frames.length = 0;
  const connection = here.stack.gateway.connections().find(({ principalId }) => principalId === who.id)?.connectionId;
  return { desk: greeted, id: connection ?? '' };
}

const frame = (agentId = 'confidential') => JSON.stringify({ event: 'socketSessionRemoved', data: { agentId } });
const answered = (id: string, times: number, one: Scripted) =>
  script.set(
    id,
    Array.from({ length: times }, () => one),
  );
const old = () => Date.now() - 60_000;

describe('A post', () => {
  it('to a desk that is there is sent', async () => {
    expect(await sockets.post(id, frame(), old())).toBe('sent');
    await desk.next('socketSessionRemoved');
    expect(posts.get(id)).toBe(1);
    expect(warnings).toEqual([]);
  });

  it.each<[string, Scripted]>([
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['503', { status: 503, body: '<html>Service Unavailable</html>', type: 'text/html' }],
    ['no answer at all', 'cut'],
  ])('is tried again after %s, and arrives once', async (_, trouble) => {
    answered(id, 2, trouble);
    expect(await sockets.post(id, frame(), old())).toBe('sent');
    expect(posts.get(id)).toBe(3);
    await desk.next('socketSessionRemoved');
    await desk.never('socketSessionRemoved', 100);
    expect(warnings).toEqual([]);
  });

  it.each<[string, Scripted, number]>([
    ['429', { status: 429 }, 429],
    ['500', { status: 500 }, 500],
    ['no answer at all', 'cut', 503],
  ])(
    'that meets %s again and again is given up with a line in the log: nobody knows whether it has arrived',
    async (_, trouble, status) => {
      answered(id, 50, trouble);
      expect(await sockets.post(id, frame(), old())).toBe('unsure');
      expect(posts.get(id)).toBeGreaterThan(3);
      expect(posts.get(id)).toBeLessThan(10);
      expect(warnings).toEqual([{ message: 'a post failed', fields: { connectionId: id, status } }]);
      expect(JSON.stringify(warnings)).not.toContain('confidential');
    },
  );

  it.each([413, 403])('that is refused with %s was not sent: an error of ours, and not tried again', async (status) => {
    answered(id, 50, { status });
    expect(await sockets.post(id, frame(), Date.now())).toBe('unsure');
    expect(posts.get(id)).toBe(1);
    expect(errors).toEqual([{ message: 'a post failed', fields: { connectionId: id, status } }]);
    expect(warnings).toEqual([]);
  });

  it('that is really too large is refused by the gateway, and the desk stays', async () => {
    expect(await sockets.post(id, 'x'.repeat(32 * 1024 + 1), old())).toBe('unsure');
    expect(errors).toMatchObject([{ fields: { status: 413 } }]);
    expect(await sockets.post(id, frame(), old())).toBe('sent');
    await desk.next('socketSessionRemoved');
  });

  it('that is never answered is given up after a while and not repeated, for it may have arrived', async () => {
    answered(id, 50, 'silence');
    expect(await sockets.post(id, frame(), old())).toBe('unsure');
    expect(posts.get(id)).toBe(1);
    expect(warnings).toHaveLength(1);
  });
});

describe('A connection that is not there', () => {
  it('has gone at once where it was old, or where nobody knows how old', async () => {
    const { desk: leaving, id: left } = await connected();
    leaving.vanish();
    await expect
      .poll(() => here.stack.gateway.connections().map(({ connectionId }) => connectionId))
      .not.toContain(left);
    expect(await sockets.post(left, frame(), old())).toBe('gone');
    expect(await sockets.post(left, frame())).toBe('gone');
    expect(posts.get(left)).toBe(2);
    expect(warnings).toEqual([]);
  });

  it('may only not be open yet where it is young: then it is tried again', async () => {
    answered(id, 3, { status: 410 });
    expect(await sockets.post(id, frame(), Date.now())).toBe('sent');
    expect(posts.get(id)).toBe(4);
    await desk.next('socketSessionRemoved');
  });

  it('has gone in the end, however young', async () => {
    const unknown = 'aaaaaaaaaaaaaaa=';
    expect(await sockets.post(unknown, frame(), Date.now())).toBe('gone');
    expect(posts.get(unknown)).toBeGreaterThan(3);
    expect(warnings).toEqual([]);
  });

  it('is one that nobody ever had where its id is none', async () => {
    expect(await sockets.post('no id', frame(), Date.now())).toBe('gone');
    expect(posts.get('no id')).toBe(1);
  });
});

describe('Asking for a connection, and closing it', () => {
  it('tells a desk that is there from one that has gone', async () => {
    const other = await connected();
    expect(await sockets.alive(other.id)).toBe(true);
    await sockets.close(other.id);
    expect((await other.desk.gone()).code).toBe(1000);
    expect(await sockets.alive(other.id)).toBe(false);
    await sockets.close(other.id); // nothing to close any more
  });

  it.each<Scripted>([{ status: 429 }, { status: 500 }, 'cut'])(
    'takes a desk for alive where nobody can say: %s',
    async (trouble) => {
      answered(id, 1, trouble);
      expect(await sockets.alive(id)).toBe(true);
    },
  );
});

describe('One desk', () => {
  it('that is slow, full, dead or unknown does not keep the others waiting', async () => {
    const [slow, full, dead, well] = [await connected(), await connected(), await connected(), { desk, id }];
    answered(slow.id, 50, 'silence');
    answered(full.id, 50, { status: 429 });
    dead.desk.vanish();
    const posted = [slow, full, dead, well].map((each) => sockets.post(each.id, frame(each.id), old()));
    await well.desk.next('socketSessionRemoved');
    const first = await Promise.race([posted[0], posted[1], sleep(0, 'still waiting')]);
    expect(first).toBe('still waiting');
    expect(await Promise.all(posted)).toEqual(['unsure', 'unsure', 'gone', 'sent']);
  });
});
