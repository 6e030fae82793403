// A CloudFormation template, taken apart: parameters, mappings, conditions, resources, outputs. SAM's Globals are merged in.

import type { TemplateDocument } from './document.ts';
import { keepPlace, placeOf, startOf } from './document.ts';
import { type Place, TemplateProblem } from './problem.ts';

export type Members = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Members;
  readonly metadata: Members;
  readonly condition: string | undefined;
  readonly place: Place;
}

export interface Template {
  readonly file: string;
  readonly parameters: Members;
  readonly mappings: Members;
  readonly conditions: Members;
  readonly outputs: Members;
  readonly resources: ReadonlyMap<string, Resource>;
}

/** Types of SAM, by the section of Globals that belongs to them. */
const GLOBALS: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'Function',
  'AWS::Serverless::StateMachine': 'StateMachine',
};

/** @throws TemplateProblem */
export function toTemplate({ file, value }: TemplateDocument): Template {
  const start = startOf(file);
  const root = membersOf(value, start, 'a template');
  const section = (name: string) =>
    root[name] === undefined ? {} : membersOf(root[name], placeOf(root, start), name);
  const globals = section('Globals');
  const resources = new Map<string, Resource>();
  const declared = membersOf(root['Resources'], start, 'a mapping Resources');
  for (const [id, declaration] of Object.entries(declared)) {
    // `Fn::ForEach::…` makes resources by a transform.
    if (id.startsWith('Fn::')) continue;
    const place = placeOf(declaration, start);
    const members = membersOf(declaration, place, `the resource ${id}`);
    const type = members['Type'];
    if (typeof type !== 'string')
      throw new TemplateProblem(place, `expected the Type of the resource ${id}, but there is none`);
    const own =
      members['Properties'] === undefined
        ? {}
        : membersOf(members['Properties'], place, `Properties of ${id}`);
    const shared = globals[GLOBALS[type] ?? ''];
    const condition = members['Condition'];
    resources.set(id, {
      id,
      type,
      properties: isMembers(shared) ? merged(shared, own) : own,
      metadata: isMembers(members['Metadata']) ? members['Metadata'] : {},
      condition: typeof condition === 'string' ? condition : undefined,
      place,
    });
  }
  return {
    file,
    parameters: section('Parameters'),
    mappings: section('Mappings'),
    conditions: section('Conditions'),
    outputs: section('Outputs'),
    resources,
  };
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws TemplateProblem */
export function membersOf(value: unknown, place: Place, what: string): Members {
  if (isMembers(value)) return value;
  throw new TemplateProblem(
    placeOf(value, place),
    `expected ${what} to be a mapping, but got ${shown(value)}`,
  );
}

export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** As SAM merges Globals: mappings member by member, lists one after the other, the resource's own value otherwise. */
function merged(shared: Members, own: Members): Members {
  const all: Record<string, unknown> = { ...shared };
  for (const [name, value] of Object.entries(own)) {
    const before = all[name];
    if (isMembers(before) && isMembers(value) && !isIntrinsic(before) && !isIntrinsic(value))
      all[name] = merged(before, value);
    else if (Array.isArray(before) && Array.isArray(value))
      all[name] = keepPlace([...before, ...value], value);
    else all[name] = value;
  }
  return keepPlace(all, own);
}

/** A value that another tool would have found: its one member says what is missing. */
export const UNKNOWN = 'Fn::Treadle::Unknown';

/** `{ Ref: … }`, `{ 'Fn::…': … }`: one member, which is the name of a function. */
export function isIntrinsic(value: Members): boolean {
  const names = Object.keys(value);
  return names.length === 1 && /^(Ref|Condition|Fn::.+)$/.test(names[0]!);
}
