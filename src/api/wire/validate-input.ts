// Checks an operation's input against the model: JSON types first (SerializationException), then constraints
// (ValidationException, in AWS's wording, all violations in one message). Compiled once into closures, because every
// request passes here; paths and texts are made only when something is wrong.

import { OPERATIONS, type OperationName, SHAPES, type Shape, type ShapeName } from '../model.ts';
import { apiError } from './errors.ts';

/** Bounds that differ from the model: by shape (`SensitiveData`) or by member (`…Input.definition`). */
export type Overrides = Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;

/**
 * Members sent as null are removed from the object (absent, as on AWS); unknown members are left alone.
 * @throws ApiError SerializationException for a wrong JSON type, ValidationException for a broken constraint.
 */
export type CheckInput = (input: unknown) => void;

/** One place in the input, from the inside out; read only to word an error. */
type Where = { readonly above: Where; readonly name: string } | undefined;
type Check = (value: unknown, above: Where, name: string, broken: string[]) => void;

/** @returns the check of one operation's input. */
export function compileInput(operation: OperationName, overrides: Overrides = {}): CheckInput {
  return compileShape(OPERATIONS[operation].input, overrides);
}

/** @returns the check of any structure of the model; of an answer, for one. */
export function compileShape(name: ShapeName, overrides: Overrides = {}): CheckInput {
  const check = compile(name, overrides, new Map());
  return (input) => {
    const broken: string[] = [];
    check(input, undefined, '', broken);
    if (broken.length > 0) {
      const count = `${broken.length} validation error${broken.length === 1 ? '' : 's'} detected`;
      throw apiError('ValidationException', `${count}: ${broken.join('; ')}`);
    }
  };
}

function compile(name: ShapeName, overrides: Overrides, checks: Map<string, Check>, member = ''): Check {
  const key = member in overrides ? member : name;
  const known = checks.get(key);
  if (known !== undefined) return known;
  const shape: Shape = { ...SHAPES[name], ...overrides[key] };
  const check = checkOf(name, shape, overrides, checks);
  checks.set(key, check);
  return check;
}

function checkOf(name: ShapeName, shape: Shape, overrides: Overrides, checks: Map<string, Check>): Check {
  switch (shape.type) {
    case 'structure':
      return structure(name, shape, overrides, checks);
    case 'list':
      return list(shape, compile(shape.member!, overrides, checks));
    case 'map':
      return map(compile(shape.value!, overrides, checks));
    case 'string':
      return string(shape);
    case 'boolean':
      return (value, above, name) => {
        if (typeof value !== 'boolean') throw wrongType(value, above, name, 'true or false');
      };
    default:
      return number(shape);
  }
}

function structure(owner: ShapeName, shape: Shape, overrides: Overrides, checks: Map<string, Check>): Check {
  const members = Object.entries(shape.members!).map(([name, target]) => ({
    name,
    required: shape.required!.includes(name),
    check: compile(target, overrides, checks, `${owner}.${name}`),
  }));
  return (value, above, name, broken) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrongType(value, above, name, 'an object');
    }
    const object = value as Record<string, unknown>;
    const here: Where = name === '' ? undefined : { above, name };
    for (const member of members) {
      const given = object[member.name];
      if (given !== undefined && given !== null) {
        member.check(given, here, member.name, broken);
        continue;
      }
      if (given === null) delete object[member.name];
      if (member.required) {
        broken.push(
          `Value null at '${pathOf(here, member.name)}' failed to satisfy constraint: Member must not be null`,
        );
      }
    }
  };
}

function list(shape: Shape, item: Check): Check {
  return (value, above, name, broken) => {
    if (!Array.isArray(value)) throw wrongType(value, above, name, 'an array');
    const here = { above, name };
    // Items come first: a wrong type among them is told before anything is printed.
    const brokenItems: string[] = [];
    for (const [index, element] of value.entries()) {
      const place = `${index + 1}.member`;
      if (element === null) {
        brokenItems.push(
          `Value null at '${pathOf(here, place)}' failed to satisfy constraint: Member must not be null`,
        );
      } else item(element, here, place, brokenItems);
    }
    checkLength(value.length, shape, value, above, name, broken);
    broken.push(...brokenItems);
  };
}

function map(item: Check): Check {
  return (value, above, name, broken) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrongType(value, above, name, 'an object');
    }
    const here = { above, name };
    for (const [key, element] of Object.entries(value)) item(element, here, key, broken);
  };
}

function string(shape: Shape): Check {
  const pattern = shape.pattern === undefined ? undefined : new RegExp(`^(?:${shape.pattern})$`, 'u');
  const allowed = shape.enum === undefined ? undefined : new Set(shape.enum);
  return (value, above, name, broken) => {
    if (typeof value !== 'string') throw wrongType(value, above, name, 'a string');
    checkLength(value.length, shape, value, above, name, broken);
    if (allowed !== undefined && !allowed.has(value)) {
      const constraint = `Member must satisfy enum value set: [${shape.enum!.join(', ')}]`;
      broken.push(violation(value, shape, above, name, constraint));
    }
    if (pattern !== undefined && !pattern.test(value)) {
      const constraint = `Member must satisfy regular expression pattern: ${shape.pattern}`;
      broken.push(violation(value, shape, above, name, constraint));
    }
  };
}

function number(shape: Shape): Check {
  const integral = shape.type === 'integer' || shape.type === 'long';
  const expected =
    shape.type === 'integer' ? 'a 32-bit integer' : integral ? 'a whole number that is exact' : 'a number';
  return (value, above, name, broken) => {
    if (typeof value !== 'number') throw wrongType(value, above, name, expected);
    const fits = shape.type === 'integer' ? (value | 0) === value : !integral || Number.isSafeInteger(value);
    if (!fits) throw wrongType(value, above, name, expected);
    const { min, max } = shape;
    if (min !== undefined && value < min) {
      const constraint = `Member must have value greater than or equal to ${min}`;
      broken.push(violation(value, shape, above, name, constraint));
    }
    if (max !== undefined && value > max) {
      const constraint = `Member must have value less than or equal to ${max}`;
      broken.push(violation(value, shape, above, name, constraint));
    }
  };
}

function checkLength(
  length: number,
  shape: Shape,
  value: unknown,
  above: Where,
  name: string,
  broken: string[],
): void {
  if (shape.min !== undefined && length < shape.min) {
    const constraint = `Member must have length greater than or equal to ${shape.min}`;
    broken.push(violation(value, shape, above, name, constraint));
  }
  if (shape.max !== undefined && length > shape.max) {
    broken.push(violation(value, shape, above, name, tooLong(shape.max)));
  }
}

function tooLong(max: number): string {
  return `Member must have length less than or equal to ${max}`;
}

/** The constraint message of a member whose bound counts bytes, which the compiled check cannot know. */
export function tooManyBytes(member: string, max: number): string {
  return `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${tooLong(max)}`;
}

function violation(value: unknown, shape: Shape, above: Where, name: string, constraint: string): string {
  const shown = shape.sensitive === true ? '' : `'${javaText(value, shape)}' `;
  return `Value ${shown}at '${pathOf(above, name)}' failed to satisfy constraint: ${constraint}`;
}

/** A value as AWS's Java services print it: `[Tag(key=a, value=b)]`. */
function javaText(value: unknown, shape: Shape, name?: ShapeName): string {
  if (value === null || value === undefined) return 'null';
  if (shape.sensitive === true) return '***';
  if (Array.isArray(value)) {
    return `[${value.map((item) => javaText(item, SHAPES[shape.member!], shape.member)).join(', ')}]`;
  }
  if (typeof value !== 'object') return String(value);
  const object = value as Record<string, unknown>;
  const members = Object.entries(shape.members ?? {})
    .filter(([member]) => object[member] !== undefined && object[member] !== null)
    .map(([member, target]) => `${member}=${javaText(object[member], SHAPES[target], target)}`);
  return `${name ?? ''}(${members.join(', ')})`;
}

function pathOf(above: Where, name: string): string {
  return above === undefined ? name : `${pathOf(above.above, above.name)}.${name}`;
}

function wrongType(value: unknown, above: Where, name: string, expected: string): Error {
  const what = name === '' ? 'the request body' : `'${pathOf(above, name)}'`;
  return apiError(
    'SerializationException',
    `Expected ${what} to be ${expected}, but got ${describeType(value)}`,
  );
}

function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a string' : String(value);
}
