/** Customers who fall silent, on the wire: they are asked, then parked or let go. */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { conversationOf } from '../support/platform.ts';
import { logged, nobodyIsHalfInside, scene, tasksOf, type Scene } from '../support/scene.ts';
import { chatIs } from '../support/talk.ts';

const centre = contactCentre();
const limit = { inactivitySeconds: 3_600, thenSeconds: 600, text: 'Are you still there?' };
const HOUR = 3_600_000;

const says = ({ amy, conversationId }: Scene, text = 'And your order number?') =>
  amy.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage(text) });
const story = (more = {}) => scene(centre, { support: { inactivity: [{ ...limit, ...more }] } });
const told = (conversationId: string) => logged(centre, conversationId, 'CUSTOMER_ACTIVITY_TIMEOUT');

describe('A customer who says nothing more', () => {
  it('is asked, which everybody and the platform hear, and parked: the agent is free', async () => {
    const silent = await story();
    const { amy, conversationId } = silent;
    await says(silent);
    await centre.passes(HOUR + 1_000);
    const { data } = await amy.desk.cim('CUSTOMER_ACTIVITY_TIMEOUT');
    expect(data).toMatchObject({ text: 'Are you still there?', inactivitySeconds: 3_600, action: 'PARK' });
    await centre.passes(601_000);
    expect((await amy.desk.cim('CONVERSATION_PAUSED')).data).toMatchObject({
      participant: null,
      holdTimerDetails: { release: true, totalDuration: 86_400 },
    });
    await amy.desk.next('agentPresence_', chatIs('READY'));
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'ON_HOLD', hold: { parked: true } });
    await nobodyIsHalfInside(centre, conversationId);
    await silent.customer.says('Sorry, here it is');
    await amy.desk.cim('CONVERSATION_RESUMED');
    await amy.desk.next('agentPresence_', chatIs('ACTIVE'));
  });

  it('is let go where the queue says so', async () => {
    const silent = await story({ action: 'CLOSE' });
    await says(silent);
    await centre.passes(HOUR + 602_000);
    await silent.amy.desk.next('topicUnsubscription');
    expect(await conversationOf(centre, silent.conversationId)).toMatchObject({ state: 'CLOSED' });
    expect(await tasksOf(centre, silent.conversationId)).toEqual([]);
  });

  it('is left alone for as long as they speak with each other', async () => {
    const lively = await story();
    for (let n = 0; n < 3; n++) {
      await says(lively, `Question ${n}`);
      await centre.passes(HOUR / 2);
      await lively.customer.says(`Answer ${n}`);
      await centre.passes(HOUR / 3);
    }
    await centre.passes(2 * HOUR); // it is the agent's turn
    expect(await told(lively.conversationId)).toEqual([]);
  });

  it('has the limit of their channel', async () => {
    const silent = await story({ channelTypes: ['WHATSAPP'] });
    await says(silent);
    await centre.passes(2 * HOUR);
    expect(await told(silent.conversationId)).toEqual([]);
  });
});
