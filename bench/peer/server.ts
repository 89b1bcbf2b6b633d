/**
 * The peer: what a server of one process would be that speaks socket.io, has the table in its
 * memory, and loses a message as little as we do. A message is decided by the same code, and the
 * same rows are written in the same transaction to a table of the same engine; then everybody in
 * the conversation is told, and it is acknowledged. What it has not: reads of the table, limits,
 * grants, meters, leases, events for others, and anybody who takes over when it dies.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import * as z from 'zod';
import { credentials, region } from '../../infra/local/aws.ts';
import { startDatabase } from '../../infra/local/engines/dynamodb.ts';
import { createTables } from '../../infra/local/engines/tables.ts';
import { listen } from '../../infra/local/http/http.ts';
import { identify } from '../../infra/local/template/names.ts';
import { resolver } from '../../infra/local/template/resolve.ts';
import { readTemplate } from '../../infra/local/template/template.ts';
import { localTemplate } from '../../infra/synth.ts';
import { saveConversation } from '../../shared/edge/loop/save.ts';
import { RealClock } from '../../shared/memory/clock.ts';
import { Rows, tableOn } from '../../shared/memory/table.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { agentEvents } from '../../shared/protocol/agent-events.ts';
import { portsOn } from '../../shared/rows/ports.ts';
import type { Table } from '../../shared/rows/table.ts';
import { talk } from '../../test/support/world.ts';

const Auth = z.object({ agentId: z.string(), conversationId: z.string() });
type Auth = z.output<typeof Auth>;
const Frame = z.object({ id: z.string(), data: agentEvents.publishCimEvent });

/** A table like ours, made from the same template, behind the same client. */
async function durable(): Promise<Table> {
  const template = readTemplate(localTemplate);
  const identities = identify(template, { queuesUrl: 'http://none', tableSuffix: '' });
  const database = await startDatabase(undefined);
  const { names } = await createTables(template, resolver(template, identities), identities, database, 60_000);
  Object.assign(process.env, {
    TABLE_NAME: Object.values(names)[0],
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
  });
  return (await import('../../shared/aws/table.ts')).table;
}

/** Reads what it has in memory, and has written there whatever it says that it has. */
function writtenThrough(kept: Table): Table {
  const rows = new Rows();
  const memory = tableOn(rows);
  return {
    ...memory,
    async write(writes) {
      await kept.write(writes);
      rows.write(writes);
    },
  };
}

const table = process.argv.includes('--small') ? tableOn(new Rows()) : writtenThrough(await durable());
const settings = { graceSeconds: 60, leaseSeconds: 75, retentionDays: 400 };
const world = smallWorld({ clock: new RealClock(), seed: 1, settings, log: console });
const app = { ...world.app(), ...portsOn(table, Date.now) };

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });

/** An agent who is in a conversation already. */
async function begin({ agentId, conversationId: id }: Auth): Promise<void> {
  const talking = talk({ [agentId]: 'PRIMARY' });
  const after = { ...talking, conversation: { ...talking.conversation, id } };
  await app.store.save({ before: { agents: {} }, after });
}

async function say({ agentId, conversationId }: Auth, { id, data }: z.output<typeof Frame>): Promise<object> {
  const event = { type: 'publish' as const, at: Date.now(), agentId, event: data.cimEvent };
  const connectionId = `${agentId}-desk`;
  const by = { agentId, connectionId, request: { id, prior: app.requests.find(agentId, id) } };
  const seq = { seq: 0 };
  const { frames } = await saveConversation(app, conversationId, event, {
    by,
    answer: ({ events: [said] }) => Object.assign(seq, { seq: said?.seq }),
  });
  for (const frame of frames.values()) io.to(conversationId).emit('onCimEvent', frame);
  return { id, status: 'ok', ...seq };
}

io.on('connection', async (socket) => {
  const auth = Auth.parse(socket.handshake.auth);
  void socket.join(auth.conversationId);
  // One message of a conversation after the other, as one process can.
  let turn: Promise<unknown> = begin(auth);
  socket.on('publishCimEvent', async (sent: unknown, answer: unknown) => {
    const frame = Frame.parse(sent);
    const saying = turn.then(() => say(auth, frame));
    turn = saying;
    const ack = await saying;
    if (typeof answer === 'function') answer(ack);
  });
});

const { port } = await listen(http, 0, '127.0.0.1');
console.log(`ready http=http://127.0.0.1:${port}`);
