/** `DELETE /config/{kind}/{id}`: remove one configuration that nothing else refers to. */
import * as configuration from '../../shared/edge/http/configuration.ts';
import { platform } from '../../shared/edge/http/platform.ts';
import { http } from '../../shared/edge/trigger.ts';

export const on = http(
  platform(async ({ app, loop, params }) => {
    await configuration.deleteConfig(app, loop, configuration.kindOf(params['kind']), params['id'] ?? '');
    return { statusCode: 204 };
  }),
);
