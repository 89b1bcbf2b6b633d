/** The client of DynamoDB, and the name of the one table. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { env } from './env.ts';
import { patience } from './patience.ts';

// What others send may hold numbers beyond 2^53: as exact here as in every desk, and never a
// BigInt, which is no JSON.
export const client = DynamoDBDocumentClient.from(new DynamoDBClient(patience), {
  marshallOptions: { removeUndefinedValues: true, allowImpreciseNumbers: true },
  unmarshallOptions: { wrapNumbers: Number },
});

export const TableName = env('TABLE_NAME');
