/**
 * Does a mistake in the template fail at the start, with the name of the resource that is at fault?
 */
import { expect, test } from 'vitest';
import { start } from '../../infra/local/start.ts';
import { writeTemplate, type Resources } from './fixtures/local/template.ts';

type Change = (resources: Resources) => void;

/** Changes one property of one resource. */
const set =
  (id: string, property: string, value: unknown): Change =>
  (resources) =>
    Object.assign(resources[id]?.Properties ?? {}, { [property]: value });
const remove =
  (id: string): Change =>
  (resources) =>
    void delete resources[id];
const add =
  (id: string, Type: string, more: object = {}): Change =>
  (resources) =>
    void (resources[id] = { Type, Properties: {}, ...more });
const variable = (value: unknown) => set('Echo', 'Environment', { Variables: { WRONG: value } });

test.each<[string, Change, RegExp]>([
  ['a variable that refers to nothing', variable({ Ref: 'Nowhere' }), /Echo refers to Nowhere/],
  ['a variable that refers to what does not run here', variable({ Ref: 'Role' }), /Echo refers to Role/],
  ['a variable with an unknown attribute', variable({ 'Fn::GetAtt': ['Table', 'Name'] }), /Echo refers to Table\.Name/],
  ['a variable with an unknown function', variable({ 'Fn::ImportValue': 'x' }), /Echo uses Fn::ImportValue/],
  [
    'a stream of a table that has none',
    set('Table', 'StreamSpecification', undefined),
    /StreamMapping refers to Table\.StreamArn/,
  ],
  ['a route whose integration is gone', remove('RouteechoIntegration'), /Routeecho refers to RouteechoIntegration/],
  ['a route without a target', set('Routeecho', 'Target', undefined), /Routeecho:.*Target/s],
  [
    'a route whose target is no integration',
    set('Routeecho', 'Target', 'integrations/x'),
    /Routeecho has the target integrations\/x/,
  ],
  ['an integration of a function that is gone', remove('Echo'), /RouteechoIntegration refers to Echo\.Arn/],
  [
    'an integration of what is no function',
    set('RouteechoIntegration', 'IntegrationUri', 'x'),
    /RouteechoIntegration invokes x/,
  ],
  [
    'an integration of another type',
    set('RouteechoIntegration', 'IntegrationType', 'MOCK'),
    /RouteechoIntegration is of type MOCK/,
  ],
  [
    'two routes of one key',
    set('Routeecho', 'RouteKey', '7'),
    /Routeecho: there is another route 7|Route7: there is another route 7/,
  ],
  ['an authorizer that is gone', remove('Authorizer'), /Routeconnect refers to Authorizer/],
  ['an authorizer on a message route', set('Routeecho', 'AuthorizationType', 'CUSTOM'), /Routeecho: only \$connect/],
  ['an environment of more than 4 KB', variable('x'.repeat(4_100)), /Echo: .*exceeded the 4KB limit/],
  [
    'a third reader of a stream',
    add('Third', 'AWS::Lambda::EventSourceMapping', {
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        FunctionName: { Ref: 'Gather' },
        StartingPosition: 'LATEST',
      },
    }),
    /3 functions read one stream/,
  ],
  ['a batch that no window gathers', set('WorkMapping', 'BatchSize', 11), /WorkMapping: .*batch window/],
  [
    'a function without code',
    set('Echo', 'Handler', 'missing.handler'),
    /Echo: there is no missing\.handler .*npm run build/,
  ],
  ['a mapping of an unknown source', set('WorkMapping', 'EventSourceArn', 'arn:x'), /WorkMapping reads arn:x/],
  ['a mapping to an unknown function', set('WorkMapping', 'FunctionName', 'x'), /WorkMapping invokes x/],
  [
    'a filter with an unknown rule',
    set('StreamMapping', 'FilterCriteria', { Filters: [{ Pattern: '{"eventName":[{"near":1}]}' }] }),
    /StreamMapping .*near/,
  ],
  [
    'a redrive to no queue',
    set('Work', 'RedrivePolicy', { deadLetterTargetArn: 'arn:x', maxReceiveCount: 1 }),
    /Work redrives to arn:x/,
  ],
  ['a subscription of no queue', set('Subscription', 'Endpoint', 'arn:x'), /Subscription subscribes arn:x/],
  [
    'a state that is not there',
    set('Machine', 'DefinitionString', '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}'),
    /Machine: there is no state "B"/,
  ],
  [
    'a state machine in JSONata',
    set(
      'Machine',
      'DefinitionString',
      '{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","End":true}}}',
    ),
    /Machine: state "A" is written in JSONata/,
  ],
  ['a resource of an unknown type', add('Bus', 'AWS::Events::EventBus'), /Bus is an AWS::Events::EventBus/],
  [
    'a resource under a condition',
    add('Maybe', 'AWS::SQS::Queue', { Condition: 'Production' }),
    /Maybe depends on a condition/,
  ],
])('%s', async (_name, change, message) => {
  await expect(start({ template: writeTemplate(change) })).rejects.toThrow(message);
});

test('a template that is not there is said to be made by npm start', async () => {
  await expect(start({ template: '/nowhere/template.json' })).rejects.toThrow(/no template .*npm start/);
});

test('two stacks in one process have nothing in common', async () => {
  const [one, two] = await Promise.all([start({ template: writeTemplate() }), start({ template: writeTemplate() })]);
  await one.invoke('Http', { rawPath: '/only-one' });
  expect(one.logs().join()).toContain('/only-one');
  expect(two.logs().join()).not.toContain('/only-one');
  expect(one.httpUrl).not.toBe(two.httpUrl);
  await one.stop();
  expect(await two.invoke('TwoWay', {})).toMatchObject({ ok: true });
  await two.stop();
});
