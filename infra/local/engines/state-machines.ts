/**
 * Step Functions over HTTP: the four calls that a Standard workflow needs, run by
 * aws-local-stepfunctions. A definition that begins with a Wait until an instant is held here,
 * because a timer of Node's ends after 24.8 days; with a file, it outlives a restart.
 */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { createServer } from 'node:http';
import * as z from 'zod';
import { clientOptions, TemplateError } from '../aws.ts';
import { Definition, openExecutions, StatesError, type Machine } from './executions.ts';
import { listen, readBody } from '../http/http.ts';
import { propertiesOf, type Resolve } from '../template/resolve.ts';
import { ofType, type Template } from '../template/template.ts';

const Properties = z.object({
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.coerce.string()).default({}),
});
const SendMessage = z.object({ QueueUrl: z.string(), MessageBody: z.union([z.string(), z.json()]) });

export interface StateMachines {
  endpoint: string;
  /** Makes the machines of the template known. Until then nothing can be started. */
  define(template: Template, resolve: Resolve, arnOf: (id: string) => string | undefined): void;
  stop(): Promise<void>;
}

export async function startStateMachines(queuesUrl: string, dataDir: string | undefined): Promise<StateMachines> {
  const sqs = new SQSClient(clientOptions(queuesUrl));
  const executions = openExecutions(dataDir);
  const server = createServer((request, response) => {
    const answer = async () => {
      const target = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      return executions.call(target, JSON.parse((await readBody(request)).toString()));
    };
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    answer().then(
      (body) => reply(200, body),
      (error: Error) => {
        const known = error instanceof StatesError;
        reply(known ? 400 : 500, { __type: known ? error.code : 'InternalFailure', message: error.message });
      },
    );
  });
  const { port, close } = await listen(server, 0, '127.0.0.1');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    define(template, resolve, arnOf) {
      const machines = ofType(template, 'AWS::StepFunctions::StateMachine').map((resource) => {
        const { DefinitionString, DefinitionSubstitutions } = propertiesOf(resolve, resource, Properties);
        const text = DefinitionString.replace(
          /\$\{([^}]+)\}/g,
          (whole, key: string) => DefinitionSubstitutions[key] ?? whole,
        );
        return machine(sqs, resource.id, arnOf(resource.id) ?? resource.id, Definition.parse(JSON.parse(text)));
      });
      executions.define(machines);
    },
    async stop() {
      executions.stop();
      await close();
      sqs.destroy();
    },
  };
}

/**
 * Checks that every state is one that runs here as it does there, and that each leads somewhere,
 * then builds the machine, once.
 */
function machine(sqs: SQSClient, id: string, arn: string, definition: Machine['definition']): Machine {
  const handlers: Record<string, (input: unknown) => Promise<z.core.util.JSONType>> = {};
  for (const [name, state] of Object.entries(definition.States)) {
    if ((state.QueryLanguage ?? definition.QueryLanguage ?? 'JSONPath') !== 'JSONPath') {
      throw new TemplateError(
        `${id}: state "${name}" is written in ${state.QueryLanguage ?? definition.QueryLanguage}; only JSONPath runs here.`,
      );
    }
    if (state.Type === 'Map' || state.Type === 'Parallel') {
      throw new TemplateError(`${id}: state "${name}" is a ${state.Type}, which does not run here.`);
    }
    if (state.Type !== 'Task') continue;
    if (!/^arn:[^:]+:states:::sqs:sendMessage$/.test(state.Resource ?? '')) {
      throw new TemplateError(`${id}: state "${name}" calls ${state.Resource}; only sqs:sendMessage runs here.`);
    }
    handlers[name] = async (input) => {
      const { QueueUrl, MessageBody } = SendMessage.parse(input);
      const body = typeof MessageBody === 'string' ? MessageBody : JSON.stringify(MessageBody);
      const { MessageId = '', MD5OfMessageBody = '' } = await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: body }),
      );
      return { MessageId, MD5OfMessageBody };
    };
  }
  const followers = Object.values(definition.States).flatMap((state) => (state.Next ? [state.Next] : []));
  const unknown = [definition.StartAt, ...followers].find((next) => !(next in definition.States));
  if (unknown !== undefined) throw new TemplateError(`${id}: there is no state "${unknown}".`);
  // The library's own validation compiles a JSON schema each time, which takes as long as all the
  // rest of a start. Its type lists every state in full; what is used of them is checked above.
  const built = new StateMachine(definition as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  return {
    arn,
    definition,
    run: (input, waited) =>
      built.run(input as Parameters<StateMachine['run']>[0], {
        overrides: {
          taskResourceLocalHandlers: handlers,
          waitTimeOverrides: waited === undefined ? {} : { [waited]: 0 },
        },
        noThrowOnAbort: true,
      }),
  };
}
