/** An agent raises their hand: who sees it, and when it goes down. */
import { describe, expect, it } from 'vitest';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { leave, publish } from '../support/events.ts';
import { decided } from '../support/decision.ts';
import { asks, bargesIn, whispers } from '../support/requests.ts';
import { incoming, metaOf, talk } from '../support/world.ts';

describe('A raised hand', () => {
  const raised = () => {
    const { world } = decided(
      talk({ amy: 'PRIMARY', bob: 'PRIMARY', sam: 'SILENT_MONITOR' }),
      publish('amy', incoming('HAND_RAISED', { agentId: 'amy', userName: 'amy' })),
      publish('bob', incoming('HAND_RAISED', { agentId: 'bob', userName: 'bob' })),
    );
    return world;
  };

  it('is shown to whoever opens the conversation', () => {
    const world = raised();
    const { data } = onTopicData(world.conversation, metaOf(world), 'sam', []);
    expect(data.topicData.agentHandRaise).toEqual({ handRaised: true, agentNames: ['amy', 'bob'] });
  });

  it('goes down when its agent takes it down', () => {
    const { world } = decided(raised(), publish('amy', incoming('HAND_DOWN', { agentId: 'amy', userName: 'amy' })));
    expect(world.conversation.handsRaised).toEqual(['bob']);
  });

  it.each([whispers('sam'), bargesIn('sam')])('goes down when somebody comes to help: $type', (event) => {
    const decision = decided(raised(), event);
    const down = decision.events.filter(({ event: { name } }) => name === 'HAND_DOWN');
    expect(down.map(({ event: { data } }) => data)).toEqual([
      { agentId: 'amy', userName: 'amy' },
      { agentId: 'bob', userName: 'bob' },
    ]);
    expect(decision.world.conversation.handsRaised).toEqual([]);
  });

  it.each([leave('amy'), asks('amy', 'DIRECT_TRANSFER')])('goes down with its agent: $type', (event) => {
    expect(decided(raised(), event).world.conversation.handsRaised).toEqual(['bob']);
  });
});
