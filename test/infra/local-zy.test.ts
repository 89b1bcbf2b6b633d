import { test } from 'vitest';
import { startLambdas } from '../../infra/local/lambdas.ts';
test('x', async () => { const d = startLambdas({functions: [], environment: {}}, false); await d.stop(); });
