/** Who may ask for a colleague, when, and whom. A refusal says why, and changes nothing. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { chatOf } from '../support/platform.ts';
import {
  agent,
  ASKING,
  colleague,
  consulting,
  joins,
  logged,
  nobodyIsHalfInside,
  queue,
  rolesIn,
  scene,
  tasksOf,
  type Colleague,
  resting,
} from '../support/scene.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

/** The request is refused with this code, in an `errors` event as well. Returns the sentence. */
async function refused({ desk }: Colleague, event: string, data: { conversationId: string }, code: string) {
  const ack = await desk.ask(event, data);
  expect(ack, event).toMatchObject({ status: 'error', code });
  const errors = await desk.next('errors', ({ id }) => id === ack.id);
  expect(errors.data).toMatchObject({ task: event, code, conversationId: data.conversationId });
  return errors.data.msg;
}

describe('Only an agent in front of the customer', () => {
  it('may ask: not one who assists, not one who wraps up, not one who is not there', async () => {
    const { amy, bob, conversationId, support } = await consulting(centre, { support: { wrapUp: { enabled: true } } });
    const carol = await colleague(centre, support);
    await withoutTrace(centre.stack, async () => {
      for (const event of ASKING) {
        await refused(bob, event, { conversationId, ...agent(carol.id) }, 'role.forbidden');
        await refused(carol, event, { conversationId, ...agent(bob.id) }, 'conversation.notParticipant');
      }
    });
    amy.desk.send('topicUnsubscription', { conversationId });
    await amy.desk.next('wrapupTimerStarted');
    await refused(amy, 'directTransferRequest', { conversationId, ...agent(carol.id) }, 'role.forbidden');
  });
});

describe('A second request', () => {
  it('while one is open is refused, whoever asks and whatever for', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId, sales, support } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    const carol = await colleague(centre, support);
    const asked = () => amy.desk.ask('consultRequest', { conversationId, ...agent(carol.id) });
    await centre.poll(asked).toMatchObject({ status: 'ok' }); // as soon as carol's greeting is over
    await withoutTrace(centre.stack, async () => {
      for (const event of ASKING) {
        await refused(amy, event, { conversationId, ...queue(sales) }, 'assistance.pending');
        await refused(bob, event, { conversationId, ...agent(carol.id) }, 'assistance.pending');
      }
    });
    await joins(story, carol); // the first one goes on as if nothing had been asked
  });

  it('may follow as soon as the first has been answered', async () => {
    const { amy, bob, conversationId, sales } = await consulting(centre);
    await resting(centre, sales);
    expect(await amy.desk.ask('consultRequest', { conversationId, ...queue(sales) })).toMatchObject({ status: 'ok' });
    await bob.desk.never('taskRequest', 200); // he is in the conversation already
    const [open] = (await tasksOf(centre, conversationId)).filter(({ state }) => state === 'QUEUED');
    expect(open).toMatchObject({ direction: 'CONSULT', queue: sales });
  });

  it('that is the same click again is answered alike and does nothing', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    const request = { conversationId, ...queue(sales) };
    const answers = await Promise.all([0, 1, 2].map(() => amy.desk.ask('directConferenceRequest', request, 'click')));
    expect(answers).toEqual(Array(3).fill({ id: 'click', status: 'ok' }));
    expect(await amy.desk.ask('directConferenceRequest', request, 'click')).toEqual({ id: 'click', status: 'ok' });
    await bob.desk.next('taskRequest');
    await bob.desk.never('taskRequest', 200);
    expect(amy.desk.frames.filter(({ event }) => event === 'agentAssistanceRequestPlaced')).toHaveLength(1);
    expect(await logged(centre, conversationId, 'TASK_ENQUEUED')).toHaveLength(2); // the customer's own, and this
  });

  it('that is the same click again is answered alike after a transfer, too', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    const request = { conversationId, ...agent(bob.id, { offerToAgent: false }) };
    for (const _ of [1, 2]) {
      const answer = await amy.desk.ask('consultTransferRequest', request, 'hand-over');
      expect(answer).toEqual({ id: 'hand-over', status: 'ok' });
    }
    await refused(amy, 'consultTransferRequest', request, 'conversation.notParticipant');
    expect(await logged(centre, conversationId, 'AGENT_UNSUBSCRIBED')).toHaveLength(1);
  });
});

describe('More than four agents', () => {
  it('are never in one conversation: a fifth is not asked in, but a transfer is possible', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId, support } = story;
    const others = await Promise.all([1, 2, 3].map(() => colleague(centre, support)));
    await amy.desk.become('NOT_READY');
    for (const who of [bob, ...others.slice(0, 2)]) {
      await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(who.id) });
      await joins(story, who);
    }
    expect(Object.values(await rolesIn(centre, conversationId))).toEqual(Array(4).fill('PRIMARY'));
    const [, , last] = others as [Colleague, Colleague, Colleague];
    await withoutTrace(centre.stack, async () => {
      for (const event of ['directConferenceRequest', 'consultRequest', 'consultConferenceRequest']) {
        await refused(amy, event, { conversationId, ...agent(last.id) }, 'conversation.full');
        await refused(amy, event, { conversationId, ...queue(support) }, 'conversation.full');
      }
    });
    await amy.desk.ask('directTransferRequest', { conversationId, ...agent(last.id) });
    await last.desk.accept();
    expect(Object.keys(await rolesIn(centre, conversationId))).toHaveLength(4);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('are not reached by a supervisor either while a colleague is on the way', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId, support } = story;
    const others = await Promise.all([1, 2].map(() => colleague(centre, support)));
    for (const who of [bob, ...others.slice(0, 1)]) {
      await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(who.id) });
      await joins(story, who);
    }
    const sam = await (await centre.person(['supervisor'])).connect();
    expect(await sam.ask('JoinAsSilentMonitor', { conversationId })).toMatchObject({ status: 'ok' });
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(others[1]?.id ?? '') });
    for (const event of ['joinAsWhisper', 'joinAsBargeIn'])
      expect(await sam.ask(event, { conversationId })).toMatchObject({ status: 'error', code: 'conversation.full' });
    expect(await amy.desk.ask('cancelAssistanceRequest', { conversationId })).toMatchObject({ status: 'ok' });
    expect(await sam.ask('joinAsWhisper', { conversationId })).toMatchObject({ status: 'ok' });
  });
});

describe('Whoever asks', () => {
  // Of those who stay with the customer and those who leave one each: test/domain has all of them.
  it.each(['consultRequest', 'directTransferRequest'])(
    'is never offered their own %s, though they are ready for it',
    async (event) => {
      const wrapUp = { enabled: false };
      const [support, shared] = await Promise.all([centre.queue({ wrapUp }), centre.queue({ wrapUp })]);
      const amy = await colleague(centre, support, shared);
      const { conversationId } = await centre.customer(support);
      await amy.desk.accept();
      const bob = await colleague(centre, shared); // after amy, so that it would be her turn
      amy.desk.send(event, { conversationId, ...queue(shared) });
      await bob.desk.next('taskRequest');
      await amy.desk.never('taskRequest', 100);
    },
  );

  it('cannot name themselves, nor somebody who is there already', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    await refused(amy, 'directTransferRequest', { conversationId, ...agent(amy.id) }, 'agent.notRoutable');
    for (const event of ['directTransferRequest', 'directConferenceRequest', 'consultRequest'])
      await refused(amy, event, { conversationId, ...agent(bob.id) }, 'agent.notRoutable');
  });

  it('is refused a colleague who cannot take a task now, and stays with the customer', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await bob.desk.become('NOT_READY');
    await withoutTrace(centre.stack, async () => {
      for (const event of ASKING) await refused(amy, event, { conversationId, ...agent(bob.id) }, 'agent.notRoutable');
    });
    const away = await centre.person();
    (await away.ready()).vanish();
    const busy = await centre.person(['agent'], { mrds: [{ mrdId: 'CHAT', maxAgentTasks: 0 }] });
    await (await busy.connect()).become('READY');
    await centre.poll(async () => (await centre.call('GET', `/agents/${away.id}`)).body.connected).toBe(false);
    for (const { id } of [away, busy])
      await refused(amy, 'directTransferRequest', { conversationId, ...agent(id) }, 'agent.notRoutable');
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    expect(await chatOf(centre, amy.id)).toBe('ACTIVE');
  });

  it('is refused a colleague who has never signed in, as one who is offline', async () => {
    const { amy, conversationId } = await scene(centre);
    const never = await centre.person();
    await centre.call('PUT', `/config/agents/${never.id}`, { name: 'Never Here' });
    const listed = await centre.call('GET', '/config/agents?search=never', undefined, await amy.person.token());
    expect(listed.body.items).toMatchObject([{ id: never.id }]);
    await refused(amy, 'directTransferRequest', { conversationId, ...agent(never.id) }, 'agent.notRoutable');
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
  });

  it('is refused a colleague or a queue that does not exist', async () => {
    const { amy, conversationId, sales } = await scene(centre);
    const voice = await centre.queue({ mrdId: 'CX_VOICE', steps: [] });
    await withoutTrace(centre.stack, async () => {
      for (const event of ASKING) {
        await refused(amy, event, { conversationId, ...agent('nobody') }, 'agent.unknown');
        for (const name of ['no such queue', sales.toUpperCase(), voice])
          await refused(amy, event, { conversationId, ...queue(name) }, 'queue.unknown');
      }
    });
  });
});

describe('A transfer in a circle', () => {
  it('is refused with the whole path, and the agent keeps the customer', async () => {
    const { amy, bob, conversationId, sales, support } = await scene(centre);
    await amy.desk.ask('directTransferRequest', { conversationId, ...queue(sales) });
    await bob.desk.accept();
    await bob.desk.ask('directTransferRequest', { conversationId, ...queue(support) }); // back, once
    await amy.desk.accept();
    const msg = await refused(amy, 'directTransferRequest', { conversationId, ...queue(sales) }, 'transfer.loop');
    expect(msg).toContain(`queue ${support} → queue ${sales} → queue ${support} → queue ${sales}`);
    await refused(amy, 'directTransferRequest', { conversationId, ...queue(support) }, 'transfer.loop');
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    const conference = await amy.desk.ask('directConferenceRequest', { conversationId, ...queue(sales) });
    expect(conference).toMatchObject({ status: 'ok' }); // company goes nowhere
  });

  it('between two agents is refused, also by consult transfer', async () => {
    const { amy, bob, conversationId, support } = await scene(centre);
    await amy.desk.ask('directTransferRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.accept();
    await bob.desk.ask('directTransferRequest', { conversationId, ...agent(amy.id) }); // back, once
    await amy.desk.accept();
    const path = `queue ${support} → agent ${bob.id} → agent ${amy.id} → agent ${bob.id}`;
    const direct = await refused(amy, 'directTransferRequest', { conversationId, ...agent(bob.id) }, 'transfer.loop');
    expect(direct).toContain(path);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.accept();
    const data = { conversationId, ...agent(bob.id, { offerToAgent: false }) };
    expect(await refused(amy, 'consultTransferRequest', data, 'transfer.loop')).toContain(path);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'ASSISTANT' });
  });

  it('is none where the customer was not taken there', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre, { sales: { requestTtlSeconds: 1 } });
    await bob.desk.become('NOT_READY');
    await amy.desk.ask('directTransferRequest', { conversationId, ...queue(sales) });
    await amy.desk.accept(); // nobody was there, the customer is back
    const again = await amy.desk.ask('directTransferRequest', { conversationId, ...queue(sales) });
    expect(again).toMatchObject({ status: 'ok' });
  });
});
