// Steps → closures that walk a document. Paths of members and indexes get a reader of their own (most paths are such);
// all others push their hits into a list, each step calling the next.

import {
  getMember,
  isJsonArray,
  isJsonObject,
  isRawNumber,
  type Json,
  type JsonObject,
} from '../../base/json.ts';
import { valuesOf, withMember } from '../../base/json-object.ts';
import { JSON_DEPTH } from '../../base/quotas.ts';
import { StateError } from '../../base/state-error.ts';
import { MEMBER, SET_MEMBER, SLOT, WALK } from '../prices.ts';
import { compileFilter, looksAtCurrent, priceOf } from './filter.ts';
import type { Reader, Run } from './run.ts';
import { isDefinite, isReference, type PathSyntax, type Step } from './syntax.ts';

type Visit = (node: Json, run: Run, hits: Json[]) => void;

export function compileSteps(steps: readonly Step[]): Reader {
  if (isReference(steps)) return plainReader(steps);
  // Several names can only be the last step: a path that goes on after them finds nothing (`miss.ts` says so).
  if (steps.slice(0, -1).some((step) => step.kind === 'members')) return () => undefined;
  const last = steps.at(-1)!;
  if (isDefinite(steps)) {
    if (last.kind !== 'members') return plainReader(steps);
    const owner = plainReader(steps.slice(0, -1));
    return (node, run) => {
      const object = owner(node, run);
      return isJsonObject(object) ? pick(object, last.names, run) : undefined;
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

/**
 * Members and single indexes only.
 * Most names can be read straight from any object: arrays, raw numbers and prototypes have no such property.
 */
function plainReader(steps: readonly Step[]): Reader {
  const names = steps.map((step) => (step.kind === 'member' ? step.name : undefined));
  if (names.every((name) => name !== undefined && isDirect(name))) return directReader(names as string[]);
  return (start) => {
    let node: Json | undefined = start;
    for (const step of steps) {
      node = follow(node, step);
      if (node === undefined) return undefined;
    }
    return node;
  };
}

/** The one node to which a step of a definite path leads. */
function follow(node: Json, step: Step): Json | undefined {
  if (step.kind === 'member') return memberOf(node, step.name);
  if (step.kind === 'index') return elementOf(node, step.index);
  return step.kind === 'fromEnd' && isJsonArray(node) ? node[node.length - step.back] : undefined;
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
  return isJsonArray(node) ? node[index] : undefined;
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null || ('rawJSON' in value && isRawNumber(value));
}

function pick(object: JsonObject, names: readonly string[], run: Run): JsonObject {
  run.meter.pay(SET_MEMBER * names.length, MEMBER * names.length);
  let picked: JsonObject = {};
  for (const name of names) {
    const value = getMember(object, name);
    if (value !== undefined) picked = withMember(picked, name, value);
  }
  return picked;
}

function compileVisit(steps: readonly Step[], at: number): Visit {
  if (at === steps.length) return (node, _run, hits) => void hits.push(node);
  const step = steps[at]!;
  if (step.kind === 'scan') return scan(steps[at + 1]!, steps, at + 1);
  return compileStep(step, compileVisit(steps, at + 1));
}

function compileStep(step: Step, next: Visit): Visit {
  switch (step.kind) {
    case 'member': {
      const { name } = step;
      return (node, run, hits) => {
        const value = memberOf(node, name);
        if (value !== undefined) next(value, run, hits);
      };
    }
    case 'index':
    case 'fromEnd':
      return (node, run, hits) => {
        const value = follow(node, step);
        if (value !== undefined) next(value, run, hits);
      };
    case 'members':
      return (node, run, hits) => {
        if (isJsonObject(node)) next(pick(node, step.names, run), run, hits);
      };
    case 'indexes':
      return (node, run, hits) => {
        payForItems(run, step.indexes.length, WALK);
        for (const index of step.indexes) {
          const value = elementOf(node, index);
          if (value !== undefined) next(value, run, hits);
        }
      };
    case 'slice':
      return (node, run, hits) => {
        if (!isJsonArray(node)) return;
        const [from, to] = bounds(step.from, step.to, node.length);
        payForItems(run, Math.max(0, to - from), WALK);
        for (let i = from; i < to; i++) {
          const value = elementOf(node, i);
          if (value !== undefined) next(value, run, hits);
        }
      };
    case 'wildcard':
      return (node, run, hits) => {
        for (const child of children(node, run)) next(child, run, hits);
      };
    case 'filter': {
      const accepts = compileFilter(step.filter, compileInner);
      // AWS, "Reference Paths": `@` does not match scalar values.
      const scalars = !looksAtCurrent(step.filter);
      const price = priceOf(step.filter);
      return (node, run, hits) => {
        const candidates = isJsonArray(node) ? node : isJsonObject(node) ? [node] : [];
        payForItems(run, candidates.length, price);
        for (const candidate of candidates) {
          if (!scalars && isScalar(candidate)) continue;
          if (accepts(candidate, run)) next(candidate, run, hits);
        }
      };
    }
    case 'scan':
      throw new Error('Expected a step after a scan');
  }
}

/**
 * First and last+1 index of a slice. A negative end counts from the end only where it stands alone; with both ends they
 * are taken as they stand, as Jayway does.
 */
function bounds(from: number | undefined, to: number | undefined, length: number): [number, number] {
  if (from !== undefined && to !== undefined) return [Math.max(from, 0), Math.min(to, length)];
  if (to !== undefined) return [0, to < 0 ? length + to : Math.min(to, length)];
  return [Math.max(0, from! < 0 ? length + from! : from!), length];
}

/** Units for trying a step on a list or an object, whatever is in it. */
const CONTAINER = 24;

/** `..step`: the node itself, then everything below it, parents before children. */
function scan(step: Step, steps: readonly Step[], at: number): Visit {
  const here = compileVisit(steps, at);
  // A filter after a scan tests every object once, as it is met; of an array only what is not met on the way.
  const names = step.kind === 'members' ? step.names : undefined;
  const visit = step.kind === 'filter' ? withoutObjects(here) : here;
  const price = WALK + (names?.length ?? 0);
  const walk = (node: Json, run: Run, hits: Json[], depth: number): void => {
    if (typeof node !== 'object' || node === null) return;
    if (depth > JSON_DEPTH) {
      throw new StateError('States.Runtime', `The path scans more than ${JSON_DEPTH} levels of nesting.`);
    }
    run.meter.charge(CONTAINER);
    if (!names || (isJsonObject(node) && names.every((name) => Object.hasOwn(node, name)))) {
      visit(node, run, hits);
    }
    for (const child of children(node, run, price)) walk(child, run, hits, depth + 1);
  };
  return (node, run, hits) => walk(node, run, hits, 0);
}

function withoutObjects(visit: Visit): Visit {
  return (node, run, hits) => {
    if (!isJsonArray(node)) return visit(node, run, hits);
    payForItems(run, node.length, WALK);
    visit(
      node.filter((item) => !isJsonObject(item)),
      run,
      hits,
    );
  };
}

/** Pays for going to so many nodes, each of which may become a result. */
function payForItems({ meter }: Run, count: number, price: number): void {
  meter.pay(count * price, count * SLOT);
}

/** What lies below a node, paid for. */
function children(node: Json, run: Run, price = WALK): readonly Json[] {
  if (isJsonArray(node)) {
    payForItems(run, node.length, price);
    return node;
  }
  if (!isJsonObject(node)) return [];
  const values = valuesOf(node);
  payForItems(run, values.length, price);
  return values;
}
