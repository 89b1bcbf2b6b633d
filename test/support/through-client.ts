/**
 * Scenarios are told a second time through the client, by desks that have it underneath
 * (`client-socket.ts`): all but those that are about what is on the wire, which a client is there
 * to keep from its desk. What it does about it is told in `test/client`. Stories of the small world
 * are told so there.
 */

/** What `npm test` tells on the engines through the client, too. */
export const mainFile = 'push';

/**
 * What `npm run test:rest` tells there so, beside what needs the engines: the main ones. All others
 * are told so in the small world.
 */
export const mainFiles: readonly string[] = [
  mainFile,
  'assistance',
  'assistance-consult',
  'assistance-transfer',
  'pull',
  'pull-joining',
  'push-leaving',
  'push-messages',
  'push-snapshot',
  'push-wrap-up',
  'real-desks',
  'routing-unanswered',
  'session-greeting',
  'session-reconnect',
  'session-snapshot',
  'session-takeover',
  'supervision',
];

/** Why stories of conversations that a desk does not hold are not told through the bridge. */
const STALE = 'is told the end of a conversation that it does not hold; desks of socket.io break on it, so it is kept from them'; // prettier-ignore

/** Files that are told on the wire only. */
export const rawFiles: Readonly<Record<string, string>> = {
  'agent-log': 'asks for pages of the log by hand; the client does so by itself and tells what is in them',
  'answers-lost': 'sends the same frame again under its id, which the client does by itself',
  'bad-input-fields': 'payloads that a desk gets wrong, and refusals member by member',
  'bad-input-frames': 'texts that are no frames',
  'bad-input-platform': 'has no desk',
  'bad-input-secrets': 'tokens, frames and keys that must not be logged, good and bad ones',
  'ack-in-echo': 'raw desks of both kinds; the client asks for it, which is told in test/client',
  budget: 'counts round trips of single frames',
  'frame-rate': 'sends hundreds of frames at once; the client asks one thing after the other',
  'frame-rate-roles': 'the same, less fast',
  'issuer-down': 'has no desk but one that is refused with a status',
  'presence-retry': 'sends the same frame again under its id; the client gives each request an id of its own',
  'push-history': 'sizes of frames, and pages asked for by hand; the client asks by itself and shows the whole',
  readme: 'is typed into wscat',
  'session-authorisation': 'handshakes: headers, subprotocols and statuses',
  'session-continued': 'proves by hand what the client proves with every further connection',
  receipts: 'desks that confirm nothing; the client confirms by itself, which is told in test/client',
  'session-lost':
    'desks that say nothing for seconds are given up, and stay away; the client shows that it lives, and comes back',
};

/** Single stories of other files, by the beginning of their names. */
export const rawStories: Readonly<Record<string, string>> = {
  'The longest ids may be those of teams': 'is refused with a status; the client tells the reason instead',
  'The most teams that a token can name': 'is refused with a status; the client tells the reason instead',
  'Whoever asked, left and signed out reads': 'asks for a page of the log by hand, which the client does by itself',
  'An agent who is put out is logged out at once': 'is refused with a status; the client tells the reason instead',
  'A second request that is the same click again': 'sends the same frame again under its id',
  'A supervisor clicks twice and joins once': 'sends the same frame again under its id',
  'A message that no frame can carry is refused and leaves no mark': 'cuts a message into frames by hand',
  'A change of state is refused once where others are quicker all the time': 'sends the same frame again under its id',
  'A message is refused as a failure of ours': 'sends the same frame again under its id',
  'A request to change a state is answered so too where the frame itself is wrong': 'sends what is no frame',
  'A message is acknowledged though the other desk cannot be told': 'asks for a page by hand',
  'A message is acknowledged though the other desk has gone':
    'a desk that is dropped stays away; the client comes back',
  'A message that is sent again by the agent is echoed': 'counts echoes; the client tells each event once',
  'A message that is sent again by the agent at the same moment': 'counts echoes; the client tells each event once',
  'A message that is sent again by an agent under the id': 'counts echoes; the client tells each event once',
  'While a conversation is on its way to a desk an agent who accepts twice': 'is shown an older snapshot late; the client drops it', // prettier-ignore
  'A lost connection that was closed by the gateway': 'a desk that is closed stays away; the client comes back',
  'A lost connection that fell silent after a heartbeat': 'a desk that says nothing is closed; the client goes on to show that it lives', // prettier-ignore
  'The older desk is refused whatever it still asks for':
    'a desk that was sent away goes on asking; the client is over',
};

/** Stories that are told through the client and not through the bridge, likewise. */
export const unbridgedStories: Readonly<Record<string, string>> = {
  'A token that ends while its desk is open ends the session after a second grace':
    'hears so when it connects anew, by a clock of its own that does not jump',
  'A conversation of others takes no message': STALE,
  'A conversation of others is not left by somebody': STALE,
  'A message that an agent may not publish is refused once': STALE,
  'An agent who leaves is told so again': STALE,
  'An agent who is not in the conversation is refused, and told that they are out': STALE,
};
