/** Customers who fall silent, on the wire: they are asked, then parked or let go. */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { conversationOf } from '../support/platform.ts';
import { logged, nobodyIsHalfInside, scene, tasksOf, type Scene } from '../support/scene.ts';
import { chatIs } from '../support/talk.ts';

const centre = contactCentre();
const limit = { inactivitySeconds: 12, thenSeconds: 6, text: 'Are you still there?' };
const ASKED_MS = 12_600;
const ENDED_MS = 6_500;

const says = ({ amy, conversationId }: Scene, text = 'And your order number?') =>
  amy.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage(text) });
const story = (more = {}) => scene(centre, { support: { inactivity: [{ ...limit, ...more }] } });
const told = (conversationId: string) => logged(centre, conversationId, 'CUSTOMER_ACTIVITY_TIMEOUT');

describe('A customer who says nothing more', () => {
  it('is asked, which everybody and the platform hear, and parked: the agent is free', async () => {
    const silent = await story();
    const { amy, conversationId } = silent;
    await says(silent);
    await centre.passes(ASKED_MS);
    const { data } = await amy.desk.cim('CUSTOMER_ACTIVITY_TIMEOUT');
    expect(data).toMatchObject({ text: 'Are you still there?', inactivitySeconds: 12, action: 'PARK' });
    await centre.passes(ENDED_MS);
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

  it('is asked once more after they were parked, and let go where they stay silent', async () => {
    const silent = await story({ parkSeconds: 10 });
    await says(silent);
    await centre.passes(ASKED_MS + ENDED_MS);
    await silent.amy.desk.cim('CONVERSATION_PAUSED');
    await centre.passes(10_500);
    await silent.amy.desk.cim('CONVERSATION_RESUMED');
    await centre.passes(ASKED_MS + ENDED_MS);
    await silent.amy.desk.next('topicUnsubscription');
    expect((await told(silent.conversationId)).map(({ data }) => data)).toMatchObject([
      { action: 'PARK' },
      { action: 'CLOSE' },
    ]);
    expect(await conversationOf(centre, silent.conversationId)).toMatchObject({ state: 'CLOSED' });
  });

  it('is let go where the queue says so', async () => {
    const silent = await story({ action: 'CLOSE' });
    await says(silent);
    await centre.passes(ASKED_MS + ENDED_MS);
    await silent.amy.desk.next('topicUnsubscription');
    expect(await conversationOf(centre, silent.conversationId)).toMatchObject({ state: 'CLOSED' });
    expect(await tasksOf(centre, silent.conversationId)).toEqual([]);
  });

  it('is left alone for as long as they speak with each other', async () => {
    const lively = await story();
    for (let n = 0; n < 3; n++) {
      await says(lively, `Question ${n}`);
      await centre.passes(ASKED_MS / 2);
      await lively.customer.says(`Answer ${n}`);
      await centre.passes(ASKED_MS / 3);
    }
    await centre.passes(2 * ASKED_MS); // it is the agent's turn
    expect(await told(lively.conversationId)).toEqual([]);
  });

  it('has the limit of their channel', async () => {
    const silent = await story({ channelTypes: ['WHATSAPP'] });
    await says(silent);
    await centre.passes(2 * ASKED_MS);
    expect(await told(silent.conversationId)).toEqual([]);
  });
});
