/**
 * A desk in another language, which knows the protocol from the document alone, has a chat with the
 * small stack. Where Python or its packages cannot be had it says that it did not run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { root } from '../../infra/functions.ts';
import { makeToken } from '../../infra/local/people/issuer.ts';
import { CannotBeHad, pythonWith } from '../../infra/python.ts';
import { startSmall } from '../../infra/start/small.ts';
import { customerMessage, webSession } from '../support/contact-centre.ts';

const Answer = z.looseObject({ conversationId: z.string().optional() });

let small: Awaited<ReturnType<typeof startSmall>>;
beforeAll(async () => {
  small = await startSmall({ port: 0, host: '127.0.0.1' });
});
afterAll(() => small.stop());

it('a desk in Python talks with a customer, by the document alone', async ({ skip }) => {
  const python = await pythonWith('python-desk', join(root, 'examples', 'requirements.txt')).catch((error: unknown) => {
    if (error instanceof CannotBeHad) return error;
    throw error;
  });
  if (python instanceof CannotBeHad) {
    console.log(`The desk in Python: not run. ${python.message}`);
    return skip(`not run: ${python.message}`);
  }
  const env = { ...process.env, TOKEN: await makeToken('amy') };
  const desk = spawn(python, [join(root, 'examples', 'desk.py'), small.wsUrl], { env });
  const ended = once(desk, 'exit');
  const wrong: string[] = [];
  desk.stderr.on('data', (chunk: Buffer) => wrong.push(chunk.toString()));
  const lines = createInterface({ input: desk.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value } = await lines.next();
    return value ?? wrong.join('');
  };

  const authorization = `Bearer ${await makeToken('platform')}`;
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(`${small.httpUrl}${path}`, { method, headers, body: JSON.stringify(body) });
    return Answer.parse(await response.json());
  };
  const { conversationId } = await call('POST', '/conversations', {
    channelSession: webSession('visit'),
    queue: 'support',
  });
  expect(await line()).toBe('talking with Jo');
  await call('POST', `/conversations/${conversationId}/events`, customerMessage('visit', 'Is it there?', 'm1'));
  expect(await line()).toBe('customer: Is it there?');
  await expect
    .poll(async () => JSON.stringify(await call('GET', `/conversations/${conversationId}/events`)))
    .toContain('You said: Is it there?');
  await call('DELETE', `/conversations/${conversationId}`);
  const [code] = await ended;
  expect([code, wrong.join('')]).toEqual([0, '']);
});
