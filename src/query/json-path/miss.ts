// Why a definite path leads nowhere, in the words of the Java library that AWS uses. Runs only after a miss.

import { getMember, isJsonArray, isJsonObject, type Json } from '../../base/json.ts';
import { javaClass, javaText } from './java-text.ts';
import { PathMiss } from './path.ts';
import type { Step } from './syntax.ts';

const PROVIDER = 'com.jayway.jsonpath.spi.json.JacksonJsonProvider';

/** @param document what the steps were applied to. */
export function explainMiss(steps: readonly Step[], document: Json): PathMiss {
  let node = document;
  let where = '$';
  for (const [at, step] of steps.entries()) {
    const member = fragmentName(step);
    const here = `${where}${fragment(step)}`;
    if (step.kind === 'member' || step.kind === 'members') {
      if (!isJsonObject(node)) return new PathMiss(notAnObject(step, where, node), member);
      if (step.kind === 'members') break;
      const value = getMember(node, step.name);
      if (value === undefined) {
        const last = at === steps.length - 1;
        return new PathMiss(
          last ? `No results for path: ${here}` : `Missing property in path ${here}`,
          member,
        );
      }
      node = value;
    } else if (step.kind === 'index') {
      if (node === null) return new PathMiss(`The path ${where} is null`, member);
      if (!isJsonArray(node)) {
        const filter = `Filter: ${fragment(step)} can only be applied to arrays.`;
        return new PathMiss(`${filter} Current context is: ${javaText(node)}`, member);
      }
      const value = node[step.index < 0 ? node.length + step.index : step.index];
      if (value === undefined) return new PathMiss(`No results for path: ${normalForm(steps)}`, member);
      node = value;
    } else break;
    where = here;
  }
  const last = steps.at(-1)!;
  if (last.kind === 'function') {
    return new PathMiss('Aggregation function attempted to calculate value using empty array', last.name);
  }
  return new PathMiss(`No results for path: ${normalForm(steps)}`, fragmentName(last));
}

function notAnObject(step: Step, where: string, node: Json): string {
  return (
    `Expected to find an object with property ${fragment(step)} in path ${where} but found '${javaClass(node)}'. ` +
    `This is not a json object according to the JsonProvider: '${PROVIDER}'.`
  );
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
      return `[${step.names.map((name) => `'${name}'`).join(',')}]`;
    case 'index':
      return `[${step.index}]`;
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
    case 'function':
      return `.${step.name}()`;
  }
}

function fragmentName(step: Step): string {
  if (step.kind === 'member') return step.name;
  return step.kind === 'members' ? step.names.join(',') : fragment(step);
}
