/** Other spellings of events that public desks use. Each is a route of the same Lambda. */
export const ALIASES = {
  topicUnsubscription: 'topicUnsubscription_',
  WRAP_UP_CLOSED: 'closeWrapup',
  JoinAsBargin: 'joinAsBargeIn',
  JoinAsBargeIn: 'joinAsBargeIn',
  moveToWhisperMode: 'joinAsWhisper',
  joinAsSilentMonitor: 'JoinAsSilentMonitor',
  'directConferenceRequest ==>': 'directConferenceRequest',
} as const;
