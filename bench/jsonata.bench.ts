// JSONata: our compiled closures against the npm package, on expressions as workflows have them.
// Run: node bench/jsonata.bench.ts [milliseconds per measurement, default 400]

import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import jsonata from 'jsonata';
import type { Json } from '../src/base/json.ts';
import { Meter } from '../src/base/meter.ts';
import { compileJsonata } from '../src/query/jsonata/compile.ts';
import type { Scope } from '../src/query/scope.ts';

const MILLISECONDS = Number(process.argv[2] ?? 400);

const input = {
  a: 1,
  name: 'Treadle',
  order: { customer: { address: { city: 'Bern' } } },
  items: Array.from({ length: 100 }, (_unused, i) => ({ id: i, price: i * 1.5, name: `item ${i}` })),
} satisfies Json;

const EXPRESSIONS: readonly (readonly [string, string])[] = [
  ['addition', '$states.input.a + 1'],
  ['path', '$states.input.order.customer.address.city'],
  ['condition', "$states.input.a > 0 and $states.input.name = 'Treadle'"],
  ['concatenation', "'Hello ' & $states.input.name & '!'"],
  [
    'object of 5',
    "{'a': $states.input.a, 'b': $states.input.name, 'c': 'x', 'd': $states.input.a * 2, 'e': $states.input.order}",
  ],
  ['path over 100', '$states.input.items.price'],
  ['filter of 100', '$states.input.items[price > 75].id'],
  ['$map over 100', '$map($states.input.items, function($v) { $v.price * 2 })'],
  ['$filter over 100', '$filter($states.input.items, function($v) { $v.id % 2 = 0 })'],
  ['$reduce over 100', '$reduce($states.input.items.price, function($sum, $x) { $sum + $x })'],
  ['objects from 100', "$states.input.items.{'id': id, 'label': name & ' ' & $string(price)}"],
  ['$sum, $count', '$sum($states.input.items.price) / $count($states.input.items)'],
  ['order-by of 100', '$states.input.items^(>price)[0].id'],
  ['block', '($x := $states.input.a; $y := $x * 2; $x + $y)'],
];

const scope: Scope = {
  document: null,
  states: { input },
  context: () => ({}),
  variable: () => undefined,
  now: 0,
  random: () => 0.5,
  uuid: () => '00000000-0000-4000-8000-000000000000',
  meter: new Meter(),
};

/** Evaluations per second, best of three. */
async function rate(evaluate: () => unknown): Promise<number> {
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    let count = 0;
    let elapsed = 0;
    while (elapsed < MILLISECONDS) {
      for (let i = 0; i < 20; i++) {
        const result = evaluate();
        if (result instanceof Promise) await result;
      }
      count += 20;
      elapsed = performance.now() - start;
    }
    best = Math.max(best, (count / elapsed) * 1000);
  }
  return best;
}

function shown(perSecond: number): string {
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)}M` : `${(perSecond / 1e3).toFixed(1)}k`;
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, node ${process.version}, commit ${commit}\n`);
console.log('| expression | Treadle /s | jsonata /s | ratio |\n|---|---:|---:|---:|');
for (const [label, source] of EXPRESSIONS) {
  const ours = compileJsonata(source, 'Output');
  const theirs = jsonata(source);
  const mine = await rate(() => ours.evaluate(scope));
  const other = await rate(() => theirs.evaluate(undefined, { states: { input } }));
  console.log(`| ${label} | ${shown(mine)} | ${shown(other)} | ${(mine / other).toFixed(1)} |`);
}
const compiling = await rate(() => compileJsonata(EXPRESSIONS[4]?.[1] as string, 'Output'));
const parsing = await rate(() => jsonata(EXPRESSIONS[4]?.[1] as string));
console.log(
  `| compile "object of 5" | ${shown(compiling)} | ${shown(parsing)} | ${(compiling / parsing).toFixed(1)} |`,
);
