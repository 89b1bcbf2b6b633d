/** `GET /conversations/{id}/routing`: why each open task is where it is. */
import { onHttp } from '../../shared/aws/lambda.ts';
import { reader } from '../../shared/aws/reader.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { explainRouting as explain } from '../../shared/edge/http/explain.ts';
import { reading } from '../../shared/edge/http/platform.ts';

export const explainRouting = reading(async ({ app, params }) => {
  return { statusCode: 200, body: { tasks: await explain(app, params['id'] ?? '') } };
});

export const handler = onHttp({ app: reader, tokens }, explainRouting);
