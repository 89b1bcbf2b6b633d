/** The steps of a queue: who is asked at first, and who only after a while. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';

const centre = contactCentre({ alone: true });

const skilled = (skill: string, least: number) => [{ attribute: skill, operator: '>=', value: least }];

/** Experts first, then the experienced, then everybody who can do it at all. */
async function steppedQueue(skill: string, more: Record<string, unknown> = {}) {
  const steps = [
    { expressions: skilled(skill, 8), timeoutSeconds: 1 },
    { expressions: skilled(skill, 5), timeoutSeconds: 1 },
    { expressions: skilled(skill, 1), timeoutSeconds: 60 },
  ];
  return centre.queue({ steps, ...more });
}

async function withSkill(skill: string, level: number | boolean) {
  return (await centre.person(['agent'], { attributes: { [skill]: level } })).ready();
}

/** How long the customer had waited when this conversation was offered, in milliseconds. */
async function waitOf(conversationId: string): Promise<number> {
  const log = await logOf(centre, conversationId);
  const reserved = log.find(({ name }) => name === 'AGENT_RESERVED');
  return reserved?.['timestamp'] - log[0]?.['timestamp'];
}

describe('The steps of a queue', () => {
  it('ask the best first, although others have been available longer', async () => {
    const skill = `s${Date.now()}a`;
    const queue = await steppedQueue(skill);
    const beginner = await withSkill(skill, 1);
    const expert = await withSkill(skill, 9);
    const { conversationId } = await centre.customer(queue);
    expect((await expert.next('taskRequest')).data.conversationId).toBe(conversationId);
    await beginner.never('taskRequest', 0);
  });

  it('ask the others one step after the other, each when its time has come', async () => {
    const skill = `s${Date.now()}b`;
    const queue = await steppedQueue(skill);
    const beginner = await withSkill(skill, 1);
    const { conversationId: first } = await centre.customer(queue);
    const experienced = await withSkill(skill, 5);
    expect((await experienced.next('taskRequest')).data.conversationId).toBe(first);
    expect(await waitOf(first)).toBeGreaterThanOrEqual(1_000);
    await experienced.become('NOT_READY');
    const { conversationId: second } = await centre.customer(queue);
    expect((await beginner.next('taskRequest')).data.conversationId).toBe(second);
    expect(await waitOf(second)).toBeGreaterThanOrEqual(2_000);
  });

  it('count from when the customer began to wait, also after an agent did not answer', async () => {
    const skill = `s${Date.now()}c`;
    const queue = await steppedQueue(skill, { acceptSeconds: 2 });
    const expert = await withSkill(skill, 9);
    const beginner = await withSkill(skill, 1);
    const { conversationId } = await centre.customer(queue);
    await expert.next('taskRequest');
    await expert.next('revokeTask');
    expect((await beginner.next('taskRequest')).data.conversationId).toBe(conversationId);
    const log = await logOf(centre, conversationId);
    const [asked, askedNext] = log.filter(({ name }) => name === 'AGENT_RESERVED').map((it) => it['timestamp']);
    expect(askedNext - asked).toBeLessThan(4_500); // all steps were open by then
  });

  it('never ask somebody whom no step fits', async () => {
    const skill = `s${Date.now()}d`;
    const queue = await steppedQueue(skill);
    const stranger = await withSkill('another skill', 10);
    await centre.customer(queue);
    await stranger.never('taskRequest', 3_200);
  });

  it('want all that a step names, and read a flag as one or nothing', async () => {
    const [skill, speaks] = [`s${Date.now()}e`, `f${Date.now()}`];
    const expressions = [...skilled(skill, 1), { attribute: speaks, operator: '==', value: true }];
    const queue = await centre.queue({ steps: [{ expressions, timeoutSeconds: 60 }] });
    const silent = await withSkill(skill, 10);
    const person = await centre.person(['agent'], { attributes: { [skill]: 1, [speaks]: true } });
    const { conversationId } = await centre.customer(queue);
    const speaker = await person.ready();
    expect((await speaker.next('taskRequest')).data.conversationId).toBe(conversationId);
    await silent.never('taskRequest', 0);
  });

  it('ask an agent who learns the skill while somebody waits', async () => {
    const skill = `s${Date.now()}f`;
    const queue = await steppedQueue(skill);
    const person = await centre.person(['agent'], { attributes: {} });
    const desk = await person.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.never('taskRequest', 200);
    await centre.call('PUT', `/config/agents/${person.id}`, { attributes: { [skill]: 10 } });
    expect((await desk.next('taskRequest')).data.conversationId).toBe(conversationId);
  });

  it('are gone with the queue: who still waits in it is offered to anybody', async () => {
    const skill = `s${Date.now()}g`;
    const queue = await steppedQueue(skill);
    const { conversationId } = await centre.customer(queue);
    expect((await centre.call('DELETE', `/config/queues/${queue}`)).status).toBe(204);
    const stranger = await withSkill('another skill', 1);
    expect((await stranger.next('taskRequest')).data.conversationId).toBe(conversationId);
  });

  it('let everybody through where there are none', async () => {
    const mrdId = `M${Date.now()}`;
    await centre.call('PUT', `/config/mrds/${mrdId}`, { name: mrdId, maxRequests: 1 });
    const queue = await centre.queue({ mrdId, steps: [] });
    const desk = await (await centre.person()).ready();
    const { conversationId } = await centre.customer(queue);
    await desk.next('taskRequest', (offer) => offer.conversationId === conversationId);
  });
});
