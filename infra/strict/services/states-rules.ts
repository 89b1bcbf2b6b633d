/** What Step Functions refuses of an execution that is to be started. */
import { bookOf, type Check, type Refusal, type Rule } from '../rule.ts';

const api = {
  title: 'Step Functions API: StartExecution',
  url: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html',
};
const limits = {
  title: 'Step Functions quotas: an execution lasts a year at most',
  url: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
};

const MOST_BYTES = 262_144;
const YEAR_MS = 365 * 86_400_000;

const invalid = (code: string, message: string): Refusal => ({ code, message });

export const statesRules: readonly Rule[] = [
  {
    id: 'states.execution.input',
    service: 'states',
    operations: ['StartExecution'],
    source: api,
    refuse({ input = '{}' }) {
      if (typeof input === 'string' && Buffer.byteLength(input) <= MOST_BYTES && parsed(input) !== undefined)
        return null;
      return invalid(
        'InvalidExecutionInput',
        `Invalid State Machine Execution Input: JSON of at most ${MOST_BYTES} bytes`,
      );
    },
  },
  {
    id: 'states.execution.name',
    service: 'states',
    operations: ['StartExecution'],
    source: api,
    refuse({ name }) {
      // White space, brackets, wildcards, special and control characters.
      return name === undefined ||
        (typeof name === 'string' && /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name))
        ? null
        : invalid('InvalidName', `Invalid Name: '${JSON.stringify(name)}'`);
    },
  },
  {
    id: 'states.execution.year',
    service: 'states',
    operations: ['StartExecution'],
    source: limits,
    /**
     * Started, it would end unheard before it has waited long enough: what is refused here is what
     * would be lost there.
     */
    refuse({ input = '{}' }) {
      const { at } = Object(parsed(String(input))) as { at?: unknown };
      return typeof at === 'string' && Date.parse(at) - Date.now() > YEAR_MS
        ? invalid('InvalidExecutionInput', `Waiting until ${at} takes longer than an execution may last.`)
        : null;
    },
  },
];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const statesBook = (): Check => bookOf('states', statesRules, ({ input }) => input);
