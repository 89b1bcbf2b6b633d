/**
 * Data that no desk expects, in a browser: whatever a message holds, it is shown or said not to be,
 * and nothing around it is lost.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { root } from '../../infra/functions.ts';
import { customerMessage } from '../support/contact-centre.ts';
import { DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';
import { rewriteEvent } from '../support/table.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);

/** A page that draws lines, and nothing else. */
async function linesPage() {
  const entryPoints = [join(root, 'test', 'support', 'lines-page.tsx')];
  const jsx = { jsx: 'automatic', jsxImportSource: 'preact' } as const;
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'iife', write: false, logLevel: 'error', ...jsx }); // prettier-ignore
  const page = await visit();
  await page.evaluate(() => document.body.replaceChildren());
  await page.evaluate(outputFiles[0]?.text ?? '');
  return page;
}

describe('A message', () => {
  it('is drawn whatever its body holds', async () => {
    const page = await linesPage();
    const failed = await page.evaluate<string[]>('fuzz(7, 1000)');
    expect(failed.slice(0, 3)).toEqual([]);
  });

  it('that cannot be drawn says so, between others that are, until it can', async () => {
    const page = await linesPage();
    expect(await page.evaluate('threeLines()')).toEqual({
      before: ['one', 'This message cannot be shown.', 'three'],
      after: ['one', 'two', 'three'],
    });
  });

  it('that an older manager has let into the log leaves the conversation readable', async () => {
    const queue = await centre.queue({ steps: [], acceptSeconds: 300, wrapUp: { enabled: false } });
    const customer = await centre.customer(queue);
    await customer.says('Here is my number.', 'before');
    const contacts = [{ name: { formattedName: 'Jo' }, phones: [{ phone: '+46 555 0100' }] }];
    const contact = customerMessage(customer.sessionId, '', 'contact');
    const { body } = await centre.call('POST', `/conversations/${customer.conversationId}/events`, {
      ...contact,
      data: { ...contact.data, body: { type: 'CONTACT', contacts } },
    });
    await rewriteEvent(centre.stack, customer.conversationId, body.seq, (event) => {
      event.data.body.contacts[0].phones = '+46 555 0100';
    });
    await customer.says('Do you have it?', 'after');
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    await amy.accept('Jo');
    await amy.hears('Here is my number.');
    await amy.messages.getByText('Contact', { exact: true }).waitFor();
    await amy.hears('Do you have it?');
    await amy.says('I have.');
    await amy.does('Leave');
    await amy.has(amy.tab('Jo'), 0);
  });
});
