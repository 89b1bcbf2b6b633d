/** With which codes a WebSocket ends, and whether the desk should come back. */

interface Closing {
  readonly by: 'either' | 'gateway' | 'network';
  readonly why: string;
  /** Whether a desk should connect again by itself. */
  readonly comeBack: 'yes' | 'no' | 'depends';
  /** What to do, or on what it depends. */
  readonly advice: string;
}

export const closeCodes = {
  1000: {
    by: 'either',
    why: 'The desk left; or the manager ended it: replaced, logged out, too many frames, a token that ended.',
    comeBack: 'depends',
    advice: 'Not after `socketSessionRemoved` or a presence `LOGOUT`; else after a pause, with a token that is valid.',
  },
  1001: {
    by: 'gateway',
    why: 'Two hours are over, or ten silent minutes; a browser whose page is left says the same.',
    comeBack: 'yes',
    advice: 'At once, with `session.<key>`.',
  },
  1002: {
    by: 'gateway',
    why: 'What came was no WebSocket protocol.',
    comeBack: 'no',
    advice: 'The desk, or what is between, has to be mended.',
  },
  1003: { by: 'gateway', why: 'A binary frame.', comeBack: 'yes', advice: 'Without sending it again: text only.' },
  1005: { by: 'either', why: 'A close without a code.', comeBack: 'depends', advice: 'As after 1000.' },
  1006: {
    by: 'network',
    why: 'The connection broke, or the handshake was refused: no close came.',
    comeBack: 'yes',
    advice: 'With `session.<key>`, after pauses that grow; if the handshake fails, ask `GET /handshake` why.',
  },
  1007: { by: 'gateway', why: 'A text that is not UTF-8.', comeBack: 'yes', advice: 'Without sending it again.' },
  1009: {
    by: 'gateway',
    why: 'A message over 128 KB, or a frame over 32 KB.',
    comeBack: 'yes',
    advice: 'Without sending it again: it would be closed again.',
  },
  1012: {
    by: 'gateway',
    why: 'The gateway restarts (the local runtime when it stops).',
    comeBack: 'yes',
    advice: 'With `session.<key>`, after pauses that grow.',
  },
} as const satisfies Record<number, Closing>;
