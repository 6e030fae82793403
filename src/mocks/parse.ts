// Text of a mock file → its content, or everything that is wrong with it: each problem with its place, the path of the
// member, its value and what was expected. Unknown members are errors.
// Source: AWS, "Mocked service integrations in Step Functions Local".

import { nearest } from '../base/nearest.ts';
import { Payload } from '../base/payload.ts';
import type { Path, Problem } from '../config/problem.ts';
import type { TaskOutcome } from '../interpreter/command.ts';
import { type Member, type Node, type ObjectNode, parseJsonText, toJson } from '../text/json-text.ts';
import { type Position, positionsIn } from '../text/position.ts';
import type {
  MockedAnswer,
  MockedCase,
  MockedMachine,
  MockedResponse,
  MockedState,
  MockFile,
} from './mock-file.ts';

export interface ParsedMocks {
  /** Undefined when there are problems. */
  readonly file: MockFile | undefined;
  readonly problems: readonly Problem[];
}

/** More problems are not reported: a generator that repeats one mistake would fill a thousand lines. */
const MAX_PROBLEMS = 50;
/** Members that Treadle ignores. */
const REMARKS = ['$schema', 'Comment'];

/** @param shown name of the file in messages. Never throws. */
export function parseMocks(text: string, shown: string): ParsedMocks {
  const { root, problem: syntax } = parseJsonText(text);
  const reader = new Reader(text, shown);
  if (syntax !== undefined || root === undefined) {
    const message = syntax?.message.split('\n')[0] ?? 'it is empty';
    reader.complain(syntax?.from ?? 0, [], undefined, `the mock file is not JSON: ${message}`);
  }
  const file = syntax !== undefined || root === undefined ? undefined : reader.file(root);
  return { file: reader.problems.length > 0 ? undefined : file, problems: reader.problems };
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #positionOf: (offset: number) => Position;
  readonly #shown: string;

  constructor(text: string, shown: string) {
    this.#positionOf = positionsIn(text);
    this.#shown = shown;
  }

  complain(offset: number, path: Path, value: Node | undefined, expected: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({
      origin: { from: 'file', file: this.#shown, ...this.#positionOf(offset) },
      path,
      ...(value === undefined ? {} : { value: toJson(value) }),
      expected,
    });
  }

  file(root: Node): MockFile {
    const members = this.#members(root, [], 'an object with StateMachines and MockedResponses');
    const machines = new Map<string, MockedMachine>();
    const responses = new Map<string, MockedResponse>();
    if (members === undefined) return { machines };
    this.#refuseOthers(members, [], ['StateMachines', 'MockedResponses', ...REMARKS]);
    const given = members.get('MockedResponses');
    if (given === undefined) this.#missing(root, ['MockedResponses'], 'from name to mocked response');
    for (const [name, { value }] of this.#entries(given, ['MockedResponses'], 'responses by name')) {
      responses.set(name, this.#response(name, value, ['MockedResponses', name]));
    }
    const named = members.get('StateMachines');
    if (named === undefined)
      this.#missing(root, ['StateMachines'], 'from name of a state machine to its TestCases');
    for (const [name, { value }] of this.#entries(named, ['StateMachines'], 'state machines by name')) {
      machines.set(name, this.#machine(value, ['StateMachines', name], responses));
    }
    return { machines };
  }

  #machine(node: Node, path: Path, responses: ReadonlyMap<string, MockedResponse>): MockedMachine {
    const cases = new Map<string, MockedCase>();
    const members = this.#members(node, path, 'an object with TestCases');
    if (members === undefined) return cases;
    this.#refuseOthers(members, path, ['TestCases', ...REMARKS]);
    const given = members.get('TestCases');
    const inner = [...path, 'TestCases'];
    if (given === undefined) this.#missing(node, inner, 'from name of a test case to its mocked states');
    for (const [name, { value }] of this.#entries(given, inner, 'test cases by name')) {
      cases.set(name, this.#case(value, [...inner, name], responses));
    }
    return cases;
  }

  #case(node: Node, path: Path, responses: ReadonlyMap<string, MockedResponse>): MockedCase {
    const states = new Map<string, MockedState>();
    const members = this.#members(node, path, 'an object from state name to name of a mocked response');
    for (const [state, { from, value }] of members ?? []) {
      const at = [...path, state];
      if (value.kind !== 'string') {
        this.complain(value.from, at, value, 'the name of a mocked response');
        continue;
      }
      const response = responses.get(value.value);
      if (response !== undefined) states.set(state, { response, ...this.#positionOf(from) });
      else
        this.complain(
          value.from,
          at,
          value,
          `a name in MockedResponses${hint(value.value, responses.keys())}`,
        );
    }
    return states;
  }

  #response(name: string, node: Node, path: Path): MockedResponse {
    const answers: (MockedAnswer & { readonly key: Member })[] = [];
    const members = this.#members(
      node,
      path,
      'an object from invocation numbers ("0", "1-3") to Return or Throw',
    );
    for (const [text, member] of members ?? []) {
      const range = rangeOf(text);
      if (range === undefined) {
        const expected = 'is not an invocation number such as "0", or a range such as "1-3"';
        this.complain(member.from, [...path, text], undefined, expected);
      }
      const outcome = this.#outcome(member.value, [...path, text]);
      if (range !== undefined && outcome !== undefined) answers.push({ ...range, outcome, key: member });
    }
    answers.sort((a, b) => a.first - b.first);
    let next = 0;
    for (const { first, last, key } of answers) {
      const at = [...path, key.name];
      if (first > next) {
        const gap = first - 1 === next ? `number ${next}` : `the numbers ${next} to ${first - 1}`;
        this.complain(key.from, at, undefined, `leaves a gap: ${gap} must be answered before it`);
      } else if (first < next) {
        this.complain(key.from, at, undefined, `overlaps: number ${first} is answered already`);
      }
      next = Math.max(next, last + 1);
    }
    return { name, answers: answers.map(({ first, last, outcome }) => ({ first, last, outcome })) };
  }

  #outcome(node: Node, path: Path): TaskOutcome | undefined {
    const members = this.#members(node, path, 'an object with Return or Throw');
    if (members === undefined) return undefined;
    this.#refuseOthers(members, path, ['Return', 'Throw']);
    const returned = members.get('Return');
    const thrown = members.get('Throw');
    if (returned !== undefined && thrown !== undefined) {
      this.complain(thrown.from, path, undefined, 'has both Return and Throw; one of them must go');
      return undefined;
    }
    if (returned !== undefined)
      return { status: 'succeeded', output: Payload.ofValue(toJson(returned.value)) };
    if (thrown !== undefined) return this.#thrown(thrown.value, [...path, 'Throw']);
    this.complain(node.from, path, node, 'an object with Return or Throw');
    return undefined;
  }

  #thrown(node: Node, path: Path): TaskOutcome | undefined {
    const members = this.#members(node, path, 'an object with Error and Cause');
    if (members === undefined) return undefined;
    this.#refuseOthers(members, path, ['Error', 'Cause']);
    const error = members.get('Error')?.value;
    const cause = members.get('Cause')?.value;
    if (error === undefined)
      this.#missing(
        node,
        [...path, 'Error'],
        'the name of an error, such as Lambda.TooManyRequestsException',
      );
    else if (error.kind !== 'string' || error.value === '') {
      this.complain(error.from, [...path, 'Error'], error, 'the name of an error');
    }
    if (cause !== undefined && cause.kind !== 'string') {
      this.complain(cause.from, [...path, 'Cause'], cause, 'a text');
    }
    return {
      status: 'failed',
      error: error?.kind === 'string' ? error.value : undefined,
      cause: cause?.kind === 'string' ? cause.value : undefined,
    };
  }

  /** Members of an object by name; a name given twice is a problem. */
  #members(node: Node, path: Path, expected: string): ReadonlyMap<string, Member> | undefined {
    if (node.kind !== 'object') {
      this.complain(node.from, path, node, expected);
      return undefined;
    }
    const members = new Map<string, Member>();
    for (const member of node.members) {
      if (members.has(member.name)) {
        this.complain(member.from, [...path, member.name], undefined, 'is given twice');
      }
      members.set(member.name, member);
    }
    return members;
  }

  #entries(member: Member | undefined, path: Path, what: string): Iterable<[string, Member]> {
    if (member === undefined) return [];
    return this.#members(member.value, path, `an object: ${what}`) ?? [];
  }

  #refuseOthers(members: ReadonlyMap<string, Member>, path: Path, known: readonly string[]): void {
    for (const [name, { from }] of members) {
      if (known.includes(name)) continue;
      const meant = nearest(name, known);
      const remedy = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
      this.complain(from, [...path, name], undefined, `is not known here; ${remedy}`);
    }
  }

  #missing(parent: Node, path: Path, expected: string): void {
    const what = expected.startsWith('from ') ? `an object ${expected}` : expected;
    this.complain((parent as ObjectNode).from, path, undefined, `is missing; it must be ${what}`);
  }
}

/** `"2"` is 2 to 2, `"1-3"` is 1 to 3. */
function rangeOf(text: string): { readonly first: number; readonly last: number } | undefined {
  const match = /^(0|[1-9]\d{0,8})(?:-(0|[1-9]\d{0,8}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  return first <= last ? { first, last } : undefined;
}

/** `; did you mean X?` for a mistyped name, else which there are. */
export function hint(name: string, known: Iterable<string>): string {
  const names = [...known];
  const meant = nearest(name, names);
  if (meant !== undefined) return `; did you mean ${meant}?`;
  const shown = names.slice(0, 10).join(', ');
  if (names.length === 0) return ', but there are none';
  return ` (${shown}${names.length > 10 ? ` and ${names.length - 10} more` : ''})`;
}
