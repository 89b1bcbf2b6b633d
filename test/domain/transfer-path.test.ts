/** Where a customer was handed to, and that they never go in a circle. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { accept, offer, offerExpired, requestExpired } from '../support/events.ts';
import { dataOf, decided, pending, refusal } from '../support/decision.ts';
import { asks, LEAVING, STAYING, toAgent, toQueue } from '../support/requests.ts';
import { agent, among, NOW, rules, talk } from '../support/world.ts';

describe('A customer who is handed on', () => {
  const free = { wrapUpSeconds: null };
  const start = () =>
    among(talk({ amy: 'PRIMARY' }, { rules: rules(free) }), agent('bob'), agent('carol'), agent('dan'));
  /** Handed over by one to another by name. */
  const handed = (world: World, from: string, to: string) => {
    const { world: asked } = decided(world, asks(from, 'DIRECT_TRANSFER', toAgent(to)));
    return decided(asked, accept(pending(asked).id, to)).world;
  };

  it('is not sent in a circle, and the refusal says where they have been', () => {
    const world = handed(handed(start(), 'amy', 'bob'), 'bob', 'carol');
    for (const direction of LEAVING) {
      const rejection = refusal(world, asks('carol', direction, toAgent('bob')));
      expect(rejection.code).toBe('transfer.loop');
      expect(rejection.message).toContain('queue support → agent bob → agent carol → agent bob');
    }
  });

  it('may be sent back to the queue in which they began, once', () => {
    const { world: asked } = decided(start(), asks('amy', 'DIRECT_TRANSFER', toQueue('support')));
    const back = decided(asked, offer(pending(asked).id, 'bob'), accept(pending(asked).id, 'bob')).world;
    expect(back.conversation.path).toEqual(['queue support', 'queue support']);
    const rejection = refusal(back, asks('bob', 'DIRECT_TRANSFER', toQueue('support')));
    expect(rejection.code).toBe('transfer.loop');
    expect(rejection.message).toContain('queue support → queue support → queue support');
    const on = handed(back, 'bob', 'carol');
    expect(refusal(on, asks('carol', 'DIRECT_TRANSFER', toQueue('support'))).code).toBe('transfer.loop');
  });

  it('may be sent back there from elsewhere, too', () => {
    const world = handed(start(), 'amy', 'bob');
    const { world: asked } = decided(world, asks('bob', 'DIRECT_TRANSFER', toQueue('support')));
    expect(pending(asked).request?.hops).toBe(2);
  });

  it('is not handed back to one who took over as a consulted colleague', () => {
    const world = among(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }, { rules: rules(free) }), agent('carol'));
    const taken = decided(world, asks('amy', 'CONSULT_TRANSFER', toAgent('bob', false))).world;
    expect(refusal(handed(taken, 'bob', 'carol'), asks('carol', 'DIRECT_TRANSFER', toAgent('bob'))).code).toBe(
      'transfer.loop',
    );
  });

  it.each(STAYING)('may have one who had them before beside the agent: %s', (direction) => {
    const world = handed(handed(start(), 'amy', 'bob'), 'bob', 'carol');
    expect(pending(decided(world, asks('carol', direction, toAgent('bob'))).world)).toMatchObject({ direction });
  });

  it('carries how often that has happened', () => {
    const hops = (world: World, from: string, to: string) =>
      dataOf(decided(world, asks(from, 'DIRECT_TRANSFER', toAgent(to))), 'AGENT_RESERVED');
    const metadata = (times: number) => ({ task: { activeMedia: [{ type: { metadata: { hops: times } } }] } });
    expect(hops(start(), 'amy', 'bob')).toMatchObject(metadata(1));
    expect(hops(handed(start(), 'amy', 'bob'), 'bob', 'carol')).toMatchObject(metadata(2));
  });

  it('was not where nobody took over, and may be sent there again', () => {
    const { world } = decided(start(), asks('amy', 'DIRECT_TRANSFER', toAgent('bob')));
    const home = decided(world, offerExpired(pending(world).id, 'bob', NOW + 30_000)).world;
    const again = decided(home, offer(pending(home).id, 'amy'), accept(pending(home).id, 'amy')).world;
    expect(again.conversation.path).toEqual(['queue support']);
    expect(pending(decided(again, asks('amy', 'DIRECT_TRANSFER', toAgent('carol'))).world).request?.hops).toBe(1);
    const sales = decided(again, asks('amy', 'DIRECT_TRANSFER', toQueue('sales'))).world;
    const back = decided(sales, requestExpired(pending(sales).ttl.timerId, NOW + 300_000)).world;
    expect(back.conversation.path).toEqual(['queue support']);
  });
});
