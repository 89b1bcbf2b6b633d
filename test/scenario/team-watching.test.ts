/** Who may watch which teams, how it begins and ends, and that it outlives a connection. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { figuresAt, held, newTeam, supervisorOf, watching } from '../support/team.ts';

const centre = contactCentre();

const greeting = (desk: Desk) => desk.frames.map(({ event }) => event);

describe('Watching a team', () => {
  it('is for those who supervise it', async () => {
    const [team, other] = [newTeam(centre), newTeam(centre)];
    const { desk: supervisor } = await supervisorOf(centre, team);
    const { desk: ofNone } = await supervisorOf(centre);
    const agent = await (await team.member()).connect();
    const refused = { status: 'error', code: 'role.forbidden' };
    expect(await agent.ask('subscribeTeam')).toMatchObject(refused);
    expect(await agent.ask('subscribeTeam', { teamId: team.teamId })).toMatchObject(refused);
    expect(await supervisor.ask('subscribeTeam', { teamId: other.teamId })).toMatchObject(refused);
    expect(await supervisor.ask('subscribeTeam', { teamId: other.teamId, subscribe: false })).toMatchObject(refused);
    expect(await ofNone.ask('subscribeTeam')).toMatchObject(refused);
    await (await other.member()).ready();
    for (const desk of [agent, supervisor, ofNone]) await desk.never('onTeam', 700);
  });

  it('shows the teams that are watched, and no others', async () => {
    const [blue, red] = [newTeam(centre), newTeam(centre)];
    const [amy, bob] = await Promise.all([blue.member(), red.member()]);
    await Promise.all([amy.ready(), bob.ready()]);
    const { desk } = await supervisorOf(centre, blue, red);
    await desk.ask('subscribeTeam', { teamId: blue.teamId });
    expect(held(desk).agents.map(({ id }) => id)).toEqual([amy.id]);
    await desk.ask('subscribeTeam');
    expect(held(desk).agents.map(({ id }) => id)).toEqual([amy.id, bob.id]);
    await desk.ask('subscribeTeam', { teamId: blue.teamId, subscribe: false });
    expect(held(desk).agents.map(({ id }) => id)).toEqual([bob.id]);
  });

  it('ends when the supervisor says so', async () => {
    const team = newTeam(centre);
    const agent = await (await team.member()).ready();
    const { desk } = await watching(centre, team);
    await agent.become('NOT_READY');
    await centre.poll(() => held(desk).agents, { timeout: 15_000 }).toMatchObject([{ state: { name: 'NOT_READY' } }]);
    await desk.ask('subscribeTeam', { subscribe: false });
    expect(figuresAt(desk).at(-1)).toMatchObject({ teams: [], agents: [], queues: [], lists: [] });
    desk.frames.length = 0;
    await agent.become('READY');
    await desk.never('onTeam', 2_500);
  });

  it('ends with a logout, and is there again after the next login', async () => {
    const team = newTeam(centre);
    const agent = await (await team.member()).ready();
    const { person, desk } = await watching(centre, team);
    await desk.become('LOGOUT');
    expect(await desk.ask('subscribeTeam')).toMatchObject({ status: 'error', code: 'state.invalid' });
    desk.frames.length = 0;
    await agent.become('NOT_READY');
    await desk.never('onTeam', 1_500);
    const back = await person.connect();
    expect(held(back).agents).toMatchObject([{ state: { name: 'NOT_READY' } }]);
  });

  it('goes on over the next connection: the greeting has the figures, before it says that it is complete', async () => {
    const team = newTeam(centre);
    const agent = await (await team.member()).ready();
    const { person, desk } = await watching(centre, team);
    desk.vanish();
    await agent.become('NOT_READY');
    const back = await person.open();
    await centre.poll(() => greeting(back)).toContain('onSessionReady');
    expect(greeting(back).slice(0, greeting(back).indexOf('onSessionReady'))).toContain('onTeam');
    expect(figuresAt(back)[0]?.agents).toMatchObject([{ state: { name: 'NOT_READY' } }]);
    await agent.become('READY');
    await centre.poll(() => held(back).agents, { timeout: 15_000 }).toMatchObject([{ state: { name: 'READY' } }]);
  });

  it('follows the supervisor to the desk that takes over', async () => {
    const team = newTeam(centre);
    const agent = await (await team.member()).ready();
    const { person, desk } = await watching(centre, team);
    const other = await person.connect();
    await desk.gone();
    await agent.become('NOT_READY');
    await centre.poll(() => held(other).agents, { timeout: 15_000 }).toMatchObject([{ state: { name: 'NOT_READY' } }]);
  });

  it('is answered anew where the same is asked for again', async () => {
    const { desk } = await watching(centre, newTeam(centre));
    for (const id of ['again', 'and again', 'and again']) {
      desk.frames.length = 0; // the last one is the same frame once more: perhaps its answer was lost
      expect(await desk.ask('subscribeTeam', {}, id)).toMatchObject({ status: 'ok' });
      await centre.poll(() => figuresAt(desk).map(({ teams }) => teams.length)).toEqual([1]);
    }
  });

  it('goes on for one supervisor when the desk of another is gone without a word', async () => {
    const team = newTeam(centre);
    const agent = await (await team.member()).ready();
    const [sam, kim] = [await watching(centre, team), await watching(centre, team)];
    kim.desk.vanish();
    await agent.become('NOT_READY');
    await centre
      .poll(() => held(sam.desk).agents, { timeout: 15_000 })
      .toMatchObject([{ state: { name: 'NOT_READY' } }]);
  });

  it('is nothing that agents are told of', async () => {
    const team = newTeam(centre);
    const person = await team.member();
    await watching(centre, team);
    const desk = await person.open();
    await desk.next('onSessionReady');
    expect(greeting(desk)).not.toContain('onTeam');
  });
});
