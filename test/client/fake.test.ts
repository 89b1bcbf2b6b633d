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

const centre = contactCentre();

/** What the fake manager leaves out: the task that a wrap-up is of, which no script has made. */
const LEFT_OUT = 'onCimEvent TASK_STATE_CHANGED';

interface Script {
  readonly options: ConnectOptions;
  readonly comes: () => Promise<{ readonly id: string; readonly says: (text: string) => unknown }>;
}

/** What a desk hears of a customer who comes, asks, is answered and wrapped up. */
async function heard({ options, comes }: Script): Promise<string[]> {
  const agent = await connect(options);
  const names: string[] = [];
  // The end of the greeting is told whenever the agent's log has been read.
  for (const event of (Object.keys(managerEvents) as ManagerEventName[]).filter((name) => name !== 'onSessionReady'))
    agent.on(event, (data) => names.push(`${event} ${aboutOf(event, data)}`));
  await agent.setState('READY');
  const customer = await comes();
  const conversation = await accepts(agent, ({ conversationId }) => conversationId === customer.id);
  await customer.says('Where is my parcel?');
  await first(conversation.events(), ({ name }) => name === 'CUSTOMER_MESSAGE');
  await conversation.send('It comes today.');
  await conversation.leave();
  await conversation.closeWrapup();
  await conversation.ended;
  await untilReady(agent);
  agent.close();
  return names;
}

async function untilReady(agent: Agent): Promise<void> {
  await first(agent.presences(), ({ agentMrdStates }) => agentMrdStates.some(({ mrd, state }) => mrd.id === 'CHAT' && state === 'READY')); // prettier-ignore
}

/** What tells one such event from another. */
function aboutOf(event: ManagerEventName, data: unknown): string {
  const { cimEvent, action, reason, topicData, taskState } = data as Record<string, never>;
  if (event === 'onCimEvent') return String((JSON.parse(cimEvent ?? '{}') as { name: unknown }).name);
  return JSON.stringify(action ?? reason ?? topicData?.['state'] ?? taskState ?? '');
}

it('A desk hears the same of the fake manager as of the real one', async () => {
  const queue = await centre.queue({ wrapUp: { enabled: true, seconds: 60 } });
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const real = await heard({
    options: { url: centre.stack.wsUrl, token: await person.token() },
    async comes() {
      const customer = await centre.customer(queue);
      return { id: customer.conversationId, says: (text) => customer.says(text) };
    },
  });
  const manager = createFakeManager();
  const fake = await heard({
    options: manager.options,
    async comes() {
      const id = manager.offer({ wrapUpSeconds: 60 });
      return { id, says: (text) => manager.customerSays(id, text) };
    },
  });
  expect(real).toContain(LEFT_OUT);
  expect(fake).toEqual(real.filter((name) => name !== LEFT_OUT));
});
