/** What cfn-lint finds in the template and we accept: rule → reason. */
export const accepted: Record<string, string> = {
  W3005: 'CDK lets a function wait for its role by name as well as by reference: needless, harmless, not ours.',
};
