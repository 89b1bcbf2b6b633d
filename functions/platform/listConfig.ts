/** `GET /config/{kind}`: all configuration of one kind. */
import { onHttp } from '../../shared/aws/lambda.ts';
import { reader } from '../../shared/aws/reader.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { kindOf, READING, shownTo } from '../../shared/edge/http/configuration.ts';
import { reading } from '../../shared/edge/http/platform.ts';

export const listConfig = reading(async ({ app, identity, params }) => {
  const items = await app.config.list(kindOf(params['kind']));
  return { statusCode: 200, body: { items: items.map((item) => shownTo(identity, item)) } };
}, READING);

export const handler = onHttp({ app: reader, tokens }, listConfig);
