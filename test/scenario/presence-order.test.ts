/**
 * Two changes of an agent at the same moment are told by two functions, and one may overtake the
 * other on the way: a desk keeps the newer.
 */
import { expect, it } from 'vitest';
import { connect } from '../../shared/client/client.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { reach } from '../support/reach.ts';

const centre = contactCentre();

it('A presence says of which change it is', async () => {
  const pat = await centre.person();
  const desk = await pat.connect();
  const greeted = (await desk.next('agentPresence_')).data.version ?? 0;
  expect(greeted).toBeGreaterThan(0);
  const ready = (await desk.become('READY')).data.version ?? 0;
  expect(ready).toBeGreaterThan(greeted);
  desk.send('changeAgentState', { action: 'agentState', state: { name: 'READY', reasonCode: null } });
  expect((await desk.next('agentPresence_')).data).toMatchObject({ action: 'AGENT_STATE_UNCHANGED', version: ready });
  const away = (await desk.become('NOT_READY')).data.version ?? 0;
  expect(away).toBeGreaterThan(ready);
});

it('A desk never goes back to an older presence', async () => {
  const queue = await centre.queue();
  const mrds = [{ mrdId: 'CHAT', maxAgentTasks: 1 }];
  const pat = await centre.person(['agent'], { attributes: { [queue]: 1 }, mrds });
  const agent = await connect({ ...reach(centre.stack.wsUrl), url: centre.stack.wsUrl, token: () => pat.token() });
  const chat = () => agent.presence.agentMrdStates.find(({ mrd }) => mrd.id === 'CHAT')?.state;
  let overtaken: (() => void) | undefined;
  const late = new Promise<void>((resolve) => (overtaken = resolve));
  let held = 0;
  const stop = centre.stack.gateway.interceptPosts(async ({ body }) => {
    if (held > 0 || !body.includes('agentPresence_')) return undefined;
    held += 1;
    await late;
    return undefined;
  });
  const ready = agent.setState('READY');
  await centre.customer(queue);
  await agent.offers().next();
  await centre.eventually(() => (chat() === 'BUSY' ? true : undefined));
  expect(held).toBe(1);
  overtaken?.();
  await ready;
  stop();
  expect(chat()).toBe('BUSY');
  agent.close();
});
