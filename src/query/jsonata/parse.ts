// JSONata text → tree, by operator precedence (Pratt). The language is that of 2.0.6, which AWS runs: `?:` and `??` came
// later and are no operators. Paths are still left-leaning binaries here; `resolve.ts` folds
// them. Bounded in length and depth, so that no text can exhaust the stack.

import type { Expr, Node, Pair, SortTerm } from './ast.ts';
import { JsonataSyntaxError } from './errors.ts';
import { nextToken, type Token } from './lexer.ts';
import { MAX_SOURCE, MAX_SYNTAX_DEPTH } from './limits.ts';
import { resolveTree } from './resolve.ts';
import { parseSignature } from './signature.ts';

/** How tightly an infix operator binds its left operand. */
const BINDING: Readonly<Record<string, number>> = {
  '.': 75,
  '[': 80,
  '{': 70,
  '(': 80,
  '@': 80,
  '#': 80,
  '?': 20,
  '*': 60,
  '/': 60,
  '%': 60,
  '+': 50,
  '-': 50,
  '&': 50,
  '=': 40,
  '!=': 40,
  '<': 40,
  '<=': 40,
  '>': 40,
  '>=': 40,
  '^': 40,
  '~>': 40,
  in: 40,
  and: 30,
  or: 25,
  ':=': 10,
};
const NEGATION = 70;
/** Operators that no grammar rule uses. */
const UNUSED = new Set(['!', '~']);

interface Parser {
  readonly source: string;
  token: Token;
  depth: number;
  /** Names bound in the innermost block, lambda or whole expression. */
  names: Set<string>;
  readonly streamed: Set<string>;
}

/**
 * @param source text between `{%` and `%}`.
 * @throws JsonataSyntaxError
 */
export function parseJsonata(source: string): Expr {
  if (source.length > MAX_SOURCE) throw new JsonataSyntaxError('S0502', MAX_SOURCE, { value: MAX_SOURCE });
  const names = new Set<string>();
  const p: Parser = { source, token: nextToken(source, 0, true), depth: 0, names, streamed: new Set() };
  const tree = expression(p, 0);
  if (p.token.type !== 'end') throw new JsonataSyntaxError('S0201', p.token.start, { token: p.token.value });
  return { root: resolveTree(tree, p.streamed), names, streamed: p.streamed };
}

function isOperator(token: Token, text: string): boolean {
  return token.type === 'operator' && token.value === text;
}

/** Goes on to the next token; with `expected`, only past that operator. */
function advance(p: Parser, expected?: string, operand = true): void {
  const { token } = p;
  if (expected !== undefined && !isOperator(token, expected)) {
    const code = token.type === 'end' ? 'S0203' : 'S0202';
    throw new JsonataSyntaxError(code, token.start, { value: expected, token: token.value });
  }
  p.token = nextToken(p.source, token.end, operand);
  if (p.token.type === 'operator' && UNUSED.has(p.token.value as string)) {
    throw new JsonataSyntaxError('S0204', p.token.start, { token: p.token.value });
  }
}

function expression(p: Parser, tightness: number): Node {
  if (++p.depth > MAX_SYNTAX_DEPTH) tooNested(p);
  const first = p.token;
  advance(p, undefined, false);
  let left = prefix(p, first);
  let links = 0;
  for (;;) {
    const token = p.token;
    const binding = token.type === 'operator' ? (BINDING[token.value as string] ?? 0) : 0;
    if (binding <= tightness) break;
    if (++links + p.depth > 2 * MAX_SYNTAX_DEPTH) tooNested(p);
    advance(p);
    left = infix(p, token, left);
  }
  p.depth--;
  return left;
}

function tooNested(p: Parser): never {
  throw new JsonataSyntaxError('S0501', p.token.start, { value: MAX_SYNTAX_DEPTH });
}

// --- operands ----------------------------------------------------------------------------------------------------

function prefix(p: Parser, token: Token): Node {
  const position = token.start;
  switch (token.type) {
    case 'string':
    case 'number':
    case 'literal':
      return { type: 'literal', value: token.value, position };
    case 'name':
    case 'quoted':
      return { type: 'name', name: token.value as string, position };
    case 'variable':
      return { type: 'variable', name: token.value as string, position };
    case 'regex':
      return { type: 'regex', pattern: token.value as string, flags: token.flags as string, position };
    case 'end':
      throw new JsonataSyntaxError('S0207', position);
    default:
      return prefixOperator(p, token);
  }
}

function prefixOperator(p: Parser, token: Token): Node {
  const position = token.start;
  switch (token.value) {
    case 'and':
    case 'or':
    case 'in':
      return { type: 'name', name: token.value, position };
    case '*':
      return { type: 'wildcard', position };
    case '**':
      return { type: 'descendants', position };
    case '%':
      return { type: 'parent', slot: { label: '', level: 1, index: 0 }, position };
    case '-':
      reread(p);
      return { type: 'negate', expr: expression(p, NEGATION), position };
    case '(':
      reread(p);
      return block(p, position);
    case '[':
      reread(p);
      return array(p, position);
    case '{':
      reread(p);
      return { type: 'object', pairs: pairs(p), position };
    case '|':
      reread(p);
      return transform(p, position);
    default:
      throw new JsonataSyntaxError('S0211', position, { token: token.value });
  }
}

/** The token after a prefix operator was read as an infix one; where an operand may follow, it is read again. */
function reread(p: Parser): void {
  p.token = nextToken(p.source, p.token.start, true);
}

function block(p: Parser, position: number): Node {
  const outer = p.names;
  const names = new Set<string>();
  p.names = names;
  const items: Node[] = [];
  while (!isOperator(p.token, ')')) {
    items.push(expression(p, 0));
    if (!isOperator(p.token, ';')) break;
    advance(p, ';');
  }
  p.names = outer;
  advance(p, ')', false);
  return { type: 'block', items, names, position };
}

function array(p: Parser, position: number): Node {
  const items: Node[] = [];
  if (!isOperator(p.token, ']')) {
    for (;;) {
      const item = expression(p, 0);
      if (isOperator(p.token, '..')) {
        const at = p.token.start;
        advance(p, '..');
        items.push({ type: 'binary', op: '..', left: item, right: expression(p, 0), position: at });
      } else {
        items.push(item);
      }
      if (!isOperator(p.token, ',')) break;
      advance(p, ',');
    }
  }
  advance(p, ']', false);
  return { type: 'array', items, position };
}

function pairs(p: Parser): Pair[] {
  const found: Pair[] = [];
  if (!isOperator(p.token, '}')) {
    for (;;) {
      const key = expression(p, 0);
      advance(p, ':');
      found.push([key, expression(p, 0)]);
      if (!isOperator(p.token, ',')) break;
      advance(p, ',');
    }
  }
  advance(p, '}', false);
  return found;
}

function transform(p: Parser, position: number): Node {
  const pattern = expression(p, 0);
  advance(p, '|');
  const update = expression(p, 0);
  let remove: Node | undefined;
  if (isOperator(p.token, ',')) {
    advance(p, ',');
    remove = expression(p, 0);
  }
  advance(p, '|', false);
  return { type: 'transform', pattern, update, ...(remove && { delete: remove }), position };
}

// --- operators ---------------------------------------------------------------------------------------------------

function infix(p: Parser, token: Token, left: Node): Node {
  const op = token.value as string;
  const position = token.start;
  switch (op) {
    case '(':
      return callOrLambda(p, left, position);
    case '[':
      return predicate(p, left, position);
    case '{':
      return { type: 'grouping', left, pairs: pairs(p), position };
    case '^':
      return order(p, left, position);
    case '@':
    case '#':
      return streamBind(p, left, op, position);
    case '?':
      return condition(p, left, position);
    case '~>':
      return { type: 'apply', left, right: expression(p, BINDING['~>'] as number), position };
    case ':=':
      if (left.type !== 'variable') throw new JsonataSyntaxError('S0212', left.position);
      p.names.add(left.name);
      return { type: 'bind', name: left.name, value: expression(p, (BINDING[':='] as number) - 1), position };
    default:
      return { type: 'binary', op, left, right: expression(p, BINDING[op] as number), position };
  }
}

function predicate(p: Parser, left: Node, position: number): Node {
  if (isOperator(p.token, ']')) {
    let step = left;
    while (step.type === 'predicate') step = step.left;
    step.keepArray = true;
    advance(p, ']', false);
    return left;
  }
  const expr = expression(p, 0);
  advance(p, ']', false);
  return { type: 'predicate', left, expr, position };
}

function order(p: Parser, left: Node, position: number): Node {
  advance(p, '(');
  const terms: SortTerm[] = [];
  for (;;) {
    const descending = isOperator(p.token, '>');
    if (descending) advance(p, '>');
    else if (isOperator(p.token, '<')) advance(p, '<');
    terms.push({ descending, expr: expression(p, 0) });
    if (!isOperator(p.token, ',')) break;
    advance(p, ',');
  }
  advance(p, ')', false);
  return { type: 'order', left, terms, position };
}

function streamBind(p: Parser, left: Node, op: '@' | '#', position: number): Node {
  const right = expression(p, BINDING[op] as number);
  if (right.type !== 'variable') throw new JsonataSyntaxError('S0214', position, { token: op });
  p.streamed.add(`$${right.name}`);
  return { type: op === '@' ? 'focusing' : 'indexing', left, name: right.name, position };
}

function condition(p: Parser, test: Node, position: number): Node {
  const yes = expression(p, 0);
  if (!isOperator(p.token, ':')) return { type: 'condition', test, yes, position };
  advance(p, ':');
  return { type: 'condition', test, yes, no: expression(p, 0), position };
}

function callOrLambda(p: Parser, callee: Node, position: number): Node {
  const args: Node[] = [];
  let partial = false;
  if (!isOperator(p.token, ')')) {
    for (;;) {
      if (isOperator(p.token, '?')) {
        partial = true;
        args.push({ type: 'placeholder', position: p.token.start });
        advance(p, '?', false);
      } else {
        args.push(expression(p, 0));
      }
      if (!isOperator(p.token, ',')) break;
      advance(p, ',');
    }
  }
  advance(p, ')', false);
  if (callee.type === 'name' && (callee.name === 'function' || callee.name === 'λ')) {
    return lambda(p, args, position);
  }
  return { type: partial ? 'partial' : 'call', callee, args, position };
}

function lambda(p: Parser, args: readonly Node[], position: number): Node {
  const params = args.map((arg, i) => {
    if (arg.type === 'variable') return arg.name;
    throw new JsonataSyntaxError('S0208', arg.position, { value: i + 1 });
  });
  const signature = isOperator(p.token, '<') ? lambdaSignature(p) : undefined;
  advance(p, '{');
  const outer = p.names;
  const names = new Set<string>();
  p.names = names;
  const body = expression(p, 0);
  p.names = outer;
  advance(p, '}', false);
  return { type: 'lambda', params, body, names, ...(signature && { signature }), position };
}

/** `<s-:n>` up to its closing bracket, read from the text itself: its symbols are no tokens of the language. */
function lambdaSignature(p: Parser): ReturnType<typeof parseSignature> {
  const { source } = p;
  const start = p.token.start;
  let depth = 0;
  let at = start;
  for (; at < source.length && source[at] !== '{'; at++) {
    if (source[at] === '<') depth++;
    if (source[at] === '>' && --depth === 0) break;
  }
  if (source[at] !== '>') throw new JsonataSyntaxError('S0203', at, { value: '>' });
  p.token = nextToken(source, at + 1, false);
  return parseSignature(source.slice(start, at + 1), start);
}
