/**
 * Configuration: put, read, listed and removed, completed by its defaults, in force at once, and
 * never left pointing at nothing.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { configSchemas, type ConfigKind } from '../../shared/protocol/shapes/config.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { http, refusedWith } from '../support/http.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

const wrapUp = { enabled: true, mode: 'OPTIONAL', seconds: 60, extendSeconds: 60, mostSeconds: 600 };
const team = { teamId: '', teamName: '' };

/**
 * By kind: the least that can be said, what is made of it, and something else to replace it with.
 */
const kinds: [ConfigKind, object, object, object][] = [
  [
    'mrds',
    { name: 'FAX', maxRequests: 2 },
    {
      type: '',
      description: '',
      interruptible: false,
      autoSync: true,
      externallyControlled: false,
      interruptAction: 'REROUTE',
    },
    { name: 'FAX', maxRequests: 3, interruptible: true },
  ],
  [
    'queues',
    { name: 'orders', mrdId: 'CHAT' },
    configSchemas.queues.parse({ name: 'orders', mrdId: 'CHAT' }), // each by itself: test/domain/protocol-platform
    { name: 'orders', mrdId: 'CX_VOICE', wrapUp: { enabled: false }, ronaPolicy: 'KEEP' },
  ],
  [
    'lists',
    { name: 'later', mrdId: 'CHAT' },
    { description: '', exclusive: false, wrapUp },
    { name: 'later', mrdId: 'CHAT', exclusive: true },
  ],
  ['agents', {}, { team, supervisedTeams: [], attributes: {} }, { name: 'Kim', attributes: { sales: 3 } }],
  ['reason-codes', { name: 'Tea', type: 'NOT_READY' }, { description: '' }, { name: 'Tea', type: 'LOGOUT', code: 7 }],
  [
    'channel-types',
    { name: 'FAX', channelLogo: '_FAX.svg', isInteractive: false },
    { mediaRoutingDomain: null },
    { name: 'FAX', channelLogo: '_FAX.svg', isInteractive: true, mediaRoutingDomain: 'CHAT' },
  ],
];

const put = (path: string, body: unknown) => http(centre, 'PUT', path, { body: JSON.stringify(body) });
const read = async (path: string) => {
  const { status, type, text } = await http(centre, 'GET', path);
  expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
  return JSON.parse(text);
};

describe.each(kinds)('A configuration of %s', (kind, least, defaults, other) => {
  it('is put, completed, read, listed, replaced and removed', async () => {
    const id = `k-${randomUUID().slice(0, 8)}`;
    const path = `/config/${kind}/${id}`;
    const complete = { ...least, ...defaults, id };

    const answer = await put(path, { ...least, id: 'another', nonsense: 7 });
    expect({ ...answer, text: JSON.parse(answer.text) }).toEqual({
      status: 200,
      type: 'application/json',
      text: complete,
    });
    expect(await read(path)).toEqual(complete);
    const { items } = await read(`/config/${kind}`);
    expect(items.filter((item: { id: string }) => item.id === id)).toEqual([complete]);

    const replaced = JSON.parse((await put(path, other)).text);
    expect(replaced).toMatchObject({ ...other, id });
    expect(await read(path)).toEqual(replaced);

    expect(await http(centre, 'DELETE', path)).toMatchObject({ status: 204, text: '' });
    await refusedWith('config.notFound', http(centre, 'GET', path));
    await refusedWith('config.notFound', http(centre, 'DELETE', path));
    expect((await read(`/config/${kind}`)).items.map((item: { id: string }) => item.id)).not.toContain(id);
  });

  it('is put a second time without a trace', async () => {
    const path = `/config/${kind}/twice`;
    await put(path, least);
    await withoutTrace(centre.stack, () => put(path, least));
    await http(centre, 'DELETE', path);
  });
});

describe('The id of a configuration', () => {
  it.each(['with space', 'with/slash', 'ünïcode', '💬', '100%', 'a?b=c&d', '#', "'; --"])(
    'may be odd: %s',
    async (id) => {
      const path = `/config/reason-codes/${encodeURIComponent(id)}`;
      expect(JSON.parse((await put(path, { name: 'Odd', type: 'NOT_READY' })).text)).toMatchObject({ id });
      expect(await read(path)).toMatchObject({ id });
      expect(await http(centre, 'DELETE', path)).toMatchObject({ status: 204 });
    },
  );
});

describe('An agent', () => {
  it('reads what a desk lets them choose from, and of colleagues only who they are', async () => {
    const authorization = `Bearer ${await centre.stack.token('amy')}`;
    const listed = async (kind: ConfigKind) =>
      JSON.parse((await http(centre, 'GET', `/config/${kind}`, { authorization })).text).items;
    expect(await listed('queues')).toEqual((await read('/config/queues')).items);
    expect(await listed('reason-codes')).toContainEqual(expect.objectContaining({ id: 'lunch', type: 'NOT_READY' }));
    const bob = { id: 'bob', name: 'Bob Brown', username: 'bob', firstName: 'Bob', lastName: 'Brown' };
    expect(await listed('agents')).toContainEqual({ ...bob, team: { teamId: 'blue', teamName: 'Blue' } });
    expect(JSON.stringify(await listed('agents'))).not.toContain('attributes');
  });

  it('finds colleagues by the beginning of their names, a page at a time, and sees only who they are', async () => {
    const authorization = `Bearer ${await centre.stack.token('amy')}`;
    const asked = async (query: string) =>
      JSON.parse((await http(centre, 'GET', `/config/agents?${query}`, { authorization })).text);
    const name = `Q${randomUUID().slice(0, 8)}`;
    const ids = Array.from({ length: 5 }, (_, n) => `${name}-${n}`.toLowerCase());
    for (const id of ids)
      await put(`/config/agents/${id}`, {
        firstName: 'Anaïs',
        lastName: name,
        username: `user-${id}`,
        attributes: { a: 1 },
      });
    const found: { id: string }[] = [];
    let after: string | null = '';
    while (after !== null) {
      const page: { items: { id: string }[]; nextAfter: string | null } = await asked(
        `search=${encodeURIComponent(`anais ${name}`)}&limit=2&after=${encodeURIComponent(after)}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items);
      after = page.nextAfter;
    }
    const team = { teamId: '', teamName: '' };
    const shown = ids.map((id) => ({ id, username: `user-${id}`, firstName: 'Anaïs', lastName: name, team }));
    expect(found.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(shown);
    expect((await asked(`search=user-${ids[3]}`)).items).toEqual([shown[3]]);
    await http(centre, 'DELETE', `/config/agents/${ids[3]}`);
    expect((await asked(`search=user-${ids[3]}`)).items).toEqual([]);
  });

  it.each(['limit=0', 'limit=101', 'limit=ten', `search=${'x'.repeat(257)}`, `after=${'x'.repeat(1_025)}`])(
    'is told what is wrong with a page that there cannot be: %s',
    async (query) => {
      await refusedWith('request.invalid', http(centre, 'GET', `/config/agents?${query}`));
    },
  );

  it('reads other kinds by search and page, too, and all of a kind where nothing is asked for', async () => {
    const name = `reason-${randomUUID().slice(0, 8)}`;
    for (const n of [0, 1, 2]) await put(`/config/reason-codes/${name}-${n}`, { name: `Late ${n}`, type: 'NOT_READY' });
    const first = await read(`/config/reason-codes?search=${name}&limit=2`);
    expect(first).toMatchObject({ items: [{ id: `${name}-0` }, { id: `${name}-1` }], nextAfter: `${name}-1` });
    const rest = await read(`/config/reason-codes?search=${name}&limit=2&after=${first.nextAfter}`);
    expect(rest).toMatchObject({ items: [{ id: `${name}-2` }], nextAfter: null });
    const all = await read('/config/reason-codes');
    expect(Object.keys(all)).toEqual(['items']);
    const paged: unknown[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page: { items: unknown[]; nextAfter: string | null } = await read(
        `/config/reason-codes?limit=2&after=${encodeURIComponent(after)}`,
      );
      paged.push(...page.items);
      after = page.nextAfter;
    }
    expect(paged).toEqual(all.items);
  });

  it('changes nothing of it', async () => {
    const authorization = `Bearer ${await centre.stack.token('amy')}`;
    const change = { authorization, body: JSON.stringify({ name: 'mine', mrdId: 'CHAT' }) };
    await withoutTrace(centre.stack, async () => {
      await refusedWith('auth.noRole', http(centre, 'PUT', '/config/queues/support', change));
      await refusedWith('auth.noRole', http(centre, 'DELETE', '/config/queues/support', { authorization }));
    });
  });
});

describe('An MRD', () => {
  it('stays as long as a queue, a list, another MRD or a channel type names it', async () => {
    const id = `m-${randomUUID().slice(0, 8)}`;
    await put(`/config/mrds/${id}`, { name: 'FAX', maxRequests: 1 });
    const naming = {
      queues: { name: 'needs it', mrdId: id },
      lists: { name: 'needs it', mrdId: id },
      mrds: { name: 'needs it', maxRequests: 1, interruptedBy: [{ mrdId: id }] },
      'channel-types': { name: 'needs it', channelLogo: 'fax.svg', isInteractive: true, mediaRoutingDomain: id },
    };
    for (const [kind, body] of Object.entries(naming)) {
      await put(`/config/${kind}/needs-${id}`, body);
      await withoutTrace(centre.stack, async () => {
        const { detail } = await refusedWith('config.inUse', http(centre, 'DELETE', `/config/mrds/${id}`));
        expect(detail).toContain(`needs-${id}`);
      });
      await http(centre, 'DELETE', `/config/${kind}/needs-${id}`);
    }
    expect(await http(centre, 'DELETE', `/config/mrds/${id}`)).toMatchObject({ status: 204 });
  });
});

describe('The profile of an agent', () => {
  it('is in force at once, and after it was removed the token counts again', async () => {
    const person = await centre.person();
    const desk = await person.ready();
    await put(`/config/agents/${person.id}`, {
      firstName: 'Kim',
      team: { teamId: 'red', teamName: 'Red' },
      attributes: { sales: 3, english: true },
      mrds: [{ mrdId: 'CHAT', maxAgentTasks: 2 }],
    });
    const { body } = await centre.call('GET', `/agents/${person.id}`);
    expect(body.agent.keycloakUser).toMatchObject({ firstName: 'Kim', userTeam: { teamId: 'red', teamName: 'Red' } });
    expect(body.agent.associatedMrds).toEqual([
      { mrdId: 'CHAT', maxAgentTasks: 2 },
      { mrdId: 'CX_VOICE', maxAgentTasks: 1 },
    ]);
    expect(body.agent.associatedRoutingAttributes.map(({ value }: { value: number }) => value).toSorted()).toEqual([
      1, 3,
    ]);

    await http(centre, 'DELETE', `/config/agents/${person.id}`);
    desk.vanish();
    await person.connect();
    const after = await centre.call('GET', `/agents/${person.id}`);
    expect(after.body.agent.keycloakUser).toMatchObject({ firstName: 'Pat', userTeam: { teamId: 'blue' } });
    expect(after.body.agent.associatedRoutingAttributes).toEqual([]);
  });

  it('decides at once who is offered what', async () => {
    const queue = await centre.queue();
    const person = await centre.person();
    const desk = await person.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.never('taskRequest', 300);
    await put(`/config/agents/${person.id}`, { attributes: { [queue]: 1 } });
    expect((await desk.next('taskRequest')).data.conversationId).toBe(conversationId);
  });
});
