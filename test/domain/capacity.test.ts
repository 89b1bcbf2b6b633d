/** How much an agent can take: counts, weights, and what a task would take them away from. */
import { describe, expect, it } from 'vitest';
import type { Agent, MrdState } from '../../shared/domain/agent/agent.ts';
import { decide } from '../../shared/domain/decide.ts';
import { freeSlots } from '../../shared/domain/agent/capacity.ts';
import { routable } from '../../shared/domain/agent/routable.ts';
import { agentView } from '../../shared/domain/shown/view.ts';
import { openings, routableEntries } from '../../shared/domain/routing/routing.ts';
import { asks, toAgent } from '../support/requests.ts';
import { after, agent, among, frozen, NOW, profile, talk, type MrdSketch } from '../support/world.ts';

type Sketches = Record<'EMAIL' | 'CHAT' | 'VOICE', Partial<MrdSketch>>;

/** An e-mail weighs 1, a chat 2 and a call 5. */
const WEIGHTS = { EMAIL: 1, CHAT: 2, VOICE: 5 } as const;

function amy(capacity: number | undefined, tasks: Partial<Sketches> = {}): Agent {
  const sketch = (id: keyof typeof WEIGHTS, max: number): MrdSketch => {
    const given = tasks[id] ?? {};
    return { max, ...given, settings: { weight: WEIGHTS[id], ...given.settings } };
  };
  const person = agent('amy', { EMAIL: sketch('EMAIL', 10), CHAT: sketch('CHAT', 3), VOICE: sketch('VOICE', 1) });
  return capacity === undefined ? person : { ...person, capacity };
}
const free = (person: Agent) => ['EMAIL', 'CHAT', 'VOICE'].map((id) => freeSlots(person, id));
const states = ({ mrds }: Agent): (MrdState | undefined)[] => ['EMAIL', 'CHAT', 'VOICE'].map((id) => mrds[id]?.state);
const active = (count: number): MrdSketch => ({ tasks: Array<'ACTIVE'>(count).fill('ACTIVE') });
const take = (mrdId: string, taskId = 'new') =>
  ({ type: 'taskReserved', at: NOW, taskId, conversationId: 'c9', mrdId }) as const;

describe('What an agent could be given', () => {
  it.each<[string, number | undefined, Partial<Sketches>, number[]]>([
    ['has no capacity: the counts alone', undefined, {}, [10, 3, 1]],
    ['has no capacity and much to do: the counts alone', undefined, { EMAIL: active(4), VOICE: active(1) }, [6, 3, 0]],
    ['can take five', 5, {}, [5, 2, 1]],
    ['can take five, and has an e-mail', 5, { EMAIL: active(1) }, [4, 2, 0]],
    ['can take five, and has a chat', 5, { CHAT: active(1) }, [3, 1, 0]],
    ['can take five, and has a call', 5, { VOICE: active(1) }, [0, 0, 0]],
    ['can take a hundred: the counts', 100, { CHAT: active(2) }, [10, 1, 1]],
    ['has more than they can take, from a list', 5, { CHAT: active(3) }, [0, 0, 0]],
    ['can take nothing', 0, {}, [0, 0, 0]],
    ['can take five, and wraps up a chat', 5, { CHAT: { tasks: ['WRAP_UP'] } }, [3, 1, 0]],
    ['can take five, and is offered a chat', 5, { CHAT: { tasks: ['RESERVED'] } }, [3, 1, 0]],
    ['has what weighs nothing', 5, { EMAIL: { ...active(4), settings: { weight: 0 } } }, [6, 2, 1]],
    [
      'has what anything else would interrupt',
      5,
      { CHAT: { ...active(2), settings: { interruptible: true } } },
      [5, 0, 1],
    ],
    [
      'has what a call would interrupt',
      5,
      { CHAT: { ...active(2), settings: { interruptible: true, interruptedBy: [{ mrdId: 'VOICE', on: 'OFFER' }] } } },
      [1, 0, 1],
    ],
    [
      'has what only a chat would interrupt',
      5,
      { EMAIL: { ...active(5), settings: { interruptible: true, interruptedBy: [{ mrdId: 'CHAT', on: 'OFFER' }] } } },
      [0, 2, 0],
    ],
  ])('who %s', (_, capacity, tasks, expected) => {
    expect(free(amy(capacity, tasks))).toEqual(expected);
  });

  it('counts an MRD without a weight as 1', () => {
    const person = { ...agent('amy', { CHAT: { max: 5 } }), capacity: 2 };
    expect(freeSlots(person, 'CHAT')).toBe(2);
  });

  it('does not count what is parked', () => {
    const parked = after(amy(5, { CHAT: active(1) }), { type: 'taskParked', at: NOW, taskId: 'CHAT-1' });
    expect(free(parked)).toEqual([5, 2, 1]);
  });
});

describe('An agent who can take five', () => {
  it('is busy everywhere with a call, and free again after it', () => {
    const calling = after(amy(5), take('VOICE'), { type: 'taskAccepted', at: NOW, taskId: 'new' });
    expect([states(calling), routable(calling, 'CHAT'), [...routableEntries(calling)]]).toEqual([
      ['BUSY', 'BUSY', 'BUSY'],
      false,
      [],
    ]);
    const over = after(calling, { type: 'taskReleased', at: NOW + 1, taskId: 'new' });
    expect([states(over), openings(calling, over)]).toEqual([
      ['READY', 'READY', 'READY'],
      ['EMAIL', 'CHAT', 'VOICE'],
    ]);
  });

  it('is ready for e-mail, and for no call, with chats', () => {
    expect(states(after(amy(5), take('CHAT', 'a'), take('CHAT', 'b')))).toEqual(['READY', 'BUSY', 'BUSY']);
  });

  it('becomes no more than busy where they turn ready with their hands full', () => {
    const away = amy(5, { VOICE: { ...active(1), state: 'NOT_READY' }, CHAT: { state: 'NOT_READY' } });
    const back = after(
      { ...away, state: { name: 'NOT_READY', reasonCode: null } },
      {
        type: 'requestState',
        at: NOW,
        name: 'READY',
        reasonCode: null,
      },
    );
    expect(states(back).slice(1)).toEqual(['BUSY', 'BUSY']);
  });

  it('takes a call that interrupts their chats, and no chat while it rings', () => {
    const on = 'ACCEPT' as const;
    const settings = { interruptible: true, interruptedBy: [{ mrdId: 'VOICE', on }] };
    const ringing = after(amy(5, { CHAT: { ...active(2), state: 'ACTIVE', settings } }), take('VOICE'));
    expect([states(ringing)[1], freeSlots(ringing, 'CHAT')]).toEqual(['BUSY', 0]);
    const talking = after(ringing, { type: 'taskAccepted', at: NOW, taskId: 'new' });
    expect(states(talking)[1]).toBe('INTERRUPTED');
  });

  it('is not asked by name for what they cannot take', () => {
    const asked = (capacity: number) => {
      const bob = { ...agent('bob', { CHAT: { max: 5, settings: { weight: 2 } } }), capacity };
      return () => decide(frozen(among(talk({ amy: 'PRIMARY' }), bob)), asks('amy', 'DIRECT_TRANSFER', toAgent('bob')));
    };
    expect(asked(1)).toThrow('bob cannot take a task now.');
    expect(asked(2)).not.toThrow();
  });

  it('is what their profile says, now', () => {
    const changed = (capacity?: number) =>
      after(amy(5), {
        type: 'profileChanged',
        at: NOW,
        profile: profile('amy', { EMAIL: 10 }, capacity === undefined ? {} : { capacity }),
      });
    expect([changed(2).capacity, freeSlots(changed(2), 'EMAIL')]).toEqual([2, 2]);
    expect([changed().capacity, freeSlots(changed(), 'EMAIL')]).toEqual([undefined, 10]);
  });

  it('is shown to the platform with what they have', () => {
    expect(agentView(amy(5, { CHAT: active(1), EMAIL: active(1) })).capacity).toEqual({ total: 5, used: 3 });
    expect(agentView(amy(undefined)).capacity).toBeUndefined();
  });
});
