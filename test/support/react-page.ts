/**
 * Runs in a browser: a small desk in React, on top of a fake manager that a test plays, or of the
 * manager whose address it is given.
 */
import { createElement as h, StrictMode, version, type ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import {
  AgentProvider,
  useAgent,
  useConversation,
  useConversations,
  useLists,
  useOffers,
  usePresence,
} from '../../shared/client/react.ts';
import { isMessage, type ConnectOptions } from '../../shared/client/client.ts';
import { createFakeManager } from '../../shared/client/testing.ts';

/** How often each part was drawn. */
const drawn: Record<string, number> = {};
const counts = (part: string) => (drawn[part] = (drawn[part] ?? 0) + 1);
const button = (label: string, onClick: () => unknown) =>
  h('button', { key: label, onClick: () => void onClick() }, label);

function Own(): ReactElement {
  counts('own');
  const { agent, state, error, reconnect } = useAgent();
  const name = usePresence()?.agent.keycloakUser.firstName ?? 'nobody';
  const text = `${name} is ${state}${error ? ` for ${error.code}` : ''}, ${usePresence()?.state.name ?? 'unknown'}`;
  return h(
    'p',
    null,
    text,
    button('Be ready', () => agent?.setState('READY')),
    button('Again', reconnect),
  );
}

function Offers(): ReactElement {
  counts('offers');
  const offers = useOffers();
  const rings = offers.map((one) =>
    h(
      'li',
      { key: one.taskId },
      `rings: ${one.note ?? 'no note'}`,
      button('Accept', () => one.accept()),
    ),
  );
  return h('ul', null, `${offers.length} offers`, rings);
}

function Talk({ id }: { id: string }): ReactElement {
  counts('talk');
  const view = useConversation(id);
  if (!view) return h('p', null, 'no such conversation');
  const { conversation, events, participants, role, ended, wrapUpEndsAt } = view;
  const said = events.filter(isMessage).map(({ data }) => data.body.markdownText);
  return h(
    'section',
    null,
    `${role} of ${participants.length}: ${said.join(' / ')}`,
    wrapUpEndsAt === undefined ? '' : ' wraps up',
    ended === undefined ? '' : ` ended: ${ended}`,
    button('Say', () => conversation.send('It comes today.')),
    button('Leave', () => conversation.leave()),
    button('Wrap up', () => conversation.closeWrapup()),
  );
}

const seen = new Set<string>();
function Talks(): ReactElement {
  for (const { conversation } of useConversations()) seen.add(conversation.id);
  return h(
    'div',
    null,
    [...seen].map((id) => h(Talk, { key: id, id })),
  );
}

function Lists(): ReactElement {
  counts('lists');
  const { subscribed, requests } = useLists();
  return h('p', null, `${subscribed.length} lists, ${requests.length} wait`);
}

function Desk(): ReactElement {
  return h('main', null, h(Own), h(Offers), h(Talks), h(Lists));
}

const manager = createFakeManager();
let root: Root | undefined;

Object.assign(globalThis, {
  manager,
  drawn,
  version,
  /** Opens the desk, of the fake manager unless it is told of another one. */
  open(options: ConnectOptions = manager.options) {
    root ??= createRoot(document.body.appendChild(document.createElement('div')));
    root.render(h(StrictMode, null, h(AgentProvider, { options, children: h(Desk) })));
  },
  close() {
    root?.unmount();
    root = undefined;
  },
});
