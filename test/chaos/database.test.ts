/**
 * A dozen conversations over a database that conflicts, throttles, fails and is slow: nothing is
 * lost, nothing is said twice, nobody is stuck.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { LocalStack } from '../../infra/local/start.ts';
import { connect, type Agent } from '../../shared/client/faces/agent.ts';
import type { Conversation } from '../../shared/client/faces/conversation.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { customerMessage, equal, hearing, insist, platformOf, textsOf } from './story.ts';

const AGENTS = 4;
const CUSTOMERS = 12;
const ROUNDS = 2;
const deadlineMs = 240_000;

const centre = contactCentre({ alone: true });

it(
  'nothing is lost and nobody is stuck though the database strikes',
  async () => {
    const { stack } = centre;
    const floor = await openFloor(stack);
    const chaos = stack.database.faults.bySeed({
      seed: 20261127,
      conflict: 0.08,
      throttle: 0.05,
      unprocessed: 0.5,
      error: 0.03,
      doneAndError: 0.03,
      slow: 0.1,
      slowMs: 100,
    });
    await floor.day();
    chaos.stop();
    floor.close();
    const { unprocessed: _seldom, ...struck } = chaos.struck; // few steps read more than one item in a batch
    expect(Object.entries(struck).filter(([, times]) => times === 0)).toEqual([]);
  },
  deadlineMs,
);

it(
  'a floor is far from what one partition key takes, and loses nothing where a key takes less than it needs',
  async () => {
    const { stack } = centre;
    const real = stack.database.faults.limitKeys();
    const floor = await openFloor(stack);
    await floor.day();
    expect([...real.throttled]).toEqual([]);
    real.stop();
    const tight = stack.database.faults.limitKeys({ read: 60, write: 20 });
    await floor.day();
    tight.stop();
    floor.close();
    expect(tight.throttled.size).toBeGreaterThan(0);
  },
  deadlineMs,
);

/** Agents who take what is offered, and customers who come, talk and leave, all at once. */
async function openFloor(stack: LocalStack) {
  const platform = platformOf(stack);
  const queue = `struck-${randomUUID().slice(0, 8)}`;
  const step = { expressions: [{ attribute: queue, operator: '>=', value: 1 }], timeoutSeconds: 86_400 };
  await platform('PUT', `/config/queues/${queue}`, { name: queue, mrdId: 'CHAT', steps: [step], wrapUp: { enabled: false } }); // prettier-ignore
  const held = new Map<string, { conversation: Conversation; texts: string[] }>();

  const agents = await Promise.all(
    Array.from({ length: AGENTS }, async (_, index) => {
      const id = `${queue}-${index}`;
      await platform('PUT', `/config/agents/${id}`, { attributes: { [queue]: 1 } });
      const who = { id, firstName: 'Pat', lastName: id, roles: ['agent'], supervisedTeams: [] };
      const agent = await connect({ url: stack.wsUrl, token: () => stack.token(who) });
      await insist(() => agent.setState('READY'));
      void takeOffers(agent);
      void hold(agent, held);
      return agent;
    }),
  );

  async function customer(): Promise<void> {
    const sessionId = randomUUID();
    const channelSession = {
      id: sessionId,
      channel: { channelType: { name: 'WEB' } },
      channelData: { channelCustomerIdentifier: sessionId },
    };
    const { conversationId } = await platform('POST', '/conversations', { channelSession, queue });
    const { conversation, texts } = await eventually(() => held.get(conversationId));
    const said: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await platform('POST', `/conversations/${conversationId}/events`, customerMessage(sessionId, `ask ${round}`));
      await insist(() => conversation.send(`answer ${round}`));
      said.push(`ask ${round}`, `answer ${round}`);
    }
    equal(`the log of ${conversationId}`, await textsOf(platform, conversationId), said);
    await eventually(() => (texts.length >= said.length ? true : undefined));
    equal(`what the agent of ${conversationId} heard`, texts, said);
    await platform('DELETE', `/conversations/${conversationId}`);
    await conversation.ended;
  }

  return {
    async day() {
      await Promise.all(Array.from({ length: CUSTOMERS }, customer));
      for (const agent of agents) {
        const free = async () => {
          const { state, tasks } = await platform('GET', `/agents/${agent.id}`);
          return state.name === 'READY' && tasks.length === 0 ? true : undefined;
        };
        await eventually(free);
      }
    },
    close() {
      for (const agent of agents) agent.close();
    },
  };
}

async function takeOffers(agent: Agent): Promise<void> {
  // An offer that has gone elsewhere meanwhile is no matter.
  for await (const offer of agent.offers()) insist(() => offer.accept()).catch(() => {});
}

async function hold(agent: Agent, held: Map<string, { conversation: Conversation; texts: string[] }>): Promise<void> {
  for await (const conversation of agent.conversations())
    held.set(conversation.id, { conversation, texts: hearing(conversation) });
}

async function eventually<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    await wait(50);
  }
}
