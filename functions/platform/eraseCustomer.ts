/**
 * `DELETE /customers/{id}`: what is kept of a person is erased, and the answer says what it was.
 * Safe to repeat.
 */
import { platform } from '../../shared/edge/http/platform.ts';
import { eraseCustomer as erase } from '../../shared/edge/http/erasure.ts';
import { http } from '../../shared/edge/trigger.ts';

export const on = http(
  platform(async ({ app, params }) => ({
    statusCode: 200,
    body: await erase(app, params['id'] ?? ''),
  })),
);
