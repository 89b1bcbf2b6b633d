/** An agent and a customer for a bench: the same wire as any desk's. */
import { randomUUID } from 'node:crypto';
import type { Person } from '../infra/local/people/people.ts';
import type { LocalStack } from '../infra/local/start.ts';
import { webSession } from '../test/support/contact-centre.ts';
import { Desk } from '../test/support/desk.ts';

type Reached = Pick<LocalStack, 'wsUrl' | 'httpUrl' | 'token'>;

export async function call(
  stack: Reached,
  method: string,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await stack.token('platform')}` };
  const response = await fetch(stack.httpUrl + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** An agent in a conversation, and the conversation's id. */
export async function inConversation(
  stack: Reached,
  who: string | Person,
): Promise<{ desk: Desk; conversationId: string }> {
  const desk = await Desk.greeted(stack.wsUrl, await stack.token(who));
  await desk.become('READY');
  const started = await call(stack, 'POST', '/conversations', {
    channelSession: webSession(randomUUID()),
    queue: 'support',
  });
  await desk.accept();
  return { desk, conversationId: String(started['conversationId']) };
}
