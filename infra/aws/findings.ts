/**
 * Findings of cdk-nag that we accept, each with its reason, beside the construct that it concerns.
 */
import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export function acknowledge(construct: Construct, reasons: Record<string, string>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
