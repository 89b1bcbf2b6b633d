/**
 * The Lambdas of the template: where the code of each lies, and its own environment with every
 * reference resolved. What a variable says about the cloud is said about this machine instead; a
 * variable that the template does not declare is not there.
 */
import { existsSync } from 'node:fs';
import { basename, extname, join, resolve as resolvePath } from 'node:path';
import * as z from 'zod';
import { environmentSize } from '../../strict/services/lambda-rules.ts';
import { account, TemplateError } from '../aws.ts';
import type { Identities } from '../template/names.ts';
import { propertiesOf, type Resolve } from '../template/resolve.ts';
import { ofType, type LocalResource, type Template } from '../template/template.ts';

/** What is enough to invoke a function. */
export interface NamedFunction {
  arn: string;
  /** `<folder>/<name>` of its source, or the logical id where the template does not say. */
  name: string;
}

export interface LocalFunction extends NamedFunction {
  /** The logical id. */
  id: string;
  /** What it signs its calls with, so that the front knows whose each is. */
  accessKeyId: string;
  file: string;
  exportName: string;
  timeoutMs: number;
  memoryMb: number;
  environment: Record<string, string>;
}

const Function = z.object({
  Handler: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
});
const Code = z.object({ S3Key: z.string().optional() });

/**
 * Makes the value of a variable out of the one in the template. `undefined` leaves the variable
 * out.
 */
export type Localize = (variables: Record<string, string>) => Record<string, string>;

export function functionsOf(
  template: Template,
  resolve: Resolve,
  identities: Identities,
  localize: Localize,
): LocalFunction[] {
  return ofType(template, 'AWS::Lambda::Function').map((resource) => {
    const properties = propertiesOf(resolve, resource, Function);
    const folder = folderOf(template, resource);
    const [stem, exportName] = splitHandler(properties.Handler);
    const file = ['.mjs', '.js']
      .map((extension) => join(folder, stem + extension))
      .find((candidate) => existsSync(candidate));
    if (!file)
      throw new TemplateError(`${resource.id}: there is no ${properties.Handler} in ${folder}. Run npm run build.`);
    const name = nameOf(resource.id, folder);
    const tooLarge = environmentSize.refuse(properties.Environment.Variables, 'CreateFunction');
    if (tooLarge) throw new TemplateError(`${resource.id}: ${tooLarge.message}`);
    return {
      id: resource.id,
      arn: identities.get(resource.id)?.attributes.Arn ?? resource.id,
      name,
      accessKeyId: name.replace('/', '.'),
      file,
      exportName,
      timeoutMs: properties.Timeout * 1000,
      memoryMb: properties.MemorySize,
      environment: localize(properties.Environment.Variables),
    };
  });
}

/** The folder that CDK would upload: its metadata says it, else the key of the upload does. */
function folderOf(template: Template, resource: LocalResource): string {
  const path = resource.metadata['aws:asset:path'];
  if (typeof path === 'string') return resolvePath(template.folder, path);
  const key = Code.safeParse(resource.properties.Code).data?.S3Key;
  if (key) return join(template.folder, `asset.${basename(key, extname(key))}`);
  throw new TemplateError(`${resource.id}: its code is not an asset, so there is nothing to run.`);
}

function splitHandler(handler: string): [string, string] {
  const dot = handler.lastIndexOf('.');
  return [handler.slice(0, dot), handler.slice(dot + 1)];
}

const nameOf = (id: string, folder: string): string => {
  const [, group, name] = /[/\\]dist[/\\]functions[/\\]([^/\\]+)[/\\]([^/\\]+)$/.exec(folder) ?? [];
  return group && name ? `${group}/${name}` : id;
};

/**
 * Finds the function that an integration or a mapping names by an ARN, alone or within a longer
 * one.
 */
export function functionIn<F extends NamedFunction>(functions: F[], text: string, where: string): F {
  const [arn] = new RegExp(`arn:[^:]+:lambda:[^:]+:${account}:function:[\\w-]+`).exec(text) ?? [];
  const found = functions.find((candidate) => candidate.arn === arn);
  if (!found) throw new TemplateError(`${where} invokes ${text}, which is no function here.`);
  return found;
}
