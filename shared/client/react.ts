/** The package's entry `./react`: hooks for desks in React 18 and 19. */
export {
  AgentProvider,
  useAgent,
  useConversation,
  useConversations,
  useLists,
  useOffers,
  usePresence,
} from './react/hooks.ts';
export type { AgentView, ConversationView, ListsView } from './react/store.ts';
