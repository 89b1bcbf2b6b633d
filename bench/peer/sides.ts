/**
 * The two that are held against each other: our runtime as `npm start` runs it, and the peer. Each
 * is a process of its own, with desks that are each in a conversation of their own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { root } from '../../infra/functions.ts';
import { makeToken } from '../../infra/local/people/issuer.ts';
import { agentMessage } from '../../test/support/contact-centre.ts';
import { inConversation } from '../people.ts';

export interface SpeakingDesk {
  /** Says something, and waits until it is acknowledged and heard. */
  say(text: string): Promise<void>;
  /** Whatever a desk does now and then to be known as alive. */
  live(): Promise<void>;
  close(): void;
}

export interface Side {
  readonly name: string;
  readonly pid: number;
  desk(): Promise<SpeakingDesk>;
  stop(): Promise<void>;
}

export async function ours(small: boolean): Promise<Side> {
  const { child, said } = await started('infra/start/main.ts', small);
  const [, wsUrl = '', httpUrl = ''] = /ws=(\S+) http=(\S+)/.exec(said) ?? [];
  const stack = { wsUrl, httpUrl, token: makeToken };
  return {
    name: small ? 'ours (small)' : 'ours',
    pid: child.pid ?? 0,
    stop: () => ended(child),
    async desk() {
      const person = { id: `bench-${randomUUID()}`, firstName: 'Bench', lastName: 'Lind', roles: ['agent'] };
      const { desk, conversationId } = await inConversation(stack, person);
      await desk.become('NOT_READY'); // the next conversation is for the next desk
      const waiting = openAnswers();
      desk.socket.removeAllListeners('message');
      desk.socket.on('message', (bytes: Buffer) => {
        const { event, data } = JSON.parse(bytes.toString());
        if (event === 'ack') waiting.acknowledged(data);
        else if (event === 'onCimEvent') waiting.heard(data);
      });
      const ask = (action: string, id: string, data: unknown) =>
        waiting.answer(id, action === 'publishCimEvent', () => desk.send(action, data, id));
      return {
        say(text) {
          const cimEvent = agentMessage(text);
          return ask('publishCimEvent', cimEvent.data.id, { conversationId, cimEvent });
        },
        live: () => ask('heartbeat', randomUUID(), undefined),
        close: () => desk.vanish(),
      };
    },
  };
}

export async function peer(small: boolean): Promise<Side> {
  const { child, said } = await started('bench/peer/server.ts', small);
  const [, url = ''] = /http=(\S+)/.exec(said) ?? [];
  return {
    name: small ? 'peer (in memory)' : 'peer',
    pid: child.pid ?? 0,
    stop: () => ended(child),
    async desk() {
      const auth = { agentId: `bench-${randomUUID()}`, conversationId: randomUUID() };
      const socket = io(url, { transports: ['websocket'], forceNew: true, auth });
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
      const waiting = openAnswers();
      socket.on('onCimEvent', (frame: string) => waiting.heard(JSON.parse(frame).data));
      return {
        say(text) {
          const cimEvent = agentMessage(text);
          const { id } = cimEvent.data;
          const frame = { id, data: { conversationId: auth.conversationId, cimEvent } };
          return waiting.answer(id, true, () =>
            socket.emit('publishCimEvent', frame, (ack: Ack) => waiting.acknowledged(ack)),
          );
        },
        live: async () => {}, // socket.io pings by itself
        close: () => socket.disconnect(),
      };
    },
  };
}

interface Ack {
  readonly id: string;
  readonly status: string;
}

/** What a desk waits for: the acknowledgement, and for what it has said the echo, too. */
function openAnswers() {
  const open = new Map<string, { left: number; resolve: () => void; reject: (error: Error) => void }>();
  const came = (id: string) => {
    const wait = open.get(id);
    if (!wait || --wait.left > 0) return;
    open.delete(id);
    wait.resolve();
  };
  return {
    answer: (id: string, echoed: boolean, ask: () => void) =>
      new Promise<void>((resolve, reject) => {
        open.set(id, { left: echoed ? 2 : 1, resolve, reject });
        ask();
      }),
    acknowledged(ack: Ack) {
      if (ack.status === 'ok') came(ack.id);
      else open.get(ack.id)?.reject(new Error(`refused: ${JSON.stringify(ack)}`));
    },
    heard: ({ cimEvent }: { cimEvent: string }) => came(JSON.parse(cimEvent).data.id),
  };
}

/** Resolves with the line in which a program says that it is ready. */
async function started(file: string, small: boolean): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [join(root, file), ...(small ? ['--small'] : [])], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} has ended with ${code}`)));
  failed.catch(() => {});
  const ready = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('ready') && resolve(line)),
  );
  return { child, said: await Promise.race([ready, failed]) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
