/**
 * A customer whom no agent has, looks for or can pick is entrusted to the platform (a bot, a phone
 * menu), for so long after the last word. Then the conversation ends, for nobody is there any more.
 * Who writes meanwhile goes home, if agents had them before.
 */
import * as z from 'zod';
import type { Conversation } from '../conversation/conversation.ts';
import { PLATFORM_SECONDS } from '../conversation/task.ts';
import type { Draft } from '../conversation/draft.ts';
import { customerPresent } from '../conversation/participants.ts';
import { custodyOf, inLimbo } from './custody.ts';
import { listed } from '../handling/pull-list.ts';
import { goHome } from '../handling/queueing.ts';

/** A customer whom the platform has, as they are counted. */
export const Entrusted = z.object({ conversationId: z.string(), since: z.number() });
export type Entrusted = z.output<typeof Entrusted>;

export function entrustedRow({ id, entrusted }: Conversation): Entrusted | null {
  return entrusted && { conversationId: id, since: entrusted.since };
}

/** What a decision ends with: nobody is without an owner, or with one whom they do not need. */
export function keepCustomer(draft: Draft): void {
  const { conversation } = draft;
  if (inLimbo(conversation)) return entrust(draft, conversation.home?.rules.platformSeconds ?? PLATFORM_SECONDS);
  const still = customerPresent(conversation) && custodyOf(conversation) === 'platform';
  if (conversation.entrusted && !still) draft.change({ entrusted: null });
}

export function entrust(draft: Draft, seconds: number): void {
  const { at, conversation } = draft;
  const until = at + seconds * 1000;
  draft.change({ entrusted: { owner: 'PLATFORM', since: at, until, seconds, seq: conversation.lastSeq } });
}

/** The customer writes: where agents had them they are back in the queue that they belong to. */
export function customerWrote(draft: Draft): void {
  const { conversation } = draft;
  if (custodyOf(conversation) === 'platform' && conversation.home?.rules.afterAgents === 'QUEUE') goHome(draft);
}

/**
 * The list that the customer came back to was deleted while a queue looked for an agent: nobody can
 * pick them. `decide` sees to the rest.
 */
export function listGone(draft: Draft, { listId }: { listId: string }): void {
  const { conversation } = draft;
  if (custodyOf(conversation) !== 'list' || listed(conversation)?.listId !== listId) return;
  draft.change({ home: null });
  const requestType = { direction: 'INBOUND', mode: 'QUEUE', metadata: {} };
  draft.log({ name: 'NO_AGENT_AVAILABLE', data: { requestType } });
}

/**
 * Is nobody there any more? Where something was said meanwhile the time begins anew: so whoever
 * says something writes nothing for that.
 */
export function silentTooLong(draft: Draft, { since }: { since: number }): boolean {
  const { at, conversation } = draft;
  const { entrusted } = conversation;
  if (entrusted?.since !== since || at < entrusted.until) return false;
  if (conversation.lastSeq === entrusted.seq) return true;
  entrust(draft, entrusted.seconds);
  return false;
}
