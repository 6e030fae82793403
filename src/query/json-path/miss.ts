// Why a path leads nowhere, in the words of the Java library that AWS uses. Runs only after a miss.

import { getMember, isJsonArray, isJsonObject, type Json } from '../../base/json.ts';
import type { Meter } from '../../base/meter.ts';
import { javaText } from './java-text.ts';
import { PathMiss } from './path.ts';
import type { Step } from './syntax.ts';

/** Units for words that nobody may want to read, and the exception around them. */
const EXPLANATION = 200;

/** @param document what the steps were applied to. */
export function explainMiss(steps: readonly Step[], document: Json, meter: Meter): PathMiss {
  meter.charge(EXPLANATION + 2 * steps.length);
  let node = document;
  let where = '$';
  for (const [at, step] of steps.entries()) {
    const member = fragmentName(step);
    const here = `${where}${fragment(step)}`;
    const last = at === steps.length - 1;
    if (step.kind === 'member' || step.kind === 'members') {
      if (!isJsonObject(node)) return new PathMiss(notFound(step, where), member);
      if (step.kind === 'members') {
        return new PathMiss(`Multi properties can only be used as path leafs: ${here}`, member);
      }
      const value = getMember(node, step.name);
      if (value === undefined) {
        const reason = last ? `No results for path: ${here}` : `Missing property in path ${here}`;
        return new PathMiss(reason, member);
      }
      node = value;
    } else if (step.kind === 'index' || step.kind === 'fromEnd') {
      if (node === null) return new PathMiss(`The path ${where} is null`, member);
      if (!isJsonArray(node)) {
        const filter = `Filter: ${fragment(step)} can only be applied to arrays.`;
        return new PathMiss(`${filter} Current context is: ${javaText(node, meter)}`, member);
      }
      const value = node[step.kind === 'index' ? step.index : node.length - step.back];
      if (value === undefined) return outside(steps, at, where, node.length);
      node = value;
    } else break;
    where = here;
  }
  return new PathMiss(`No results for path: ${normalForm(steps)}`, fragmentName(steps.at(-1)!));
}

/** An index outside its array: what follows is looked for in nothing. */
function outside(steps: readonly Step[], at: number, where: string, length: number): PathMiss {
  const step = steps[at]!;
  const index = step.kind === 'index' ? step.index : length - (step as { readonly back: number }).back;
  const here = `${where}[${index}]`;
  const next = steps[at + 1];
  if (next === undefined) {
    const pastEnd = step.kind === 'fromEnd' || index >= length;
    return new PathMiss(`No results for path: ${normalForm(steps)}`, fragmentName(step), pastEnd);
  }
  const isName = next.kind === 'member' || next.kind === 'members';
  return new PathMiss(isName ? notFound(next, here) : `The path ${here} is null`, fragmentName(step));
}

function notFound(step: Step, where: string): string {
  return `Property ${fragment(step)} not found in path ${where}`;
}

/** `$['a'][0]`: every step in brackets. */
export function normalForm(steps: readonly Step[]): string {
  return `$${steps.map(fragment).join('')}`;
}

function fragment(step: Step): string {
  switch (step.kind) {
    case 'member':
      return `['${step.name}']`;
    case 'members':
      return `[${step.names.map((name) => `'${name}'`).join(', ')}]`;
    case 'index':
      return `[${step.index}]`;
    case 'fromEnd':
      return `[@.size()-${step.back}]`;
    case 'indexes':
      return `[${step.indexes.join(',')}]`;
    case 'slice':
      return `[${step.from ?? ''}:${step.to ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'filter':
      return '[?]';
    case 'scan':
      return '..';
  }
}

function fragmentName(step: Step): string {
  if (step.kind === 'member') return step.name;
  return step.kind === 'members' ? step.names.join(',') : fragment(step);
}
