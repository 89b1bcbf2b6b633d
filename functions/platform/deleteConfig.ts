/** `DELETE /config/{kind}/{id}`: remove one configuration that nothing else refers to. */
import { app } from '../../shared/aws/app.ts';
import { onHttp } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import * as configuration from '../../shared/edge/http/configuration.ts';
import { platform } from '../../shared/edge/http/platform.ts';

export const deleteConfig = platform(async ({ app, params }) => {
  await configuration.deleteConfig(app, configuration.kindOf(params['kind']), params['id'] ?? '');
  return { statusCode: 204 };
});

export const handler = onHttp({ app, tokens }, deleteConfig);
