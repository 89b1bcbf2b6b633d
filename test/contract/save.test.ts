/**
 * What the shell relies on when it saves: everything or nothing, each refusal under its own name,
 * and no more calls than are needed.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../shared/domain/agent/agent.ts';
import type { LoggedEvent, World } from '../../shared/domain/conversation/conversation.ts';
import { decide, newConversation } from '../../shared/domain/decide.ts';
import * as ports from '../../shared/edge/app.ts';
import type { Change, Requests, Store } from '../../shared/edge/app.ts';
import { frameMark, messageMark } from '../../shared/domain/handling/message.ts';
import { MARKS } from '../../shared/domain/conversation/repeated.ts';
import { kept, withoutTrace } from '../support/kept.ts';
import { agent, channelSession, message, robin, rules } from '../support/world.ts';

const here = kept();
let store: Store;
let requests: Requests;
beforeAll(() => {
  ({ store, requests } = here);
});

/** A person who does not exist in the table yet. */
const newcomer = (): Agent => ({ ...agent(randomUUID()), version: 0 });

/** A conversation that somebody waits in, and what starting it changes. */
function starting(): Change & { after: World } {
  const session = channelSession(randomUUID());
  const world = newConversation(randomUUID(), Date.now(), session, robin, {});
  const { world: after, events } = decide(world, {
    type: 'start',
    at: Date.now(),
    home: { rules: rules(), mrdId: 'CHAT' },
    priority: 1,
  });
  return { before: { agents: {} }, after, events, startedBy: session.id };
}

async function saved(change: Change & { after: World }): Promise<World> {
  await store.save(change);
  const { id } = change.after.conversation;
  const [conversation, meta] = await Promise.all([store.conversation(id), store.meta(id)]);
  if (!conversation || !meta) throw new Error('it was not saved');
  return { conversation, meta, agents: {} };
}

/** A message of the customer, decided on this world. */
function saying(world: World, id: string, more: Partial<Change> = {}): Change {
  const said = message('CUSTOMER_MESSAGE', undefined, { id, header: { sender: { id: 'web', type: 'CONNECTOR' } } });
  const { world: after, events } = decide(world, { type: 'addEvent', at: Date.now(), event: said });
  return { before: world, after, events, ...more };
}

const ack = (id: string) => ({ id, status: 'ok' as const });

describe('What is saved', () => {
  it('is what was decided, one version on', async () => {
    const change = starting();
    const { conversation, meta } = await saved(change);
    expect(conversation).toEqual({ ...change.after.conversation, version: 1, logEnd: expect.anything() });
    expect(meta).toEqual({ ...change.after.meta, version: 1 });
    const log = await store.events(conversation.id, { limit: 10 });
    expect(log).toEqual(change.events);
    expect(await store.startedBy(change.startedBy ?? '')).toBe(conversation.id);
  });

  it('is an agent too, as decided', async () => {
    const person = newcomer();
    await store.save({ before: { agents: {} }, after: { agents: { [person.id]: person } } });
    expect(await store.agent(person.id)).toEqual({ ...person, version: 1 });
    expect(await store.agents([person.id, 'nobody'])).toEqual([{ ...person, version: 1 }]);
    expect(await store.agentIds(null, 500)).toContain(person.id);
  });

  it('is nothing at all where nothing was decided', async () => {
    const world = await saved(starting());
    const calls = here.calls().length;
    await store.save({ before: world, after: world });
    expect(here.calls()).toHaveLength(calls);
  });
});

describe('A change is saved all or not at all', () => {
  const failures: [string, 'Conflict' | 'AlreadyAnswered', () => Promise<Change>][] = [
    [
      'where the conversation has changed meanwhile',
      'Conflict',
      async () => {
        const world = await saved(starting());
        await store.save(saying(world, 'quicker'));
        return saying(world, 'slower');
      },
    ],
    [
      'where an agent has changed meanwhile',
      'Conflict',
      async () => {
        const world = await saved(starting());
        const person = newcomer();
        await store.save({ before: { agents: {} }, after: { agents: { [person.id]: person } } });
        const now = { ...person, version: 1 };
        const next = { ...now, attributes: { sales: 1 } };
        await store.save({
          before: { agents: { [person.id]: now } },
          after: { agents: { [person.id]: next } },
        });
        const change = saying(world, 'with-agent');
        const late = { ...now, attributes: { sales: 2 } };
        return {
          ...change,
          before: { ...world, agents: { [person.id]: now } },
          after: { ...change.after, agents: { [person.id]: late } },
        };
      },
    ],
    [
      'where an agent is there meanwhile who was not',
      'Conflict',
      async () => {
        const world = await saved(starting());
        const person = newcomer();
        await store.save({ before: { agents: {} }, after: { agents: { [person.id]: person } } });
        const change = saying(world, 'with-newcomer');
        return { ...change, after: { ...change.after, agents: { [person.id]: person } } };
      },
    ],
    [
      'where the channel session has a conversation already',
      'Conflict',
      async () => {
        const first = starting();
        await saved(first);
        return { ...starting(), startedBy: first.startedBy };
      },
    ],
    [
      'where the frame was answered already',
      'AlreadyAnswered',
      async () => {
        const world = await saved(starting());
        await requests.keep('amy', ack('frame-1'));
        return saying(world, 'asked-before', { request: { agentId: 'amy', ack: ack('frame-1') } });
      },
    ],
  ];

  it.each(failures)('%s: %s', async (_, name, failing) => {
    const change = await failing();
    await withoutTrace(here, async () => {
      await expect(store.save(change)).rejects.toBeInstanceOf(ports[name]);
    });
  });

  it('however many save at the same moment: one wins', async () => {
    const world = await saved(starting());
    const changes = Array.from({ length: 10 }, (_, index) => saying(world, `racing-${index}`));
    const outcomes = await Promise.allSettled(changes.map((change) => store.save(change)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ports.Conflict);
    }
    const log = await store.events(world.conversation.id, { limit: 100 });
    expect(log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('and the agent who was changed at the same moment twice is changed once', async () => {
    const person = newcomer();
    const created = { before: { agents: {} }, after: { agents: { [person.id]: person } } };
    const outcomes = await Promise.allSettled([store.save(created), store.save(created)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('A single write', () => {
  it('needs no transaction, and its condition is refused under the same name', async () => {
    const person = { ...newcomer(), state: { name: 'NOT_READY' as const, reasonCode: null } };
    await store.save({ before: { agents: {} }, after: { agents: { [person.id]: person } } });
    const now = { ...person, version: 1 };
    const change = {
      before: { agents: { [person.id]: now } },
      after: { agents: { [person.id]: { ...now, agentLoginTime: 1 } } },
    };
    const calls = here.calls().length;
    await store.save(change);
    expect(here.calls().slice(calls)).toEqual(['write']);
    await expect(store.save(change)).rejects.toBeInstanceOf(ports.Conflict);
  });
});

describe('An answer to a frame', () => {
  const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;

  async function answered(id: string, at: number): Promise<void> {
    const answer = { pk: 'AGENT#amy', sk: `REQUEST#${id}`, ack: { ...ack(id), seq: 7 }, at, expiresAt: 9_999_999_999 };
    await here.put(answer);
  }

  it('stands for ten minutes', async () => {
    await answered('nine', minutesAgo(9));
    expect(await requests.find('amy', 'nine')).toEqual({ ...ack('nine'), seq: 7 });
    expect(await requests.keep('amy', { ...ack('nine'), seq: 8 })).toMatchObject({ seq: 7 });
    const change = saying(await saved(starting()), 'nine', { request: { agentId: 'amy', ack: ack('nine') } });
    await expect(store.save(change)).rejects.toBeInstanceOf(ports.AlreadyAnswered);
    expect(await requests.find('amy', 'nine')).toMatchObject({ seq: 7 });
  });

  it('does not count after that, although its row is still there', async () => {
    await answered('eleven', minutesAgo(11));
    expect(await requests.find('amy', 'eleven')).toBeNull();
    const change = saying(await saved(starting()), 'eleven', { request: { agentId: 'amy', ack: ack('eleven') } });
    await store.save(change);
    expect(await requests.find('amy', 'eleven')).toEqual(ack('eleven'));
    await answered('twelve', minutesAgo(12));
    expect(await requests.keep('amy', ack('twelve'))).toEqual(ack('twelve'));
    expect(await requests.find('amy', 'twelve')).toEqual(ack('twelve'));
  });

  it("is one agent's, not everybody's", async () => {
    await requests.keep('bob', ack('same'));
    expect(await requests.find('carol', 'same')).toBeNull();
  });

  it('is kept once where it is given twice at the same moment', async () => {
    const given = [1, 2, 3, 4].map((seq) => requests.keep('dora', { ...ack('at-once'), seq }));
    const standing = new Set((await Promise.all(given)).map(({ seq }) => seq));
    expect(standing.size).toBe(1);
    expect(await requests.find('dora', 'at-once')).toMatchObject({ seq: [...standing][0] });
  });
});

describe('The log', () => {
  it('is read from where and to where it is asked, oldest or newest first', async () => {
    let world = await saved(starting());
    for (const id of ['a', 'b', 'c', 'd']) {
      await store.save(saying(world, id));
      const conversation = await store.conversation(world.conversation.id);
      world = { ...world, conversation: conversation ?? world.conversation };
    }
    const seqs = async (range: Parameters<Store['events']>[1]) =>
      (await store.events(world.conversation.id, range)).map(({ seq }) => seq);
    expect(await seqs({ limit: 100 })).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await seqs({ after: 2, limit: 3 })).toEqual([3, 4, 5]);
    expect(await seqs({ after: 2, before: 5, limit: 9 })).toEqual([3, 4]);
    expect(await seqs({ limit: 2, newest: true })).toEqual([6, 7]);
    expect(await seqs({ after: 6, before: 7, limit: 9 })).toEqual([]);
    expect(await seqs({ after: 7, limit: 9 })).toEqual([]);
  });
});

/** This conversation with so many more messages of the customer: m0, m1 … */
async function after(world: World, count: number, from = 0): Promise<World> {
  if (count === 0) return world;
  await store.save(saying(world, `m${from}`));
  const conversation = await store.conversation(world.conversation.id);
  if (!conversation) throw new Error('it is gone');
  return after({ ...world, conversation }, count - 1, from + 1);
}

describe('A message', () => {
  it('is written to the log and to its end alone: HEAD stays as it was', async () => {
    const world = await saved(starting());
    const { id, version } = world.conversation;
    const rowsAt = async (sk: string) =>
      (await here.rows()).find((row) => row['pk'] === `CONVERSATION#${id}` && row['sk'] === sk);
    const head = await rowsAt('HEAD');
    const { conversation } = await after(world, 3);
    expect(await rowsAt('HEAD')).toEqual(head);
    expect(conversation).toEqual({
      ...world.conversation,
      lastSeq: 6,
      version: version + 3,
      logEnd: expect.anything(),
    });
    const changed = { ...conversation, handsRaised: ['amy'] };
    await store.save({ before: { conversation }, after: { conversation: changed } });
    expect(await rowsAt('HEAD')).toMatchObject({ handsRaised: ['amy'], version: version + 4 });
    expect(await store.conversation(id)).toMatchObject({ handsRaised: ['amy'], lastSeq: 6, version: version + 4 });
  });

  it('and a change of HEAD at the same moment: one of them is decided again', async () => {
    const world = await saved(starting());
    const { conversation } = world;
    const changes = [
      saying(world, 'said'),
      { before: { conversation }, after: { conversation: { ...conversation, handsRaised: ['amy'] } } },
    ];
    for (const order of [changes, changes.toReversed()]) {
      const outcomes = await Promise.allSettled(order.map((change) => store.save(change)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    }
    expect(await store.conversation(conversation.id)).toMatchObject({ version: conversation.version + 1 });
  });

  it('is found again by its id and by its frame, and what was not said is looked for nowhere', async () => {
    const { conversation } = await after(await saved(starting()), 60);
    const found = await store.saidBefore(conversation, [messageMark('m2'), messageMark('m59'), messageMark('never')]);
    expect(found.map(({ seq }) => seq)).toEqual([63, 6]);
    const calls = here.calls().length;
    expect(await store.saidBefore(conversation, [messageMark('never'), frameMark('amy', 'f1')])).toEqual([]);
    expect(here.calls()).toHaveLength(calls);
  });

  it('that an agent said is found by their frame, and by that of nobody else', async () => {
    const world = await saved(starting());
    const change = saying(world, 'framed');
    const [logged] = change.events ?? [];
    const event = { ...logged?.event, eventEmitter: { id: 'amy', type: 'AGENT' } } as LoggedEvent['event'];
    await store.save({ ...change, events: [{ seq: logged?.seq ?? 0, event, frame: 'f1' }] });
    const conversation = await store.conversation(world.conversation.id);
    if (!conversation) throw new Error('it is gone');
    const by = async (agentId: string, frame: string) =>
      (await store.saidBefore(conversation, [frameMark(agentId, frame)])).map(({ seq }) => seq);
    expect([await by('amy', 'f1'), await by('bob', 'f1'), await by('amy', 'f2')]).toEqual([[logged?.seq], [], []]);
  });

  it('is found however old it is, where it is edited', async () => {
    const { conversation } = await after(await saved(starting()), 2 * MARKS + 60);
    expect(await store.saidBefore(conversation, [messageMark('m2')])).toEqual([]);
    expect((await store.said(conversation, 'm2'))?.seq).toBe(6);
    expect(await store.said(conversation, 'never')).toBeUndefined();
  });

  it('that was said before there were marks is found, too', async () => {
    const { conversation } = await after(await saved(starting()), 3);
    const { logEnd: _, ...before } = conversation;
    expect((await store.saidBefore(before, [messageMark('m0')])).map(({ seq }) => seq)).toEqual([4]);
    expect(await store.saidBefore(before, [messageMark('never')])).toEqual([]);
  });
});

it('a conversation from before there was an end of its log goes on, with one', async () => {
  const world = await saved(starting());
  const { id } = world.conversation;
  await here.table.remove({ pk: `CONVERSATION#${id}`, sk: 'LOG' });
  const old = await store.conversation(id);
  if (!old) throw new Error('it is gone');
  expect(old.logEnd).toBeUndefined();
  const { conversation } = await after({ ...world, conversation: old }, 2);
  expect(conversation).toMatchObject({ lastSeq: 5, version: 3, logEnd: { head: 2 } });
});
