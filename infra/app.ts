/** What `cdk` runs: the stack of one stage, from the context that infra/aws/settings.ts reads. */
import { join } from 'node:path';
import { readSettings, SettingsError } from './aws/settings.ts';
import { AgentManagerStack } from './aws/stack.ts';
import { check, createApp } from './aws/synthesis.ts';

const bundles = join(import.meta.dirname, '..', 'dist', 'functions');

const app = createApp();

try {
  const settings = readSettings((key) => app.node.tryGetContext(key), bundles);
  // The local runtime is in a hurry, and the tests have checked what it runs.
  if (settings.stage !== 'local') check(app);
  new AgentManagerStack(app, settings);
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}
