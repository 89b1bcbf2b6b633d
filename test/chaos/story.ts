/**
 * What the stories of bad networks and bad databases have in common: a platform and agents who ask
 * again, and what is heard held against what was said.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { LocalStack } from '../../infra/local/start.ts';
import { isMessage, type Conversation } from '../../shared/client/faces/conversation.ts';
import { AgentManagerError } from '../../shared/client/errors.ts';

/** What is refused for a reason that passes is asked for again. */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AgentManagerError) || !error.retry) throw error;
      await wait(50);
    }
  }
}

export function hearing(conversation: Conversation): string[] {
  const texts: string[] = [];
  void (async () => {
    for await (const event of conversation.events())
      if (isMessage(event) && event.data.body.markdownText) texts.push(event.data.body.markdownText);
  })();
  return texts;
}

export type Platform = (method: string, path: string, body?: unknown) => Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- answers of several shapes

export function platformOf(stack: LocalStack): Platform {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${await stack.token('platform')}`, 'content-type': 'application/json' };
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    for (;;) {
      const response = await fetch(`${stack.httpUrl}${path}`, { method, headers, ...given });
      if (response.ok) return response.json();
      if (response.status < 500 && response.status !== 409) throw new Error(`${method} ${path}: ${response.status}`);
    }
  };
}

export function customerMessage(sessionId: string, markdownText: string) {
  const header = { sender: { id: 'web', type: 'CONNECTOR', senderName: 'web' }, channelSessionId: sessionId };
  const data = { id: randomUUID(), header, body: { type: 'PLAIN', markdownText } };
  return { id: randomUUID(), name: 'CUSTOMER_MESSAGE', type: 'MESSAGE', timestamp: Date.now(), data };
}

/** What was said, in the order in which it was stored. */
export async function textsOf(platform: Platform, conversationId: string): Promise<string[]> {
  const texts: string[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page = await platform('GET', `/conversations/${conversationId}/events?after=${after}&limit=500`);
    for (const { cimEvent } of page.events) {
      const text: unknown = cimEvent.data.body?.markdownText;
      if (typeof text === 'string') texts.push(text);
    }
    after = page.nextAfter;
  }
  return texts;
}

/** Says where two orders part, and what is missing or there twice. */
export function equal(what: string, found: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((text, index) => found[index] !== text);
  if (at < 0 && found.length === expected.length) return;
  const from = at < 0 ? expected.length : at;
  const twice = found.filter((text, index) => found.indexOf(text) !== index);
  const lost = expected.filter((text) => !found.includes(text));
  const near = (texts: readonly string[]) => texts.slice(Math.max(0, from - 2), from + 3).join(', ');
  const sizes = `${found.length} instead of ${expected.length}`;
  throw new Error(`${what} is wrong (${sizes}) at ${from}: […${near(found)}…] instead of […${near(expected)}…]; twice: [${twice.join(', ')}]; lost: [${lost.join(', ')}]`); // prettier-ignore
}
