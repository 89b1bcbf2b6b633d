/**
 * One run: two agents and a customer write two hundred messages in one conversation, each agent
 * behind a network that does its worst. In the end everybody has heard everything that was
 * acknowledged, once and in the same order.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { LocalStack } from '../../infra/local/start.ts';
import { connect, type Agent } from '../../shared/client/faces/agent.ts';
import type { Conversation } from '../../shared/client/faces/conversation.ts';
import { startChaos, type ChaosProxy } from './proxy.ts';
import { chance } from './random.ts';
import { customerMessage, equal, hearing, insist, platformOf, textsOf } from './story.ts';

export interface Report {
  readonly seed: number;
  readonly ms: number;
  /** Null where all is well. */
  readonly failure: string | null;
  /** What the networks did, how often. */
  readonly done: Readonly<Record<string, number>>;
}

export interface Size {
  readonly messages: number;
  /** A run that takes longer hangs. */
  readonly deadlineMs: number;
}

export async function run(stack: LocalStack, seed: number, { messages, deadlineMs }: Size): Promise<Report> {
  const startedAt = Date.now();
  const closing: (() => unknown)[] = [];
  const proxies: ChaosProxy[] = [];
  const phase = { now: 'begins' };
  let failure: string | null = null;
  try {
    const late = wait(deadlineMs, undefined, { ref: false }).then(() => {
      throw new Error(`it hangs: ${phase.now}`);
    });
    await Promise.race([story({ stack, seed, messages, deadlineMs, closing, proxies, phase }), late]);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  } finally {
    for (const close of closing.toReversed()) await close();
  }
  const done: Record<string, number> = {};
  for (const proxy of proxies)
    for (const [what, times] of Object.entries(proxy.done)) done[what] = (done[what] ?? 0) + times;
  return { seed, ms: Date.now() - startedAt, failure, done };
}

interface Scene extends Size {
  readonly stack: LocalStack;
  readonly seed: number;
  readonly closing: (() => unknown)[];
  readonly proxies: ChaosProxy[];
  readonly phase: { now: string };
}

async function story({ stack, seed, messages, deadlineMs, closing, proxies, phase }: Scene): Promise<void> {
  const platform = platformOf(stack);
  const queue = `chaos-${seed}-${randomUUID().slice(0, 8)}`;
  const step = { expressions: [{ attribute: queue, operator: '>=', value: 1 }], timeoutSeconds: 86_400 };
  await platform('PUT', `/config/queues/${queue}`, { name: queue, mrdId: 'CHAT', steps: [step], wrapUp: { enabled: false } }); // prettier-ignore

  phase.now = 'agents connect';
  const agents = await Promise.all(
    ['amy', 'bob'].map(async (name) => {
      const id = `${queue}-${name}`;
      const attributes = name === 'amy' ? { [queue]: 1 } : {};
      await platform('PUT', `/config/agents/${id}`, { team: { teamId: 'blue', teamName: 'Blue' }, attributes });
      const proxy = await startChaos(stack, seed, name);
      proxies.push(proxy);
      closing.push(() => proxy.stop());
      const who = { id, firstName: name, lastName: name, roles: ['agent'], supervisedTeams: [] };
      const agent = await connect({ ...settings(proxy, { seed, name, deadlineMs }), token: () => stack.token(who) });
      closing.push(() => agent.close());
      await agent.setState('READY');
      return agent;
    }),
  );
  const [amy, bob] = agents as [Agent, Agent];

  phase.now = 'the customer comes';
  const sessionId = randomUUID();
  const channel = { channelType: { name: 'WEB' } };
  const channelSession = { id: sessionId, channel, channelData: { channelCustomerIdentifier: sessionId } };
  const { conversationId } = await platform('POST', '/conversations', { channelSession, queue });
  const first = await next(amy);
  await insist(() => first.conference({ agent: bob.id })); // who is being greeted cannot be asked
  const conversations = [first, await next(bob)];
  const heard = conversations.map(hearing);

  phase.now = 'they write';
  for (const proxy of proxies) proxy.unleash();
  const each = Math.floor(messages / 3);
  const lines = messages - 2 * each;
  const acknowledged: string[] = [];
  const customerSays = async (text: string) => {
    await platform('POST', `/conversations/${conversationId}/events`, customerMessage(sessionId, text));
    acknowledged.push(text);
  };
  await Promise.all([
    ...conversations.map(async (conversation, index) => {
      const pace = chance(seed, `pace ${index}`);
      const pending: Promise<unknown>[] = [];
      for (let line = 0; line < each; line++) {
        const text = `${index === 0 ? 'amy' : 'bob'} ${line}`;
        pending.push(insist(() => conversation.send(text)).then(() => acknowledged.push(text)));
        if (pace.maybe(0.7)) await wait(pace.between(5, 80));
      }
      await Promise.all(pending);
    }),
    (async () => {
      const pace = chance(seed, 'pace customer');
      for (let line = 0; line < lines - 1; line++) {
        await customerSays(`customer ${line}`);
        await wait(pace.between(5, 120));
      }
    })(),
  ]);

  // An event that was lost on the way is noticed with the next one, so the last one may not be.
  phase.now = 'they read on';
  for (const proxy of proxies) proxy.settle();
  await customerSays(`customer ${lines - 1}`);
  const log = await textsOf(platform, conversationId);
  for (const [index, texts] of heard.entries()) {
    phase.now = `agent ${index} reads on`;
    while (texts.length < log.length) await wait(20);
  }
  await wait(300); // what comes twice comes soon
  equal('the log', [...log].toSorted(), acknowledged.toSorted());
  for (const name of ['amy', 'bob', 'customer']) {
    const own = log.filter((text) => text.startsWith(name));
    equal(`what ${name} wrote`, own, own.map((_, line) => `${name} ${line}`)); // prettier-ignore
  }
  for (const [index, texts] of heard.entries()) equal(`what agent ${index} heard`, texts, log);

  for (const [index, conversation] of conversations.entries()) {
    phase.now = `agent ${index} leaves`;
    await insist(() => conversation.leave());
    await conversation.ended;
  }
}

/**
 * Everything is quick here. Every other run renews its connections all the time; the others have to
 * get along without.
 */
function settings(proxy: ChaosProxy, { seed, name, deadlineMs }: { seed: number; name: string; deadlineMs: number }) {
  return {
    url: proxy.url,
    handshakeUrl: proxy.handshakeUrl,
    requestTimeoutMs: deadlineMs,
    connectTimeoutMs: deadlineMs,
    openTimeoutMs: 5_000,
    heartbeatMs: 1_000,
    gapMs: 60,
    backoff: { baseMs: 50, maxMs: 800 },
    ...(seed % 2 === 0 ? { renewAfterMs: { min: 2_000, max: 8_000 } } : {}),
    random: chance(seed, `${name} client`),
  };
}

/** The next offer that can be accepted. */
async function next(agent: Agent): Promise<Conversation> {
  for await (const offer of agent.offers()) return offer.accept();
  throw new Error('the desk was closed');
}
