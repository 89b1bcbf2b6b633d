/**
 * A desk on a terminal. It takes whatever is offered, shows what is said, and sends what you type
 * to the customer whom you heard last; `/leave`, `/transfer <queue>` and `/quit` do as they say.
 * `TOKEN=$(npm run -s token -- amy) npm run -s example`, beside `npm start`.
 */
import { createInterface } from 'node:readline';
import { connect, isMessage, type Conversation, type Offer } from '../shared/client/client.ts'; // elsewhere: '@serverless-agent-manager/client'

const { URL: url = 'ws://127.0.0.1:3000/local', TOKEN: token = '' } = process.env;
const agent = await connect({ url, token });
let present: Conversation | undefined;

const show = (text: string) => console.log(text);
const failed = (error: unknown) => show(`! ${error instanceof Error ? error.message : String(error)}`);

async function states(): Promise<void> {
  for await (const { state } of agent.presences()) show(`* ${agent.id} is ${state.name}`);
}

async function answers(): Promise<void> {
  for await (const offer of agent.offers()) take(offer).catch(failed);
}

async function take(offer: Offer): Promise<void> {
  const conversation = await offer.accept();
  present = conversation;
  show(`* you talk with ${conversation.snapshot.topicData.customer.firstName}`);
  void conversation.ended.then((reason) => show(`* the conversation is over: ${reason}`));
  for await (const event of conversation.events()) {
    if (!isMessage(event) || !event.data.body.markdownText) continue;
    if (event.name === 'CUSTOMER_MESSAGE') present = conversation;
    show(`${event.data.header.sender?.senderName ?? event.name}: ${event.data.body.markdownText}`);
  }
  if (present === conversation) present = undefined;
}

async function typed(line: string): Promise<void> {
  const [command, ...words] = line.trim().split(' ');
  if (command === '/quit') await agent.setState('LOGOUT');
  else if (!present) show('! nobody is here');
  else if (command === '/leave') await present.leave().then(() => present?.wrapUp());
  else if (command === '/transfer') await present.transfer({ queue: words.join(' ') });
  else if (line.trim()) await present.send(line);
}

for (const going of [states(), answers()]) going.catch(failed);
createInterface({ input: process.stdin }).on('line', (line) => void typed(line).catch(failed));
await agent.setState('READY');
const why = await agent.closed;
show(`* closed${why ? `: ${why.message}` : ''}`);
process.exit(0);
