/** `GET /config/{kind}`: all configuration of one kind. */
import { onHttp } from '../../shared/aws/lambda.ts';
import { reader } from '../../shared/aws/reader.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { kindOf } from '../../shared/edge/configuration.ts';
import { reading } from '../../shared/edge/platform.ts';

export const listConfig = reading(async ({ app, params }) => {
  return { statusCode: 200, body: { items: await app.config.list(kindOf(params['kind'])) } };
});

export const handler = onHttp({ app: reader, tokens }, listConfig);
