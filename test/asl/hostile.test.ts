// Whatever text comes in, reading and checking end with an answer, soon.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateDefinition, validateState } from '../../src/asl/validate.ts';

const STANDARD = { type: 'STANDARD' } as const;
/** Far above what is needed on a busy machine, far below what anything quadratic takes on a megabyte. */
const PATIENCE_MS = 60_000;

const VALID = JSON.stringify({
  StartAt: 'Choose',
  States: {
    Choose: {
      Type: 'Choice',
      Choices: [{ And: [{ Variable: '$.n', NumericEquals: 1 }], Next: 'Work', Assign: { 'x.$': '$.n' } }],
      Default: 'Each',
    },
    Work: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'f', 'Payload.$': "States.Format('{}', $.n)" },
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, BackoffRate: 1.5 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Each' }],
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      QueryLanguage: 'JSONata',
      Items: '{% $states.input.items %}',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'Wait',
        States: { Wait: { Type: 'Wait', SecondsPath: '$.s', End: true } },
      },
      Output: { a: ['{% $states.result[0] %}'] },
      End: true,
    },
  },
});

function answers(text: string): void {
  for (const validation of [
    validateDefinition(text, STANDARD),
    validateDefinition(text, { type: 'EXPRESS', format: 'yaml' }),
    validateState(text, STANDARD),
  ]) {
    for (const { from, to, message } of validation.diagnostics) {
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeGreaterThanOrEqual(from);
      expect(to).toBeLessThanOrEqual(text.length);
      expect(message).not.toBe('');
    }
  }
}

describe('any text', () => {
  it('the model is valid', () => {
    expect(validateDefinition(VALID, STANDARD).diagnostics).toEqual([]);
  });

  it('gets an answer when it is arbitrary', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), answers));
  });

  it('gets an answer when it is arbitrary JSON', () => {
    fc.assert(fc.property(fc.json(), answers));
  });

  it('gets an answer when a piece of a valid definition is cut out or replaced', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '"',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        'null',
        '1e999',
        '"__proto__"',
        '{%',
        '%}',
        '$',
        '\\',
      ),
      fc.string({ maxLength: 8 }),
    );
    const index = fc.nat(VALID.length);
    fc.assert(
      fc.property(index, fc.nat(30), piece, (at, length, text) => {
        answers(VALID.slice(0, at) + text + VALID.slice(at + length));
      }),
      { numRuns: 400 },
    );
  });

  it('gets an answer when any value of a valid definition is replaced', () => {
    const model = JSON.parse(VALID) as object;
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]) => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    };
    walk(model, []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const copy = structuredClone(model) as Record<string, never>;
        let parent: Record<string, unknown> = copy;
        for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
        parent[path.at(-1)!] = value;
        answers(JSON.stringify(copy));
      }),
      { numRuns: 400 },
    );
  });
});

function states(count: number, make: (i: number) => object): string {
  const all = Object.fromEntries(Array.from({ length: count }, (_, i) => [`S${i}`, make(i)]));
  return JSON.stringify({ StartAt: 'S0', States: { ...all, [`S${count}`]: { Type: 'Succeed' } } });
}

const nest = (levels: number) =>
  Array.from({ length: levels }).reduce<object>(
    (inner, _, i) => ({
      Type: 'Parallel',
      Branches: [{ StartAt: `N${i}`, States: { [`N${i}`]: inner } }],
      End: true,
    }),
    { Type: 'Succeed' },
  );

const HOSTILE: [string, () => string][] = [
  ['100,000 open objects', () => '{"a":'.repeat(100_000)],
  [
    '100,000 levels of Parallel',
    () =>
      `{"StartAt":"A","States":{"A":${'{"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":'.repeat(100_000)}`,
  ],
  ['150 levels of Parallel', () => JSON.stringify({ StartAt: 'A', States: { A: nest(150) } })],
  ['a long chain of states', () => states(15_000, (i) => ({ Type: 'Pass', Next: `S${i + 1}` }))],
  [
    'many states that go to many',
    () =>
      states(300, (i) => ({
        Type: 'Choice',
        Choices: Array.from({ length: 50 }, (_, k) => ({
          Variable: '$.a',
          IsNull: true,
          Next: `S${(i * k) % 300}`,
        })),
        Default: `S${i + 1}`,
      })),
  ],
  [
    'many variables',
    () =>
      states(6_000, (i) => ({
        Type: 'Pass',
        Assign: { [`v${i}`]: 1, 'w.$': `$v${i - 1}` },
        Next: `S${i + 1}`,
      })),
  ],
  [
    'many variables above many Maps',
    () =>
      states(2_500, (i) => ({
        Type: 'Map',
        Assign: { [`v${i}`]: 1 },
        ItemProcessor: {
          StartAt: `I${i}`,
          States: { [`I${i}`]: { Type: 'Pass', Assign: { [`v${i + 1}`]: 1 }, End: true } },
        },
        Next: `S${i + 1}`,
      })),
  ],
  [
    'a template with 30,000 mistakes',
    () =>
      states(1, () => ({
        Type: 'Pass',
        Parameters: Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`a${i}.$`, 'no'])),
        Next: 'S1',
      })),
  ],
  [
    'a megabyte of duplicate keys',
    () => `{"StartAt":"A","States":{${'"A":{"Type":"Succeed"},'.repeat(40_000)}"A":{"Type":"Succeed"}}}`,
  ],
  [
    'a megabyte of a name',
    () => JSON.stringify({ StartAt: 'A', States: { ['A'.repeat(1_000_000)]: { Type: 'Succeed', Oops: 1 } } }),
  ],
  [
    'a megabyte of JSONata',
    () =>
      JSON.stringify({
        StartAt: 'A',
        QueryLanguage: 'JSONata',
        States: { A: { Type: 'Pass', Output: `{% ${'['.repeat(1_000_000)} %}`, End: true } },
      }),
  ],
  [
    'a megabyte of a path',
    () =>
      JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Pass', InputPath: `$${'[0]'.repeat(300_000)}`, End: true } },
      }),
  ],
  [
    'a megabyte of nested calls',
    () =>
      JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Pass', Parameters: { 'a.$': 'States.Array('.repeat(70_000) }, End: true } },
      }),
  ],
  [
    'a megabyte of blanks in a timestamp',
    () =>
      JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Wait', Timestamp: ' '.repeat(1_000_000), End: true } },
      }),
  ],
  [
    'a megabyte of an ARN',
    () =>
      JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Task', Resource: `arn:aws:states:::${':'.repeat(1_000_000)}`, End: true } },
      }),
  ],
  [
    'deep And',
    () =>
      JSON.stringify({
        StartAt: 'A',
        States: {
          A: {
            Type: 'Choice',
            Choices: [
              Array.from({ length: 400 }).reduce<object>((inner) => ({ And: [inner] }), {
                Variable: '$',
                IsNull: true,
              }),
            ],
            Default: 'B',
          },
          B: { Type: 'Succeed' },
        },
      }),
  ],
];

describe('a hostile definition', () => {
  it.each(HOSTILE)('%s is answered', { timeout: PATIENCE_MS }, (_, make) => {
    const text = make();
    const { diagnostics } = validateDefinition(text, STANDARD);
    expect(diagnostics.every(({ to }) => to <= text.length)).toBe(true);
  });

  it('does not change what objects inherit', () => {
    validateDefinition('{"__proto__":{"StartAt":"A"},"States":{"__proto__":{"Type":"Succeed"}}}', STANDARD);
    expect(Object.keys(Object.prototype)).toEqual([]);
    const named =
      '{"StartAt":"__proto__","States":{"__proto__":{"Type":"Pass","Assign":{"__proto__":1},"End":true}}}';
    expect(validateDefinition(named, STANDARD).definition?.states[0]?.name).toBe('__proto__');
  });
});
