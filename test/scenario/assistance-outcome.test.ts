/**
 * Whoever asked for a colleague hears how it ended: whom they got, nobody, or that it is off, also
 * after they have left, and also at a desk that comes later.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { agent, isGone, queue, scene, type Scene } from '../support/scene.ts';

const centre = contactCentre();
const KINDS = {
  directTransferRequest: 'DIRECT_TRANSFER',
  consultTransferRequest: 'CONSULT_TRANSFER',
  directConferenceRequest: 'DIRECT_CONFERENCE',
  consultConferenceRequest: 'CONSULT_CONFERENCE',
  consultRequest: 'CONSULT',
} as const;
const LEAVING = ['directTransferRequest', 'consultTransferRequest'] as const;
type Kind = keyof typeof KINDS;
const kinds = Object.entries(KINDS).map(([kind, direction]) => [kind as Kind, direction] as const);

const outcomeOf = async ({ amy }: Pick<Scene, 'amy'>) => (await amy.desk.next('onAssistanceOutcome')).data;

describe.each([
  ['without', false],
  ['with', true],
])('From a queue %s wrap-up', (_, enabled) => {
  it.each(kinds)('%s of a queue is answered with who rings and who has accepted', async (kind, direction) => {
    const story = await scene(centre, { support: { wrapUp: { enabled, seconds: 600 } } });
    const { amy, bob, conversationId, sales } = story;
    amy.desk.send(kind, { conversationId, ...queue(sales) });
    const assigned = await amy.desk.next('agentAssignedForAssistance');
    expect(assigned.data).toMatchObject({ conversationId, task: { assignedTo: { id: bob.id } } });
    await bob.desk.accept();
    if (kind === 'consultTransferRequest') {
      const { data, agentSeq } = await amy.desk.next('consulTransferRequestSuccess');
      expect(data).toMatchObject({ conversationId, agentId: bob.id, task: { assignedTo: { id: bob.id } } });
      expect(agentSeq).toBeGreaterThan(0);
    }
    const { data, agentSeq } = await amy.desk.next('onAssistanceOutcome');
    expect(data).toMatchObject({
      conversationId,
      direction,
      outcome: 'ACCEPTED',
      agent: { id: bob.id },
      queue: { id: sales },
    });
    expect(agentSeq).toBeGreaterThan(assigned.agentSeq ?? 0);
  });

  it.each(kinds)('%s of a queue that finds nobody is answered with that', async (kind, direction) => {
    const story = await scene(centre, { support: { wrapUp: { enabled, seconds: 600 } } });
    const nobody = await centre.queue({ requestTtlSeconds: 10 });
    story.amy.desk.send(kind, { conversationId: story.conversationId, ...queue(nobody) });
    expect(await outcomeOf(story)).toMatchObject({ direction, outcome: 'NO_AGENT_AVAILABLE', agent: null });
  });

  it.each(kinds)('%s of a colleague who does not answer is answered with that', async (kind, direction) => {
    const story = await scene(centre, { support: { wrapUp: { enabled, seconds: 600 }, acceptSeconds: 2 } });
    const { amy, bob, conversationId } = story;
    amy.desk.send(kind, { conversationId, ...agent(bob.id) });
    expect(await outcomeOf(story)).toMatchObject({ direction, outcome: 'NO_AGENT_AVAILABLE', queue: null });
  });

  it.each(LEAVING)('%s is off when the customer leaves meanwhile', async (kind) => {
    const story = await scene(centre, { support: { wrapUp: { enabled, seconds: 600 } } });
    const { amy, customer, conversationId } = story;
    await amy.desk.ask(kind, { conversationId, ...queue(await centre.queue()) });
    await customer.leaves();
    expect(await outcomeOf(story)).toMatchObject({ outcome: 'CANCELLED', agent: null });
  });
});

it('A colleague who lets it ring is followed by the next, and whoever asked hears of each, then of the end', async () => {
  const story = await scene(centre, { sales: { acceptSeconds: 2 } });
  const { amy, bob, conversationId, sales } = story;
  await amy.desk.ask('directTransferRequest', { conversationId, ...queue(sales) });
  const names = async () => (await amy.desk.next('agentAssignedForAssistance')).data.task.assignedTo?.id;
  expect(await names()).toBe(bob.id);
  const carol = await centre.person(['agent'], { attributes: { [sales]: 1 } });
  const desk = await carol.ready();
  expect(await names()).toBe(carol.id);
  await desk.accept();
  expect(await outcomeOf(story)).toMatchObject({ outcome: 'ACCEPTED', agent: { id: carol.id } });
});

it('Whoever asked, left and signed out reads at their next desk who has the customer', async () => {
  const { amy, bob, conversationId, sales } = await scene(centre);
  await bob.desk.become('NOT_READY');
  await amy.desk.ask('directTransferRequest', { conversationId, ...queue(sales) });
  const { agentSeq: left = 0 } = await amy.desk.next('topicUnsubscription');
  await amy.desk.become('LOGOUT');
  await isGone(centre, amy);
  await bob.desk.become('READY');
  await bob.desk.accept();
  const desk = await amy.person.connect();
  desk.send('replayAgentEvents', { afterSeq: left });
  const { events } = (await desk.next('onAgentReplay')).data;
  expect(events).toMatchObject([
    { agentSeq: left + 1, event: 'agentAssignedForAssistance' },
    { agentSeq: left + 2, event: 'onAssistanceOutcome', data: { outcome: 'ACCEPTED', agent: { id: bob.id } } },
  ]);
});
