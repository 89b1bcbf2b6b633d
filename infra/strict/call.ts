/**
 * What is known of a call to AWS: who calls, which service, which operation, and with what. Its
 * body is read once, and only where somebody asks.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** As the service signs and as IAM spells it, so that `service:operation` is an action. */
export type Service = 'dynamodb' | 'execute-api' | 'lambda' | 'sns' | 'sqs' | 'states';

export type Input = Record<string, unknown>;

export interface Call {
  readonly service: Service;
  /** Such as `PutItem`. */
  readonly operation: string;
  /**
   * The access key id that it is signed with: of a Lambda its own (`accessKeyId` of its
   * `LocalFunction`), else `local`; empty where nobody signed.
   */
  readonly caller: string;
  /**
   * Its parameters as in the SDK; of the query protocol (SNS) every value is text. Empty where the
   * body cannot be read.
   */
  readonly input: Input;
}

const services: Record<string, Service> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AWSStepFunctions: 'states',
};

/** `undefined` where it is no call to a service that is known here. */
export function callOf(headers: IncomingHttpHeaders, body: Buffer): Call | undefined {
  const [, caller = ''] = /Credential=(.*?)\/\d{8}\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const dot = target.indexOf('.');
    const service = services[target.slice(0, dot)];
    return service && lazily({ service, operation: target.slice(dot + 1), caller }, () => jsonInput(body));
  }
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined;
  const fields = new URLSearchParams(body.toString());
  return lazily({ service: 'sns', operation: fields.get('Action') ?? '', caller }, () => queryInput(fields));
}

function lazily(known: Omit<Call, 'input'>, read: () => Input): Call {
  let input: Input | undefined;
  return {
    ...known,
    get input() {
      input ??= read();
      return input;
    },
  };
}

function jsonInput(body: Buffer): Input {
  try {
    return recordOf(JSON.parse(body.toString())) ?? {};
  } catch {
    return {};
  }
}

/** An object with properties, or `undefined`. */
export function recordOf(value: unknown): Input | undefined {
  return isRecord(value) ? value : undefined;
}

const isRecord = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `A.member.1.B=x` is `{A: [{B: 'x'}]}`, and `M.entry.1.Name=n&M.entry.1.Value.S=x` is `{M: {n: {S:
 * 'x'}}}`.
 */
function queryInput(fields: URLSearchParams): Input {
  const root: Input = {};
  for (const [path, value] of fields) {
    if (path === 'Action' || path === 'Version') continue;
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let place = root;
    for (const step of steps) {
      const next = recordOf(place[step]) ?? {};
      place[step] = next;
      place = next;
    }
    place[last] = value;
  }
  return recordOf(collapsed(root)) ?? {};
}

function collapsed(value: unknown): unknown {
  const record = recordOf(value);
  if (!record) return value;
  const members = recordOf(record['member']);
  if (members) return Object.values(members).map(collapsed);
  const entries = recordOf(record['entry']);
  if (!entries) return Object.fromEntries(Object.entries(record).map(([name, inner]) => [name, collapsed(inner)]));
  return Object.fromEntries(
    Object.values(entries).map((entry) => {
      const { Name, key, Value, value: plain } = recordOf(entry) ?? {};
      return [String(Name ?? key), collapsed(Value ?? plain)];
    }),
  );
}
