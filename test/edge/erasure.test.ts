/** Erasing what is kept of a customer, where that is more than one page, or more than one call. */
import { expect, it } from 'vitest';
import { eraseCustomer } from '../../shared/edge/http/erasure.ts';
import { message, plain, robin } from '../support/world.ts';
import { shell } from '../support/shell.ts';

const sender = { id: 'web', type: 'CONNECTOR', senderName: 'web' };

it('finds the logs of those who came late to a very long conversation', async () => {
  const here = await shell();
  await here.desk('amy');
  const conversationId = await here.comes({ queue: 'support' });
  const at = here.clock.now();
  for (let n = 0; n < 520; n += 1) {
    const header = { sender, channelSessionId: 'web-1' };
    const event = message('CUSTOMER_MESSAGE', plain, { id: `m${n}`, header });
    await here.toConversation(conversationId, { type: 'addEvent', at, event });
  }
  await here.becomes('amy', 'READY');
  await here.toConversation(conversationId, { type: 'end', at, reason: 'CUSTOMER' });
  const about = async () =>
    (await here.ports.store.notices('amy', { after: 0, limit: 100 })).filter(
      (entry) => entry.conversationId === conversationId,
    );
  expect(await about()).not.toEqual([]);
  const { erased, more } = await eraseCustomer(here.ports, robin._id);
  expect([erased.notices > 0, more]).toEqual([true, false]);
  expect(await about()).toEqual([]);
});

it('says that there is more, and finds it again, where one call does not come to the end of a conversation', async () => {
  const here = await shell();
  const conversationId = await here.comes({ queue: 'support' });
  await here.toConversation(conversationId, { type: 'end', at: here.clock.now(), reason: 'CUSTOMER' });
  const pk = `CONVERSATION#${conversationId}`;
  for (let n = 0; n < 2_100; n += 1) here.rows.write([{ put: { pk, sk: `MESSAGE#${n}`, seq: n } }]);
  expect(await eraseCustomer(here.ports, robin._id)).toMatchObject({ erased: { conversations: 0 }, more: true });
  expect(await eraseCustomer(here.ports, robin._id)).toMatchObject({ erased: { conversations: 1 }, more: false });
  const left = here.rows.all().filter((row) => row.pk === pk || row.pk.startsWith('CUSTOMER#'));
  expect(left).toEqual([]);
});
