/**
 * `node test/cloudformation/control-tower.ts <template>` prints which resources fail which rule of
 * AWS Control Tower. In a process of its own, because cfn-guard holds its process up.
 */
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { App } from 'aws-cdk-lib';

const [, , template = ''] = process.argv;
const { violations } = new CfnGuardValidator({ maxBuffer: 64 * 1024 * 1024 }).validate({
  templatePaths: [template],
  appConstruct: new App(),
});
console.log(
  JSON.stringify(
    violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ resourceLogicalId }) => ({ rule: ruleName, resource: resourceLogicalId })),
    ),
  ),
);
