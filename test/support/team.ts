/**
 * Teams in stories: a team of the test's own, agents in it, supervisors of it, and what a
 * supervisor's desk holds of the floor.
 */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { AgentFigure, EntrustedFigure, ListFigure, QueueFigure } from '../../shared/protocol/shapes/figures.ts';
import type { Centre, Person } from './contact-centre.ts';
import type { Desk, Frame } from './desk.ts';

/* oxlint-disable typescript/no-explicit-any -- tests read deep into answers */

export interface Team {
  readonly teamId: string;
  readonly teamName: string;
  /**
   * Somebody of the team who has not connected yet; `profile` is the rest of their configuration.
   */
  readonly member: (profile?: Record<string, unknown>) => Promise<Person>;
}

export function newTeam(centre: Centre): Team {
  const teamId = `t-${randomUUID().slice(0, 8)}`;
  const team = { teamId, teamName: `Team ${teamId}` };
  return { ...team, member: (profile = {}) => centre.person(['agent'], { team, ...profile }) };
}

/**
 * A supervisor of these teams, at their desk; they watch nothing yet. What the desk was told until
 * then is forgotten.
 */
export async function supervisorOf(centre: Centre, ...teams: Team[]): Promise<{ person: Person; desk: Desk }> {
  const supervisedTeams = teams.map(({ teamId, teamName }) => ({ teamId, teamName }));
  const person = await centre.person(['supervisor'], undefined, { supervisedTeams });
  const desk = await person.connect();
  desk.frames.length = 0;
  return { person, desk };
}

/** As `supervisorOf`, and they watch all of them. */
export async function watching(centre: Centre, ...teams: Team[]): Promise<{ person: Person; desk: Desk }> {
  const supervisor = await supervisorOf(centre, ...teams);
  expect(await supervisor.desk.ask('subscribeTeam')).toMatchObject({ status: 'ok' });
  return supervisor;
}

/** The figures that the desk has got, in the order in which they came. */
export function figuresAt(desk: Desk): Frame<'onTeam'>['data'][] {
  return desk.frames.flatMap((frame) => (frame.event === 'onTeam' ? (frame as Frame<'onTeam'>).data : []));
}

export interface Floor {
  readonly agents: AgentFigure[];
  readonly queues: QueueFigure[];
  readonly lists: ListFigure[];
  readonly entrusted: EntrustedFigure;
}

/** What the desk holds: the latest figures. */
export function held(desk: Desk): Floor {
  const latest = figuresAt(desk).toSorted((a, b) => a.at - b.at);
  return latest.at(-1) ?? { agents: [], queues: [], lists: [], entrusted: { customers: 0, longestSince: null } };
}

/**
 * The agents of a team as `GET /agents` shows them to their supervisor, in the words of the
 * figures.
 */
export async function agentsOf(centre: Centre, person: Person): Promise<unknown[]> {
  const agents: any[] = [];
  for (let after: string | null = ''; after !== null;) {
    const { body } = await centre.call('GET', `/agents?limit=500&after=${after}`, undefined, await person.token());
    agents.push(...body.agents);
    after = body.nextAfter;
  }
  return agents.map(({ agent, connected, state, stateChangeTime, agentMrdStates, tasks, missed }) => {
    const { id, keycloakUser } = agent;
    const { username, firstName, lastName, userTeam } = keycloakUser;
    const mrds = agentMrdStates.map((m: any) => {
      const used = tasks.filter(({ mrdId }: any) => mrdId === m.mrd.id).length;
      return { id: m.mrd.id, name: m.mrd.name, state: m.state, used, max: m.maxAgentTasks };
    });
    const conversations = tasks.map(({ conversationId, phase, mrdId }: any) => ({ conversationId, phase, mrdId }));
    return {
      id,
      username,
      firstName,
      lastName,
      teamId: userTeam.teamId,
      connected,
      state,
      stateChangeTime,
      mrds,
      conversations,
      missed,
    };
  });
}

/** The figures that the desk holds come to be what the HTTP API says. */
export async function addUp(centre: Centre, { person, desk }: { person: Person; desk: Desk }): Promise<void> {
  const inOrder = (agents: any[]) =>
    agents
      .map((agent) => ({ ...agent, conversations: agent.conversations.toSorted(by('conversationId')) }))
      .toSorted(by('id'));
  await centre.eventually(async () => {
    expect(inOrder(held(desk).agents)).toEqual(inOrder(await agentsOf(centre, person)));
    return true;
  });
}

const by = (key: string) => (a: any, b: any) => (a[key] < b[key] ? -1 : 1);
