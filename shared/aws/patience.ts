/**
 * How long a call to a service may take: each attempt little enough that all of them fit inside the
 * shortest time-out of a Lambda (10 s).
 */
export const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};
