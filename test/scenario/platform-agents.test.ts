/**
 * Who is there: the platform sees every agent, a supervisor those of their teams, page by page;
 * both can log somebody out.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AgentPresence } from '../../shared/protocol/shapes/desk-shapes.ts';
import { contactCentre, type Person } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { http, refusedWith } from '../support/http.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

/* oxlint-disable typescript/no-explicit-any -- tests read deep into answers */

async function get(path: string, token?: string): Promise<any> {
  const { status, body } = await centre.call('GET', path, undefined, token);
  expect(status).toBe(200);
  return body;
}

async function everybody(query: string, token?: string): Promise<any[]> {
  const agents: any[] = [];
  for (let after: string | null = ''; after !== null;) {
    const page: any = await get(`/agents?after=${encodeURIComponent(after)}&${query}`, token);
    agents.push(...page.agents);
    after = page.nextAfter;
  }
  return agents;
}

const idsOf = (agents: any[]): string[] => agents.map(({ agent }) => agent.id);

async function supervisor(teamId: string): Promise<{ token: string; person: Person }> {
  const person = await centre.person(['supervisor']);
  const claims = { supervisedTeams: [{ teamId, teamName: teamId }] };
  const who = { id: person.id, firstName: 'Sam', lastName: 'Stone', roles: ['supervisor'] };
  return { person, token: await centre.stack.token(who, { claims }) };
}

describe('An agent', () => {
  it('is shown with their presence, their tasks, and whether their desk is there', async () => {
    const queue = await centre.queue();
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await person.ready();
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    const shown = await get(`/agents/${person.id}`);
    expect(AgentPresence.safeParse(shown).error).toBeUndefined();
    expect(shown).toMatchObject({ agent: { id: person.id }, state: { name: 'READY' }, connected: true });
    expect(shown.agentMrdStates.map(({ mrd }: any) => mrd.id)).toEqual(['CHAT', 'CX_VOICE']);
    expect(shown.tasks).toEqual([
      { taskId: data.taskId.split(':')[0], conversationId, mrdId: 'CHAT', phase: 'RESERVED' },
    ]);
    desk.vanish();
    await centre.poll(async () => (await get(`/agents/${person.id}`)).connected, { timeout: 8_000 }).toBe(false);
  });

  it('is not there before they have ever connected', async () => {
    const person = await centre.person();
    await refusedWith('agent.unknown', http(centre, 'GET', `/agents/${person.id}`));
    expect(idsOf(await everybody('limit=500'))).not.toContain(person.id);
  });
});

describe('The list of agents', () => {
  it('is the same in pages of any size, in order of their ids', async () => {
    const people = await Promise.all(Array.from({ length: 7 }, () => centre.person()));
    await Promise.all(people.map((person) => person.connect()));
    const all = await everybody('limit=500');
    expect(idsOf(all)).toEqual(expect.arrayContaining(people.map(({ id }) => id)));
    expect(idsOf(all)).toEqual(idsOf(all).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    for (const limit of [1, 3, all.length]) expect(idsOf(await everybody(`limit=${limit}`))).toEqual(idsOf(all));
    const first = await get('/agents?limit=3');
    expect(first.nextAfter).toBe(first.agents[2].agent.id);
  });

  it('goes on behind any character, and has whoever is called by one', async () => {
    const names = ['a', 'z', 'ž', '中', '\uffff', '😀', '😀a', '🙂'].map(
      (name) => `${name}${randomUUID().slice(0, 6)}`,
    );
    const people = names.map((id) => ({ id, firstName: 'Pat', lastName: id, roles: ['agent'] }));
    for (const person of people) {
      const desk = await Desk.greeted(centre.stack.wsUrl, await centre.stack.token(person));
      desk.vanish();
    }
    const inBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    const all = idsOf(await everybody('limit=500'));
    expect(all).toEqual(expect.arrayContaining(names));
    expect(all).toEqual(all.toSorted(inBytes));
    expect(idsOf(await everybody('limit=2'))).toEqual(all);
    for (const id of all) {
      const behind = await get(`/agents?after=${encodeURIComponent(id)}`);
      expect(idsOf(behind.agents)).toEqual(all.filter((other) => inBytes(other, id) > 0));
    }
    for (const nobody of ['😀', '\u{10ffff}', 'x'.repeat(256), '中'.repeat(256)])
      expect(idsOf((await get(`/agents?after=${encodeURIComponent(nobody)}`)).agents)).toEqual(
        all.filter((other) => inBytes(other, nobody) > 0),
      );
  });

  it('holds the teams of a supervisor only, and says nothing of the others', async () => {
    const [mine, other] = [
      await centre.person(),
      await centre.person(['agent'], { team: { teamId: 'red', teamName: 'Red' } }),
    ];
    await Promise.all([mine.connect(), other.connect()]);
    const { token } = await supervisor('blue');
    const seen = idsOf(await everybody('limit=2', token));
    expect(seen).toContain(mine.id);
    expect(seen).not.toContain(other.id);
    await get(`/agents/${mine.id}`, token);
    const authorization = `Bearer ${token}`;
    await refusedWith('role.forbidden', http(centre, 'GET', `/agents/${other.id}`, { authorization }));
  });
});

describe('A forced logout', () => {
  it.each<[string, () => Promise<string>]>([
    ['the platform', () => centre.stack.token('platform')],
    [
      'an administrator',
      () => centre.stack.token({ id: 'admin', firstName: 'Ada', lastName: 'Min', roles: ['admin'] }),
    ],
    ['a supervisor of the team', async () => (await supervisor('blue')).token],
  ])('is for %s', async (_, token) => {
    const person = await centre.person();
    const desk = await person.ready();
    const { status, body } = await centre.call('POST', `/agents/${person.id}/logout`, undefined, await token());
    expect(status).toBe(200);
    expect(body.state).toMatchObject({ name: 'LOGOUT', reasonCode: { name: 'FORCED_LOGOUT_BY_SUPERVISOR' } });
    await desk.next('agentPresence_', ({ agentPresence }) => agentPresence.state.name === 'LOGOUT');
    expect((await desk.gone()).code).toBe(1000);
  });

  it('changes nothing where the agent has logged out already', async () => {
    const person = await centre.person();
    const desk = await person.connect();
    await desk.become('LOGOUT');
    await desk.gone();
    await withoutTrace(centre.stack, async () => {
      const { status, body } = await centre.call('POST', `/agents/${person.id}/logout`);
      expect(status).toBe(200);
      expect(body.state).toEqual({ name: 'LOGOUT', reasonCode: null });
    });
  });

  it('is not for a supervisor of another team, nor for agents', async () => {
    const person = await centre.person();
    await person.ready();
    const { token } = await supervisor('green');
    await withoutTrace(centre.stack, async () => {
      const path = `/agents/${person.id}/logout`;
      await refusedWith('role.forbidden', http(centre, 'POST', path, { authorization: `Bearer ${token}` }));
      const own = { authorization: `Bearer ${await person.token()}` };
      await refusedWith('auth.noRole', http(centre, 'POST', path, own));
    });
  });
});

describe('The handshake', () => {
  it('is explained whatever of the gateway’s event is null', async () => {
    const authorization = `Bearer ${await centre.stack.token('amy')}`;
    const nothing = {
      body: null,
      isBase64Encoded: null,
      queryStringParameters: null,
      pathParameters: null,
      cookies: null,
    };
    const event = { headers: { authorization, 'x-empty': null }, ...nothing };
    const outcome = await centre.stack.invoke('platform/handshake', event);
    expect(outcome).toMatchObject({ ok: true, result: { statusCode: 200 } });
    const unheard = await centre.stack.invoke('platform/handshake', { ...nothing, headers: null });
    expect(unheard).toMatchObject({
      ok: true,
      result: { statusCode: 401, body: expect.stringContaining('auth.missing') },
    });
  });

  it.each(['agent', 'supervisor'])('says that a socket would open for an %s', async (role) => {
    const token = await centre.stack.token({ id: 'x', firstName: 'X', lastName: 'Y', roles: [role, 'other'] });
    const { status, body } = await centre.call('GET', '/handshake', undefined, token);
    expect({ status, body }).toMatchObject({ status: 200, body: { message: 'ok', data: { content: { key: 'OK' } } } });
  });
});
