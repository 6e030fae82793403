// The one-line changes that can be made to a source file: for every place of its syntax tree the texts that could stand
// there instead. Whether a change compiles is for the compiler to say, whether it matters for the tests.

import {
  type BinaryExpression,
  isArrayLiteralExpression,
  isArrowFunction,
  isBinaryExpression,
  isBlock,
  isCallExpression,
  isCaseClause,
  isConditionalExpression,
  isDoStatement,
  isExportDeclaration,
  isExpressionStatement,
  isForStatement,
  isIdentifier,
  isIfStatement,
  isImportDeclaration,
  isInterfaceDeclaration,
  isNoSubstitutionTemplateLiteral,
  isNumericLiteral,
  isObjectLiteralExpression,
  isParameterDeclaration,
  isPostfixUnaryExpression,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isRegularExpressionLiteral,
  isReturnStatement,
  isShorthandPropertyAssignment,
  isSpreadAssignment,
  isSpreadElement,
  isStringLiteral,
  isTemplateExpression,
  isTypeAliasDeclaration,
  isTypeNode,
  isWhileStatement,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast';

/** Put `text` in place of what stands from `from` to `to`. */
export interface Mutation {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A function of a file, for finding out which tests enter it. */
export interface FunctionRange {
  readonly from: number;
  readonly to: number;
  /** What a probe is put around: the inside of a block, or an arrow function's expression. */
  readonly body: { readonly from: number; readonly to: number; readonly block: boolean };
}

/** The file with the change made; as many lines as before. */
export function applyMutation(source: string, { from, to, text }: Mutation): string {
  const lost = source.slice(from, to).split('\n').length - text.split('\n').length;
  return source.slice(0, from) + text + '\n'.repeat(Math.max(0, lost)) + source.slice(to);
}

const SWAPS: ReadonlyMap<SyntaxKind, readonly string[]> = new Map([
  [SyntaxKind.LessThanToken, ['<=', '>=']],
  [SyntaxKind.LessThanEqualsToken, ['<', '>']],
  [SyntaxKind.GreaterThanToken, ['>=', '<=']],
  [SyntaxKind.GreaterThanEqualsToken, ['>', '<']],
  [SyntaxKind.PlusToken, ['-']],
  [SyntaxKind.MinusToken, ['+']],
  [SyntaxKind.AsteriskToken, ['/']],
  [SyntaxKind.SlashToken, ['*']],
  [SyntaxKind.PercentToken, ['*']],
  [SyntaxKind.AmpersandAmpersandToken, ['||']],
  [SyntaxKind.BarBarToken, ['&&']],
  [SyntaxKind.EqualsEqualsEqualsToken, ['!==']],
  [SyntaxKind.ExclamationEqualsEqualsToken, ['===']],
  [SyntaxKind.PlusEqualsToken, ['-=']],
  [SyntaxKind.MinusEqualsToken, ['+=']],
  [SyntaxKind.AmpersandToken, ['|']],
  [SyntaxKind.BarToken, ['&']],
  [SyntaxKind.LessThanLessThanToken, ['>>']],
  [SyntaxKind.GreaterThanGreaterThanToken, ['<<']],
]);

/** Operators of which one side can stand alone. */
const ONE_SIDE: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.QuestionQuestionToken,
]);

const OTHER_METHOD: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  padStart: 'padEnd',
};

/** Methods whose answer is of the type of what they are called on: the call can be left out. */
const OMITTED_METHODS: ReadonlySet<string> = new Set([
  'trim',
  'slice',
  'filter',
  'sort',
  'toSorted',
  'reverse',
  'toReversed',
  'concat',
  'replace',
  'replaceAll',
  'toLowerCase',
  'toUpperCase',
]);

/** Calls that guard against bugs of our own: no test can reach what they say. */
const GUARDS: ReadonlySet<string> = new Set(['assert', 'unreachable']);

/** Every change that can be made, in order of place. */
export function mutationsOf(file: SourceFile): Mutation[] {
  const found: Mutation[] = [];
  const visit = (node: Node): void => {
    if (isMeaningless(node)) return;
    found.push(...mutationsAt(node, file));
    node.forEachChild(visit);
  };
  file.forEachChild(visit);
  return found
    .filter(({ from, to, text }) => file.text.slice(from, to) !== text)
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Types, imports, and guards against bugs. */
function isMeaningless(node: Node): boolean {
  if (isTypeNode(node) || isTypeAliasDeclaration(node) || isInterfaceDeclaration(node)) return true;
  if (isImportDeclaration(node) || isExportDeclaration(node)) return true;
  const call = isExpressionStatement(node) || isReturnStatement(node) ? node.expression : node;
  return (
    call !== undefined &&
    isCallExpression(call) &&
    isIdentifier(call.expression) &&
    GUARDS.has(call.expression.text)
  );
}

function mutationsAt(node: Node, file: SourceFile): Mutation[] {
  const found: Mutation[] = [];
  const text = (of: Node): string => file.text.slice(of.getStart(file), of.end);
  const put = (at: Node, ...texts: string[]): void => {
    for (const other of texts) found.push({ from: at.getStart(file), to: at.end, text: other });
  };
  const decide = (condition: Node): void => {
    put(condition, 'true', 'false');
    if (!isComparison(condition)) put(condition, `!(${text(condition)})`);
  };
  const drop = (item: Node): void => {
    const comma = /^\s*,/.exec(file.text.slice(item.end))?.[0].length ?? 0;
    found.push({ from: item.getStart(file), to: item.end + comma, text: '' });
  };

  if (isIfStatement(node) || isWhileStatement(node) || isDoStatement(node)) decide(node.expression);
  else if (isForStatement(node) && node.condition !== undefined) decide(node.condition);
  else if (isConditionalExpression(node)) decide(node.condition);
  else if (isBinaryExpression(node)) {
    put(node.operatorToken, ...(SWAPS.get(node.operatorToken.kind) ?? []));
    if (ONE_SIDE.has(node.operatorToken.kind)) put(node, text(node.left), text(node.right));
  } else if (isPrefixUnaryExpression(node)) {
    if (node.operator === SyntaxKind.PlusPlusToken) put(node, `--${text(node.operand)}`);
    else if (node.operator === SyntaxKind.MinusMinusToken) put(node, `++${text(node.operand)}`);
    else put(node, text(node.operand));
  } else if (isPostfixUnaryExpression(node)) {
    put(node, text(node.operand) + (node.operator === SyntaxKind.PlusPlusToken ? '--' : '++'));
  } else if (node.kind === SyntaxKind.TrueKeyword) put(node, 'false');
  else if (node.kind === SyntaxKind.FalseKeyword) put(node, 'true');
  else if (isNumericLiteral(node)) {
    const value = Number(text(node).replaceAll('_', ''));
    put(node, String(value + 1), value === 0 ? '-1' : String(value - 1));
  } else if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) {
    const isName = isPropertyAssignment(node.parent) && node.parent.name === node;
    if (!isName) put(node, node.text === '' ? "'mutated'" : "''");
  } else if (isTemplateExpression(node)) put(node, "''");
  else if (isRegularExpressionLiteral(node)) put(node, ...otherPatterns(text(node)));
  else if (isExpressionStatement(node)) put(node, ';');
  else if (node.kind === SyntaxKind.BreakStatement) put(node, ';');
  else if (node.kind === SyntaxKind.ContinueStatement) put(node, ';', 'break;');
  else if (node.kind === SyntaxKind.ThrowStatement) put(node, ';');
  else if (isReturnStatement(node)) {
    put(node, ';');
    if (node.expression !== undefined) put(node, 'return undefined;');
  } else if (isArrowFunction(node) && !isBlock(node.body)) put(node.body, 'undefined');
  else if (isParameterDeclaration(node) && node.initializer !== undefined) {
    const before = (node.type ?? node.name).end;
    found.push({ from: before, to: node.end, text: '' });
  } else if (isCaseClause(node)) put(node, '');
  else if (isObjectLiteralExpression(node)) {
    for (const property of node.properties) {
      if (isPropertyAssignment(property) || isShorthandPropertyAssignment(property)) drop(property);
      else if (isSpreadAssignment(property)) drop(property);
    }
  } else if (isArrayLiteralExpression(node)) for (const element of node.elements) drop(element);
  else if (isCallExpression(node)) {
    const last = node.arguments.at(-1);
    if (last !== undefined && !isSpreadElement(last)) {
      const from = node.arguments.at(-2)?.end ?? last.getStart(file);
      found.push({ from, to: last.end, text: '' });
    }
    if (isPropertyAccessExpression(node.expression)) {
      const method = node.expression.name.text;
      const other = Object.hasOwn(OTHER_METHOD, method) ? OTHER_METHOD[method] : undefined;
      if (other !== undefined) put(node.expression.name, other);
      if (OMITTED_METHODS.has(method)) put(node, text(node.expression.expression));
    }
  }
  return found;
}

/** Conditions of which the operators' own changes make the opposite. */
function isComparison(node: Node): boolean {
  if (isPrefixUnaryExpression(node)) return node.operator === SyntaxKind.ExclamationToken;
  return isBinaryExpression(node) && isEquality(node);
}

function isEquality({ operatorToken: { kind } }: BinaryExpression): boolean {
  return kind === SyntaxKind.EqualsEqualsEqualsToken || kind === SyntaxKind.ExclamationEqualsEqualsToken;
}

const OPPOSITE_CLASS: Readonly<Record<string, string>> = {
  d: 'D',
  D: 'd',
  s: 'S',
  S: 's',
  w: 'W',
  W: 'w',
};

/** `/^a+$/i` → `/a+$/i`, `/^a+/i`, `/^a*$/i`, `/^a+$/`. */
function otherPatterns(literal: string): string[] {
  const end = literal.lastIndexOf('/');
  const body = literal.slice(1, end);
  const flags = literal.slice(end + 1);
  const bodies: string[] = [];
  if (body.startsWith('^')) bodies.push(body.slice(1));
  if (body.endsWith('$') && !body.endsWith('\\$')) bodies.push(body.slice(0, -1));
  // Inside a class there are no quantifiers; other escapes are left alone.
  const places = /\[\^|((?<=\[\^?)[^\]]+|\\[^dDsSwW])|\\([dDsSwW])|(?<=[^\\(])[+*](?!\?)/g;
  for (const match of body.matchAll(places)) {
    const [what, skipped, name] = match;
    if (skipped !== undefined) continue;
    const other =
      name !== undefined ? `\\${OPPOSITE_CLASS[name]}` : what === '+' ? '*' : what === '*' ? '+' : '[';
    bodies.push(body.slice(0, match.index) + other + body.slice(match.index + what.length));
  }
  const literals = bodies.filter((other) => other !== '').map((other) => `/${other}/${flags}`);
  for (const flag of flags.replace('g', '')) literals.push(`/${body}/${flags.replace(flag, '')}`);
  return literals;
}

/** Every function with a body, outer ones first. */
export function functionsOf(file: SourceFile): FunctionRange[] {
  const found: FunctionRange[] = [];
  const visit = (node: Node): void => {
    const body = bodyOf(node);
    if (body !== undefined) {
      const start = body.getStart(file);
      const inside = isBlock(body)
        ? { from: start + 1, to: body.end - 1, block: true }
        : { from: start, to: body.end, block: false };
      found.push({ from: node.getStart(file), to: node.end, body: inside });
    }
    node.forEachChild(visit);
  };
  file.forEachChild(visit);
  return found;
}

const WITH_BODY: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
]);

function bodyOf(node: Node): Node | undefined {
  return WITH_BODY.has(node.kind) ? (node as Node & { readonly body?: Node }).body : undefined;
}
