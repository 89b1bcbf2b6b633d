import { afterAll, beforeAll, expect, test } from 'vitest';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions } from '../../infra/local/aws.ts';
import { writeTemplate } from './fixtures/local/template.ts';
let stack: LocalStack;
const t = Date.now();
beforeAll(async () => { stack = await start({ template: writeTemplate() }); console.error('up', Date.now() - t); });
afterAll(async () => { console.error('end', Date.now() - t); await stack.stop(); console.error('stopped', Date.now() - t); });
test('x', async () => { 
 const sqs = new SQSClient(clientOptions(stack.endpoints.sqs));
 if (process.env.POLL) await sqs.send(new ReceiveMessageCommand({ QueueUrl: stack.resources.queueUrls.Dead, WaitTimeSeconds: 1 }));
 expect(1).toBe(1); });
