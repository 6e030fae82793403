// Steps → closures that walk a document. Paths of members and indexes get a reader of their own (most paths are such);
// all others push their hits into a list, each step calling the next.

import {
  getMember,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  setMember,
} from '../../base/json.ts';
import { JSON_DEPTH } from '../../base/quotas.ts';
import { StateError } from '../../base/state-error.ts';
import { compileFilter } from './filter.ts';
import { compileFunction } from './functions.ts';
import { type Reader, type Run, spend } from './run.ts';
import { isDefinite, isReference, type Operand, type PathSyntax, type Step } from './syntax.ts';

type Visit = (node: Json, run: Run, hits: Json[]) => void;

export function compileSteps(steps: readonly Step[]): Reader {
  if (isReference(steps)) return plainReader(steps);
  const last = steps.at(-1)!;
  if (last.kind === 'function') return functionReader(steps.slice(0, -1), last);
  if (isDefinite(steps) && last.kind === 'members') {
    const owner = plainReader(steps.slice(0, -1));
    return (node, run) => {
      const object = owner(node, run);
      return isJsonObject(object) ? pick(object, last.names) : undefined;
    };
  }
  const visit = compileVisit(steps, 0);
  return (node, run) => {
    const hits: Json[] = [];
    visit(node, run, hits);
    return hits;
  };
}

/** A path inside a filter or an argument; `@` is the current node, `$` the root of the path around it. */
export function compileInner(path: PathSyntax): Reader {
  const read = compileSteps(path.steps);
  return path.root === 'current' ? read : (_node, run) => read(run.root, run);
}

function compileOperand(operand: Operand): Reader {
  if (operand.kind === 'path') return compileInner(operand.path);
  const value = operand.kind === 'literal' ? operand.value : null;
  return () => value;
}

/**
 * Members and single indexes only.
 * Most names can be read straight from any object: arrays, raw numbers and prototypes have no such property.
 */
function plainReader(steps: readonly Step[]): Reader {
  const keys = steps.map((step) =>
    step.kind === 'member' ? step.name : step.kind === 'index' ? step.index : '',
  );
  if (keys.every((key) => typeof key === 'string' && isDirect(key))) return directReader(keys as string[]);
  return (start) => {
    let node: Json | undefined = start;
    for (const key of keys) {
      node = typeof key === 'string' ? memberOf(node, key) : elementOf(node, key);
      if (node === undefined) return undefined;
    }
    return node;
  };
}

function isDirect(name: string): boolean {
  return !(name in Array.prototype) && name !== 'rawJSON' && !/^\d+$/.test(name);
}

function directReader(names: readonly string[]): Reader {
  const count = names.length;
  return (start) => {
    let node: Json | undefined = start;
    for (let i = 0; i < count; i++) {
      if (typeof node !== 'object' || node === null) return undefined;
      node = (node as JsonObject)[names[i]!];
    }
    return node;
  };
}

function memberOf(node: Json, name: string): Json | undefined {
  return isJsonObject(node) ? getMember(node, name) : undefined;
}

function elementOf(node: Json, index: number): Json | undefined {
  return isJsonArray(node) ? node[index < 0 ? node.length + index : index] : undefined;
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  const picked: JsonObject = {};
  for (const name of names) {
    const value = getMember(object, name);
    if (value !== undefined) setMember(picked, name, value);
  }
  return picked;
}

/**
 * A function at the end takes the value before it. After a deep scan it takes all hits together, and `length()`
 * counts what the hits hold; after another indefinite path it takes each hit alone (Jayway).
 */
function functionReader(before: readonly Step[], step: Step & { kind: 'function' }): Reader {
  const apply = compileFunction(step.name, step.arguments.map(compileOperand));
  if (isDefinite(before)) {
    const read = compileSteps(before);
    return (node, run) => {
      const value = read(node, run);
      return value === undefined ? undefined : apply(value, node, run);
    };
  }
  const scanned = before.some((other) => other.kind === 'scan');
  const read = compileSteps(scanned && step.name === 'length' ? [...before, { kind: 'wildcard' }] : before);
  if (scanned) return (node, run) => apply(read(node, run)!, node, run);
  return (node, run) => {
    const results = (read(node, run) as Json[]).map((hit) => apply(hit, node, run));
    return results.filter((result) => result !== undefined);
  };
}

function compileVisit(steps: readonly Step[], at: number): Visit {
  if (at === steps.length) return (node, _run, hits) => void hits.push(node);
  const step = steps[at]!;
  if (step.kind === 'scan') return scan(steps[at + 1]!, steps, at + 1);
  return compileStep(step, compileVisit(steps, at + 1), at === steps.length - 1);
}

function compileStep(step: Step, next: Visit, last: boolean): Visit {
  switch (step.kind) {
    case 'member':
      return (node, run, hits) => {
        const value = memberOf(node, step.name);
        if (value !== undefined) next(value, run, hits);
      };
    case 'members':
      return (node, run, hits) => {
        if (!isJsonObject(node)) return;
        if (last) next(pick(node, step.names), run, hits);
        else for (const value of Object.values(pick(node, step.names))) next(value, run, hits);
      };
    case 'index':
      return (node, run, hits) => {
        const value = elementOf(node, step.index);
        if (value !== undefined) next(value, run, hits);
      };
    case 'indexes':
      return (node, run, hits) => {
        for (const index of step.indexes) {
          const value = elementOf(node, index);
          if (value !== undefined) next(value, run, hits);
        }
      };
    case 'slice':
      return (node, run, hits) => {
        if (!isJsonArray(node)) return;
        const [from, to] = bounds(step.from, step.to, node.length);
        for (let i = from; i < to; i++) {
          const value = elementOf(node, i);
          if (value !== undefined) next(value, run, hits);
        }
      };
    case 'wildcard':
      return (node, run, hits) => {
        for (const child of children(node)) {
          spend(run, 1);
          next(child, run, hits);
        }
      };
    case 'filter': {
      const accepts = compileFilter(step.filter, compileInner);
      return (node, run, hits) => {
        for (const candidate of isJsonArray(node) ? node : isJsonObject(node) ? [node] : []) {
          spend(run, 1);
          if (accepts(candidate, run)) next(candidate, run, hits);
        }
      };
    }
    case 'scan':
    case 'function':
      throw new Error(`A ${step.kind} is not a step of its own`);
  }
}

/**
 * First and last+1 index of a slice. A slice with both ends takes them as they stand, as Jayway does: a negative
 * index counts from the end one by one, so `[-3:-1]` gives two elements, but `[1:-1]` none.
 */
function bounds(from: number | undefined, to: number | undefined, length: number): [number, number] {
  if (from !== undefined && to !== undefined) return [Math.max(from, -length), Math.min(to, length)];
  if (to !== undefined) return [0, to < 0 ? length + to : Math.min(to, length)];
  return [Math.max(0, from! < 0 ? length + from! : from!), length];
}

/** `..step`: the node itself, then everything below it, parents before children. */
function scan(step: Step, steps: readonly Step[], at: number): Visit {
  const here = compileVisit(steps, at);
  // A filter after a scan tests every object once, as it is met; of an array only what is not met on the way.
  const names = step.kind === 'members' ? step.names : undefined;
  const visit = step.kind === 'filter' ? withoutObjects(here) : here;
  const walk = (node: Json, run: Run, hits: Json[], depth: number): void => {
    if (typeof node !== 'object' || node === null) return;
    if (depth > JSON_DEPTH) {
      throw new StateError('States.Runtime', `The path scans more than ${JSON_DEPTH} levels of nesting.`);
    }
    spend(run, 1);
    if (!names || (isJsonObject(node) && names.every((name) => Object.hasOwn(node, name)))) {
      visit(node, run, hits);
    }
    for (const child of children(node)) walk(child, run, hits, depth + 1);
  };
  return (node, run, hits) => walk(node, run, hits, 0);
}

function withoutObjects(visit: Visit): Visit {
  return (node, run, hits) =>
    visit(isJsonArray(node) ? node.filter((item) => !isJsonObject(item)) : node, run, hits);
}

function children(node: Json): readonly Json[] {
  if (isJsonArray(node)) return node;
  return isJsonObject(node) ? Object.values(node) : [];
}
