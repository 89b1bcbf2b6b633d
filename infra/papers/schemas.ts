/**
 * JSON Schemas (2020-12) of the protocol's zod schemas, by direction: what the manager takes, in
 * the shapes in which it may come, and what it gives.
 */
import * as z from 'zod';
import { messageBodies, MessageBody } from '../../shared/protocol/message.ts';
import { DeskEvent, deskEventData } from '../../shared/protocol/desk-event.ts';
import { Id } from '../../shared/protocol/values.ts';
import { type Wire, wireOf } from '../../shared/protocol/wire.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonSchema = { [key: string]: Json };

/** By the names under which documents refer to them. */
export type Schemas = Record<string, JsonSchema>;
export type Named = Readonly<Record<string, z.ZodType>>;

/** What the manager takes. */
export function taken(named: Named): Schemas {
  return printed({ Id, ...named, ...bodies() }, 'input');
}

/** What the manager gives. */
export function given(named: Named): Schemas {
  const shown = Object.fromEntries(
    [...new Set(Object.values(deskEventData))].map((schema): [string, z.ZodType] => [dataName(schema), schema]),
  );
  return printed({ Id, ...named, DeskEvent, ...shown, ...bodies() }, 'output');
}

/** Where a document keeps its schemas. */
export function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** Both directions in one document: what has one name has one shape. */
export function together(some: Schemas, more: Schemas): Schemas {
  for (const [name, schema] of Object.entries(some))
    if (name in more && JSON.stringify(schema) !== JSON.stringify(more[name]))
      throw new Error(`${name} is taken in another shape than it is given in`);
  return { ...some, ...more };
}

/** The names of all that something refers to, and of what these refer to. */
export function neededBy(something: Json, schemas: Schemas): ReadonlySet<string> {
  const needed = new Set<string>();
  const collect = (from: Json) =>
    walk(from, (node) => {
      const name = typeof node['$ref'] === 'string' ? nameIn(node['$ref']) : undefined;
      if (name === undefined || needed.has(name)) return node;
      needed.add(name);
      collect(schemas[name] ?? {});
      return node;
    });
  collect(something);
  return needed;
}

/** One schema with all that it refers to, so that it can be used alone. */
export function alone(schemas: Schemas, schema: JsonSchema, more: JsonSchema): JsonSchema {
  const needed = neededBy(schema, schemas);
  const moved = (from: Json) =>
    walk(from, (node) =>
      typeof node['$ref'] === 'string' ? { ...node, $ref: `#/$defs/${nameIn(node['$ref'])}` } : node,
    );
  const $defs = Object.fromEntries([...needed].toSorted().map((name) => [name, moved(schemas[name] ?? {})]));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...more,
    ...asObject(moved(schema)),
    ...(needed.size > 0 ? { $defs } : {}),
  };
}

/** The members of a query, each by itself. */
export function queryParameters(query: z.ZodObject): Json[] {
  const { query: printed } = taken({ query });
  const members = isNode(printed?.['properties']) ? printed['properties'] : {};
  const required = Array.isArray(printed?.['required']) ? printed['required'] : [];
  return Object.entries(members).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

const nameIn = (ref: string) => ref.replace('#/components/schemas/', '');

function bodies(): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(messageBodies).map(([type, schema]) => [`body.${type}`, schema]));
}

function dataName(schema: z.ZodType): string {
  const [name = ''] = Object.entries(deskEventData).find(([, other]) => other === schema) ?? [];
  return `data.${name}`;
}

const MARK = 'x-wire';

function printed(named: Named, io: 'input' | 'output'): Schemas {
  const names = z.registry<{ id: string }>();
  const alike: Schemas = {};
  for (const [id, schema] of Object.entries(named)) {
    const first = names.get(schema)?.id;
    if (first === undefined) names.add(schema, { id });
    else alike[id] = refTo(first);
  }
  const marks: Wire[] = [];
  const shapes = new Map<z.core.$ZodType, JsonSchema[]>([
    [MessageBody, byBodyType()],
    [DeskEvent, byEventName()],
  ]);
  const print = z.toJSONSchema(names, {
    io,
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
    override({ zodSchema, jsonSchema }) {
      const said = wireOf(zodSchema);
      if (said) jsonSchema[MARK] = marks.push(said) - 1;
      const allOf = shapes.get(zodSchema);
      if (allOf) jsonSchema['allOf'] = allOf;
      const of = said?.text && names.get(said.text)?.id;
      if (of) Object.assign(jsonSchema, { contentMediaType: 'application/json', contentSchema: refTo(of) });
    },
  });
  const schemas = Object.entries(print.schemas).map(([name, schema]): [string, JsonSchema] => {
    const { $schema: _, $id: __, ...rest } = asObject(plain(schema));
    return [name, asObject(walk(rest, (node) => (io === 'input' ? comingIn(node, marks) : goingOut(node, marks))))];
  });
  return { ...Object.fromEntries(schemas), ...alike };
}

/** A type that is looked into, in capitals or not. */
function byBodyType(): JsonSchema[] {
  return Object.keys(messageBodies).map((type) =>
    implies({ properties: { type: { enum: [type, type.toLowerCase()] } }, required: ['type'] }, refTo(`body.${type}`)),
  );
}

function byEventName(): JsonSchema[] {
  return Object.entries(deskEventData).map(([name, schema]) =>
    implies(
      { properties: { name: { const: name } }, required: ['name'] },
      { properties: { data: refTo(dataName(schema)) } },
    ),
  );
}

function implies(condition: JsonSchema, consequence: JsonSchema): JsonSchema {
  return { anyOf: [{ not: condition }, consequence] };
}

/** Whatever comes in may have more members, and in other shapes than it is kept in. */
function comingIn({ [MARK]: mark, ...node }: JsonSchema, marks: readonly Wire[]): JsonSchema {
  const said = typeof mark === 'number' ? marks[mark] : undefined;
  if (!said) return node;
  const { nulls, or = [], filled = [], ignored = [], conversation } = said;
  const missing = [...filled, ...(conversation ? ['conversationId'] : [])];
  let shape = eachObject(node, (object) => loosened(object, missing, nulls === true));
  if (ignored.length > 0) shape = asObject(walk(shape, (inner) => withAny(inner, ignored)));
  if (conversation) shape = { ...shape, allOf: [namesConversation] };
  if (or.length === 0) return shape;
  return { anyOf: [shape, ...or.map((schema) => bare(z.toJSONSchema(schema, { io: 'input' })))] };
}

/** Whatever goes out may have more members some day: no document forbids them. */
function goingOut({ [MARK]: mark, ...node }: JsonSchema, marks: readonly Wire[]): JsonSchema {
  const becomes = typeof mark === 'number' ? marks[mark]?.becomes : undefined;
  if (becomes) return bare(z.toJSONSchema(becomes));
  const { additionalProperties, ...open } = node;
  return additionalProperties === false ? open : node;
}

/** An object, or each of those of which it is one. */
export function eachObject(node: JsonSchema, change: (object: JsonSchema) => JsonSchema): JsonSchema {
  const changed = isNode(node['properties']) ? change(node) : { ...node };
  for (const choice of ['oneOf', 'anyOf']) {
    const choices = node[choice];
    if (Array.isArray(choices)) changed[choice] = choices.map((one) => eachObject(asObject(one), change));
  }
  return changed;
}

function loosened(object: JsonSchema, missing: readonly string[], nulls: boolean): JsonSchema {
  const required = Array.isArray(object['required']) ? object['required'] : [];
  const still = required.filter((name) => typeof name === 'string' && !missing.includes(name));
  const properties = Object.entries(asObject(object['properties'] ?? {})).map(([name, schema]): [string, Json] => [
    name,
    nulls && !still.includes(name) ? { anyOf: [schema, { type: 'null' }] } : schema,
  ]);
  const { required: _, ...rest } = object;
  return { ...rest, properties: Object.fromEntries(properties), ...(still.length > 0 ? { required: still } : {}) };
}

function withAny(node: JsonSchema, names: readonly string[]): JsonSchema {
  if (!isNode(node['properties'])) return node;
  const found = names.filter((name) => isNode(node['properties']) && name in node['properties']);
  return { ...node, properties: { ...node['properties'], ...Object.fromEntries(found.map((name) => [name, {}])) } };
}

const named = { anyOf: [{ required: ['conversationId'] }, { required: ['topicId'] }] };
/** As `conversationOf` of the protocol looks for it. */
const namesConversation: JsonSchema = {
  anyOf: [
    ...named.anyOf,
    ...['channelSession', 'topicParticipant', 'agentParticipant'].map((carrier) => ({
      required: [carrier],
      properties: { [carrier]: { type: 'object', ...named } },
    })),
  ],
};

function bare(schema: unknown): JsonSchema {
  const { $schema: _, ...rest } = asObject(plain(schema));
  return rest;
}

/** Changes every object of a JSON value, the innermost first. */
function walk(value: Json, change: (node: JsonSchema) => JsonSchema): Json {
  if (Array.isArray(value)) return value.map((item) => walk(item, change));
  if (!isNode(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member, change)])));
}

export function isNode(value: Json | undefined): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: Json): JsonSchema {
  if (!isNode(value)) throw new Error('Expected an object');
  return value;
}

/** What of a value JSON can say. */
function plain(value: unknown): Json {
  return z.json().parse(JSON.parse(JSON.stringify(value)));
}
