/**
 * Who may open a socket: the handshake is refused before anything is stored, and `GET /handshake`
 * says why.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { TokenOverrides } from '../../infra/local/people/issuer.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { items } from '../support/table.ts';

const centre = contactCentre({ alone: true });

const desks: Desk[] = [];
afterEach(() => {
  const faults = desks.flatMap((desk) => desk.faults);
  for (const desk of desks.splice(0)) desk.vanish();
  expect(faults).toEqual([]);
});

async function open(token: string | null, subprotocols?: string[]): Promise<Desk> {
  const desk = await Desk.open(centre.stack.wsUrl, token, subprotocols);
  desks.push(desk);
  return desk;
}

function somebody(roles: string[] = ['agent']) {
  return { id: `p-${randomUUID().slice(0, 8)}`, firstName: 'Pat', lastName: 'Poe', roles };
}

/** The keys of everything in the table. */
async function stored(): Promise<string[]> {
  const keys = (await items(centre.stack)).map(({ pk, sk }) => `${String(pk)} ${String(sk)}`);
  return keys.toSorted((a, b) => (a < b ? -1 : 1));
}

/** Tries to open a socket, and returns with what it was refused; the table is as it was before. */
async function refusal(token: string | null, subprotocols?: string[]): Promise<string> {
  const before = await stored();
  const refused = await open(token, subprotocols).then(
    () => 'open',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  expect(await stored()).toEqual(before);
  expect(centre.stack.gateway.connections()).toEqual([]);
  return refused;
}

const badTokens: [what: string, token: () => Promise<string | null>, status: number, code: string][] = [
  ['no token', () => Promise.resolve(null), 401, 'auth.missing'],
  ['a malformed token', () => Promise.resolve('not-a-token'), 401, 'auth.invalid'],
  ['a token of three parts that are none', () => Promise.resolve('a.b.c'), 401, 'auth.invalid'],
  ['a token that was cut off', async () => (await made()).slice(0, -20), 401, 'auth.invalid'],
  ['an expired token', () => made({ expiresInSeconds: -10 }), 401, 'auth.expired'],
  ['a token that is not yet valid', () => made({ claims: { nbf: inAnHour() } }), 401, 'auth.notYetValid'],
  ['a token without an end', () => made({ claims: { exp: undefined } }), 401, 'auth.invalid'],
  ['an ID token', () => made({ claims: { typ: 'ID' } }), 401, 'auth.notAccessToken'],
  ['a refresh token', () => made({ claims: { typ: 'Refresh' } }), 401, 'auth.notAccessToken'],
  ['a token that nobody signed', () => made({ signature: 'none' }), 401, 'auth.invalid'],
  ['a token signed by another key', () => made({ signature: 'otherKey' }), 401, 'auth.invalid'],
  ['a token of another issuer', () => made({ issuer: 'http://127.0.0.1:3000/other' }), 401, 'auth.wrongIssuer'],
  ['a token for another application', () => made({ audience: 'another' }), 401, 'auth.wrongAudience'],
  ['a token without a subject', () => made({ claims: { sub: '' } }), 401, 'auth.invalid'],
  ['a token without roles', () => centre.stack.token(somebody([])), 403, 'auth.noRole'],
  ['a token with a role of the platform only', () => centre.stack.token('platform'), 403, 'auth.noRole'],
  ['a token with roles of other systems', () => centre.stack.token(somebody(['offline_access'])), 403, 'auth.noRole'],
];

const inAnHour = () => Math.floor(centre.now() / 1000) + 3_600;

function made(overrides: TokenOverrides = {}): Promise<string> {
  return centre.stack.token(somebody(), overrides);
}

describe('A handshake', () => {
  it.each(badTokens)('with %s is refused, nothing is stored, and no function has failed', async (_, token) => {
    const before = centre.stack.logs().length;
    expect(await refusal(await token())).toBe('HTTP 403');
    const said = centre.stack.logs().slice(before);
    expect(said.filter((line) => /failed: /.test(line))).toEqual([]);
  });

  it.each(badTokens)('with %s is refused as a subprotocol too', async (_, token) => {
    const jwt = await token();
    const subprotocols = ['agent-manager.v1', ...(jwt === null ? [] : [`bearer.${jwt}`])];
    expect(await refusal(null, subprotocols)).toBe('HTTP 403');
  });

  it.each(badTokens)('with %s is explained over HTTP', async (_, token, status, code) => {
    const answer = await centre.call('GET', '/handshake', undefined, await token());
    expect(answer).toMatchObject({
      status,
      body: { message: 'login-failed', data: { content: { key: 'AUTH', code } } },
    });
    expect(managerEvents.connect_error.safeParse(answer.body).error).toBeUndefined();
    expect(answer.body.data.content.msg).toMatch(/\w+ \w+/);
  });

  it('with a token in the URL is refused: addresses are written down everywhere', async () => {
    const url = `${centre.stack.wsUrl}?token=${await made()}&access_token=${await made()}`;
    await expect(Desk.open(url, null)).rejects.toThrow('HTTP 403');
  });

  it('that offers only subprotocols which nobody knows is refused, and nothing is stored', async () => {
    expect(await refusal(await made(), ['chat.v2'])).toBe('HTTP 400');
    expect(await refusal(null, ['agent-manager.v2', `bearer.${await made()}`])).toBe('HTTP 400');
    expect(await refusal(null, [`bearer.${await made()}`])).toBe('HTTP 400');
  });
});

describe('A socket opens', () => {
  it('with the token in the Authorization header, as wscat -H sends it', async () => {
    const desk = await open(await made());
    await desk.next('agentPresence_');
    expect(desk.socket.protocol).toBe('');
  });

  it('with the token as a subprotocol, and answers with agent-manager.v1', async () => {
    const desk = await open(null, ['agent-manager.v1', `bearer.${await made()}`]);
    await desk.next('agentPresence_');
    expect(desk.socket.protocol).toBe('agent-manager.v1');
  });

  it('with the token in the header beside the subprotocol', async () => {
    const desk = await open(await made(), ['agent-manager.v1']);
    await desk.next('agentPresence_');
    expect(desk.socket.protocol).toBe('agent-manager.v1');
  });

  it.each(['agent', 'supervisor'])('for the role %s, and GET /handshake says so', async (role) => {
    const token = await centre.stack.token(somebody(['offline_access', role]));
    const desk = await open(token);
    await desk.next('agentPresence_');
    const answer = await centre.call('GET', '/handshake', undefined, token);
    expect(answer).toMatchObject({ status: 200, body: { message: 'ok', data: { content: { key: 'OK' } } } });
  });

  it('as the person whom the token names, whatever a payload says', async () => {
    const who = somebody();
    const desk = await open(await centre.stack.token(who));
    const { agent } = (await desk.next('agentPresence_')).data.agentPresence;
    expect(agent.id).toBe(who.id);
    const state = { name: 'READY', reasonCode: null };
    const answer = await desk.ask('changeAgentState', { agentId: 'amy', action: 'agentState', state });
    expect(answer).toMatchObject({ status: 'error', code: 'agent.mismatch' });
  });
});
