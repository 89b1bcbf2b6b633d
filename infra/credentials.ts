/**
 * Stands in for the SDK's credential chain inside the bundles. A Lambda always finds its
 * credentials in the environment, so the rest of the chain (profiles, single sign-on, instance
 * metadata, with clients of their own) would only be code to load: a sixth of each bundle.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = fromEnv;
