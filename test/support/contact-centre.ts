/**
 * A contact centre for a test: a running stack, people who connect, and a platform that starts
 * conversations. All through the wire.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { start, type LocalStack, type StartOptions } from '../../infra/local/start.ts';
import type { Person as Someone } from '../../infra/local/people/people.ts';
import { SESSION_PREFIX, SUBPROTOCOL } from '../../shared/protocol/frame.ts';
import { deployedStack, isDeployed } from './deployed.ts';
import { Desk } from './desk.ts';
import { mustBeDescribed } from './held.ts';
import { polled } from './polled.ts';
import { isServed, isSmall, request, servedStack, smallOf, smallStack } from './small-stack.ts';

export interface Centre {
  readonly stack: LocalStack;
  /** The ids of all whom the test has made so far. */
  readonly people: readonly string[];
  /** Makes a person with MRD CHAT (and CX VOICE), unique to the test; `more` is for their token. */
  person(
    roles?: string[],
    profile?: Record<string, unknown>,
    more?: Pick<Someone, 'permissions' | 'supervisedTeams'>,
  ): Promise<Person>;
  /** Makes a queue of its own on CHAT, so that tests do not see each other's requests. */
  queue(settings?: Record<string, unknown>): Promise<string>;
  call(method: string, path: string, body?: unknown, token?: string | null): Promise<{ status: number; body: any }>; // oxlint-disable-line typescript/no-explicit-any -- tests read deep into answers
  /** So much time passes: on the engines one waits for it. */
  passes(ms: number): Promise<void>;
  /** What the clock of this centre says. In the small world it runs ahead. */
  now(): number;
  /** As `expect.poll`, by the clock of this centre. */
  poll<T>(look: () => T | Promise<T>, how?: { timeout?: number; message?: string }): ReturnType<typeof expect.poll<T>>;
  /**
   * Looks, by the clock of this centre, until there is a value: what a test looks up may need a
   * moment to become true. What `find` throws is thrown in the end.
   */
  eventually<T extends object | string | number | true>(
    find: () => Promise<T | undefined> | T | undefined,
    timeoutMs?: number,
  ): Promise<T>;
  /** A customer who has come to a queue. */
  customer(queue: string, more?: Record<string, unknown>): Promise<Customer>;
}

export interface Person {
  readonly id: string;
  token(): Promise<string>;
  /**
   * Connects without waiting for the greeting: all of it is in `frames`. With the key of a session,
   * to continue that.
   */
  open(sessionKey?: string): Promise<Desk>;
  /** Connects and waits for the greeting. */
  connect(): Promise<Desk>;
  /** Connects and becomes ready. */
  ready(): Promise<Desk>;
}

export interface Customer {
  readonly conversationId: string;
  readonly sessionId: string;
  readonly says: (text: string, messageId?: string) => Promise<number>;
  readonly leaves: () => Promise<void>;
}

export interface CentreOptions extends StartOptions {
  /**
   * For tests that look at everything there is, such as all items of the table, or change what
   * everybody sees, such as MRDs: a stack of their own.
   */
  alone?: boolean;
}

/**
 * By their options, the stacks that this worker has started for its files, of which it runs one at
 * a time. They end with it.
 */
const stacks = new Map<string, Promise<LocalStack>>();

/**
 * After so many people the next file has a new one: each queue that a test makes concerns everybody
 * who ever came, and that held up everybody's timers where they were many hundreds.
 */
const MOST_PEOPLE = 150;
const came = new WeakMap<LocalStack, number>();

async function stackFor({ alone, environment, ...more }: CentreOptions): Promise<LocalStack> {
  if (isDeployed) return deployedStack(environment);
  // Nobody whose desk a test has left is logged out while other tests run, unless they ask for
  // that: hundreds at once, ten minutes after a long table of stories, held up everybody's timers.
  const options = { demo: true, ...more, environment: { GRACE_SECONDS: '7200', RETENTION_DAYS: '0', ...environment } };
  if (isSmall) return smallStack(options); // one of its own for each file: it costs less than what others leave behind
  const begin = isServed ? servedStack : start;
  if (alone) return begin(options);
  const key = JSON.stringify(options);
  const used = await stacks.get(key);
  if (used && (came.get(used) ?? 0) < MOST_PEOPLE) return used;
  await used?.stop();
  const stack = begin(options);
  stacks.set(key, stack);
  return stack;
}

/**
 * A stack for the tests of a file, which files with the same options have used before it, unless it
 * is to be alone. Every desk that a test opened is closed after it, or after all of them where a
 * story is told by several tests, and none may have seen a frame that breaks a desk; every
 * conversation has ended.
 */
export function contactCentre(options: CentreOptions = {}, desksFor: 'each' | 'all' = 'each'): Centre {
  let stack: LocalStack | undefined;
  const desks: Desk[] = [];
  const people: string[] = [];
  const conversations: string[] = [];
  const running = () => {
    if (!stack) throw new Error('the stack is not up yet');
    return stack;
  };

  beforeAll(async () => {
    stack = await stackFor(options);
  }, 60_000);
  afterAll(async () => {
    if (options.alone || isDeployed || isSmall) await stack?.stop();
  });
  const [before, after] = desksFor === 'all' ? [beforeAll, afterAll] : [beforeEach, afterEach];
  before(() => {
    conversations.length = 0; // those of all tests of a file go on
  });
  // Of hooks that come after, the last one is first.
  after(async () => {
    const faults = desks.flatMap((desk) => desk.faults);
    const left = conversations.splice(0);
    // A customer who went on waiting in a queue for anybody would get an agent of the next test.
    if (!options.alone) await Promise.all(left.map((id) => centre.call('DELETE', `/conversations/${id}`)));
    for (const desk of desks.splice(0)) desk.vanish();
    people.length = 0;
    expect(faults).toEqual([]);
  });

  const centre: Centre = {
    people,
    get stack() {
      return running();
    },
    async call(method, path, body, token) {
      const bearer = token === undefined ? await running().token('platform') : token;
      const response = await request(`${running().httpUrl}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      if (isSmall)
        mustBeDescribed({
          method,
          url: path,
          body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
          status: response.status,
          type: response.headers.get('content-type'),
          answer: text,
        });
      const answer = { status: response.status, body: text === '' ? null : JSON.parse(text) };
      if (method === 'POST' && path === '/conversations' && answer.status === 201)
        conversations.push(answer.body.conversationId);
      return answer;
    },
    async passes(ms) {
      await (smallOf(running())?.time.passes(ms) ?? sleep(ms));
    },
    now: () => smallOf(running())?.time.clock.now() ?? Date.now(),
    poll(look, how) {
      const small = smallOf(running());
      if (!small) return expect.poll(look, how);
      const until = centre.now() + (how?.timeout ?? PATIENCE_MS);
      const passes = async () => {
        if (centre.now() >= until) return false;
        await small.time.passes(POLL_MS);
        return true;
      };
      return polled(look, passes, how?.message);
    },
    async eventually(find, timeoutMs = PATIENCE_MS) {
      for (const until = centre.now() + timeoutMs; ;) {
        const late = centre.now() >= until;
        try {
          const found = await find();
          if (found !== undefined) return found;
          if (late) throw new Error(`nothing came: ${find.toString()}`);
        } catch (error) {
          if (late) throw error;
        }
        await centre.passes(LOOK_MS);
      }
    },
    async person(roles = ['agent'], profile, more = {}) {
      const id = `p-${randomUUID().slice(0, 8)}`;
      people.push(id);
      came.set(running(), (came.get(running()) ?? 0) + 1);
      if (profile) await expectStatus(centre.call('PUT', `/config/agents/${id}`, profile), 200);
      const team = { teamId: 'blue', teamName: 'Blue' };
      const who = {
        id,
        firstName: 'Pat',
        lastName: id,
        roles,
        team,
        supervisedTeams: roles.includes('supervisor') ? [team] : [],
        ...more,
      };
      const person: Person = {
        id,
        token: () => running().token(who),
        async open(sessionKey) {
          const offered = sessionKey === undefined ? [] : [SUBPROTOCOL, `${SESSION_PREFIX}${sessionKey}`];
          const desk = await Desk.open(running().wsUrl, await person.token(), offered);
          desks.push(desk);
          return desk;
        },
        async connect() {
          const desk = await Desk.greeted(running().wsUrl, await person.token());
          desks.push(desk);
          return desk;
        },
        async ready() {
          const desk = await person.connect();
          desk.frames.length = 0;
          await desk.become('READY');
          return desk;
        },
      };
      return person;
    },
    async queue(settings = {}) {
      const id = `q-${randomUUID().slice(0, 8)}`;
      const queue = {
        name: id,
        mrdId: 'CHAT',
        steps: [{ expressions: [{ attribute: id, operator: '>=', value: 1 }], timeoutSeconds: 86_400 }],
        ...settings,
      };
      await expectStatus(centre.call('PUT', `/config/queues/${id}`, queue), 200);
      return id;
    },
    async customer(queue, more = {}) {
      const sessionId = randomUUID();
      const channelSession = webSession(sessionId);
      const { body } = await expectStatus(
        centre.call('POST', '/conversations', { channelSession, queue, ...more }),
        201,
      );
      const conversationId = String(body.conversationId);
      return {
        conversationId,
        sessionId,
        async says(text, messageId = randomUUID()) {
          const answer = await expectStatus(
            centre.call('POST', `/conversations/${conversationId}/events`, customerMessage(sessionId, text, messageId)),
            202,
          );
          return Number(answer.body.seq);
        },
        async leaves() {
          await expectStatus(centre.call('DELETE', `/conversations/${conversationId}`), 200);
        },
      };
    },
  };
  return centre;
}

/** How much passes between two looks. */
const POLL_MS = 100;
const LOOK_MS = 50;
const PATIENCE_MS = 15_000;

async function expectStatus<T extends { status: number; body: unknown }>(
  answer: Promise<T>,
  status: number,
): Promise<T> {
  const got = await answer;
  if (got.status !== status) throw new Error(`expected ${status}, got ${got.status} ${JSON.stringify(got.body)}`);
  return got;
}

export function webSession(id: string) {
  return {
    id,
    channel: {
      id: 'web-1',
      name: 'Web chat',
      channelType: { id: 'WEB', name: 'WEB', channelLogo: '_WEB.svg', isInteractive: true, mediaRoutingDomain: 'CHAT' },
    },
    channelData: {
      channelCustomerIdentifier: `visitor-${id.slice(0, 6)}`,
      serviceIdentifier: 'shop',
      requestPriority: 0,
      additionalAttributes: [],
    },
    customer: { _id: `c-${id.slice(0, 6)}`, firstName: 'Jo', isAnonymous: false, phoneNumber: [] },
  };
}

export function customerMessage(sessionId: string, markdownText: string, id: string) {
  const sender = { id: 'web', type: 'CONNECTOR', senderName: 'web' };
  const data = { id, header: { sender, channelSessionId: sessionId }, body: { type: 'PLAIN', markdownText } };
  return { id: randomUUID(), name: 'CUSTOMER_MESSAGE', type: 'MESSAGE', timestamp: Date.now(), data };
}

export function agentMessage(markdownText: string, id: string = randomUUID(), more: Record<string, unknown> = {}) {
  const data = { id, header: { sender: { id: 'whoever', type: 'AGENT' } }, body: { type: 'PLAIN', markdownText } };
  return { id: randomUUID(), name: 'AGENT_MESSAGE', type: 'MESSAGE', timestamp: Date.now(), data, ...more };
}
