/**
 * What the platform API refuses: callers who may not, bodies that are none, ids that cannot be.
 * Each refusal is a problem with a code, and leaves no trace.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Code } from '../../shared/protocol/codes.ts';
import { MAX_MESSAGE_BYTES } from '../../shared/protocol/frame.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import { platformBodies } from '../fixtures/platform-bodies.ts';
import { contactCentre, webSession } from '../support/contact-centre.ts';
import { http, refusedWith } from '../support/http.ts';
import { mutations, onePerField } from '../support/mutations.ts';
import { OpenApi, paper } from '../support/papers.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

let conversation: string;
beforeAll(async () => {
  const customer = await centre.customer(await centre.queue());
  conversation = customer.conversationId;
});

const routes = platformRoutes.filter(({ name }) => name !== 'handshake');
const withBody = routes.filter(({ method, name }) => name !== 'logoutAgent' && (method === 'POST' || method === 'PUT'));

/** A path of the route that names things which exist. */
function pathOf(path: string): string {
  const [, noun] = path.split('/');
  const id = noun === 'config' ? 'support' : noun === 'agents' ? 'amy' : conversation;
  return path.replace('{kind}', 'queues').replace('{id}', id);
}

describe('A caller who may not', () => {
  const callers: [string, Code, () => Promise<string | null>][] = [
    ['without a token', 'auth.missing', async () => null],
    ['with a password', 'auth.missing', async () => 'Basic cGxhdGZvcm06c2VjcmV0'],
    ['with an empty token', 'auth.missing', async () => 'Bearer '],
    ['with two tokens', 'auth.missing', async () => 'Bearer a b'],
    ['with what is no token', 'auth.invalid', async () => 'Bearer abc'],
    ['with what looks like a token', 'auth.invalid', async () => 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln'],
    ['with a token that nobody signed', 'auth.invalid', () => bearer({ signature: 'none' })],
    ['with a token that somebody else signed', 'auth.invalid', () => bearer({ signature: 'otherKey' })],
    ['with a token that has expired', 'auth.expired', () => bearer({ expiresInSeconds: -60 })],
    ['with a token of another issuer', 'auth.wrongIssuer', () => bearer({ issuer: 'https://elsewhere.example' })],
    ['with a token for another application', 'auth.wrongAudience', () => bearer({ audience: 'a-shop' })],
    ['with a token that names nobody', 'auth.invalid', () => bearer({ claims: { sub: '' } })],
    ['with the token of an agent', 'auth.noRole', async () => `Bearer ${await centre.stack.token('amy')}`],
  ];

  async function bearer(overrides: Parameters<typeof centre.stack.token>[1]): Promise<string> {
    return `Bearer ${await centre.stack.token('platform', overrides)}`;
  }

  it.each(callers)('is refused: %s', async (who, code, authorization) => {
    const request = { authorization: await authorization(), body: '{' };
    const nth = callers.findIndex(([name]) => name === who);
    // That a token is asked for, and for which role, is a matter of each route; what it is worth is
    // found out in one place.
    const everywhere = nth === 0 || code === 'auth.noRole';
    await withoutTrace(centre.stack, async () => {
      for (const { name, method, path } of routes.filter((_, n) => everywhere || n % 4 === nth % 4)) {
        if (name === 'listConfig' && code === 'auth.noRole') continue; // a desk may read it
        const { body } = method === 'GET' ? { body: undefined } : request;
        await refusedWith(code, http(centre, method, pathOf(path), { ...request, body }));
      }
    });
  });

  it.each(callers.filter(([, code]) => code !== 'auth.noRole'))(
    'is told by the handshake why no socket would open: %s',
    async (_, code, authorization) => {
      const answer = await http(centre, 'GET', '/handshake', { authorization: await authorization() });
      const told = managerEvents.connect_error.parse(JSON.parse(answer.text));
      expect({ status: answer.status, key: told.data.content.key, code: told.data.content.code }).toEqual({
        status: 401,
        key: 'AUTH',
        code,
      });
    },
  );

  it('is told by the handshake that a role is missing', async () => {
    const answer = await http(centre, 'GET', '/handshake');
    expect(answer.status).toBe(403);
    expect(managerEvents.connect_error.parse(JSON.parse(answer.text)).data.content.code).toBe('auth.noRole');
  });

  it.each(['platform', 'admin', 'supervisor', 'agent'])('is one whom the document does not name: %s', async (role) => {
    const { paths } = paper('openapi.json', OpenApi);
    const token = await centre.stack.token({ id: `${role}-alone`, firstName: 'Pat', lastName: 'Poe', roles: [role] });
    for (const { method, path } of routes) {
      const callers = paths[path.replace('{kind}', 'queues')]?.[method.toLowerCase()]?.['x-callers'] ?? [];
      const nobody = path.replace('{kind}', 'queues').replace('{id}', 'not-there');
      const body = method === 'GET' ? undefined : '{}';
      const { text } = await http(centre, method, nobody, { authorization: `Bearer ${token}`, body });
      expect(text.includes('"auth.noRole"'), `${method} ${path}`).toBe(!callers.includes(role));
    }
  });

  it('never hears what is in the token that was refused', async () => {
    const token = await centre.stack.token('platform', { claims: { secret: 'open-sesame' }, expiresInSeconds: -60 });
    const { text } = await http(centre, 'GET', '/agents', { authorization: `Bearer ${token}` });
    expect(text).not.toContain(token.slice(0, 20));
    expect(text).not.toContain('open-sesame');
  });
});

describe('A body', () => {
  it.each<[string, string | undefined, Code]>([
    ['that is missing', undefined, 'request.invalidJson'],
    ['that is empty', '', 'request.invalidJson'],
    ['that is no JSON', 'channelSession=1', 'request.invalidJson'],
    ['that stops in the middle', '{"channelSession":', 'request.invalidJson'],
    ['that is nested very deeply', `${'[['.repeat(5_000)}${']]'.repeat(5_000)}`, 'request.invalidJson'],
    ['that has a number without measure', '{"priority":1e400}', 'request.invalidJson'],
    ['that is too large', `{"a":"${'ä'.repeat(MAX_MESSAGE_BYTES / 2)}"}`, 'request.tooLarge'],
  ])('is refused %s', async (_, body, code) => {
    await withoutTrace(centre.stack, async () => {
      for (const { method, path } of withBody) await refusedWith(code, http(centre, method, pathOf(path), { body }));
    });
  });

  it.each(['null', '7', '"text"', '[]', '[{}]', '{}', '{"__proto__":{"name":"x"}}'])(
    'is refused where it says nothing: %s',
    async (body) => {
      await withoutTrace(centre.stack, async () => {
        for (const { name, method, path } of withBody) {
          const code = name === 'putConfig' ? 'config.invalid' : 'request.invalid';
          await refusedWith(code, http(centre, method, pathOf(path), { body }));
        }
      });
    },
  );

  it('of more than ten megabytes does not even reach a function', async () => {
    const answer = await http(centre, 'POST', '/conversations', { body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(answer).toMatchObject({ status: 413, type: 'application/json' });
  });

  it.each(platformBodies)(
    'of $what is refused with the path of the first wrong field',
    async ({ method, path, code, schema, sample }) => {
      const wrong = onePerField(mutations(schema, schema.parse(sample)));
      expect(wrong.length).toBeGreaterThan(1);
      await withoutTrace(centre.stack, async () => {
        for (const { payload, complaint } of wrong) {
          const answer = http(centre, method, pathOf(path), { body: JSON.stringify(payload) });
          expect(await refusedWith(code, answer)).toMatchObject({ detail: complaint });
        }
      });
    },
  );
});

describe('What a path or a query names', () => {
  it.each([
    ['a little too long', 'x'.repeat(257)],
    ['longer than any key', 'x'.repeat(3_000)],
    ['too long in emojis', '%F0%9F%92%AC'.repeat(129)],
    ['what every object has', 'constructor'],
    ['the prototype', '__proto__'],
  ])('is refused where it cannot be an id: %s', async (_, id) => {
    await withoutTrace(centre.stack, async () => {
      for (const { method, path } of routes.filter((route) => route.path.includes('{id}'))) {
        const body = withBody.some((route) => route.path === path && route.method === method) ? '{}' : undefined;
        const wrong = path.replace('{kind}', 'queues').replace('{id}', id);
        await refusedWith('request.invalid', http(centre, method, wrong, { body }));
      }
    });
  });

  it.each<[string, string, Code]>([
    ['GET', '/config/tables', 'config.unknownKind'],
    ['GET', '/config/Queues', 'config.unknownKind'],
    ['GET', '/config/tables/x', 'config.unknownKind'],
    ['PUT', '/config/tables/x', 'config.unknownKind'],
    ['DELETE', '/config/tables/x', 'config.unknownKind'],
    ['GET', '/config/queues/nothing', 'config.notFound'],
    ['DELETE', '/config/queues/nothing', 'config.notFound'],
    ['GET', '/conversations/nothing', 'conversation.unknown'],
    ['GET', '/conversations/nothing/events', 'conversation.unknown'],
    ['GET', '/conversations/nothing/routing', 'conversation.unknown'],
    ['DELETE', '/conversations/nothing', 'conversation.unknown'],
    ['GET', '/agents/nobody', 'agent.unknown'],
    ['POST', '/agents/nobody/logout', 'agent.unknown'],
    ['GET', '/agents?limit=0', 'request.invalid'],
    ['GET', '/agents?limit=501', 'request.invalid'],
    ['GET', '/agents?limit=many', 'request.invalid'],
    ['GET', '/agents?after=constructor', 'request.invalid'],
    ['GET', '/conversations/{id}/events?after=-1', 'request.invalid'],
    ['GET', '/conversations/{id}/events?after=x', 'request.invalid'],
    ['GET', '/conversations/{id}/events?after=1.5', 'request.invalid'],
    ['GET', '/conversations/{id}/events?limit=0', 'request.invalid'],
    ['GET', '/conversations/{id}/events?limit=501', 'request.invalid'],
    ['DELETE', '/conversations/{id}?reason=BOREDOM', 'request.invalid'],
  ])('is refused where it is not there or makes no sense: %s %s', async (method, path, code) => {
    const body = method === 'PUT' ? '{"name":"abc","mrdId":"CHAT"}' : undefined;
    await withoutTrace(centre.stack, () => refusedWith(code, http(centre, method, pathOf(path), { body })));
  });

  it.each([
    ['GET', '/nothing'],
    ['PATCH', '/agents/amy'],
    ['GET', '/config'],
    ['DELETE', '/agents'],
  ])('is no route: %s %s', async (method, path) => {
    expect(await http(centre, method, path)).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
  });

  it('is refused where the queue does not exist, or its MRD', async () => {
    const start = (more: object) =>
      http(centre, 'POST', '/conversations', { body: JSON.stringify({ channelSession: webSession('s-2'), ...more }) });
    const channelConfig = { routingPolicy: { routingMode: 'PUSH', routingObjectId: 'nothing' } };
    const configured = { ...webSession('s-2'), channel: { ...webSession('s-2').channel, channelConfig } };
    await withoutTrace(centre.stack, async () => {
      await refusedWith('queue.unknown', start({ queue: 'nothing' }));
      await refusedWith('queue.unknown', start({ channelSession: configured }));
      const body = JSON.stringify({ name: 'queue', mrdId: 'SMOKE' });
      await refusedWith('queue.mrdUnknown', http(centre, 'PUT', '/config/queues/smoke', { body }));
      await refusedWith('queue.mrdUnknown', http(centre, 'PUT', '/config/lists/smoke', { body }));
      const struck = (mrdId: string) => JSON.stringify({ name: 'm', maxRequests: 1, interruptedBy: [{ mrdId }] });
      await refusedWith('queue.mrdUnknown', http(centre, 'PUT', '/config/mrds/m', { body: struck('SMOKE') }));
      await refusedWith('config.invalid', http(centre, 'PUT', '/config/mrds/m', { body: struck('m') }));
      const drums = { name: 'DRUMS', channelLogo: 'd.svg', isInteractive: true, mediaRoutingDomain: 'SMOKE' };
      const type = http(centre, 'PUT', '/config/channel-types/drums', { body: JSON.stringify(drums) });
      await refusedWith('queue.mrdUnknown', type);
    });
  });
});
