// Handlers in TypeScript as projects have them: with a compiler of their own, and without one.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, type Functions, openFunctions, resultOf } from '../integrations/support.ts';

const FILES = {
  'tsconfig.json': `{
    // paths from the root
    "extends": "./tsconfig.base",
    "compilerOptions": { "strict": true, /* none */ },
  }`,
  'tsconfig.base.json':
    '{ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["src/lib/*"], "money": ["src/lib/money.ts"] } } }',
  'src/handlers/order.ts': `
    import type { Order } from '../types';
    import { Item, price } from '../lib/price';
    import { Total } from '../types';
    import { round } from '@lib/rounding';
    import { currency } from 'money';
    import { greet } from '../lib/greet.js';
    import * as path from 'path';
    export const handler = async (event: Order): Promise<Total & { by: string; currency: string; base: string }> => {
      const items: Item[] = event.items;
      return { total: round(items.map(price).reduce((a: number, b: number) => a + b, 0)), by: greet(), currency, base: path.basename('/a/b') };
    };`,
  'src/types.ts':
    'export interface Order { items: { cents: number }[] }\nexport type Total = { total: number };\n',
  'src/lib/price/index.ts':
    'export interface Item { cents: number }\nexport const price = (item: Item): number => item.cents / 100;\n',
  'src/lib/rounding.ts': 'export function round(n: number): number { return Math.round(n * 100) / 100; }\n',
  'src/lib/money.ts': "export const currency = 'EUR' as const;\n",
  'src/lib/greet.ts': "export const greet = (): string => 'ts';\n",
  'src/enums.ts': `
    enum Size { Small = 's', Large = 'l' }
    class Box { constructor(private readonly size: Size) {} label(): string { return this.size; } }
    export const handler = async () => new Box(Size.Large).label();`,
  'src/require.ts': `
    const { basename } = require('node:path');
    exports.handler = async (event: string) => basename(event) + basename(__filename);`,
  'src/broken.ts': 'export const handler = async () => {\n  const x: = 1;\n};\n',
  'src/lost.ts': "import { nothing } from './nowhere';\nexport const handler = async () => nothing;\n",
  'src/sdk.js': "const { S3 } = require('@aws-sdk/client-s3-nowhere');\nexports.handler = async () => S3;\n",
};

let functions: Functions;
beforeAll(() => {
  functions = openFunctions(FILES, {
    order: { handler: 'src/handlers/order.handler' },
    enums: { handler: 'src/enums.handler' },
    require: { handler: 'src/require.handler' },
    broken: { handler: 'src/broken.handler' },
    lost: { handler: 'src/lost.handler' },
    sdk: { handler: 'src/sdk.handler' },
    compiled: { handler: 'compiled/order.handler' },
    enumsCompiled: { handler: 'compiled/enums.handler' },
  });
  // A project that has esbuild, as most that write TypeScript for Lambda do.
  const project = join(functions.root, 'compiled');
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  symlinkSync(
    join(import.meta.dirname, '../../node_modules/esbuild'),
    join(project, 'node_modules/esbuild'),
    'junction',
  );
  for (const [name, text] of Object.entries(FILES)) {
    const target = join(project, name.replace('src/handlers/', '').replace('src/enums', 'enums'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text.replaceAll("'../", "'./src/"));
  }
});
afterAll(() => functions.close());

async function failureOf(name: string): Promise<{ error: string; message: string }> {
  const { error, cause } = errorOf(await functions.call(name, null));
  return { error, message: String(cause['errorMessage']) };
}

const ORDER = { items: [{ cents: 105 }, { cents: 250 }] };
const ANSWER = { total: 3.55, by: 'ts', currency: 'EUR', base: 'b' };

describe('without a compiler', () => {
  test('imports need no ending, paths are those of tsconfig.json, and types go', async () => {
    expect(resultOf(await functions.call('order', ORDER))).toEqual(ANSWER);
  });

  test('a file that requires is CommonJS', async () => {
    expect(resultOf(await functions.call('require', 'a/b'))).toBe('brequire.ts');
  });

  test('an enum is refused with its place and what to install', async () => {
    const { error, message } = await failureOf('enums');
    expect(error).toBe('Runtime.UserCodeSyntaxError');
    expect(message).toContain('src/enums.ts: ');
    expect(message).toContain('npm install --save-dev esbuild');
  });
});

describe('with the esbuild of the project', () => {
  test('the same runs', async () => {
    expect(resultOf(await functions.call('compiled', ORDER))).toEqual(ANSWER);
  });

  test('enums and parameter properties run too', async () => {
    expect(resultOf(await functions.call('enumsCompiled', null))).toBe('l');
  });
});

describe('a mistake', () => {
  test('of syntax is named with its file', async () => {
    const { error, message } = await failureOf('broken');
    expect(error).toBe('Runtime.UserCodeSyntaxError');
    expect(message).toContain('broken.ts');
  });

  test('of an import names the module', async () => {
    const { error, message } = await failureOf('lost');
    expect(error).toBe('Runtime.ImportModuleError');
    expect(message).toContain('nowhere');
  });

  test('of a missing SDK says that AWS has it', async () => {
    const { error, message } = await failureOf('sdk');
    expect(error).toBe('Runtime.ImportModuleError');
    expect(message).toContain(
      "(AWS's runtime has it, this machine has not: npm install --save-dev @aws-sdk/client-s3-nowhere)",
    );
  });
});
