/**
 * Reads DynamoDB's expressions as far as the rules must: what they refer to, how much they do, and
 * the operands of a condition.
 */

/**
 * A part of an expression that is compared or given to a function: a path, a value (`:v`), or what
 * a function makes of one.
 */
export interface Operation {
  /** `=`, `<`, `BETWEEN`, `IN`, or a function such as `begins_with`. */
  readonly operator: string;
  /** In their order; of a comparison the left one first. */
  readonly operands: readonly string[];
}

export interface Expression {
  readonly text: string;
  /** Placeholders that it uses: `#name` and `:value`. */
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
  /** Operators and functions, as DynamoDB counts them. */
  readonly operators: number;
  readonly operations: readonly Operation[];
  /** How deep its deepest document path goes. */
  readonly depth: number;
}

const token = /[#:][A-Za-z0-9_]+|[A-Za-z_][A-Za-z0-9_]*|\d+|<=|>=|<>|[=<>+\-()[\],.]/g;
const comparators = new Set(['=', '<>', '<', '<=', '>', '>=']);
const functions = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'if_not_exists',
  'list_append',
  'size',
]);
const isFunction = (tokens: readonly string[], at: number) => functions.has(tokens[at] ?? '') && tokens[at + 1] === '(';

/** The same few expressions come all the time. */
const known = new Map<string, Expression>();
const most = 2000;

/** Reads an expression; one that is no expression is left to the engine, which refuses it. */
export function expressionOf(text: string, update = false): Expression {
  const key = update ? `update ${text}` : text;
  const found = known.get(key);
  if (found) return found;
  const read = parse(text, update);
  if (known.size >= most) known.clear();
  known.set(key, read);
  return read;
}

function parse(text: string, update: boolean): Expression {
  const tokens = text.match(token) ?? [];
  const upper = tokens.map((each) => each.toUpperCase());
  const operations: Operation[] = [];
  let operators = 0;
  let between = false;
  for (const [at, each] of tokens.entries()) {
    const word = upper[at] ?? '';
    if (isFunction(tokens, at)) {
      operators += 1;
      operations.push({ operator: each, operands: list(tokens, at + 1).operands });
    } else if (word === 'BETWEEN') {
      operators += 1;
      between = true;
      const low = operandFrom(tokens, at + 1);
      const high = operandFrom(tokens, low.next + 1);
      operations.push({ operator: word, operands: [operandBefore(tokens, at), low.text, high.text] });
    } else if (word === 'IN' && tokens[at + 1] === '(') {
      operators += 1;
      operations.push({ operator: word, operands: [operandBefore(tokens, at), ...list(tokens, at + 1).operands] });
    } else if (comparators.has(each)) {
      // What an update assigns is no comparison.
      if (update) continue;
      operators += 1;
      operations.push({ operator: each, operands: [operandBefore(tokens, at), operandFrom(tokens, at + 1).text] });
    } else if (word === 'AND' && between) between = false;
    else if (['AND', 'OR', 'NOT', '+', '-'].includes(word)) operators += 1;
  }
  return {
    text,
    names: new Set(tokens.filter((each) => each.startsWith('#'))),
    values: new Set(tokens.filter((each) => each.startsWith(':'))),
    operators,
    operations,
    depth: depthOf(tokens),
  };
}

/** The operand that begins here: a path, a value, or a function with what it is given. */
function operandFrom(tokens: readonly string[], from: number): { text: string; next: number } {
  if (isFunction(tokens, from)) {
    const { next } = list(tokens, from + 1);
    return { text: tokens.slice(from, next).join(''), next };
  }
  let next = from + 1;
  while (tokens[next] === '.' || tokens[next] === '[') next += tokens[next] === '.' ? 2 : 3;
  return { text: tokens.slice(from, next).join(''), next };
}

/** The operand that ends before this. */
function operandBefore(tokens: readonly string[], at: number): string {
  let from = at - 1;
  if (tokens[from] === ')') {
    for (let open = 0; from >= 0; from--) {
      if (tokens[from] === ')') open += 1;
      if (tokens[from] === '(' && --open === 0) break;
    }
    if (!isFunction(tokens, from - 1)) return operandFrom(tokens, from + 1).text;
    return tokens.slice(from - 1, at).join('');
  }
  while (tokens[from] === ']' || tokens[from - 1] === '.') from -= tokens[from] === ']' ? 3 : 2;
  return tokens.slice(from, at).join('');
}

/** The operands between brackets, the first of which is here. */
function list(tokens: readonly string[], open: number): { operands: string[]; next: number } {
  const operands: string[] = [];
  let at = open + 1;
  while (at < tokens.length && tokens[at] !== ')') {
    const operand = operandFrom(tokens, at);
    operands.push(operand.text);
    at = tokens[operand.next] === ',' ? operand.next + 1 : operand.next;
    if (tokens[at] !== ')' && tokens[at - 1] !== ',') break;
  }
  return { operands, next: at + 1 };
}

function depthOf(tokens: readonly string[]): number {
  let deepest = 0;
  let depth = 0;
  for (const [at, each] of tokens.entries()) {
    if (each === '.' || each === '[') depth += 1;
    else if (each !== ']' && tokens[at - 1] !== '.' && tokens[at - 1] !== '[') depth = 0;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
