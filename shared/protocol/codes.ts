/**
 * Every error code: what it means, who can mend it, and its HTTP status. Whether the same request
 * may succeed later is in `retry.ts`.
 */

export type Fault = 'client' | 'server' | 'state';

type Meaning = {
  /** One sentence for the person who reads the log or the toast. */
  meaning: string;
  /**
   * client: the request is wrong. state: the request came at the wrong moment. server: the manager
   * failed.
   */
  fault: Fault;
  /** The status of the problem when the HTTP API answers with this code. */
  status: number;
};

export const codes = {
  'frame.invalid': {
    meaning: 'The frame is not a JSON object of the expected form.',
    fault: 'client',
    status: 400,
  },
  'frame.noAction': {
    meaning: 'The frame has no `action`, or it is not a string.',
    fault: 'client',
    status: 400,
  },
  'frame.tooLarge': {
    meaning: 'The message is larger than 128 KB, or than the frame of 32 KB that has to hold it.',
    fault: 'client',
    status: 413,
  },
  'frame.tooMany': {
    meaning: 'The connection sends too many frames. Nothing was done; one that goes on is closed.',
    fault: 'client',
    status: 429,
  },

  'event.unknown': { meaning: 'No event has this name.', fault: 'client', status: 404 },
  'event.invalid': {
    meaning: 'The payload does not have the shape of the event; `msg` names the field.',
    fault: 'client',
    status: 400,
  },

  'agent.mismatch': {
    meaning: 'The payload names another agent than the one who is connected.',
    fault: 'client',
    status: 403,
  },
  'agent.unknown': { meaning: 'There is no such agent.', fault: 'client', status: 404 },
  'session.replaced': {
    meaning: 'The agent has connected again elsewhere: this connection no longer speaks for them.',
    fault: 'state',
    status: 409,
  },
  'session.notConnected': { meaning: 'The agent has no open session.', fault: 'state', status: 409 },
  'role.forbidden': {
    meaning: 'The role of the caller does not allow this.',
    fault: 'client',
    status: 403,
  },

  'customer.inConversation': {
    meaning: 'The customer is in a conversation that is not closed.',
    fault: 'state',
    status: 409,
  },

  'state.conflict': {
    meaning: 'Others changed the same thing at the same time, several times over.',
    fault: 'server',
    status: 409,
  },
  'state.invalid': { meaning: 'The present state does not allow this.', fault: 'state', status: 409 },
  'mrd.unknown': { meaning: 'There is no such media routing domain.', fault: 'client', status: 404 },
  'reason.unknown': { meaning: 'There is no such reason code.', fault: 'client', status: 404 },

  'conversation.unknown': { meaning: 'There is no such conversation.', fault: 'client', status: 404 },
  'conversation.closed': { meaning: 'The conversation is over.', fault: 'state', status: 409 },
  'conversation.notParticipant': {
    meaning: 'The agent does not take part in this conversation.',
    fault: 'state',
    status: 403,
  },
  'conversation.tooLarge': {
    meaning: 'What describes the conversation (session, customer, data) is larger than a frame has room for.',
    fault: 'client',
    status: 413,
  },
  'channelSession.unknown': {
    meaning: 'The conversation has no such channel session.',
    fault: 'client',
    status: 404,
  },
  'channelSession.closed': {
    meaning: 'The channel session has ended: the customer cannot be reached through it.',
    fault: 'state',
    status: 409,
  },

  'task.unknown': { meaning: 'There is no such task.', fault: 'client', status: 404 },
  'task.notOffered': {
    meaning: 'The task is offered to somebody else, or to nobody.',
    fault: 'state',
    status: 409,
  },
  'task.gone': {
    meaning: 'The offer has expired, was revoked, or the task is closed.',
    fault: 'state',
    status: 409,
  },

  'wrapUp.noteMissing': {
    meaning: 'The wrap-up can only be closed after it was said what the conversation was about.',
    fault: 'state',
    status: 409,
  },
  'wrapUp.tooLong': {
    meaning: 'The wrap-up lasts as long as it may already.',
    fault: 'state',
    status: 409,
  },

  'message.tooLarge': {
    meaning: 'The message does not fit into one frame to the desks.',
    fault: 'client',
    status: 413,
  },
  'message.invalid': {
    meaning: 'The message contradicts itself or the conversation: it edits what is not there, or answers nobody.',
    fault: 'client',
    status: 400,
  },
  'message.forbidden': {
    meaning: 'The role in this conversation does not allow such a message.',
    fault: 'client',
    status: 403,
  },

  'assistance.pending': {
    meaning: 'A colleague has been asked for already, and the request is still open.',
    fault: 'state',
    status: 409,
  },
  'assistance.none': {
    meaning: 'There is no open request of this agent for a colleague.',
    fault: 'state',
    status: 404,
  },
  'agent.notRoutable': {
    meaning: 'The agent who was asked for cannot take a task now.',
    fault: 'state',
    status: 409,
  },
  'conversation.full': {
    meaning: 'As many agents as there may be are in this conversation.',
    fault: 'state',
    status: 409,
  },
  'transfer.loop': {
    meaning: 'The transfer would send the customer in a circle; `msg` has the path.',
    fault: 'state',
    status: 409,
  },

  'queue.unknown': { meaning: 'There is no such queue.', fault: 'client', status: 404 },
  'queue.nobodyElse': {
    meaning: 'Those who serve the queue are in the conversation already: nobody else could come.',
    fault: 'state',
    status: 409,
  },
  'queue.closed': { meaning: 'The queue is outside of its opening hours.', fault: 'state', status: 409 },
  'queue.full': { meaning: 'As many wait in the queue as may.', fault: 'state', status: 409 },
  'queue.mrdUnknown': {
    meaning: 'What is configured names a media routing domain that does not exist.',
    fault: 'client',
    status: 409,
  },
  'list.unknown': { meaning: 'There is no such pull list.', fault: 'client', status: 404 },

  'pull.notSubscribed': {
    meaning: 'The agent does not watch the list of this request.',
    fault: 'state',
    status: 409,
  },
  'pull.alreadyClaimed': {
    meaning: 'Another agent was quicker, and the list gives a request to one agent only.',
    fault: 'state',
    status: 409,
  },
  'pull.closed': {
    meaning: 'The request is closed or closing, or no longer on a list.',
    fault: 'state',
    status: 409,
  },
  'pull.tooMany': { meaning: 'The agent watches as many lists as one can.', fault: 'state', status: 409 },

  'config.invalid': {
    meaning: 'The configuration does not have the shape of its kind; `detail` names the field.',
    fault: 'client',
    status: 400,
  },
  'config.unknownKind': {
    meaning: 'There is no such kind of configuration.',
    fault: 'client',
    status: 404,
  },
  'config.notFound': {
    meaning: 'There is no configuration of this kind with this id.',
    fault: 'client',
    status: 404,
  },
  'config.inUse': {
    meaning: 'Something else still refers to this configuration.',
    fault: 'state',
    status: 409,
  },

  'config.tooMany': {
    meaning:
      'There would be more of this kind, or more to say of them, than an agent can hold; `detail` has the limit.',
    fault: 'state',
    status: 409,
  },

  'request.invalidJson': {
    meaning: 'The body of the request is not JSON.',
    fault: 'client',
    status: 400,
  },
  'request.invalid': {
    meaning: 'The request does not have the expected shape; `detail` names the field.',
    fault: 'client',
    status: 400,
  },
  'request.tooLarge': {
    meaning: 'The body of the request is too large.',
    fault: 'client',
    status: 413,
  },

  'auth.missing': { meaning: 'No token was sent.', fault: 'client', status: 401 },
  'auth.invalid': {
    meaning: 'The token is not a valid access token of the issuer.',
    fault: 'client',
    status: 401,
  },
  'auth.expired': { meaning: 'The token has expired.', fault: 'client', status: 401 },
  'auth.notYetValid': { meaning: 'The token is not yet valid.', fault: 'client', status: 401 },
  'auth.notAccessToken': {
    meaning: 'An ID or refresh token was sent in place of an access token.',
    fault: 'client',
    status: 401,
  },
  'auth.revoked': {
    meaning: 'The agent was put out: tokens that were issued before are no longer accepted.',
    fault: 'client',
    status: 401,
  },
  'auth.wrongIssuer': { meaning: 'The token comes from another issuer.', fault: 'client', status: 401 },
  'auth.wrongAudience': {
    meaning: 'The token is meant for another application.',
    fault: 'client',
    status: 401,
  },
  'auth.noRole': {
    meaning: 'The token carries none of the roles that this needs.',
    fault: 'client',
    status: 403,
  },
  'auth.tooLarge': {
    meaning: 'The token says more of its owner (teams above all) than a session can carry.',
    fault: 'client',
    status: 403,
  },
  'auth.unknownSubprotocol': {
    meaning: 'The handshake offers subprotocols, but not `agent-manager.v1`.',
    fault: 'client',
    status: 400,
  },

  internal: {
    meaning: 'The manager failed; the log of the function says why.',
    fault: 'server',
    status: 500,
  },
} as const satisfies Record<string, Meaning>;

/** A key of `codes`. Codes are stable: a desk may branch on them, never on the text beside them. */
export type Code = keyof typeof codes;

export const CODES = Object.keys(codes) as [Code, ...Code[]];
