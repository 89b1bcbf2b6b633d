/**
 * `npm run test:hidden`: an agent works in another window for six minutes, and customers still
 * reach them. A browser wakes a hidden page once a minute at most, so this is told in a page that
 * is really hidden, and which shows first that it is.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../infra/local/people/people.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { agentOf } from '../support/platform.ts';
import { openRawTab, type RawTab } from '../support/raw-tab.ts';

/**
 * Chromium wakes a page once a minute when it was hidden for five minutes. Here it does so after
 * ten seconds.
 */
const SWITCHES = ['--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10'];
const GRACE_MS = 60_000;
const HIDDEN_MS = 6 * 60_000;

const centre = contactCentre({ alone: true }, 'all');
const connectionsOf = (id: string) =>
  centre.stack.gateway.connections().filter(({ principalId }) => principalId === id).map(({ connectionId }) => connectionId); // prettier-ignore
const read = async (tab: RawTab, expression: string) => JSON.parse(String(await tab.evaluate(`JSON.stringify(${expression})`))); // prettier-ignore

let tab: RawTab;
/**
 * What a second's clock in the page says, in milliseconds since it last did, since the grace was
 * over.
 */
let ticks: number[] = [];
/** Whether the page was visible, each time that it was looked at. */
const looks = new Set<string>();
/** All connections that Amy ever had. */
const connections = new Set<string>();
let timesAway = 0;
let conversationId = '';

const heard = (event: string) => tab.frames.filter(({ text }) => text.includes(`{"event":"${event}"`)).length;

beforeAll(
  async () => {
    const patient = { ...(config['queues']?.['support'] as object), acceptSeconds: 900, wrapUp: { enabled: false } };
    await centre.call('PUT', '/config/queues/support', patient);
    tab = await openRawTab(centre.stack.httpUrl, SWITCHES);
    await tab.click('button', 'Amy Adams');
    await tab.click('button', 'Your state');
    await tab.click('[role=menuitem]', 'Ready');
    await centre.eventually(async () => ((await agentOf(centre, 'amy')).state.name === 'READY' ? true : undefined));
    await tab.evaluate(
      'globalThis.ticks = []; let last = Date.now(); setInterval(() => { ticks.push(Date.now() - last); last = Date.now(); }, 1000); 0',
    );
    await tab.become('minimized');
    await wait(GRACE_MS);
    await tab.evaluate('ticks.length = 0');
    const customer = await centre.customer('support');
    conversationId = customer.conversationId;
    for (const until = Date.now() + HIDDEN_MS; Date.now() < until; await wait(500)) {
      for (const id of connectionsOf('amy')) connections.add(id);
      if (!(await agentOf(centre, 'amy')).connected) timesAway += 1;
      looks.add(String(await tab.evaluate('document.visibilityState')));
    }
    ticks = await read(tab, 'ticks');
    const beats = tab.frames.filter(({ direction, text }) => direction === 'sent' && text.includes('"heartbeat"'));
    const gaps = beats.map(({ at }, index) => at - (beats[index - 1]?.at ?? at));
    console.log(
      `ticks of a second's clock in ${HIDDEN_MS / 1000} s: ${ticks.length}, the longest after ${Math.max(...ticks)} ms`,
    );
    console.log(`heartbeats: ${beats.length}, the longest pause ${Math.max(...gaps)} ms; connections: ${connections.size}, offers revoked: ${heard('revokeTask')}, seen away: ${timesAway}`); // prettier-ignore
  },
  GRACE_MS + HIDDEN_MS + 120_000,
);

afterAll(() => tab?.close());

describe('A desk that is hidden for six minutes', () => {
  it('is really hidden: its browser wakes it about once a minute', () => {
    expect([...looks]).toEqual(['hidden']);
    expect(Math.max(...ticks)).toBeGreaterThan(30_000);
    expect(ticks.length).toBeLessThan(20);
  });

  it('loses its connection not once, and nobody thinks that it has', () => {
    expect(connections.size).toBe(1);
    expect(heard('onSessionReady')).toBe(1);
    expect(timesAway).toBe(0);
  });

  it('keeps the offer that rings meanwhile, and takes it', async () => {
    expect(heard('revokeTask')).toBe(0);
    expect(heard('taskRequest')).toBe(1);
    await tab.become('normal');
    expect(await tab.evaluate('document.visibilityState')).toBe('visible');
    await tab.click('article button', 'Accept');
    await centre.eventually(async () => {
      const { body } = await centre.call('GET', `/conversations/${conversationId}`);
      return JSON.stringify(body).includes('"amy"') ? true : undefined;
    });
    await centre.eventually(() => (heard('onTopicData') > 0 ? true : undefined));
    expect(connectionsOf('amy')).toEqual([...connections]);
  });
});
