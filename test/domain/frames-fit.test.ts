/**
 * Of everything the largest that is allowed, in letters of every width: whatever frame is made of
 * it is one frame of 32 KB.
 */
import { byteLength } from '../../shared/protocol/bytes.ts';
import { describe, expect, it } from 'vitest';
import { agentPresence } from '../../shared/domain/shown/presence.ts';
import type { LoggedEvent, Meta } from '../../shared/domain/conversation/conversation.ts';
import { mustFit } from '../../shared/domain/conversation/conversation.ts';
import { mustFitFrames } from '../../shared/domain/shares.ts';
import { agentFigure, onTeam } from '../../shared/domain/shown/team.ts';
import { laden } from '../../shared/domain/agent/slots.ts';
import { onCimEvent, onTopicData, onTopicReplay } from '../../shared/domain/shown/wire.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { MAX_EVENT_BYTES, MAX_FRAME_BYTES } from '../../shared/protocol/frame.ts';
import { Note } from '../../shared/protocol/values.ts';
import { names } from '../support/decision.ts';
import { decide } from '../../shared/domain/decide.ts';
import { accept, addEvent, offer, publish } from '../support/events.ts';
import { refusal } from '../support/decision.ts';
import { asks, toQueue } from '../support/requests.ts';
import { agent, arrival, channelSession, message, metaOf, mrd, NOW, queued, robin, rules, talk, type Part } from '../support/world.ts'; // prettier-ignore

/** One, two, three and four bytes wide; escaped once, and escaped to six. */
const LETTERS = ['x', 'é', '語', '😀', '"', '\n', '\u0001'];

const fits = (frame: unknown) => expect(byteLength(JSON.stringify(frame))).toBeLessThanOrEqual(MAX_FRAME_BYTES);

/** The longest text of these letters that is taken, to within a few letters. */
function longest(letter: string, taken: (text: string) => boolean, most = 40_000): string {
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (taken(letter.repeat(middle))) low = middle;
    else high = middle;
  }
  return letter.repeat(low);
}

function passes(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

/**
 * A conversation that is described by as much as may describe it, with four agents and ten
 * supervisors who have long names.
 */
function described(letter: string) {
  const people = Object.fromEntries(
    Array.from({ length: 14 }, (_, n): [string, Part] => [n === 0 ? 'amy' : `agent-${n}`, n < 4 ? 'PRIMARY' : 'SILENT_MONITOR']), // prettier-ignore
  );
  const world = talk(people);
  const meta = metaOf(world);
  const session = (notes: string) => ({ ...meta.sessions['web-1'], ...channelSession('web-1', 'WEB', { notes }) });
  const taken = (next: Meta) => passes(() => mustFit(world.conversation, next));
  const notes = longest(letter, (text) => taken({ ...meta, sessions: { 'web-1': session(text) } }));
  const withSession = { ...meta, sessions: { 'web-1': session(notes) } };
  const label = longest(letter, (text) => taken({ ...withSession, customer: { ...robin, label: text } }));
  const withCustomer = { ...withSession, customer: { ...robin, label } };
  const fact = longest(letter, (text) => taken({ ...withCustomer, conversationData: { fact: text } }));
  const participants = Object.fromEntries(
    Object.entries(world.conversation.participants).map(([id, who]) => {
      const name = letter.repeat(Math.floor(128 / letter.length));
      return [id, { ...who, username: name, firstName: name, lastName: name }];
    }),
  );
  const conversation = { ...world.conversation, participants };
  return { ...world, conversation, meta: { ...withCustomer, conversationData: { fact } } };
}

describe.each(LETTERS)('In letters like %j', (letter) => {
  const world = described(letter);
  const { conversation, meta } = world;
  const said = (text: string) => message('CUSTOMER_MESSAGE', { type: 'CUSTOM', text }, { header: { sender: { id: 'web', type: 'CONNECTOR' } } }); // prettier-ignore
  const largest = () => {
    const text = longest(letter, (it) => passes(() => decide(world, addEvent(said(it)))));
    const { events } = decide(world, addEvent(said(text)));
    return events.map((logged): LoggedEvent => ({ ...logged, seq: 7 }));
  };

  it('the largest message fits alone, with its session twice', () => {
    const events = largest();
    const [frame] = events.map((logged) => onCimEvent(conversation, meta, logged));
    fits(frame);
    expect(byteLength(JSON.stringify(frame))).toBeGreaterThan(MAX_EVENT_BYTES);
    const replayed = onTopicReplay({ conversation, meta, afterSeq: 6 }, [...events, ...events, ...events], 7);
    expect(replayed).toHaveLength(3);
    replayed.forEach(fits);
  });

  it('a snapshot fits, whoever is in it', () => {
    const frame = onTopicData({ ...conversation, lastSeq: 7 }, meta, 'amy', largest());
    fits(frame);
    expect(frame.data.topicData.participants.length).toBeGreaterThan(1);
  });

  it('a message of an agent that is a little longer is refused, not one that an agent can say', () => {
    const text = letter.repeat(17_000);
    expect(refusal(world, publish('amy', message('AGENT_MESSAGE', { type: 'PLAIN', markdownText: text }))).code).toBe('message.tooLarge'); // prettier-ignore
  });

  it('whatever is logged of a task fits, with the longest note and the longest names', () => {
    const note = longest(letter, (text) => Note.safeParse(text).success);
    const long = letter.repeat(Math.floor(128 / letter.length));
    const request = { by: { id: long, name: long }, note };
    const id = letter === '\u0001' ? 'mrd' : letter.repeat(Math.floor(256 / letter.length));
    const whispered = decide(talk({ amy: 'PRIMARY' }), asks('amy', 'DIRECT_CONFERENCE', toQueue(), note));
    const left = whispered.events.filter(({ event }) => event.name === 'WHISPER_MESSAGE');
    expect(left).toHaveLength(1);
    for (const logged of left) fits(onCimEvent(whispered.world.conversation, metaOf(whispered.world), logged));
    const task = queued('t1', {
      direction: 'DIRECT_TRANSFER',
      request,
      mrdId: id,
      rules: rules({ queue: { id, name: long.slice(0, 50) } }),
    });
    const world = arrival([task], [agent('amy', { [id]: {} }), agent(long)]);
    const offered = decide(world, offer('t1', 'amy'));
    for (const decision of [offered, decide(offered.world, accept('t1', 'amy'))]) {
      expect(names(decision)).toContain('TASK_STATE_CHANGED');
      const { conversation } = decision.world;
      for (const logged of decision.events) fits(onCimEvent(conversation, metaOf(decision.world), logged));
      for (const effect of decision.effects) fits(effect);
    }
  });

  it('a presence fits, and so does the figure, of an agent who has as much as anybody may', () => {
    const mrds = Array.from({ length: 16 }, (_, n) => mrd(`mrd-${n}`, { description: 'd'.repeat(300) }));
    const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${letter.repeat(5)}-${n}`, n]));
    const someone = agent('amy', Object.fromEntries(mrds.map(({ id, ...settings }) => [id, { settings: mrd(id, settings) }])), { attributes }); // prettier-ignore
    const token = { ...someone.user, supervisedTeams: Array.from({ length: 120 }, (_, n) => ({ teamId: `team-${n}`, teamName: `Team ${n}` })) }; // prettier-ignore
    const slots = Object.fromEntries(
      Array.from({ length: 250 }, (_, n) => [`t${n}`, { conversationId: crypto.randomUUID(), mrdId: mrds[0]?.id ?? '', phase: 'ACTIVE' as const }]), // prettier-ignore
    );
    const busy = { ...someone, user: token, slots };
    expect(laden(busy)).toBe(true);
    const presence = agentPresence(busy);
    const mrdStateChanges = mrds.map(({ id }) => id);
    fits({ event: 'agentPresence_', data: { action: 'AGENT_STATE_CHANGED', agentStateChanged: true, mrdStateChanges, agentPresence: presence } }); // prettier-ignore
    const figures = { teams: token.supervisedTeams, agents: [agentFigure(busy), agentFigure(busy)], queues: [], lists: [], at: NOW }; // prettier-ignore
    for (const data of onTeam({ ...figures, entrusted: { customers: 1_000, longestSince: NOW, more: true } }))
      fits({ event: 'onTeam', data });
    const ids = Object.values(slots).map(({ conversationId }) => conversationId);
    fits({ event: 'onSessionReady', data: { sessionKey: 'k'.repeat(128), continued: true, conversations: ids, offers: [], lastAgentSeq: 1 } }); // prettier-ignore
  });

  it('the lists that one agent can watch fit', () => {
    const list = (description: string) => ({ id: 'list', ...configSchemas.lists.parse({ name: 'list', mrdId: 'CHAT', description }) }); // prettier-ignore
    const description = longest(letter, (text) => passes(() => mustFitFrames(list(text))), 4_000);
    const { id, name } = list('');
    fits({ event: 'onPullModeSubscribedList', data: Array.from({ length: 40 }, () => ({ id, name, description })) });
  });
});
