import { describe, expect, test } from 'vitest';
import { checkLocalFunction } from '../../src/functions/functions.ts';

describe('an entry of functions in the configuration', () => {
  test.each([
    { handler: 'src/app.handler' },
    { handler: 'app.handler', runtime: 'python', env: { A: '1' }, timeout: 0.5, memory: 256, concurrency: 1 },
    { handler: 'build/bootstrap', runtime: 'provided' },
    { handler: 'app.a.b.c', runtime: 'nodejs' },
    { url: 'http://127.0.0.1:9000/x', timeout: 900, concurrency: 1000 },
  ])('is accepted: %j', (value) => {
    expect(checkLocalFunction('hello', value)).toEqual([]);
  });

  test.each<[unknown, string]>([
    [null, 'functions.f: expected an object with handler or url, but got null'],
    ['app.handler', 'functions.f: expected an object with handler or url, but got "app.handler"'],
    [{}, 'functions.f: expected either handler or url, but got neither'],
    [{ handler: 'a.b', url: 'http://x' }, 'functions.f: expected either handler or url, but got both'],
    [
      { handler: 'a.b', hander: 1 },
      'functions.f.hander: unknown key; expected one of handler, runtime, env, timeout, memory, concurrency, url, resources',
    ],
    [{ handler: 7 }, 'functions.f.handler: expected "path/file.export" (as "src/app.handler"), but got 7'],
    [
      { handler: 'app', runtime: 'nodejs' },
      'functions.f.handler: expected "path/file.export" (as "src/app.handler"), but got "app"',
    ],
    [
      { handler: 'a.b', runtime: 'ruby' },
      'functions.f.runtime: expected nodejs, python or provided, but got "ruby"',
    ],
    [
      { handler: 'a.b', timeout: 0 },
      'functions.f.timeout: expected a number of seconds from 0.001 to 900, but got 0',
    ],
    [
      { handler: 'a.b', timeout: '3' },
      'functions.f.timeout: expected a number of seconds from 0.001 to 900, but got "3"',
    ],
    [
      { handler: 'a.b', memory: 64 },
      'functions.f.memory: expected a whole number of MB from 128 to 10240, but got 64',
    ],
    [
      { handler: 'a.b', concurrency: 1.5 },
      'functions.f.concurrency: expected a whole number of invocations at once from 1 to 1000, but got 1.5',
    ],
    [{ handler: 'a.b', env: [] }, 'functions.f.env: expected an object of strings, but got []'],
    [{ handler: 'a.b', env: { N: 1 } }, 'functions.f.env.N: expected a string (put it in quotes), but got 1'],
    [
      { handler: 'a.b', env: { _HANDLER: 'x' } },
      'functions.f.env._HANDLER: is set by the runtime itself; choose another name',
    ],
    [{ url: 'ftp://x' }, 'functions.f.url: expected an http:// or https:// URL, but got "ftp://x"'],
    [{ url: 'http://x', memory: 128 }, 'functions.f.memory: does not go with url; remove one of the two'],
  ])('is refused: %j', (value, message) => {
    expect(checkLocalFunction('f', value)).toEqual([message]);
  });

  test('is refused for a name that no function can have', () => {
    expect(checkLocalFunction('a b', { handler: 'a.b' })[0]).toContain('functions.a b: expected a name');
  });
});
