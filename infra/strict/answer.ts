/**
 * What is answered to a call: the engine's bytes as they are, or what is made here, in the form
 * that the service's SDK reads.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { recordOf, type Call, type Input, type Service } from './call.ts';
import type { Refusal } from './rule.ts';

export interface Answer {
  readonly status: number;
  readonly body: Input;
}

export interface Wire {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly bytes: Buffer | string;
}

/** The bytes of an answer that nobody has changed. */
const wires = new WeakMap<Answer, Wire>();

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/** The engine's answer, read only where somebody looks into it. */
export function answerOf(status: number, headers: IncomingHttpHeaders, bytes: Buffer): Answer {
  let body: Input | undefined;
  const answer: Answer = {
    status,
    get body() {
      body ??= bytes[0] === 0x7b ? (recordOf(JSON.parse(bytes.toString())) ?? {}) : {};
      return body;
    },
  };
  const kept: OutgoingHttpHeaders = {};
  for (const name in headers) if (!hopByHop.has(name)) kept[name] = headers[name];
  wires.set(answer, { status, headers: kept, bytes });
  return answer;
}

export function wireOf(answer: Answer): Wire {
  return wires.get(answer) ?? { status: answer.status, headers: json(), bytes: JSON.stringify(answer.body) };
}

const json = (): OutgoingHttpHeaders => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amzn-requestid': randomUUID(),
});

/** What goes before the code of an error in `__type`. */
const namespaces: Partial<Record<Service, string>> = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810#',
  sqs: 'com.amazonaws.sqs#',
};

/** A refusal as this service answers it. */
export function refusalOf({ service }: Pick<Call, 'service'>, refusal: Refusal): Answer {
  const { code, message, status = 400, more = {} } = refusal;
  if (service === 'sns') return xmlError(refusal);
  const namespace = code === 'ValidationException' ? 'com.amazon.coral.validate#' : (namespaces[service] ?? '');
  const answer: Answer = { status, body: { __type: namespace + code, message, ...more } };
  const query = service === 'sqs' && { 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` };
  wires.set(answer, {
    status,
    headers: { ...json(), 'x-amzn-errortype': code, ...query },
    bytes: JSON.stringify(answer.body),
  });
  return answer;
}

function xmlError({ code, message, status = 400 }: Refusal): Answer {
  const escaped = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const type = status < 500 ? 'Sender' : 'Receiver';
  const answer: Answer = { status, body: {} };
  wires.set(answer, {
    status,
    headers: { 'content-type': 'text/xml' },
    bytes: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${type}</Type><Code>${code}</Code><Message>${escaped}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  });
  return answer;
}
