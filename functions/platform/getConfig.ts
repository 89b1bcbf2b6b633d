/** `GET /config/{kind}/{id}`: one configuration. */
import { onHttp } from '../../shared/aws/lambda.ts';
import { reader } from '../../shared/aws/reader.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import * as configuration from '../../shared/edge/http/configuration.ts';
import { reading } from '../../shared/edge/http/platform.ts';

export const getConfig = reading(async ({ app, params }) => {
  const item = await configuration.getConfig(app, configuration.kindOf(params['kind']), params['id'] ?? '');
  return { statusCode: 200, body: item };
});

export const handler = onHttp({ app: reader, tokens }, getConfig);
