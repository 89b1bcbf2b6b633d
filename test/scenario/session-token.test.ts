/**
 * A newer token over the open socket is of the same person and says what they may from then on; a
 * supervisor puts an agent out at once.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { somebody } from '../support/short-lived.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '60', LEASE_SECONDS: '600' } });

describe('A newer token', () => {
  it('is of the same person, and an access token', async () => {
    const { token, desk } = await somebody(centre);
    const amy = await centre.stack.token('amy');
    expect(await desk.ask('refreshToken', { token: amy })).toMatchObject({ code: 'agent.mismatch' });
    const id = await token({ claims: { typ: 'ID' } });
    expect(await desk.ask('refreshToken', { token: id })).toMatchObject({ code: 'auth.notAccessToken' });
    const old = await token({ expiresInSeconds: -30 });
    expect(await desk.ask('refreshToken', { token: old })).toMatchObject({ code: 'auth.expired' });
    expect(await desk.ask('refreshToken', {})).toMatchObject({ code: 'event.invalid' });
    desk.vanish();
  });

  it('says what its owner may from now on', async () => {
    const { who, desk } = await somebody(centre);
    const ending = { conversationId: 'nowhere', ofAgentId: 'nobody' };
    expect(await desk.ask('subscribeTeam', {})).toMatchObject({ code: 'role.forbidden' });
    expect(await desk.ask('endWrapup', ending)).toMatchObject({ code: 'role.forbidden' });
    const supervisedTeams = [{ teamId: 'green', teamName: 'Green' }];
    const boss = await centre.stack.token({ ...who, roles: ['agent', 'supervisor'], supervisedTeams });
    expect(await desk.ask('refreshToken', { token: boss })).toMatchObject({ status: 'ok' });
    const { agentPresence } = (
      await desk.next('agentPresence_', (data) => data.agentPresence.agent.keycloakUser.roles.includes('supervisor'))
    ).data;
    expect(agentPresence.agent.keycloakUser.supervisedTeams).toEqual(supervisedTeams);
    expect(await desk.ask('subscribeTeam', {})).toMatchObject({ status: 'ok' });
    expect(await desk.ask('endWrapup', ending)).toMatchObject({ code: 'conversation.unknown' });
    desk.vanish();
  });
});

describe('An agent who is put out', () => {
  it('is logged out at once, and none of their tokens opens a door, until they get a new one', async () => {
    const { pat, who, token, desk } = await somebody(centre);
    const supervisor = { ...who, roles: ['supervisor'], supervisedTeams: [{ teamId: 'blue', teamName: 'Blue' }] };
    const [mine, theirs] = [await token(), await centre.stack.token(supervisor, { claims: {} })];
    expect((await centre.call('GET', '/agents', undefined, theirs)).status).toBe(200);
    const out = await centre.call('POST', `/agents/${pat.id}/logout`, { revoke: true });
    expect(out).toMatchObject({ status: 200, body: { state: { name: 'LOGOUT' } } });
    await desk.gone();
    await expect(Desk.open(centre.stack.wsUrl, mine)).rejects.toThrow('HTTP 401');
    const why = await centre.call('GET', '/handshake', undefined, mine);
    expect(why).toMatchObject({ status: 401, body: { data: { content: { code: 'auth.revoked' } } } });
    expect(await centre.call('GET', '/agents', undefined, theirs)).toMatchObject({
      status: 401,
      body: { code: 'auth.revoked' },
    });
    await centre.passes(1_000);
    const again = await Desk.greeted(centre.stack.wsUrl, await token());
    again.vanish();
  });

  it('is only logged out where nobody asks for more, and a body that means something else is refused', async () => {
    const { pat, token, desk } = await somebody(centre);
    const mine = await token();
    expect((await centre.call('POST', `/agents/${pat.id}/logout`, { revoke: 'yes' })).status).toBe(400);
    expect((await centre.call('POST', `/agents/${pat.id}/logout`)).status).toBe(200);
    await desk.gone();
    const again = await Desk.greeted(centre.stack.wsUrl, mine);
    again.vanish();
  });
});
