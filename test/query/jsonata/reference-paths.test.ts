// Paths, predicates, sorting, grouping, bound names and transforms give what the reference implementation of JSONata gives.

import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { differences } from './reference.ts';

const SHOP: Json = {
  name: 'Corner',
  orders: [
    {
      id: 'o1',
      by: 'ann',
      lines: [
        { sku: 'pen', price: 2, qty: 3 },
        { sku: 'ink', price: 7.5, qty: 1 },
      ],
    },
    {
      id: 'o2',
      by: 'bob',
      lines: [
        { sku: 'pen', price: 2, qty: 10 },
        { sku: 'pad', price: 4, qty: 2 },
      ],
    },
    { id: 'o3', by: 'ann', lines: { sku: 'cap', price: 1, qty: 1 } },
    { id: 'o4', by: 'eve', lines: [] },
  ],
  people: [
    { key: 'ann', age: 30, tags: ['a', 'b'] },
    { key: 'bob', age: 25, tags: 'c' },
    { key: 'eve', tags: [] },
  ],
  nested: [[1, [2, 3]], [[4]], 5],
  one: [7],
  none: [],
  text: 'x',
  'two words': 1,
};

test.each([
  [
    'steps',
    [
      'orders.lines.sku orders.id orders.lines orders.lines.(price*qty) orders.lines.{"s":sku} orders.lines.[sku]',
      'nested nested.$ nested[0] nested[1][0] nested.$[0] one one[0] none none[0] text[0] text.$ `two words`',
      'orders.lines[0].sku (orders.lines)[0].sku orders.lines[-1].sku orders[1].lines[1].sku orders[-9] orders[9]',
      'orders.*.sku orders.lines.* people.* *.id ** **.sku **[sku="pen"].qty name.** none.* $.text $$.text',
      'missing missing.a orders.missing orders.lines.missing.x text.missing orders[].id one[] text[] orders.lines[].sku',
      'orders.lines[][0].sku none[] missing[] orders.(lines.sku)[0] orders.[lines.sku] [orders.lines.sku] [[1,2],3].$',
    ],
  ],
  [
    'predicates',
    [
      'orders[by="ann"].id orders[by="ann"][1].id orders[by="ann"][0][0].id orders.lines[qty>1].sku orders.lines[price>1][qty<5].sku',
      'orders[lines].id orders[$count(lines)=2].id orders[[0,2]].id orders[[0..1]].id orders[[-1,0]].id orders[1.7].id orders[-1.2].id',
      'orders[true].id orders[false].id orders["x"].id orders[""].id orders[missing].id orders[by].id orders[0=0].id orders[{}].id',
      'people[tags="a"].key people["a" in tags].key people[age>26].key people[age<30 or key="eve"].key people[age and tags].key',
      'orders.lines[0][0] one[0][0] text[0][0] (1)[0] (1)[1] [1,2,3][[0,"a"]] [1,2,3][$>1] [1,2,3][$=2]',
    ],
  ],
  [
    'sorting',
    [
      'orders^(by).id orders^(>by).id orders^(by,>id).id orders^(<by,id).id orders.lines^(price).sku orders.lines^(>price,qty).sku',
      'people^(age).key people^(>age).key people^(key)[0].key [3,1,2]^($) [3,1,2]^(>$) ["b","a"]^($) one^($) none^($) missing^(a)',
      'orders^(lines[0].price).id orders.(lines^(sku)).sku orders^(by)^(>id).id text^($) [1,"a"]^($) [true]^($) [true,false]^($)',
      'orders@$o^($o.by).$o.id orders#$i^(>$i).id orders.lines@$l^(>$l.price).$l.sku orders.lines#$i^(sku).{"s":sku,"i":$i}',
      'orders^(by)#$i.{"b":by,"i":$i} orders.lines^(qty)#$i[$i<2].sku',
    ],
  ],
  [
    'grouping',
    [
      'orders{by:id} orders{by:$count(lines)} orders.lines{sku:$sum(qty)} orders.lines{sku:price*qty} people{key:age} orders{"x":id}',
      'orders.lines{sku:{"n":$sum(qty)}} {"a":orders.id} {by:1} orders.{by:id} orders{id:lines{sku:qty}} missing{a:b} none{a:b} text{$:1}',
      'orders@$o.lines@$l{$o.by:$l.sku} orders.lines#$i{sku:$i} orders{by:id,id:by} orders{1:id} {"a":1,"a":2} orders{by:missing}',
      'orders@$o{$o.by:id} orders#$i{id:by} orders#$i{by:$count(id)} orders@$o{by:$o.id} orders.lines#$i{sku:{"p":price,"i":$i}}',
      'orders@$o{$o.by:$o.id} orders#$i{by:$i} orders.lines{%.by:sku}',
    ],
  ],
  [
    'bound-names',
    [
      'orders@$o.lines.{"o":$o.id,"s":sku} orders@$o.people[key=$o.by].{"o":$o.id,"a":age} orders@$o.people@$p[$p.key=$o.by].{"o":$o.id,"k":$p.key}',
      'orders#$i.id orders#$i.{"i":$i,"d":id} orders#$i.lines.{"i":$i,"s":sku} orders#$i[$i=1].id orders[by="ann"]#$i.{"i":$i,"d":id}',
      'orders.lines#$i.{"i":$i,"s":sku} orders.lines#$i[qty>1].{"i":$i,"s":sku} orders@$o#$i.{"i":$i,"o":$o.id} orders#$i@$o.lines.{"i":$i,"o":$o.id}',
      'orders.(lines#$i.{"i":$i,"s":sku}) orders@$o.lines@$l.{"o":$o.id,"l":$l.sku} one#$i.$i none#$i.$i missing#$i.$i text@$t.$t',
      '(orders)[0]#$i.$i (orders)[by="ann"]#$i.{"i":$i,"d":id} $[0]@$s.$s.name (orders[0])@$o.$o.id orders[by="ann"]@$o.$o.id',
      'orders@$o[$o.by="ann"].lines.sku orders@$o[0].$o.id orders@$o[-1].$o.id orders@$o[9].$o.id orders#$i[-1].{"i":$i}',
      'orders@$o.lines[$o.by="bob"].sku orders@$o.(lines@$l.($o.id&$l.sku)) (orders@$o.lines).($o.id) orders@$o.$o[] orders@$o.lines.sku[]',
    ],
  ],
  [
    'parents',
    [
      'orders.lines.{"s":sku,"o":%.id} orders.lines.%.id orders.lines.sku.%.price orders.lines.sku.%.%.id orders.lines[%.by="ann"].sku',
      'orders.lines.(%.id&sku) orders.lines^(%.by).sku people.tags.%.key orders.lines.%.%.name orders.lines[%.by="bob"][0].sku',
      'orders.(lines.%.id) orders.lines.(price.%.sku) orders.lines#$i.{"i":$i,"o":%.id} orders@$o.lines.{"a":%.id} orders.%.name % %.a',
      'orders.(missing;lines).(%.id) orders.(lines;lines.%.id) orders.(id;lines.sku).(%.id) orders.lines.(sku;%.by) orders.(1;lines.(2;%.id))',
      'orders.lines.{"a":(%.id)} orders.lines.[%.id,sku] orders.lines.$uppercase(%.id) orders.lines.(%.lines[0].sku)',
    ],
  ],
  [
    'transforms',
    [
      '$~>|orders|{"n":$count(lines)}|.orders.n ($~>|orders.lines|{"p":price*2},["sku"]|).orders.lines ($~>|orders|{},"lines"|).orders',
      '($~>|people|{},["tags","age"]|).people ($~>|missing|{"a":1}|).text ($~>|orders[by="ann"]|{"by":"x"}|).orders.by orders[0]~>|lines|{"a":%.id}|',
      '[1,2]~>|$|{"a":1}| 1~>|$|{}| missing~>|$|{}| ($~>|orders|missing|).orders.id ($~>|orders|{},missing|).orders.id ($~>|$|{"name":1}|).name',
    ],
  ],
  [
    'operators',
    [
      '1+2*3-4/2%3 -5 -missing 1+missing missing+1 7%4 -7%4 7%-4 0/5 1=1.0 "a"="a" [1,2]=[1,2] {"a":1}={"a":1} {"a":1}={"a":2} 1!=2',
      '1<2 "a"<"b" 2<=2 "b">"a" 3>=4 missing<1 1<missing missing=missing missing!=1 null=null null=missing null<1 1="1" true=1',
      '1in[1,2] 3in[1,2] "a"in"a" missing~>$count [1..3] [3..1] [1..1] [missing..3] [1..missing] [-1..1] [1,[2..4],5] [0..2].($*2)',
      '"a"&1 "a"&missing missing&missing "a"&null "a"&[1,"x"] "a"&{"b":1} 1&2 true&false 1.10&"" 1e21&"" (1/3)&""',
      'trueandfalse missing?1:2 missing?1 text?1 (1;2;3) () ($x:=1;$x+1)',
      '($f:=function($n){$n<2?1:$n*$f($n-1)};$f(10)) ($g:=function($a,$b){$a&$b};$g(1)) $map([1,2],?) ($h:=$substring(?,1);$h("abc"))',
      '($c:=$uppercase~>$length;$c("abc")) ($x:=[1,2];$x[0]:=3) ($a:=$b:=2;$a+$b) ($x:=1;($x:=2;$x)&$x) (λ($x){$x*2})(4) function(){1}()',
      '[missing] [null] [[]] [[],[]] {"a":missing} {"a":missing,"b":null} {} [] [1,missing,2] [[1]] [[1]][0] {"a":[]} {"a":[1]}.a',
    ],
  ],
] as const)('%s', async (_name, lines) => {
  const sources = lines.flatMap((line) => line.split(' '));
  expect(await differences(sources, SHOP)).toEqual([]);
});
