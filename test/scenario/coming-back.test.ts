/** An agent who wraps up takes the customer back: the wrap-up ends, and they are PRIMARY again. */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { agentOf, conversationOf } from '../support/platform.ts';
import { agent, nobodyIsHalfInside, queue, rolesIn, scene } from '../support/scene.ts';

const centre = contactCentre();
const wrapUp = { enabled: true, seconds: 30 };

describe('An agent in wrap-up', () => {
  it('has the customer back whom a colleague transfers to them', async () => {
    const { amy, bob, sales, conversationId } = await scene(centre, { support: { wrapUp } });
    await amy.desk.ask('directTransferRequest', { conversationId, ...queue(sales) });
    await bob.desk.accept();
    const back = { conversationId, ...agent(amy.id) };
    expect(await bob.desk.ask('directTransferRequest', back)).toMatchObject({ status: 'ok' });
    const { data } = await amy.desk.accept();
    expect(data.topicData.topicParticipant.role).toBe('PRIMARY');
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    await centre.passes(40_000);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    const said = await amy.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Me again') });
    expect(said).toMatchObject({ status: 'ok' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('has the customer back whom nobody else took, with one task', async () => {
    const { amy, bob, conversationId } = await scene(centre, { support: { wrapUp, acceptSeconds: 1 } });
    await amy.desk.ask('directTransferRequest', { conversationId, ...agent(bob.id) });
    await amy.desk.accept();
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    expect((await conversationOf(centre, conversationId)).tasks).toHaveLength(1);
    expect((await agentOf(centre, amy.id)).tasks).toHaveLength(1);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it.each(['by the queue, where the customer writes again', 'by name, where a colleague hands them back'])(
    'has the customer at once, though the wrap-up fills their only place: %s',
    async (how) => {
      const { amy, bob, support, customer, conversationId } = await scene(centre, { support: { wrapUp } });
      const one = { mrds: [{ mrdId: 'CHAT', maxAgentTasks: 1 }], attributes: { [support]: 1 } };
      expect((await centre.call('PUT', `/config/agents/${amy.id}`, one)).status).toBe(200);
      if (how.startsWith('by name')) {
        await amy.desk.ask('directTransferRequest', { conversationId, ...agent(bob.id) });
        await bob.desk.accept();
        await bob.desk.ask('directTransferRequest', { conversationId, ...agent(amy.id) });
      } else {
        await amy.desk.ask('topicUnsubscription_', { conversationId, agentId: amy.id });
        await customer.says('One more thing');
      }
      await amy.desk.accept();
      expect(await rolesIn(centre, conversationId)).toMatchObject({ [amy.id]: 'PRIMARY' });
      expect((await agentOf(centre, amy.id)).tasks).toHaveLength(1);
      await nobodyIsHalfInside(centre, conversationId);
    },
  );
});
