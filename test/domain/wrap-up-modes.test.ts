/** The five modes of a wrap-up: whether there is one, how long it lasts, who may end it and how. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { wrapUpRules } from '../../shared/domain/handling/wrap-up.ts';
import { deadlines } from '../../shared/domain/conversation/conversation.ts';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { WrapUp } from '../../shared/protocol/shapes/wrap-up.ts';
import { dataOf, decided, emits, member, onlyTask, refusal, roles, said } from '../support/decision.ts';
import { closeWrapUp, customerLeaves, leave, publish, release, wrapUpExpired } from '../support/events.ts';
import { message, NOW, rules, talk, wrapUpBody } from '../support/world.ts';

type Settings = Parameters<typeof WrapUp.parse>[0];

const by = (wrapUp: Settings) => ({ rules: rules(wrapUpRules(WrapUp.parse(wrapUp))) });
const talking = (wrapUp: Settings) => talk({ amy: 'PRIMARY' }, by(wrapUp));
const more = (seconds?: number, at = NOW): ConversationEvent => ({ type: 'extendWrapUp', at, agentId: 'amy', seconds });
const left = (wrapUp: Settings) => decided(talking(wrapUp), leave('amy'));
const note = message('AGENT_MESSAGE', wrapUpBody);
const DAY = 86_400;

/** How many seconds amy's wrap-up lasts; null: she is out. */
function lasts({ conversation }: World): number | null {
  if (roles({ conversation })['amy'] === undefined) return null;
  const task = onlyTask(conversation);
  return task.phase === 'WRAP_UP' ? (task.expiresAt - NOW) / 1000 : null;
}

describe('Who leaves', () => {
  it.each<[string, Settings, number | null]>([
    ['has a minute, as ever', {}, 60],
    ['has none where it is off', { enabled: false }, null],
    ['has none in the mode NONE', { mode: 'NONE' }, null],
    ['has none that is off, whatever its mode', { enabled: false, mode: 'MANDATORY' }, null],
    ['has the time of the queue, OPTIONAL', { mode: 'OPTIONAL', seconds: 20 }, 20],
    ['has the time of the queue, MANDATORY_TIMED', { mode: 'MANDATORY_TIMED', seconds: 20 }, 20],
    ['has until they close it, MANDATORY: a day', { mode: 'MANDATORY', seconds: 20 }, DAY],
    ['is out, AGENT_CHOICE, having asked for nothing', { mode: 'AGENT_CHOICE' }, null],
  ])('%s', (_, wrapUp, seconds) => {
    expect(lasts(left(wrapUp).world)).toBe(seconds);
    expect(lasts(decided(talking(wrapUp), customerLeaves()).world)).toBe(seconds);
  });

  it.each<[string, number | undefined, number]>([
    ['for the time of the queue', undefined, 60],
    ['for as long as they say', 90, 90],
    ['for no longer than the queue allows', 9_000, 600],
  ])('wraps up where they have chosen to, %s', (_, seconds, expected) => {
    const chosen = decided(talking({ mode: 'AGENT_CHOICE' }), more(seconds));
    expect(said(chosen)).toEqual([]);
    expect(lasts(decided(chosen.world, leave('amy')).world)).toBe(expected);
    expect(lasts(decided(chosen.world, customerLeaves()).world)).toBe(expected);
  });
});

describe('The desk of an agent', () => {
  const shown = (world: World) => {
    if (!world.meta) throw new Error('there is no META');
    return onTopicData(world.conversation, world.meta, 'amy', []).data.topicData;
  };

  it('knows whether a wrap-up will follow, where that is their choice', () => {
    const world = talking({ mode: 'AGENT_CHOICE' });
    expect(shown(world)).toMatchObject({ wrapUpChosen: false });
    expect(shown(decided(world, more()).world)).toMatchObject({ wrapUpChosen: true });
    expect(shown(talking({}))).not.toHaveProperty('wrapUpChosen');
    const { world: after } = decided(world, more(), leave('amy'));
    expect(roles(after)).toEqual({ amy: 'WRAP_UP' });
    expect(shown(after)).not.toHaveProperty('wrapUpChosen');
  });
});

describe('The end of a wrap-up', () => {
  it.each<[string, boolean]>([
    ['OPTIONAL', false],
    ['MANDATORY_TIMED', true],
    ['MANDATORY', true],
  ])('is the free choice of the agent or needs a note: %s', (mode, needed) => {
    const { world, effects } = left({ mode });
    expect(emits({ effects })[0]).toMatchObject({ event: 'wrapupTimerStarted', data: { noteNeeded: needed } });
    for (const goes of [closeWrapUp('amy'), leave('amy')]) {
      if (needed) expect(refusal(world, goes).code).toBe('wrapUp.noteMissing');
      else expect(roles(decided(world, goes).world)).toEqual({});
    }
    expect(roles(decided(world, closeWrapUp('amy', note)).world)).toEqual({});
    const noted = decided(world, publish('amy', note)).world; // as desks do that say it by themselves
    expect(roles(decided(noted, closeWrapUp('amy')).world)).toEqual({});
    expect(roles(decided(noted, leave('amy')).world)).toEqual({});
  });

  it('asks for nothing that was said while the agent still talked', () => {
    const noted = decided(talking({ mode: 'MANDATORY' }), publish('amy', note)).world;
    expect(roles(decided(decided(noted, leave('amy')).world, closeWrapUp('amy')).world)).toEqual({});
  });

  it.each(['MANDATORY_TIMED', 'MANDATORY'])('comes without a note when its time is over, %s', (mode) => {
    const { world } = left({ mode });
    const [due] = deadlines(world.conversation);
    expect(roles(decided(world, wrapUpExpired('amy-task', due?.dueAt)).world)).toEqual({});
  });

  it('comes without a note when the agent is logged out', () => {
    const { world } = left({ mode: 'MANDATORY' });
    const amy = member(world.agents, 'amy');
    const slot = { ...member(amy.slots, 'amy-task'), evicted: { reason: 'AGENT_LOGOUT' as const, checkAt: NOW } };
    const away = { ...world, agents: { amy: { ...amy, slots: { 'amy-task': slot } } } };
    expect(roles(decided(away, release('amy', 'amy-task')).world)).toEqual({});
  });
});

describe('More time', () => {
  it.each<[string, Settings, (number | undefined)[], number]>([
    ['as much as the queue says', { extendSeconds: 30 }, [undefined], 90],
    ['as much as they ask for', {}, [45], 105],
    ['again and again', {}, [45, undefined, 10], 175],
    ['up to what the queue allows', { mostSeconds: 100 }, [90], 100],
    ['also where a note is needed', { mode: 'MANDATORY_TIMED' }, [60], 120],
  ])('is given to a wrap-up: %s', (_, wrapUp, asked, seconds) => {
    const { world } = asked.reduce((before, by) => decided(before.world, more(by)), left(wrapUp));
    expect(lasts(world)).toBe(seconds);
    const due = deadlines(world.conversation).filter(({ timer }) => timer.kind === 'wrapUpExpired');
    expect(due.map(({ dueAt }) => dueAt)).toEqual([NOW + seconds * 1000]);
    expect(deadlines(left(wrapUp).world.conversation).map(({ key }) => key)).not.toContain(due[0]?.key);
    expect(decided(world, wrapUpExpired('amy-task', NOW + 60_000)).world).toBe(world); // the timer that ran before
  });

  it('is told as the countdown, from now on', () => {
    const { world } = left({});
    const decision = decided(world, more(30, NOW + 20_000));
    const data = { duration: 70, durationMs: 70_000, expiresAt: NOW + 90_000 };
    expect(emits(decision)).toMatchObject([{ event: 'wrapupTimerStarted', agentId: 'amy', data }]);
  });

  it.each<[string, World, string]>([
    ['who is not there', talk({ bob: 'PRIMARY' }), 'conversation.notParticipant'],
    ['who talks', talking({}), 'state.invalid'],
    ['who advises', talk({ amy: 'ASSISTANT', bob: 'PRIMARY' }, by({})), 'state.invalid'],
    ['who talks in a queue without wrap-up', talking({ enabled: false }), 'state.invalid'],
    ['whose wrap-up lasts until it is closed', left({ mode: 'MANDATORY' }).world, 'state.invalid'],
    ['whose wrap-up is as long as it may be', left({ seconds: 600 }).world, 'wrapUp.tooLong'],
    ['whose queue has long ones only', left({ seconds: 900, mostSeconds: 600 }).world, 'wrapUp.tooLong'],
  ])('is refused to one %s', (_, world, code) => expect(refusal(world, more()).code).toBe(code));
});

describe('A supervisor', () => {
  const ends = (supervisedTeams = ['team']): ConversationEvent => {
    return { type: 'endWrapUp', at: NOW, of: 'amy', by: { id: 'sam', name: 'Sam' }, supervisedTeams };
  };
  const teamOf = ({ conversation }: World) => conversation.participants['amy']?.teamId ?? '';

  it.each(['OPTIONAL', 'MANDATORY'])('ends a wrap-up, and the log says who did: %s', (mode) => {
    const { world } = left({ mode });
    const decision = decided(world, ends([teamOf(world)]));
    expect(roles(decision.world)).toEqual({});
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({
      reason: 'WRAP_UP_ENDED',
      by: { id: 'sam', name: 'Sam' },
    });
    expect(said(decision)).toEqual(['amy: topicUnsubscription UNSUBSCRIBED']);
    expect(decided(decision.world, ends()).world).toBe(decision.world);
  });

  it('ends none of other teams, and none that is not', () => {
    expect(refusal(left({}).world, ends(['another'])).code).toBe('role.forbidden');
    const world = talking({});
    expect(refusal(world, ends([teamOf(world)])).code).toBe('state.invalid');
  });
});
