/**
 * How a template is made and what it must pass, the same for `cdk`, the local runtime and the
 * tests.
 */
import { App, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';

/** Without `outdir`, the template goes where `cdk` says. */
export function createApp(outdir?: string): App {
  return new App({
    ...(outdir && { outdir }),
    analyticsReporting: false,
    // `check` does it.
    builtinCloudFormationValidation: false,
    // What `cdk init` would write to cdk.json, which only `cdk` reads. The template changes with
    // them only when aws-cdk-lib does.
    context: recommendedFlags,
  });
}

/**
 * The schemas and rules of CloudFormation, as errors, and those of cdk-nag. What we accept of their
 * findings is acknowledged beside the construct that it concerns.
 */
export function check(app: App): void {
  app.node.setContext('@aws-cdk/core:validateAgainstDefaultRules', true);
  Validations.of(app).addPlugins(new CloudFormationValidatePlugin(), new AwsSolutionsChecks(app));
}
