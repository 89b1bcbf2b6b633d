/**
 * Evaluates CloudFormation's references. One that cannot be evaluated is an error that names the
 * resource it was met in.
 */
import * as z from 'zod';
import { account, partition, region, TemplateError, urlSuffix } from '../aws.ts';
import type { Identities } from './names.ts';
import type { Template } from './template.ts';

/** Evaluates `value`; `where` is what an error names: a logical id, perhaps with the property. */
export type Resolve = (value: unknown, where: string) => unknown;

const pseudo: Record<string, string | undefined> = {
  'AWS::AccountId': account,
  'AWS::Partition': partition,
  'AWS::Region': region,
  'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/local/local`,
  'AWS::StackName': 'local',
  'AWS::URLSuffix': urlSuffix,
};

const GetAtt = z.union([
  z.tuple([z.string(), z.string()]),
  z.string().transform((text): [string, string] => {
    const dot = text.indexOf('.');
    return [text.slice(0, dot), text.slice(dot + 1)];
  }),
]);
const Join = z.tuple([z.string(), z.array(z.unknown())]);
const Select = z.tuple([z.coerce.number(), z.unknown()]);
const Split = z.tuple([z.string(), z.unknown()]);
const Sub = z.union([
  z.tuple([z.string(), z.record(z.string(), z.unknown())]),
  z.string().transform((text): [string, Record<string, unknown>] => [text, {}]),
]);

export function resolver(template: Template, identities: Identities): Resolve {
  function resolve(value: unknown, where: string): unknown {
    if (Array.isArray(value)) return value.map((item) => resolve(item, where)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) return call(...only, where);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, resolve(item, where)]).filter(([, item]) => item !== undefined),
    );
  }

  function call(name: string, argument: unknown, where: string): unknown {
    switch (name) {
      case 'Ref':
        return argument === 'AWS::NoValue' ? undefined : ref(z.string().parse(argument), where);
      case 'Fn::GetAtt':
        return attribute(...GetAtt.parse(argument), where);
      case 'Fn::Join': {
        const [separator, parts] = Join.parse(argument);
        return parts.map((part) => text(part, where)).join(separator);
      }
      case 'Fn::Select': {
        const [index, list] = Select.parse(argument);
        return z.array(z.unknown()).parse(resolve(list, where))[index];
      }
      case 'Fn::Split': {
        const [separator, whole] = Split.parse(argument);
        return text(whole, where).split(separator);
      }
      case 'Fn::Sub': {
        const [pattern, own] = Sub.parse(argument);
        return pattern.replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, key: string) => {
          if (literal) return `\${${key}}`;
          if (key in own) return text(own[key], where);
          return key.includes('.') ? attribute(...GetAtt.parse(key), where) : ref(key, where);
        });
      }
      default:
        throw new TemplateError(`${where} uses ${name}, which the local runtime does not evaluate.`);
    }
  }

  function ref(name: string, where: string): string {
    const known = pseudo[name] ?? identities.get(name)?.ref ?? template.parameters[name]?.Default;
    if (typeof known !== 'string')
      throw new TemplateError(`${where} refers to ${name}, which is nothing that runs here.`);
    return known;
  }

  function attribute(name: string, wanted: string, where: string): string {
    const known = identities.get(name)?.attributes[wanted];
    if (known === undefined) throw new TemplateError(`${where} refers to ${name}.${wanted}, which is not known here.`);
    return known;
  }

  function text(value: unknown, where: string): string {
    const resolved = resolve(value, where);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new TemplateError(`${where} puts ${JSON.stringify(resolved)} into a text.`);
  }

  return resolve;
}

/**
 * The properties of one resource that the schema names, resolved and parsed. Those it does not name
 * are not looked at.
 */
export function propertiesOf<S extends z.ZodObject>(
  resolve: Resolve,
  resource: { id: string; properties: Record<string, unknown> },
  schema: S,
): z.output<S> {
  const named = Object.keys(schema.shape).filter((key) => key in resource.properties);
  const picked = Object.fromEntries(named.map((key) => [key, resource.properties[key]]));
  const parsed = schema.safeParse(resolve(picked, resource.id));
  if (!parsed.success) throw new TemplateError(`${resource.id}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
