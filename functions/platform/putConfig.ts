/** `PUT /config/{kind}/{id}`: create or replace one configuration. */
import * as z from 'zod';
import { app } from '../../shared/aws/app.ts';
import { onHttp } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import * as configuration from '../../shared/edge/http/configuration.ts';
import { platform } from '../../shared/edge/http/platform.ts';

export const putConfig = platform(
  async ({ app, params, body }) => {
    const item = await configuration.putConfig(app, configuration.kindOf(params['kind']), params['id'] ?? '', body);
    return { statusCode: 200, body: item };
  },
  { body: z.unknown() },
);

export const handler = onHttp({ app, tokens }, putConfig);
