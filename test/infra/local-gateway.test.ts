/**
 * Does the stand-in for the WebSocket API behave as API Gateway does, where a desk or a Lambda can
 * tell the difference?
 */
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { eventually, openSocket, seenBy, statusOf } from './fixtures/local/socket.ts';
import { writeTemplate } from './fixtures/local/template.ts';

let stack: LocalStack;
let management: ApiGatewayManagementApiClient;

beforeAll(async () => {
  stack = await start({ template: writeTemplate() });
  management = new ApiGatewayManagementApiClient({ ...clientOptions(stack.endpoints.management), maxAttempts: 1 });
});
afterAll(() => stack.stop());

const post = (ConnectionId: string, Data: string) =>
  management.send(new PostToConnectionCommand({ ConnectionId, Data }));

/** A socket of an agent of its own, and the id of its connection. */
async function connected(name: string) {
  const socket = await openSocket(stack, { as: `allow:${name}` });
  const open = stack.gateway.connections().find(({ principalId }) => principalId === name);
  return { ...socket, id: open?.connectionId ?? '' };
}

const disconnectOf = (id: string) =>
  eventually(() => seenBy(stack, 'disconnect').find((event) => event.requestContext.connectionId === id));

describe('a handshake', () => {
  test.each([
    ['is accepted when the authorizer allows it', 'allow:amy', '', 101],
    ['is 401 when the authorizer throws "Unauthorized"', 'unauthorized', '', 401],
    ['is 403 when the policy denies', 'deny', '', 403],
    ['is 500 when the authorizer crashes', 'crash', '', 500],
    ['is 500 when the authorizer answers no policy', 'garbage', '', 500],
    ['is 500 when the context of the authorizer is not flat', 'nested', '', 500],
    ['has the status that $connect answers', 'allow:amy', '?status=409', 409],
    ['is 502 when $connect throws', 'allow:amy', '?throw=1', 502],
    ['is 502 when $connect answers no status', 'allow:amy', '?shape=1', 502],
  ])('%s', async (_name, as, query, status) => {
    expect(await statusOf(openSocket(stack, { as, query }))).toBe(status);
  });

  test('asks the authorizer even without any token, because no identity source is named', async () => {
    const asked = seenBy(stack, 'authorize').length;
    expect(await statusOf(openSocket(stack, { as: '' }))).toBe(401);
    await eventually(() => (seenBy(stack, 'authorize').length > asked ? true : undefined));
  });

  test('without its identity source is 401 and the authorizer is not asked', async () => {
    const template = writeTemplate((resources) => {
      Object.assign(resources.Authorizer?.Properties ?? {}, { IdentitySource: ['route.request.querystring.ticket'] });
    });
    const strict = await start({ template });
    expect(await statusOf(openSocket(strict))).toBe(401);
    expect(await statusOf(openSocket(strict, { query: '?ticket=1' }))).toBe(101);
    expect(seenBy(strict, 'authorize')).toHaveLength(1);
    await strict.stop();
  });

  test('at an unknown stage is 403', async () => {
    const wsUrl = stack.wsUrl.replace('/local', '/prod');
    expect(await statusOf(openSocket({ ...stack, wsUrl }))).toBe(403);
  });

  test('that the authorizer refuses never reaches $connect', async () => {
    await statusOf(openSocket(stack, { as: 'deny', query: '?only=refused' }));
    await openSocket(stack, { query: '?only=accepted' }).then((socket) => socket.close());
    await eventually(() => seenBy(stack, 'connect').find((event) => event.queryStringParameters?.only === 'accepted'));
    expect(seenBy(stack, 'connect').filter((event) => event.queryStringParameters?.only === 'refused')).toEqual([]);
  });

  test('echoes a subprotocol only when $connect returns it', async () => {
    const echoed = await openSocket(stack, { protocols: ['agent-manager.v1'], query: '?subprotocol=agent-manager.v1' });
    expect(echoed.ws.protocol).toBe('agent-manager.v1');
    await expect(openSocket(stack, { protocols: ['agent-manager.v1'] })).rejects.toThrow('no subprotocol');
  });
});

describe('an event', () => {
  test('of the authorizer has the method and the headers as they were sent', async () => {
    const socket = await openSocket(stack, { as: 'allow:shape', query: '?a=1&a=2', headers: { 'X-Mixed': 'Case' } });
    const event = await eventually(() =>
      seenBy(stack, 'authorize').find(({ headers }) => headers['X-Mixed'] === 'Case'),
    );
    expect(event).toMatchObject({
      type: 'REQUEST',
      methodArn: expect.stringMatching(/^arn:aws:execute-api:us-east-1:\d{12}:\w{10}\/local\/\$connect$/),
      multiValueHeaders: { 'X-Mixed': ['Case'] },
      queryStringParameters: { a: '2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      requestContext: { eventType: 'CONNECT', connectionId: expect.stringMatching(/^[\w-]{15}=$/) },
    });
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(Object.keys(event.headers).map((name) => name.toLowerCase())).not.toContain('connection');
    socket.close();
  });

  test('of $connect has the context of the authorizer as texts, and no query where there was none', async () => {
    const { id, close } = await connected('carla');
    const event = await eventually(() => seenBy(stack, 'connect').find((it) => it.requestContext.connectionId === id));
    expect(event).toMatchObject({
      isBase64Encoded: false,
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        messageDirection: 'IN',
        stage: 'local',
        identity: { sourceIp: '127.0.0.1' },
        authorizer: {
          principalId: 'carla',
          agentId: 'carla',
          count: '3',
          flag: 'true',
          integrationLatency: expect.any(Number),
        },
        requestTime: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        domainName: expect.stringMatching(/^\w{10}\.execute-api\.us-east-1\.amazonaws\.com$/),
      },
    });
    expect(event.requestContext.requestId).toBe(event.requestContext.extendedRequestId);
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event).not.toHaveProperty('body');
    close();
  });

  test('of a message has its body and who sent it, and no headers', async () => {
    const socket = await connected('mary');
    socket.send({ action: 'echo', data: { text: 'from mary' } });
    await socket.next();
    const event = seenBy(stack, 'echo').find((it) => it.requestContext.connectionId === socket.id);
    expect(event).toMatchObject({
      body: JSON.stringify({ action: 'echo', data: { text: 'from mary' } }),
      isBase64Encoded: false,
      requestContext: {
        routeKey: 'echo',
        eventType: 'MESSAGE',
        messageId: expect.any(String),
        authorizer: { principalId: 'mary' },
        connectedAt: expect.any(Number),
      },
    });
    expect(event).not.toHaveProperty('headers');
    socket.close();
  });

  test.each([
    ['its code and reason', (ws: WebSocketLike) => ws.close(4001, 'bye'), 4001, 'bye'],
    ['1005 when it says nothing', (ws: WebSocketLike) => ws.close(), 1005, 'Client-side close frame status not set'],
    ['1006 when the wire is cut', (ws: WebSocketLike) => ws.terminate(), 1006, 'Connection closed abnormally'],
  ])('of $disconnect tells how the client left: %s', async (name, leave, code, reason) => {
    const { ws, id } = await connected(`leaver ${name}`);
    leave(ws);
    const event = await disconnectOf(id);
    expect(event).toMatchObject({
      headers: { Host: expect.any(String), 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
      requestContext: {
        routeKey: '$disconnect',
        eventType: 'DISCONNECT',
        disconnectStatusCode: code,
        disconnectReason: reason,
        authorizer: { principalId: `leaver ${name}` },
      },
    });
    expect(event).not.toHaveProperty('queryStringParameters');
  });
});
type WebSocketLike = Awaited<ReturnType<typeof openSocket>>['ws'];

describe('a frame', () => {
  test.each([
    ['that is no JSON', 'hello'],
    ['without an action', '{"data":1}'],
    ['whose action is null', '{"action":null}'],
    ['whose action has no route', '{"action":"nowhere"}'],
    ['whose action is the name of a special route', '{"action":"$connect"}'],
    ['that is a list', '[1]'],
  ])('%s goes to $default', async (_name, text) => {
    const socket = await openSocket(stack);
    socket.send(text);
    expect(await socket.next()).toBe(`default got ${text}`);
    socket.close();
  });

  test('whose action is a number selects the route of that name', async () => {
    const socket = await openSocket(stack);
    socket.send('{"action":7,"data":{"text":"seven"}}');
    expect(await socket.next()).toBe('seven');
    socket.close();
  });

  test('does not wait for the one before it', async () => {
    const socket = await openSocket(stack);
    socket.send({ action: 'echo', data: { text: 'slow', ms: 1000 } });
    socket.send({ action: 'echo', data: { text: 'quick' } });
    expect([await socket.next(), await socket.next()]).toEqual(['quick', 'slow']);
    socket.close();
  });

  test.each(['throw', 'slow', 'shape'])(
    'whose Lambda fails (%s) is answered by an error frame, to the letter',
    async (how) => {
      const socket = await connected(`failing ${how}`);
      socket.send({ action: 'faulty', data: { how } });
      const frame = await socket.next();
      const { requestId } = JSON.parse(frame);
      expect(frame).toBe(
        `{"message": "Internal server error", "connectionId":"${socket.id}", "requestId":"${requestId}"}`,
      );
      expect(requestId).toMatch(/^[\w-]{15}=$/);
      socket.send({ action: 'echo', data: { text: 'still open' } });
      expect(await socket.next()).toBe('still open');
      socket.close();
    },
  );

  test('that comes too often for its stage is answered by "Too Many Requests", and so is a handshake', async () => {
    const template = writeTemplate(({ SocketStage, PlatformStage }) => {
      const DefaultRouteSettings = { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 };
      for (const stage of [SocketStage, PlatformStage])
        Object.assign(stage?.Properties ?? {}, { DefaultRouteSettings });
    });
    const throttled = await start({ template });
    const socket = await openSocket(throttled);
    socket.send({ action: 'echo', data: { text: 'one' } });
    expect(await socket.next()).toBe('one');
    socket.send({ action: 'echo', data: { text: 'two' } });
    expect(await socket.next()).toMatch(/^{"message": "Too Many Requests", "connectionId":".*", "requestId":".*"}$/);
    expect(await statusOf(openSocket(throttled))).toBe(429);
    const statuses = [1, 2, 3].map(async () => (await fetch(`${throttled.httpUrl}/object`)).status);
    expect((await Promise.all(statuses)).toSorted((a, b) => a - b)).toEqual([200, 200, 429]);
    await throttled.stop();
  });

  test('without any route is answered by "Forbidden"', async () => {
    const template = writeTemplate((resources) => {
      delete resources.Routedefault;
    });
    const bare = await start({ template });
    const socket = await openSocket(bare);
    socket.send('hi');
    const id = bare.gateway.connections()[0]?.connectionId;
    expect(await socket.next()).toMatch(
      new RegExp(`^{"message": "Forbidden", "connectionId":"${id}", "requestId":"[\\w-]{15}="}$`),
    );
    await bare.stop();
  });

  test('is not answered by what its Lambda returns, unless the route has a response', async () => {
    const socket = await openSocket(stack);
    socket.send({ action: 'faulty', data: { how: 'status 500' } });
    socket.send({ action: 'twoWay' });
    expect(await socket.next()).toBe('answered on the same socket');
    expect(socket.frames).toEqual([]);
    socket.close();
  });

  test('that is binary closes the socket with 1003', async () => {
    const socket = await connected('binary');
    socket.ws.send(Buffer.from('{"action":"echo"}'));
    expect((await socket.closed).code).toBe(1003);
    expect((await disconnectOf(socket.id)).requestContext.disconnectStatusCode).toBe(1003);
  });

  const echoOf = (bytes: number) => {
    const frame = { action: 'echo', data: { text: 'long enough' }, padding: '' };
    return JSON.stringify({ ...frame, padding: 'x'.repeat(bytes - JSON.stringify(frame).length) });
  };

  test('of 32 KB is taken', async () => {
    const socket = await openSocket(stack);
    socket.send(echoOf(32 * 1024));
    expect(await socket.next()).toBe('long enough');
    socket.close();
  });

  test('over 32 KB closes the socket with 1009', async () => {
    const socket = await connected('wide');
    socket.send(echoOf(32 * 1024 + 1));
    expect((await socket.closed).code).toBe(1009);
    expect((await disconnectOf(socket.id)).requestContext.disconnectStatusCode).toBe(1009);
    expect(seenBy(stack, 'echo').filter((event) => event.requestContext.connectionId === socket.id)).toEqual([]);
  });

  /** In frames of 32 KB, as a client must. */
  function sendInFrames(ws: WebSocketLike, text: string): void {
    const size = 32 * 1024;
    for (let at = 0; at < text.length; at += size)
      ws.send(text.slice(at, at + size), { fin: at + size >= text.length });
  }

  test('of a message of 128 KB is taken', async () => {
    const socket = await openSocket(stack);
    sendInFrames(socket.ws, echoOf(128 * 1024));
    expect(await socket.next()).toBe('long enough');
    socket.close();
  });

  test('of a message over 128 KB closes the socket with 1009', async () => {
    const socket = await connected('long');
    sendInFrames(socket.ws, echoOf(128 * 1024 + 1));
    expect((await socket.closed).code).toBe(1009);
    expect((await disconnectOf(socket.id)).requestContext.disconnectStatusCode).toBe(1009);
  });
});

describe('@connections', () => {
  test('delivers a text', async () => {
    const socket = await connected('poster');
    await post(socket.id, '{"event":"x"}');
    expect(await socket.next()).toBe('{"event":"x"}');
    socket.close();
  });

  test('tells who is connected since when', async () => {
    const before = Date.now();
    const socket = await openSocket(stack, { as: 'allow:getter', headers: { 'User-Agent': 'desk/1' } });
    const id = stack.gateway.connections().find(({ principalId }) => principalId === 'getter')?.connectionId;
    const answer = await management.send(new GetConnectionCommand({ ConnectionId: id }));
    expect(answer.Identity).toEqual({ SourceIp: '127.0.0.1', UserAgent: 'desk/1' });
    expect(answer.ConnectedAt?.getTime()).toBeGreaterThanOrEqual(before - 1000);
    expect(answer.LastActiveAt).toBeInstanceOf(Date);
    socket.close();
  });

  test('closes with 1000 and reports it to $disconnect', async () => {
    const socket = await connected('deleted');
    await management.send(new DeleteConnectionCommand({ ConnectionId: socket.id }));
    expect((await socket.closed).code).toBe(1000);
    const { requestContext } = await disconnectOf(socket.id);
    expect(requestContext.disconnectStatusCode).toBe(1000);
    expect(requestContext.disconnectReason).toBe('Connection Closed Normally');
    await expect(post(socket.id, 'x')).rejects.toBeInstanceOf(GoneException);
  });

  test('is 410 for an id that was never given', async () => {
    await expect(post('AAAAAAAAAAAAAAA=', 'x')).rejects.toBeInstanceOf(GoneException);
  });

  test('is 400 for what is no id', async () => {
    const refusal = { name: 'BadRequestException', $metadata: { httpStatusCode: 400 } };
    await expect(post('nonsense', 'x')).rejects.toMatchObject(refusal);
  });

  test('is 410 from within $connect, whose socket is not open yet', async () => {
    const posts = () => stack.logs().filter((line) => line === 'POST GoneException 410').length;
    const before = posts();
    const socket = await openSocket(stack, { query: '?post=1' });
    await eventually(() => (posts() > before ? true : undefined));
    expect(socket.frames).toEqual([]);
    socket.close();
  });

  test('is 413 over 32 KB, which is one frame, and 200 for 32 KB', async () => {
    const socket = await connected('large');
    await post(socket.id, 'x'.repeat(32 * 1024));
    expect(await socket.next()).toHaveLength(32 * 1024);
    await expect(post(socket.id, 'ä'.repeat(16 * 1024) + 'x')).rejects.toBeInstanceOf(PayloadTooLargeException);
    socket.close();
  });

  test('is 429 for a client that does not read', async () => {
    const socket = await connected('slow reader');
    socket.ws.pause();
    const flood = async () => {
      for (let i = 0; i < 1_600; i++) await post(socket.id, 'x'.repeat(32 * 1024));
    };
    await expect(flood()).rejects.toBeInstanceOf(LimitExceededException);
    socket.ws.terminate();
  });

  test('is 403 for a request that is not signed', async () => {
    const socket = await connected('unsigned');
    const response = await fetch(`${stack.endpoints.management}/@connections/${encodeURIComponent(socket.id)}`, {
      method: 'POST',
      body: 'x',
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
    socket.close();
  });
});

describe('a limit', () => {
  test('of idleness closes with 1001 "Going away", and traffic in either direction puts it off', async () => {
    const brief = await start({ template: writeTemplate(), idleMs: 1500 });
    const client = new ApiGatewayManagementApiClient(clientOptions(brief.endpoints.management));
    const socket = await openSocket(brief);
    const id = brief.gateway.connections()[0]?.connectionId ?? '';
    const openedAt = Date.now();
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      if (i === 1) socket.send({ action: 'twoWay' });
      else await client.send(new PostToConnectionCommand({ ConnectionId: id, Data: 'keep' }));
    }
    expect(await socket.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(Date.now() - openedAt).toBeGreaterThan(2100 + 1000);
    const event = await eventually(() => seenBy(brief, 'disconnect')[0]);
    expect(event.requestContext).toMatchObject({ disconnectStatusCode: 1001, disconnectReason: 'Going away' });
    await brief.stop();
  });

  test('of life closes a busy socket', async () => {
    const brief = await start({ template: writeTemplate(), lifeMs: 300 });
    const socket = await openSocket(brief);
    const chatter = setInterval(() => socket.send({ action: 'twoWay' }), 50);
    expect((await socket.closed).code).toBe(1001);
    clearInterval(chatter);
    await brief.stop();
  });
});

describe('a fault', () => {
  test('that cuts the wire is 1006 to both sides', async () => {
    const socket = await connected('cut off');
    stack.gateway.dropConnection('cut off');
    expect((await socket.closed).code).toBe(1006);
    expect((await disconnectOf(socket.id)).requestContext.disconnectStatusCode).toBe(1006);
    await expect(post(socket.id, 'x')).rejects.toBeInstanceOf(GoneException);
  });

  test('that the gateway does not notice lets posts succeed and reports nothing', async () => {
    const socket = await connected('vanished');
    stack.gateway.dropConnection(socket.id, { silently: true });
    expect((await socket.closed).code).toBe(1006);
    await post(socket.id, 'into the void');
    expect(stack.gateway.connections().map(({ connectionId }) => connectionId)).toContain(socket.id);
    expect(seenBy(stack, 'disconnect').filter((event) => event.requestContext.connectionId === socket.id)).toEqual([]);
  });

  test('that expires a connection is 1001 to both sides', async () => {
    const socket = await connected('expired');
    stack.gateway.expireConnection('expired');
    expect(await socket.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect((await disconnectOf(socket.id)).requestContext.disconnectReason).toBe('Going away');
  });

  test('of the next posts ends with them', async () => {
    const socket = await connected('unlucky');
    stack.gateway.failNextPost(410, 2, 'unlucky');
    await expect(post(socket.id, '1')).rejects.toBeInstanceOf(GoneException);
    await expect(post(socket.id, '2')).rejects.toBeInstanceOf(GoneException);
    await post(socket.id, '3');
    expect(await socket.next()).toBe('3');
    socket.close();
  });

  test('can hold a post back', async () => {
    const socket = await connected('patient');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const end = stack.gateway.interceptPosts(async ({ connectionId }) => {
      if (connectionId === socket.id) await held;
      return undefined;
    });
    const posted = post(socket.id, 'late');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(socket.frames).toEqual([]);
    release();
    await posted;
    expect(await socket.next()).toBe('late');
    end();
    socket.close();
  });

  test('that mutes $disconnect is for one connection', async () => {
    const muted = await connected('muted');
    const heard = await connected('heard');
    const end = stack.gateway.muteDisconnect('muted');
    muted.close();
    await muted.closed;
    heard.close();
    await disconnectOf(heard.id);
    expect(seenBy(stack, 'disconnect').filter((event) => event.requestContext.connectionId === muted.id)).toEqual([]);
    await expect(post(muted.id, 'x')).rejects.toBeInstanceOf(GoneException);
    end();
  });

  test('for somebody who is not connected is an error', () => {
    expect(() => stack.gateway.dropConnection('nobody at all')).toThrow('no connection of nobody at all');
  });
});
