/** `DELETE /customers/{id}`: what is kept of a person is erased, and the answer says what it was. Safe to repeat. */
import { app } from '../../shared/aws/app.ts';
import { onHttp } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { platform } from '../../shared/edge/http/platform.ts';
import { eraseCustomer as erase } from '../../shared/edge/timer/retention.ts';

export const eraseCustomer = platform(async ({ app, params }) => ({
  statusCode: 200,
  body: await erase(app, params['id'] ?? ''),
}));

export const handler = onHttp({ app, tokens }, eraseCustomer);
