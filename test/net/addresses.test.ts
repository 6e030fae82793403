import { describe, expect, test } from 'vitest';
import { addressKind, createGuard, isPolicyEntry } from '../../src/net/addresses.ts';

describe('the kind of an address', () => {
  test.each([
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['FD00:0EC2:0:0:0:0:0:254', 'metadata'],
    ['fd20:ce::254', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['::ffff:a9fe:a9fe', 'metadata'],
    ['::a9fe:a9fe', 'metadata'],
    ['::ffff:0:169.254.169.254', 'metadata'],
    ['64:ff9b::169.254.169.254', 'metadata'],
    ['2002:a9fe:a9fe::1', 'metadata'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['127.0.0.1', 'loopback'],
    ['127.8.9.10', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12::1', 'private'],
    ['224.0.0.251', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'reserved'],
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['64:ff9b::8.8.8.8', 'public'],
  ])('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });
});

describe('the guard', () => {
  const refused = (
    policy: { allow?: string[]; deny?: string[] },
    host: string,
    address = host,
    encrypted = true,
  ): boolean =>
    createGuard({ allow: [], deny: [], ...policy }).refusal(host, address, encrypted) !== undefined;

  test.each<[boolean, Parameters<typeof refused>]>([
    [false, [{}, 'api.example.com', '93.184.216.34']],
    [true, [{}, 'api.example.com', '93.184.216.34', false]],
    [false, [{ allow: ['api.example.com'] }, 'API.example.com.', '93.184.216.34', false]],
    [false, [{}, 'localhost', '127.0.0.1', false]],
    [false, [{}, 'db', '10.0.0.7', false]],
    [true, [{}, 'db', '169.254.0.7']],
    [false, [{ allow: ['169.254.0.0/24'] }, 'db', '169.254.0.7']],
    [true, [{ allow: ['169.254.0.0/24'] }, 'db', '169.254.1.7']],
    [false, [{ allow: ['link-local'] }, 'db', '169.254.1.7']],
    [true, [{ allow: ['link-local'] }, 'db', '169.254.169.254']],
    [false, [{ allow: ['metadata'] }, 'db', '169.254.169.254']],
    [false, [{ allow: ['metadata.google.internal'] }, 'metadata.google.internal', '169.254.169.254']],
    [false, [{ allow: ['*.internal'] }, 'metadata.google.internal', '169.254.169.254']],
    [true, [{ allow: ['*.internal'] }, 'internal', '169.254.169.254']],
    [true, [{ allow: ['*.internal'] }, 'evil-internal', '169.254.169.254']],
    [true, [{ deny: ['private'] }, 'db', '10.0.0.7']],
    [true, [{ deny: ['10.0.0.0/8'] }, 'db', '::ffff:10.0.0.7']],
    [true, [{ deny: ['fd00::/8'] }, 'db', 'fd00::7%eth0']],
    [false, [{ deny: ['private'], allow: ['10.0.0.7'] }, 'db', '10.0.0.7']],
    [true, [{ deny: ['public'] }, 'api.example.com', '93.184.216.34']],
    [true, [{ deny: ['*.example.com'] }, 'api.example.com', '10.0.0.1']],
  ])('answers %s for %j', (expected, parameters) => {
    expect(refused(...parameters)).toBe(expected);
  });
});

test.each([
  ['api.example.com', true],
  ['*.example.com', true],
  ['localhost', true],
  ['private', true],
  ['10.0.0.0/8', true],
  ['10.0.0.1', true],
  ['fd00::/8', true],
  ['::1', true],
  ['', false],
  ['*', false],
  ['a*.com', false],
  ['10.0.0.0/33', false],
  ['10.0.0.0/8/8', false],
  ['fd00::/129', false],
  ['fe80::1%eth0', false],
  ['http://example.com', false],
  ['example.com/path', false],
  ['-a', false],
])('the entry %j of http.allow is accepted: %s', (entry, expected) => {
  expect(isPolicyEntry(entry)).toBe(expected);
});
