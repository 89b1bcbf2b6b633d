/**
 * The most that there may be of everything goes through; one more is refused where it comes in,
 * with its own code, and nothing is half done.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toContext } from '../../shared/edge/identity.ts';
import { MOST_ATTRIBUTES, MOST_MRDS } from '../../shared/protocol/shapes/config.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { http, refusedWith } from '../support/http.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

async function put(path: string, body: object): Promise<void> {
  const { status } = await centre.call('PUT', path, body);
  expect({ path, status }).toEqual({ path, status: 200 });
}

const refused = (path: string, body: object) => http(centre, 'PUT', path, { body: JSON.stringify(body) });

describe('The most', () => {
  it('MRDs, attributes and lists that one agent can have are ready, offered and logged out in one transaction each', async () => {
    const { body: before } = await centre.call('GET', '/config/mrds');
    const mrd = (name: string) => ({ name, maxRequests: 5, description: 'x'.repeat(128), type: 'y'.repeat(64) });
    for (let n = before.items?.length ?? before.length; n < MOST_MRDS; n++)
      await put(`/config/mrds/M${n}`, mrd(`M${n}`));
    await withoutTrace(centre.stack, () =>
      refusedWith('config.tooMany', refused('/config/mrds/one-more', mrd('more'))),
    );
    await put(`/config/mrds/M${MOST_MRDS - 1}`, mrd('changed'));

    const queue = await centre.queue();
    const names = Array.from({ length: MOST_ATTRIBUTES - 1 }, (_, n) => `${n}`.padEnd(33, 'x'));
    const attributes = Object.fromEntries([...names, queue].map((name) => [name, 1]));
    const person = await centre.person(['agent', 'supervisor'], { attributes });
    const desk = await person.connect();
    for (let n = 0; n < 40; n++) {
      await put(`/config/lists/L${n}`, { name: `L${n}`, mrdId: 'CHAT' });
      expect(await desk.ask('subscribePullModeList', { listId: `L${n}` })).toMatchObject({ status: 'ok' });
    }
    expect(await desk.ask('subscribeTeam', {})).toMatchObject({ status: 'ok' });
    desk.vanish(); // the greeting writes a row for each MRD and each list
    const again = await person.ready();
    const ready = { action: 'agentState', state: { name: 'READY', reasonCode: null } };
    expect(await again.ask('changeAgentState', ready)).toMatchObject({ status: 'ok' });
    await centre.customer(queue);
    await again.accept();
    await again.become('LOGOUT');
  });

  it('attributes of a profile, and what all MRDs and channel types say, are told apart from one more', async () => {
    const { id } = await centre.person();
    const attributes = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`attribute-${n}`, n]));
    await put(`/config/agents/${id}`, { attributes: attributes(MOST_ATTRIBUTES) });
    const type = { name: 'n'.repeat(256), channelLogo: 'l'.repeat(256), isInteractive: true };
    let fit = 0;
    while ((await refused(`/config/channel-types/T${fit}`, type)).status === 200) fit += 1;
    expect(fit).toBeGreaterThan(30);
    await withoutTrace(centre.stack, async () => {
      for (const count of [MOST_ATTRIBUTES + 1, 2_000]) {
        const answer = refused(`/config/agents/${id}`, { attributes: attributes(count) });
        expect((await refusedWith('config.invalid', answer)).detail).toMatch(/attributes: .*50/);
      }
      await refusedWith('config.tooMany', refused('/config/channel-types/one-more', type));
    });
    const long = { name: 'long', maxRequests: 1, description: '\u0001'.repeat(256), type: '\u0001'.repeat(256) };
    for (let n = 0; (await refused(`/config/mrds/L${n}`, long)).status === 200; n++) expect(n).toBeLessThan(6);
    await refusedWith('config.tooMany', refused('/config/mrds/CHAT', long));
    const desk = await (await centre.person()).connect(); // and is told of all of them
    expect(desk.faults).toEqual([]);
    desk.vanish();
  });

  it('teams that a token can name open a socket, and one more is refused with the reason', async () => {
    const id = randomUUID();
    const teams = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ teamId: `${n}-${'x'.repeat(20)}`, teamName: `Équipe ${n}` }));
    const user = {
      username: id,
      firstName: 'Sam',
      lastName: 'Poe',
      realm: 'oidc',
      permissions: [],
      roles: ['supervisor'],
    };
    const team = { teamId: '', teamName: '' };
    const fits = (count: number) => {
      try {
        const token = { issuedAt: Date.now(), expiresAt: Date.now() };
        return toContext({ id, user: { ...user, team, supervisedTeams: teams(count) }, token });
      } catch {
        return null;
      }
    };
    let most = 0;
    while (fits(most + 1)) most += 1;
    expect(most).toBeGreaterThan(60);
    const roles = ['supervisor', ...Array.from({ length: 150 }, (_, n) => `ünknown-${n}`)];
    const tokenFor = (count: number) =>
      centre.stack.token(
        { id, firstName: 'Sam', lastName: 'Poe', roles },
        { claims: { supervisedTeams: teams(count) } },
      );
    const desk = await Desk.greeted(centre.stack.wsUrl, await tokenFor(most));
    desk.vanish();
    const token = await tokenFor(most + 1);
    await expect(Desk.open(centre.stack.wsUrl, token)).rejects.toThrow('HTTP 403');
    const { status, body } = await centre.call('GET', '/handshake', undefined, token);
    expect({ status, code: body.data.content.code }).toEqual({ status: 403, code: 'auth.tooLarge' });
  });
});
