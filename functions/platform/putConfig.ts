/** `PUT /config/{kind}/{id}`: create or replace one configuration. */
import * as z from 'zod';
import * as configuration from '../../shared/edge/http/configuration.ts';
import { platform } from '../../shared/edge/http/platform.ts';
import { http } from '../../shared/edge/trigger.ts';

export const on = http(
  platform(
    async ({ app, loop, params, body }) => {
      const item = await configuration.putConfig(
        app,
        loop,
        configuration.kindOf(params['kind']),
        params['id'] ?? '',
        body,
      );
      return { statusCode: 200, body: item };
    },
    { body: z.unknown() },
  ),
);
