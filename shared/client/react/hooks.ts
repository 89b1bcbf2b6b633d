/**
 * The hooks. Each draws its component again when what it gives has changed, and nothing else does.
 * On a server nothing connects: there a desk is `connecting`.
 */
import { createContext, createElement, useContext, useEffect, useState, useSyncExternalStore, type ReactElement, type ReactNode } from 'react'; // prettier-ignore
import type { ConnectOptions, Offer, Presence } from '../client.ts';
import { storeOf, type AgentView, type ConversationView, type DeskView, type ListsView, type Store } from './store.ts';

const Desk = createContext<Store | undefined>(undefined);

/**
 * Connects as `connect` does with `options`, and closes the desk when it is unmounted. The options
 * are those of its first time: for somebody else give it another `key`.
 */
export function AgentProvider({
  options,
  children,
}: {
  readonly options: ConnectOptions;
  readonly children?: ReactNode;
}): ReactElement {
  // prettier-ignore
  const [store] = useState(() => storeOf(options));
  useEffect(() => store.use(), [store]);
  return createElement(Desk.Provider, { value: store }, children);
}

/** The agent's desk: `agent` to ask, how it is connected, and why it is not. */
export function useAgent(): AgentView {
  return useView(({ desk }) => desk);
}

/** The agent's state, and that of each MRD; undefined until it is known. */
export function usePresence(): Presence | undefined {
  return useView(({ presence }) => presence);
}

/** The offers that ring now. */
export function useOffers(): readonly Offer[] {
  return useView(({ offers }) => offers);
}

/** The conversations that the agent is in. */
export function useConversations(): readonly ConversationView[] {
  return useView(({ conversations }) => conversations);
}

/** One conversation; also one of the last 20 that are over, with `ended`. */
export function useConversation(id: string | undefined): ConversationView | undefined {
  return useView(({ conversations, ended }) => {
    const isIt = ({ conversation }: ConversationView) => conversation.id === id;
    return conversations.find(isIt) ?? ended.filter(isIt).pop();
  });
}

/** The agent's pull lists, and what is on them. */
export function useLists(): ListsView {
  return useView(({ lists }) => lists);
}

function useView<T>(part: (view: DeskView) => T): T {
  const store = useContext(Desk);
  if (!store) throw new Error('There is no AgentProvider around this component.');
  const shown = () => part(store.view());
  return useSyncExternalStore(store.subscribe, shown, shown);
}
