/**
 * The original product's published list: PROTOCOL.md has a row for each of its events, with a story
 * that is told.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Its two tables, in their order; the manager's names one event twice. */
const DESKS = [
  'changeAgentState',
  'publishCimEvent',
  'directConferenceRequest',
  'consultTransferRequest',
  'consultConferenceRequest',
  'closeWrapup',
  'directTransferRequest',
  'unsubscribePullModeList',
  'topicUnsubscription_',
  'topicSubscription',
  'JoinAsSilentMonitor',
  'subscribePullModeList',
  'joinPullModeRequest',
  'deletePullModeRequest',
];
const MANAGERS = [
  'removePullModeSubscribedListRequests',
  'onPullModeSubscribedListRequest',
  'onPullModeSubscribedListRequest',
  'wrapupTimerStarted',
  'consulTransferRequestSuccess',
  'agentAssistanceRequestPlaced',
  'agentAssignedForAssistance',
  'topicUnsubscription',
  'topicClosed',
  'socketSessionRemoved',
  'revokeTask',
  'onTopicData',
  'taskRequest',
  'agentPresence_',
  'onCimEvent',
  'onChannelTypes',
  'errors',
  'connect_error',
  'addPullModeSubscribedListRequests',
  'onPullModeSubscribedList',
  'pullModeSubscribedListRequests',
];

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const document = read('shared/protocol/PROTOCOL.md');
const section = document.split('\n## The published list\n')[1]?.split('\n## ')[0] ?? '';
/** What it says of each event, from its heading on. */
const events = document.split(/\n(?=##+ )/).flatMap((part) => (part.startsWith('### ') ? [part.slice(4)] : []));
const rows = [...section.matchAll(/^\| `(\w+)` +\| “(.+)” +\| `([\w-]+)`: (.+?) +\|$/gm)].map(
  ([, event = '', trigger = '', file = '', title = '']) => ({ event, trigger, file, title }),
);

/** Every title of a story in a file, as it is written there. */
function titlesIn(file: string): string[] {
  const text = read(`test/scenario/${file}.test.ts`);
  return [...text.matchAll(/^\s*(?:it|it\.each\([\s\S]*?\))\(\s*'((?:[^'\\]|\\.)*)',/gm)].map(
    ([, title = '']) => title,
  );
}

describe('The published list', () => {
  it('is in PROTOCOL.md, row by row', () => {
    expect(rows.map(({ event }) => event)).toEqual([...DESKS, ...MANAGERS]);
  });

  it('is all that there is, beside what is marked as ours or as not in it', () => {
    const marked = /\*\*Ours\.\*\*|From the\s+original product, not in its\s+published list/;
    const unmarked = events.filter((event) => !marked.test(event)).map((event) => event.split('\n')[0]);
    expect(new Set(unmarked)).toEqual(new Set([...DESKS, ...MANAGERS]));
  });

  it.each(rows)('has a story that shows when $event is sent: $trigger', ({ file, title }) => {
    expect(titlesIn(file)).toContain(title);
  });
});
