import { describe, expect, test } from 'vitest';
import { FUNCTIONS } from '../../src/config/functions.ts';
import { complaintsOf } from './complaints.ts';

const complaints = (value: unknown, name = 'f') => complaintsOf(FUNCTIONS, { [name]: value }, ['functions']);

describe('an entry of functions in the configuration', () => {
  test.each([
    { handler: 'src/app.handler' },
    { handler: 'app.handler', runtime: 'python', env: { A: '1' }, timeout: 0.5, memory: 256, concurrency: 1 },
    { handler: 'build/bootstrap', runtime: 'provided' },
    { handler: 'app.a.b.c', runtime: 'nodejs', timeout: '10' },
    { url: 'http://127.0.0.1:9000/x', timeout: 900, concurrency: 1000 },
  ])('is accepted: %j', (value) => {
    expect(complaints(value)).toEqual([]);
  });

  test.each<[unknown, string]>([
    [null, 'functions.f is null, expected a mapping with handler or url'],
    ['app.handler', 'functions.f is "app.handler", expected a mapping with handler or url'],
    [{}, 'functions.f has neither handler nor url, expected one of the two'],
    [{ handler: 'a.b', url: 'http://x' }, 'functions.f has both handler and url, expected one of the two'],
    [
      { handler: 'a.b', hander: 1 },
      'functions.f.hander is not a known key; did you mean functions.f.handler?',
    ],
    [
      { handler: 'a.b', vpc: 1 },
      'functions.f.vpc is not a known key; known are handler, runtime, env, isolation, timeout, memory, concurrency, url, resources',
    ],
    [{ handler: 7 }, 'functions.f.handler is 7, expected "path/file.export" (as "src/app.handler")'],
    [
      { handler: 'app', runtime: 'nodejs' },
      'functions.f.handler is "app", expected "path/file.export" (as "src/app.handler")',
    ],
    [
      { handler: 'a.b', runtime: 'ruby' },
      'functions.f.runtime is "ruby", expected nodejs, python or provided',
    ],
    [
      { handler: 'a.b', timeout: 0 },
      'functions.f.timeout is 0, expected a number of seconds from 0.001 to 900',
    ],
    [
      { handler: 'a.b', timeout: 'long' },
      'functions.f.timeout is "long", expected a number of seconds from 0.001 to 900',
    ],
    [
      { handler: 'a.b', memory: 64 },
      'functions.f.memory is 64, expected a whole number of MB from 128 to 10240',
    ],
    [
      { handler: 'a.b', concurrency: 1.5 },
      'functions.f.concurrency is 1.5, expected a whole number of invocations at once from 1 to 1000',
    ],
    [{ handler: 'a.b', env: [] }, 'functions.f.env is [], expected a mapping from variable to text'],
    [
      { handler: 'a.b', env: { N: 1 } },
      'functions.f.env.N is 1, expected a text (put it in quotes), { env: NAME } or { file: path }',
    ],
    [
      { handler: 'a.b', env: { A: { value: 'TOP-SECRET' } } },
      'functions.f.env.A is "•••", expected a text (put it in quotes), { env: NAME } or { file: path }',
    ],
    [
      { handler: 'a.b', env: { 'a.b': 'x' } },
      `functions.f.env["a.b"] is not a name that can be; expected letters, digits and '_'`,
    ],
    [
      { handler: 'a.b', env: { _HANDLER: 'x' } },
      'functions.f.env._HANDLER is set by the runtime itself; choose another name',
    ],
    [{ url: 'ftp://x' }, 'functions.f.url is "ftp://x", expected an http:// or https:// URL'],
    [
      { url: 'ftp://me:TOP-SECRET@x' },
      'functions.f.url is "ftp://me:•••@x", expected an http:// or https:// URL',
    ],
    [{ url: 'http://x', memory: 128 }, 'functions.f.memory does not go with url; remove one of the two'],
  ])('is refused: %j', (value, message) => {
    expect(complaints(value)).toEqual([message]);
  });

  test('is refused for a name that no function can have', () => {
    expect(complaints({ handler: 'a.b' }, 'my.shop')).toEqual([
      `functions["my.shop"] is not a name that can be; expected 1 to 64 letters, digits, '-' or '_'`,
    ]);
  });
});

describe('resources that a function answers for', () => {
  const S = 'arn:aws:states:::';

  test.each<[unknown]>([
    [`${S}dynamodb:getItem`],
    [[`${S}aws-sdk:s3:*`, `${S}acme:sendFax.waitForTaskToken`, 'arn:*:states:::*:*']],
  ])('may be %j', (resources) => {
    expect(complaints({ handler: 'a.b', resources })).toEqual([]);
  });

  test.each<[unknown]>([
    [7],
    [[7]],
    ['dynamodb:getItem'],
    ['arn:aws:states:::dynamodb'],
    ['arn:aws:states:us-east-1:123456789012:activity:a'],
    ['arn:aws:states:::activity:a'],
    ['arn:aws:lambda:us-east-1:123456789012:function:f'],
  ])('may not be %j', (resources) => {
    expect(complaints({ handler: 'a.b', resources })).toEqual([
      expect.stringMatching(/^functions\.f\.resources(\[0\])? is .*, expected a resource/),
    ]);
  });

  test('belong to one function', () => {
    const functions = {
      a: { handler: 'a.b', resources: `${S}x:y` },
      b: { handler: 'a.b', resources: [`${S}x:z`, `${S}x:y`] },
      c: { handler: 'a.b', resources: `${S}x:*` },
    };
    expect(complaintsOf(FUNCTIONS, functions, ['functions'])).toEqual([
      `functions.b.resources names ${S}x:y, which functions.a answers for already`,
    ]);
  });
});
