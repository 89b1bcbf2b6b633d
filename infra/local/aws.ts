/**
 * How the local engines are addressed: one account, one region, and credentials that open nothing.
 * None of it leaves this machine.
 */
export const account = '000000000000';
export const region = 'us-east-1';
export const partition = 'aws';
export const urlSuffix = 'amazonaws.com';
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Options for an SDK client of one engine, for this runtime and for tests. Whoever calls as
 * somebody else says as whom.
 */
export const clientOptions = (endpoint: string, accessKeyId = credentials.accessKeyId) => ({
  endpoint,
  region,
  credentials: { ...credentials, accessKeyId },
});

/** The host name that API Gateway would give to an API. */
export const apiHost = (apiId: string): string => `${apiId}.execute-api.${region}.${urlSuffix}`;

/** What the local runtime cannot run, said with the name of the resource that is at fault. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}
