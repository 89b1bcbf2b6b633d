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

/** A customer, and what they do. */
interface Comes {
  readonly id: string;
  readonly says: (text: string) => unknown;
  readonly leaves: () => unknown;
  /** Nobody answers. */
  readonly ringsOut: () => unknown;
}

interface Script {
  readonly options: ConnectOptions;
  readonly list: string;
  /** Into the agent's queue, whose wrap-up lasts a minute. */
  readonly comes: () => Promise<Comes>;
  /** Into another, where an offer rings for a second. */
  readonly comesBriefly: () => Promise<Comes>;
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
  'lets an offer ring out, and is too late': async (agent, { comesBriefly }) => {
    await agent.setState('READY');
    const { ringsOut } = await comesBriefly();
    const offer = await first(agent.offers());
    await ringsOut();
    await chatIs(agent, 'NOT_READY');
    return [await offer.revoked, await codeOf(offer.accept()), agent.presence.state.name];
  },
  'loses the customer while it rings': async (agent, { comes }) => {
    await agent.setState('READY');
    const { leaves } = await comes();
    const offer = await first(agent.offers());
    await leaves();
    return [await offer.revoked, await codeOf(offer.accept())];
  },
  'loses the customer in the middle, cannot answer them any more, and wraps up': async (agent, { comes }) => {
    await agent.setState('READY');
    const { leaves } = await comes();
    const conversation = await accepts(agent);
    await leaves();
    await first(conversation.events(), ({ name }) => name === 'PARTICIPANT_ROLE_CHANGED');
    const outcomes = [await codeOf(conversation.send('Are you still there?')), conversation.role];
    await conversation.wrapUp({ wrapups: [{ categoryName: 'Orders', value: 'Late' }], note: 'Gone.' });
    outcomes.push(await conversation.ended);
    await chatIs(agent, 'READY');
    return outcomes;
  },
  'leaves, loses the customer in wrap-up, and leaves once more': async (agent, { comes }) => {
    await agent.setState('READY');
    const { leaves } = await comes();
    const conversation = await accepts(agent);
    await conversation.leave();
    await leaves();
    await first(conversation.events(), ({ name }) => name === 'CHANNEL_SESSION_ENDED');
    const outcomes = [conversation.role, await codeOf(conversation.leave()), await conversation.ended];
    return [...outcomes, await codeOf(conversation.closeWrapup())];
  },
  'speaks after it has left, and leaves twice': async (agent, { comes }) => {
    await agent.setState('READY');
    await comes();
    const offer = await first(agent.offers());
    const conversation = await offer.accept();
    const outcomes = [await codeOf(offer.decline()), await codeOf(conversation.closeWrapup())];
    await conversation.leave();
    await conversation.leave();
    await conversation.ended;
    await chatIs(agent, 'READY');
    outcomes.push(await codeOf(conversation.send('One more thing')), await codeOf(conversation.leave()));
    return outcomes;
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
  const { cimEvent, pullModeEvent, action, reason, topicData, taskState, code, detail } = data as Record<string, never>;
  if (event === 'onCimEvent') return String((JSON.parse(cimEvent ?? '{}') as { name: unknown }).name);
  if (pullModeEvent) return String((JSON.parse(pullModeEvent) as { status: unknown }).status);
  return JSON.stringify(action ?? reason ?? topicData?.['state'] ?? taskState ?? code ?? '') + (detail ?? '');
}

it.each(Object.entries(stories))(
  'A desk hears the same of the fake manager as of the real one: it %s',
  async (_, story) => {
    // prettier-ignore
    const list = await listOf(centre);
    const [queue, brief] = [
      await centre.queue({ wrapUp: { enabled: true, seconds: 60 } }),
      await centre.queue({ acceptSeconds: 1 }),
    ];
    const person = await centre.person(['agent'], { attributes: { [queue]: 1, [brief]: 1 } });
    const comesInto = async (into: string): Promise<Comes> => {
      const customer = await centre.customer(into);
      return { id: customer.conversationId, says: customer.says, leaves: customer.leaves, ringsOut: () => {} };
    };
    const real = await heard(story, {
      options: { url: centre.stack.wsUrl, token: await person.token() },
      list,
      comes: () => comesInto(queue),
      comesBriefly: () => comesInto(brief),
      waits: async () => ({ id: (await waitsOn(centre, list)).conversationId }),
    });
    const manager = createFakeManager();
    manager.addList({ id: list, watched: false });
    const comes = async (): Promise<Comes> => {
      const id = manager.offer({ wrapUpSeconds: 60 });
      const says = (text: string) => manager.customerSays(id, text);
      return { id, says, leaves: () => manager.customerLeaves(id), ringsOut: () => manager.revoke(id) };
    };
    const fake = await heard(story, {
      options: manager.options,
      list,
      comes,
      comesBriefly: comes,
      waits: async () => ({ id: manager.waits(list) }),
    });
    expect(fake).toEqual(real.filter((name) => !LEFT_OUT.has(String(name))));
  },
);
