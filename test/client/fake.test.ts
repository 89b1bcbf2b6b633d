/**
 * The same desk, by the fake manager and by the real one: it hears the same, in the same order, and
 * of the fake nothing that the real one would not say.
 */
import { expect, it } from 'vitest';
import { connect, type Agent, type ConnectOptions, type ManagerEventName } from '../../shared/client/client.ts';
import { createFakeManager } from '../../shared/client/testing.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { accepts, first } from '../support/agents.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { listOf, waitsOn } from '../support/lists.ts';

const centre = contactCentre();

/** What the fake manager leaves out: tasks that no script has made. */
const LEFT_OUT = new Set(['onCimEvent TASK_STATE_CHANGED', 'onCimEvent TASK_ENQUEUED']);

/** A customer, and what they say. */
interface Comes {
  readonly id: string;
  readonly says: (text: string) => unknown;
}

interface Script {
  readonly options: ConnectOptions;
  readonly list: string;
  /** Into the agent's queue, whose wrap-up lasts a minute. */
  readonly comes: () => Promise<Comes>;
  /** Onto the list, which has no wrap-up. */
  readonly waits: () => Promise<{ readonly id: string }>;
}

type Story = (agent: Agent, script: Script) => Promise<unknown>;

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

const chatIs = (agent: Agent, wanted: string) =>
  first(agent.presences(), ({ agentMrdStates }) => agentMrdStates.some(({ mrd, state }) => mrd.id === 'CHAT' && state === wanted)); // prettier-ignore

const stories: Record<string, Story> = {
  'takes a customer, answers, and wraps up': async (agent, { comes }) => {
    await agent.setState('READY');
    const customer = await comes();
    const conversation = await accepts(agent, ({ conversationId }) => conversationId === customer.id);
    await customer.says('Where is my parcel?');
    await first(conversation.events(), ({ name }) => name === 'CUSTOMER_MESSAGE');
    await conversation.send('It comes today.');
    await conversation.leave();
    await conversation.closeWrapup();
    await conversation.ended;
    await chatIs(agent, 'READY');
  },
  'declines an offer, and cannot take it any more': async (agent, { comes }) => {
    await agent.setState('READY');
    await comes();
    const offer = await first(agent.offers());
    await offer.decline();
    await offer.revoked;
    return codeOf(offer.decline());
  },
  'takes a break, says so twice, and asks for what cannot be': async (agent) => {
    const outcomes = [await codeOf(agent.setMrdState('CHAT', 'READY'))];
    await agent.setState('READY');
    await agent.setState('READY');
    await agent.setMrdState('CHAT', 'NOT_READY');
    await agent.setMrdState('CHAT', 'READY');
    outcomes.push(await codeOf(agent.setMrdState('CHAT', 'BUSY')), await codeOf(agent.setMrdState('NONE', 'READY')));
    await agent.setState('NOT_READY');
    return outcomes;
  },
  'watches a list, picks a customer, and leaves them there': async (agent, { list, waits }) => {
    await agent.lists.subscribe(list);
    const { id } = await waits();
    await first(agent.pullRequests(), (requests) => requests.some((one) => one.id === id));
    const conversation = await agent.lists.join(id);
    await first(agent.pullRequests(), (requests) => requests.some(({ status }) => status === 'ACTIVE'));
    return [conversation.role, await codeOf(agent.lists.subscribe('nowhere'))];
  },
};

/** What a desk hears in a story, and what comes of it. */
async function heard(story: Story, script: Script): Promise<unknown[]> {
  const agent = await connect(script.options);
  const names: string[] = [];
  // The end of the greeting is told whenever the agent's log has been read.
  for (const event of (Object.keys(managerEvents) as ManagerEventName[]).filter((name) => name !== 'onSessionReady'))
    agent.on(event, (data) => names.push(`${event} ${aboutOf(event, data)}`));
  const outcome = await story(agent, script);
  agent.close();
  return [...names, outcome];
}

/** What tells one such event from another. */
function aboutOf(event: ManagerEventName, data: unknown): string {
  const { cimEvent, pullModeEvent, action, reason, topicData, taskState, code } = data as Record<string, never>;
  if (event === 'onCimEvent') return String((JSON.parse(cimEvent ?? '{}') as { name: unknown }).name);
  if (pullModeEvent) return String((JSON.parse(pullModeEvent) as { status: unknown }).status);
  return JSON.stringify(action ?? reason ?? topicData?.['state'] ?? taskState ?? code ?? '');
}

it.each(Object.entries(stories))(
  'A desk hears the same of the fake manager as of the real one: it %s',
  async (_, story) => {
    // prettier-ignore
    const list = await listOf(centre);
    const queue = await centre.queue({ wrapUp: { enabled: true, seconds: 60 } });
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const real = await heard(story, {
      options: { url: centre.stack.wsUrl, token: await person.token() },
      list,
      async comes() {
        const customer = await centre.customer(queue);
        return { id: customer.conversationId, says: (text) => customer.says(text) };
      },
      waits: async () => ({ id: (await waitsOn(centre, list)).conversationId }),
    });
    const manager = createFakeManager();
    manager.addList({ id: list, watched: false });
    const fake = await heard(story, {
      options: manager.options,
      list,
      async comes() {
        const id = manager.offer({ wrapUpSeconds: 60 });
        return { id, says: (text) => manager.customerSays(id, text) };
      },
      waits: async () => ({ id: manager.waits(list) }),
    });
    expect(fake).toEqual(real.filter((name) => !LEFT_OUT.has(String(name))));
  },
);
