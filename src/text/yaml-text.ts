// YAML text → the same nodes as JSON text. Only for definition files: the API takes JSON, as AWS does.

import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type Node as YamlNode } from 'yaml';
import { JSON_DEPTH } from '../base/quotas.ts';
import type { Member, Node, ParsedText, SyntaxProblem } from './json-text.ts';
import { lineAndColumn } from './position.ts';

/** Nodes that aliases may multiply a text to: a bound against "billion laughs". */
const MAX_NODES = 1_000_000;
/** Levels of nesting: the parser needs more stack for each than there may be from about 300 on. */
const YAML_DEPTH = 250;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export function parseYamlText(text: string): ParsedText {
  let problem: SyntaxProblem | undefined;
  const report = (code: SyntaxProblem['code'], message: string, from: number, to: number) => {
    if (problem !== undefined) return;
    const { line, column } = lineAndColumn(text, from);
    problem = { code, message, location: `[Source: YAML; line: ${line}, column: ${column}]`, from, to };
  };
  if (nestsTooDeep(text)) {
    report('TOO_DEEPLY_NESTED', `Expected at most ${YAML_DEPTH} levels of nesting in YAML`, 0, text.length);
    return { root: undefined, problem };
  }
  const document = parseDocument(text, { prettyErrors: false, version: '1.2' });
  const [error] = document.errors;
  if (error !== undefined) {
    const [from, to] = error.pos;
    report('INVALID_JSON_DESCRIPTION', error.message, from, Math.max(to, from + 1));
  }
  const budget: Budget = { nodes: MAX_NODES, targets: new Map() };
  const refuse: Refuse = (message, from, to) => report('INVALID_JSON_DESCRIPTION', message, from, to);
  const root = convert(document, document.contents, budget, 1, refuse);
  if (budget.nodes < 0) report('TOO_DEEPLY_NESTED', 'Expected aliases to stay within bounds', 0, text.length);
  return { root, problem };
}

/**
 * Before the parser, which recurses and reports an overflow of its stack as an error of the text: counts brackets, and lines
 * that are indented further than those around them. Text of several lines in a scalar may count too.
 */
function nestsTooDeep(text: string): boolean {
  /** Where the blocks begin that are open: a list may stand in the column of the member whose value it is. */
  const blocks: number[] = [];
  let brackets = 0;
  for (const line of text.split('\n')) {
    const lead = /^[ \t]*(?:[?:-][ \t]+)*/.exec(line)![0];
    if (lead.length === line.trimEnd().length) continue;
    for (let column = 0; column <= lead.length; column++) {
      const marker = column < lead.length && /[?:-]/.test(lead[column]!);
      if (!marker && column < lead.length) continue;
      const block = 2 * column + Number(marker);
      while (blocks.length > 0 && blocks.at(-1)! >= block) blocks.pop();
      blocks.push(block);
    }
    for (const character of line) {
      if (character === '[' || character === '{') brackets++;
      else if ((character === ']' || character === '}') && brackets > 0) brackets--;
      if (blocks.length + brackets > YAML_DEPTH) return true;
    }
  }
  return false;
}

interface Budget {
  nodes: number;
  /** What an alias stands for: finding it takes a walk through the document. */
  readonly targets: Map<unknown, unknown>;
}

type Refuse = (message: string, from: number, to: number) => void;

function convert(
  document: Document.Parsed,
  node: unknown,
  budget: Budget,
  depth: number,
  refuse: Refuse,
): Node | undefined {
  if (--budget.nodes < 0 || depth > JSON_DEPTH) return undefined;
  if (node === null || node === undefined) return undefined;
  const [from, to] = (node as YamlNode).range ?? [0, 0, 0];
  if (isAlias(node)) {
    if (!budget.targets.has(node)) budget.targets.set(node, node.resolve(document));
    const target = budget.targets.get(node);
    if (target !== undefined) return convert(document, target, budget, depth + 1, refuse);
    refuse(`Expected an anchor &${node.source} before *${node.source}`, from, to);
    return undefined;
  }
  if (isMap(node)) {
    const members: Member[] = [];
    for (const { key, value } of node.items) {
      if (!isScalar(key)) {
        refuse('Expected a text as the name of a member', from, to);
        continue;
      }
      const [keyFrom, keyTo] = key.range ?? [from, from, from];
      const at = { from: keyFrom, to: keyTo };
      const converted = convert(document, value, budget, depth + 1, refuse) ?? {
        kind: 'null',
        from: keyTo,
        to: keyTo,
      };
      members.push({ name: key.source ?? String(key.value), ...at, value: converted });
    }
    return { kind: 'object', members, from, to };
  }
  if (isSeq(node)) {
    const items = node.items.map(
      (item): Node => convert(document, item, budget, depth + 1, refuse) ?? { kind: 'null', from, to: from },
    );
    return { kind: 'array', items, from, to };
  }
  return isScalar(node) ? scalar(node.value, node.source, from, to, refuse) : undefined;
}

function scalar(value: unknown, source: string | undefined, from: number, to: number, refuse: Refuse): Node {
  switch (typeof value) {
    case 'string':
      return { kind: 'string', value, from, to };
    case 'boolean':
      return { kind: 'boolean', value, from, to };
    case 'number':
    case 'bigint': {
      const text = source !== undefined && JSON_NUMBER.test(source) ? source : String(value);
      if (JSON_NUMBER.test(text)) return { kind: 'number', text, from, to };
      refuse(`Expected a number that JSON has, but got ${text}`, from, to);
      return { kind: 'null', from, to };
    }
    default:
      return { kind: 'null', from, to };
  }
}
