/** What happens while a desk is shown a conversation is told to it, and it is live at once. */
import { expect, it } from 'vitest';
import type { Around } from '../../shared/memory/call.ts';
import { message, plain } from '../support/world.ts';
import { shell } from '../support/shell.ts';

it('an agent who misses a message while they are shown a conversation is told it, once, and hears the next', async () => {
  const here = await shell();
  const frames = await here.desk('amy');
  await here.becomes('amy', 'READY');
  const conversationId = await here.comes({ queue: 'support' });
  const sender = { id: 'web', type: 'CONNECTOR', senderName: 'web' };
  const says = (id: string) => {
    const event = message('CUSTOMER_MESSAGE', plain, { id, header: { sender, channelSessionId: 'web-1' } });
    return here.toConversation(conversationId, { type: 'addEvent', at: here.clock.now(), event });
  };
  let shown = false;
  const meanwhile: Around = async (_, run) => {
    const result = await run();
    if (!shown && frames.at(-1)?.includes('"onTopicData"')) {
      shown = true;
      await says('hello-1');
    }
    return result;
  };
  await here.accepts('amy', conversationId, here.app(meanwhile));
  await says('hello-2');
  const told = (text: string) => frames.filter((frame) => frame.includes(text)).length;
  expect([told('"onTopicData"'), told('hello-1'), told('hello-2')]).toEqual([1, 1, 1]);
  expect((await here.ports.store.conversation(conversationId))?.participants['amy']?.live).toBe(true);
});
