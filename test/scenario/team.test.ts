/**
 * The floor, live, on the wire: what a supervisor is shown of agents, queues and lists, that it
 * adds up with the HTTP API, and how often it comes.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contactCentre, webSession } from '../support/contact-centre.ts';
import { putRows } from '../support/engines.ts';
import { joins, listOf, waitsOn, watcher } from '../support/lists.ts';
import { addUp, figuresAt, held, newTeam, supervisorOf, watching } from '../support/team.ts';

const centre = contactCentre();
const wait = (ms: number) => centre.passes(ms);

describe('A supervisor who begins to watch', () => {
  it('is shown at once who of the team has ever connected, every queue and every list', async () => {
    const [team, other] = [newTeam(centre), newTeam(centre)];
    const [here, left, never, stranger] = await Promise.all([
      team.member(),
      team.member(),
      team.member(),
      other.member(),
    ]);
    const [queue, list] = await Promise.all([centre.queue(), listOf(centre)]);
    await Promise.all([here.ready(), stranger.ready()]);
    await (await left.connect()).become('LOGOUT');
    const { person, desk } = await supervisorOf(centre, team, other);

    await desk.ask('subscribeTeam', { teamId: team.teamId });
    const [figures] = figuresAt(desk); // it came before the acknowledgement
    expect(figures?.teams).toEqual([{ teamId: team.teamId, teamName: team.teamName }]);
    expect(figures?.agents.map(({ id }) => id)).toEqual([here.id, left.id].toSorted());
    expect(figures?.agents.find(({ id }) => id === here.id)).toMatchObject({
      connected: true,
      state: { name: 'READY' },
    });
    expect(figures?.agents.find(({ id }) => id === left.id)).toMatchObject({ state: { name: 'LOGOUT' } });
    expect(figures?.agents.map(({ id }) => id)).not.toContain(never.id);
    expect(figures?.queues).toContainEqual({
      id: queue,
      name: queue,
      mrdId: 'CHAT',
      waiting: 0,
      longestWaitSince: null,
      agentsReady: 0,
    });
    expect(figures?.lists).toContainEqual({ id: list, name: list, waiting: 0, active: 0 });
    desk.frames.length = 0;

    await desk.ask('subscribeTeam', { teamId: other.teamId });
    expect(
      figuresAt(desk)[0]
        ?.agents.map(({ id }) => id)
        .toSorted(),
    ).toEqual([here.id, left.id, stranger.id].toSorted());
    await addUp(centre, { person, desk });
  });

  it('is shown a team of hundreds in frames that the gateway carries', async () => {
    const team = newTeam(centre);
    const figure = (id: string) => ({
      id,
      username: id,
      firstName: 'x'.repeat(200),
      lastName: id,
      teamId: team.teamId,
      connected: false,
      state: { name: 'LOGOUT', reasonCode: null },
      stateChangeTime: 1790000000000,
      mrds: [],
      conversations: [],
    });
    const ids = Array.from({ length: 500 }, (_, index) => `agent-${String(index).padStart(3, '0')}`);
    const { teamId } = team;
    const rows = ids.map((id) => ({ pk: `TEAM#${teamId}`, sk: `AGENT#${id}`, teamId, figure: figure(id) }));
    await putRows(centre.stack, rows);
    const { desk } = await watching(centre, team);
    const [first] = figuresAt(desk);
    const pages = figuresAt(desk).filter(({ at }) => at === first?.at);
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThanOrEqual(32 * 1024);
    expect(pages.flatMap(({ agents }) => agents.map(({ id }) => id))).toEqual(ids);
    expect(pages.map(({ more }) => more ?? false)).toEqual(pages.map((_, index) => index < pages.length - 1));
  });
});

describe('What a supervisor is shown', () => {
  it('follows a customer through a queue, an agent and a wrap-up', async () => {
    const team = newTeam(centre);
    const queue = await centre.queue();
    const agent = await team.member({ attributes: { [queue]: 1 } });
    const supervisor = await watching(centre, team);
    const { desk } = supervisor;
    const inQueue = () => held(desk).queues.find(({ id }) => id === queue);
    const amy = () => held(desk).agents.find(({ id }) => id === agent.id);
    const shows = (what: () => unknown, expected: object) =>
      centre.poll(what, { timeout: 15_000 }).toMatchObject(expected);

    const first = await centre.customer(queue);
    await wait(20);
    await centre.customer(queue);
    await shows(inQueue, { waiting: 2, agentsReady: 0, longestWaitSince: expect.any(Number) });
    const since = inQueue()?.longestWaitSince ?? 0;

    const desktop = await agent.connect();
    await desktop.become('READY');
    await shows(amy, { connected: true, conversations: [{ phase: 'RESERVED' }, { phase: 'RESERVED' }] });
    await shows(inQueue, { waiting: 0, longestWaitSince: null, agentsReady: 1 });
    expect(since).toBeLessThanOrEqual(centre.now());
    await desktop.accept();
    await desktop.accept();
    await shows(amy, { mrds: [{ id: 'CHAT', state: 'ACTIVE', used: 2 }, {}] });
    await first.leaves();
    await shows(
      () =>
        amy()
          ?.conversations.map(({ phase }) => phase)
          .toSorted(),
      ['ACTIVE', 'WRAP_UP'],
    );
    await addUp(centre, supervisor);
    await centre.call('POST', `/agents/${agent.id}/logout`);
    await shows(amy, {
      state: { name: 'LOGOUT', reasonCode: { name: 'FORCED_LOGOUT_BY_SUPERVISOR' } },
      conversations: [],
    });
    await shows(inQueue, { waiting: 1, agentsReady: 0 });
    await addUp(centre, supervisor);
  });

  it('counts the customers whom the platform has, and since when', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: false } });
    const { desk } = await watching(centre, newTeam(centre));
    const withPlatform = () => held(desk).entrusted;
    const shows = (expected: object) => centre.poll(withPlatform, { timeout: 15_000 }).toMatchObject(expected);
    const before = withPlatform();
    const { body } = await centre.call('POST', '/conversations', { channelSession: webSession(randomUUID()) });
    await shows({ customers: before.customers + 1, longestSince: before.longestSince ?? expect.any(Number) });
    const amy = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desktop = await amy.ready();
    await centre.call('POST', `/conversations/${body.conversationId}/queue`, { queue });
    await shows({ customers: before.customers });
    const { conversationId } = await desktop.accept();
    await desktop.ask('topicUnsubscription', { conversationId });
    await shows({ customers: before.customers + 1 });
    await centre.call('DELETE', `/conversations/${conversationId}`);
    await shows(before);
  });

  it('counts what an agent lets ring out apart from what they decline, until they log in again', async () => {
    const team = newTeam(centre);
    const queue = await centre.queue({ acceptSeconds: 4, ronaPolicy: 'KEEP', declineSeconds: 1 });
    const agent = await team.member({ attributes: { [queue]: 1 } });
    const supervisor = await watching(centre, team);
    const amy = () => held(supervisor.desk).agents[0];
    const shows = (missed: object) => centre.poll(amy, { timeout: 15_000 }).toMatchObject({ missed });
    const desktop = await agent.ready();
    await centre.customer(queue);
    const { conversationId, taskId } = (await desktop.next('taskRequest')).data;
    await desktop.ask('declineTask', { conversationId, taskId });
    await shows({ rona: 0, declined: 1 });
    await desktop.next('revokeTask', ({ reason }) => reason === 'RONA');
    await shows({ rona: 1, declined: 1 });
    await addUp(centre, supervisor);
    await desktop.become('LOGOUT');
    await agent.connect();
    await shows({ rona: 0, declined: 0 });
  });

  it('follows a request on a list', async () => {
    const list = await listOf(centre);
    const { desk } = await watching(centre, newTeam(centre));
    const onList = () => held(desk).lists.find(({ id }) => id === list);
    const shows = (expected: object) => centre.poll(onList, { timeout: 15_000 }).toMatchObject(expected);
    const amy = await watcher(centre, list);
    const { conversationId, leaves } = await waitsOn(centre, list);
    await shows({ waiting: 1, active: 0 });
    await joins(amy, conversationId);
    await shows({ waiting: 0, active: 1 });
    await leaves();
    await shows({ waiting: 0, active: 0 });
  });

  it('follows an agent who gets another name, and then another team', async () => {
    const [blue, red] = [newTeam(centre), newTeam(centre)];
    const agent = await blue.member();
    await agent.ready();
    const [ofBlue, ofRed] = await Promise.all([watching(centre, blue), watching(centre, red)]);
    const teamOf = ({ teamId, teamName }: typeof blue) => ({ team: { teamId, teamName } });
    await centre.call('PUT', `/config/agents/${agent.id}`, { ...teamOf(blue), lastName: 'Berg' });
    await centre.poll(() => held(ofBlue.desk).agents, { timeout: 15_000 }).toMatchObject([{ lastName: 'Berg' }]);
    expect(held(ofRed.desk).agents).toEqual([]);
    await centre.call('PUT', `/config/agents/${agent.id}`, teamOf(red));
    await centre.poll(() => held(ofRed.desk).agents, { timeout: 15_000 }).toMatchObject([{ id: agent.id }]);
    await centre.poll(() => held(ofBlue.desk).agents, { timeout: 15_000 }).toEqual([]);
    await Promise.all([addUp(centre, ofBlue), addUp(centre, ofRed)]);
  });

  it('has queues and lists as they are configured', async () => {
    const { desk } = await watching(centre, newTeam(centre));
    const [queue, list] = [await centre.queue(), await listOf(centre)];
    await centre.poll(() => held(desk).queues.map(({ id }) => id), { timeout: 15_000 }).toContain(queue);
    await centre.poll(() => held(desk).lists.map(({ id }) => id), { timeout: 15_000 }).toContain(list);
    await centre.call('DELETE', `/config/lists/${list}`);
    await centre.poll(() => held(desk).lists.map(({ id }) => id), { timeout: 15_000 }).not.toContain(list);
  });
});

describe('Figures', () => {
  it('come once a second at most, however much happens, and add up when it is over', async () => {
    const team = newTeam(centre);
    const queue = await centre.queue();
    const people = await Promise.all(Array.from({ length: 6 }, () => team.member({ attributes: { [queue]: 1 } })));
    const desks = await Promise.all(people.map((person) => person.ready()));
    const supervisor = await watching(centre, team);
    const shown = figuresAt(supervisor.desk).length;
    const until = centre.now() + 5_000;
    let changes = 0;
    // On a busy machine until some have come at all.
    const few = () => figuresAt(supervisor.desk).length < shown + 3 && centre.now() < until + 15_000;
    const storm = desks.map(async (desk, index) => {
      while (centre.now() < until || few()) {
        await desk.become(changes++ % 2 ? 'READY' : 'NOT_READY');
        if (index === 0) await centre.customer(queue);
        await wait(100);
      }
      await desk.become('READY');
    });
    await Promise.all(storm);
    await addUp(centre, supervisor);
    const pushed = figuresAt(supervisor.desk).slice(shown);
    expect(changes).toBeGreaterThan(20);
    expect(pushed.length).toBeGreaterThan(2);
    for (const [index, { at }] of pushed.entries())
      if (index > 0) expect(at - (pushed[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
    // Nothing happens any more. What the stream of a busy machine still carries may be told before.
    const quiet = async () => {
      const told = figuresAt(supervisor.desk).length;
      await wait(2_500);
      return figuresAt(supervisor.desk).length === told;
    };
    await centre.poll(quiet, { timeout: 40_000 }).toBe(true);
  });

  it('come once a second at most though the changes come from many shards at once', async () => {
    const team = newTeam(centre);
    const { desk } = await watching(centre, team);
    const shown = figuresAt(desk).length;
    const change = { Records: [{ dynamodb: { Keys: { pk: { S: `TEAM#${team.teamId}` }, sk: { S: 'AGENT#x' } } } }] };
    const started = centre.now();
    for (let round = 0; round < 5; round++) {
      const shards = await Promise.all(Array.from({ length: 4 }, () => centre.stack.invoke('stream/team', change)));
      expect(shards.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    }
    const seconds = (centre.now() - started) / 1_000;
    const pushed = figuresAt(desk).slice(shown);
    expect(pushed.length).toBeGreaterThan(1);
    expect(pushed.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    const times = pushed.map(({ at }) => at).toSorted((a, b) => a - b);
    for (const [index, at] of times.entries())
      if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });
});
