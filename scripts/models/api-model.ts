// Writes the published API model of AWS Step Functions as the module src/api/model.ts. Only facts are taken: names, types,
// constraints; no documentation text.

interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  readonly exception?: boolean;
}

interface ModelOperation {
  readonly input: { readonly shape: string };
  readonly output: { readonly shape: string };
  readonly errors?: readonly { readonly shape: string }[];
}

export interface Model {
  readonly metadata: { readonly targetPrefix: string };
  readonly operations: Readonly<Record<string, ModelOperation>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** The service prints the values of this enum in another order than its model has them (recorded). */
const PRINTED_ORDER: Readonly<Record<string, readonly string[]>> = {
  ExecutionStatus: ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'],
};

/** @param source what the model was taken from, for the header. */
export function apiModelModule(model: Model, source: string): string {
  const shapes = Object.entries(model.shapes).filter(([, shape]) => shape.exception !== true);
  const scalar = { string: 'string', boolean: 'boolean', timestamp: 'number' } as const;

  function typeOf(name: string): string {
    const shape = model.shapes[name]!;
    if (shape.type === 'structure') return shape.exception === true ? 'never' : name;
    if (shape.enum !== undefined) return name;
    if (shape.type === 'list') {
      const item = typeOf(shape.member!.shape);
      return `readonly ${item.includes('readonly ') ? `(${item})` : item}[]`;
    }
    if (shape.type === 'map') return `Readonly<Record<string, ${typeOf(shape.value!.shape)}>>`;
    return shape.type in scalar ? scalar[shape.type as keyof typeof scalar] : 'number';
  }

  function dataOf(name: string, shape: ModelShape): string {
    const parts = [`type: '${shape.type}'`];
    if (shape.member !== undefined) parts.push(`member: '${shape.member.shape}'`);
    if (shape.value !== undefined) parts.push(`value: '${shape.value.shape}'`);
    if (shape.members !== undefined) {
      const members = Object.entries(shape.members).map(([member, target]) => `${member}: '${target.shape}'`);
      parts.push(`members: { ${members.join(', ')} }`);
      parts.push(`required: ${JSON.stringify(shape.required ?? [])}`);
    }
    if (shape.min !== undefined) parts.push(`min: ${shape.min}`);
    if (shape.max !== undefined) parts.push(`max: ${shape.max}`);
    if (shape.pattern !== undefined) parts.push(`pattern: ${JSON.stringify(shape.pattern)}`);
    if (shape.enum !== undefined) parts.push(`enum: ${JSON.stringify(PRINTED_ORDER[name] ?? shape.enum)}`);
    if (shape.sensitive === true) parts.push('sensitive: true');
    return `  ${name}: { ${parts.join(', ')} },`;
  }

  function interfaceOf(name: string, shape: ModelShape): string {
    const required = new Set(shape.required);
    const members = Object.entries(shape.members ?? {}).map(
      ([member, target]) =>
        `  readonly ${member}${required.has(member) ? '' : '?'}: ${typeOf(target.shape)};`,
    );
    return members.length === 0
      ? `export type ${name} = Readonly<Record<string, never>>;`
      : `export interface ${name} {\n${members.join('\n')}\n}`;
  }

  const lines = [
    '// The API of AWS Step Functions (2016-11-23) as data and types: operations, shapes, constraints.',
    `// Written by \`npm run models\` from ${source}; do not edit by hand.`,
    '',
    `export const TARGET_PREFIX = '${model.metadata.targetPrefix}.';`,
    '',
    '/** One shape of the model. Lengths count characters; `min` and `max` of a number are its value. */',
    'export interface Shape {',
    "  readonly type: 'string' | 'boolean' | 'integer' | 'long' | 'float' | 'double' | 'timestamp' | 'list' | 'map' | 'structure';",
    '  /** Of a list: shape of its elements. */',
    '  readonly member?: ShapeName;',
    '  /** Of a map with string keys: shape of its values. */',
    '  readonly value?: ShapeName;',
    '  readonly members?: Readonly<Record<string, ShapeName>>;',
    '  readonly required?: readonly string[];',
    '  readonly min?: number;',
    '  readonly max?: number;',
    '  readonly pattern?: string;',
    '  readonly enum?: readonly string[];',
    '  /** Never shown in messages. */',
    '  readonly sensitive?: boolean;',
    '}',
    '',
    `export type ShapeName =\n${shapes.map(([name]) => `  | '${name}'`).join('\n')};`,
    '',
    'export const SHAPES: Readonly<Record<ShapeName, Shape>> = {',
    ...shapes.map(([name, shape]) => dataOf(name, shape)),
    '};',
    '',
    '/** Operation name → its input and output shape and the errors it may answer. */',
    'export const OPERATIONS = {',
    ...Object.entries(model.operations).map(
      ([name, operation]) =>
        `  ${name}: { input: '${operation.input.shape}', output: '${operation.output.shape}', errors: ${JSON.stringify(
          (operation.errors ?? []).map((error) => error.shape),
        )} },`,
    ),
    '} as const satisfies Readonly<',
    '  Record<string, { readonly input: ShapeName; readonly output: ShapeName; readonly errors: readonly string[] }>',
    '>;',
    '',
    'export type OperationName = keyof typeof OPERATIONS;',
    '',
    'export interface Inputs {',
    ...Object.entries(model.operations).map(([name, o]) => `  readonly ${name}: ${o.input.shape};`),
    '}',
    '',
    'export interface Outputs {',
    ...Object.entries(model.operations).map(([name, o]) => `  readonly ${name}: ${o.output.shape};`),
    '}',
    '',
    ...shapes
      .filter(([, shape]) => shape.enum !== undefined)
      .map(
        ([name, shape]) => `export type ${name} = ${shape.enum!.map((value) => `'${value}'`).join(' | ')};\n`,
      ),
    ...shapes
      .filter(([, shape]) => shape.type === 'structure')
      .map(([name, shape]) => `${interfaceOf(name, shape)}\n`),
  ];
  return lines.join('\n');
}
