/** `GET /config/{kind}/{id}`: one configuration. */
import * as configuration from '../../shared/edge/http/configuration.ts';
import { reading } from '../../shared/edge/http/platform.ts';
import { look } from '../../shared/edge/trigger.ts';

export const on = look(
  reading(async ({ app, params }) => {
    const item = await configuration.getConfig(app, configuration.kindOf(params['kind']), params['id'] ?? '');
    return { statusCode: 200, body: item };
  }),
);
