/**
 * What one thing that happens uses of what AWS bills. What cannot be measured here is assumed: how
 * long a function runs on AWS, and how long a line of the gateway's access log is.
 */
import { Buffer } from 'node:buffer';
import type { Usage } from './prices.ts';

/** Of 512 MB on arm64, by what its calls to the database take there. */
const GB = 0.5;
const HEARTBEAT_SECONDS = 0.025;
const OTHERS_SECONDS = 0.07;
/**
 * Lines of the access logs (infra/aws/doors) with what usually stands in them. Lambda itself writes
 * none of an invocation that succeeds; what a function writes is counted where it is known.
 */
const ACCESS_LINE_BYTES = { socket: 265, http: 345 };
/** What CloudWatch adds to each line. */
const LINE_BYTES = 26;
const FRAME_BYTES = 32 * 1024;
/**
 * Records that come to a reader of the stream together, where there is enough to do that a price
 * matters.
 */
const STREAM_BATCH = 10;
/** A message on a queue is sent, received and deleted; who counts a send adds the rest. */
export const RECEIVED_AND_DELETED = 2;
/** Start, wait, send. */
export const TRANSITIONS = 3;
/** Beyond this a timer is a wait of Step Functions; below, a message with a delay. */
const LONGEST_DELAY_MS = 900_000;
const SENT_TOGETHER = 10;

/** A function runs once. */
export function ofInvocation(name: string): Partial<Usage> {
  const times = name.startsWith('stream/') ? 1 / STREAM_BATCH : 1;
  const seconds = name === 'agent/heartbeat' ? HEARTBEAT_SECONDS : OTHERS_SECONDS;
  return {
    'Lambda requests': times,
    'Lambda compute': times * seconds * GB,
    ...(name.startsWith('agent/') ? { 'WebSocket messages': 1 } : {}),
    ...(/^(agent|socket)\/(?!authorize)/.test(name) ? ofLine(ACCESS_LINE_BYTES.socket) : {}),
    ...(name.startsWith('platform/') ? { 'HTTP API calls': 1, ...ofLine(ACCESS_LINE_BYTES.http) } : {}),
  };
}

/** So many bytes are logged. */
export function ofLine(bytes: number): Partial<Usage> {
  return { 'CloudWatch Logs': (bytes + LINE_BYTES) / 1e9 };
}

/** A frame is posted to a desk. */
export function ofPost(body: string): Partial<Usage> {
  const bytes = Buffer.byteLength(body);
  return { 'WebSocket messages': Math.ceil(bytes / FRAME_BYTES), Egress: bytes / 1e9 };
}

/** Timers are started together, each due in so many milliseconds, and fire. */
export function ofTimers(delaysMs: readonly number[]): Partial<Usage> {
  const long = delaysMs.filter((ms) => ms > LONGEST_DELAY_MS).length;
  const sends = Math.ceil((delaysMs.length - long) / SENT_TOGETHER) + long;
  return {
    'SQS requests': sends + RECEIVED_AND_DELETED * delaysMs.length,
    ...(long > 0 ? { 'Step Functions': TRANSITIONS * long } : {}),
  };
}

/** A message is put on a queue, and taken from it. */
export const ofMessage: Partial<Usage> = { 'SQS requests': 1 + RECEIVED_AND_DELETED };

/** An event of a conversation leaves from the stream. */
export const ofRecord: Partial<Usage> = { ...ofInvocation('stream/publish'), 'SNS publishes': 1 };
