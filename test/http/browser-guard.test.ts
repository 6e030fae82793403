import { describe, expect, it } from 'vitest';
import { browserRefusal } from '../../src/http/browser-guard.ts';

const RULES = { allowedHosts: ['treadle.example.org'], trustedOrigins: ['http://localhost:5173'] };
const refusal = (headers: Readonly<Record<string, string>>) => browserRefusal(headers, RULES);

describe('the guard against pages of other sites', () => {
  it('lets programs pass, which send no Origin, under any host', () => {
    expect(refusal({ host: 'treadle.internal:8083' })).toBeUndefined();
    expect(refusal({})).toBeUndefined();
  });

  it.each([
    'localhost:8083',
    'treadle.localhost',
    '127.0.0.1:8083',
    '192.168.1.7',
    '[::1]:8083',
    'treadle:8083',
    'treadle.example.org:8083',
    'TREADLE.example.org',
    'sync-localhost:8083',
    'sync-treadle.localhost',
    'sync-127.0.0.1:8083',
  ])("lets the server's own pages pass when they were opened under %s", (host) => {
    expect(refusal({ host, origin: `http://${host}` })).toBeUndefined();
    expect(refusal({ host, origin: `https://${host}` })).toBeUndefined();
  });

  it.each([
    ['of another site', { host: 'localhost:8083', origin: 'https://evil.example' }],
    ['of another port of this machine', { host: 'localhost:8083', origin: 'http://localhost:3000' }],
    ['of no site (a file, a sandboxed frame)', { host: 'localhost:8083', origin: 'null' }],
    ['of another scheme', { host: 'localhost:8083', origin: 'ftp://localhost:8083' }],
    ['that name no host', { origin: 'http://localhost:8083' }],
  ])('refuses pages %s', (_, headers) => {
    expect(refusal(headers)).toBe(
      `Expected requests of Treadle's own pages or of programs, but this one comes from a page of ${headers.origin}`,
    );
  });

  it('lets pages of a trusted origin pass, and of no origin that only begins like it', () => {
    expect(refusal({ host: 'localhost:8083', origin: 'http://localhost:5173' })).toBeUndefined();
    expect(refusal({ host: 'localhost:8083', origin: 'http://localhost:51730' })).toBeDefined();
  });

  it('refuses a page whose host name was pointed at this machine after it was loaded', () => {
    const host = 'rebound.evil.example:8083';
    expect(refusal({ host, origin: `http://${host}` })).toBe(
      "Expected Treadle to be asked under localhost, an IP address, a name without a dot or one of the configuration's hosts, but got 'rebound.evil.example'",
    );
    for (const name of [
      'sub.treadle.example.org',
      'sync-treadle.example.org',
      'sync-192.168.1.7.evil.example',
      'sync-127.0.0.1.evil.example',
      'sync-localhost.evil.example',
    ]) {
      expect([name, refusal({ host: name, origin: `http://${name}` })]).not.toEqual([name, undefined]);
    }
  });

  it('refuses whatever a browser may send to such a host, also without an Origin', () => {
    const host = 'rebound.evil.example:8083';
    const of = (method: string, headers: Readonly<Record<string, string>> = {}) =>
      browserRefusal({ host, ...headers }, RULES, method);
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
      expect([method, of(method)]).not.toEqual([method, undefined]);
      for (const own of ['localhost:1', '10.0.0.1', 'treadle', 'treadle.example.org'])
        expect(browserRefusal({ host: own }, RULES, method)).toBeUndefined();
    }
    for (const headers of [
      { referer: `http://${host}/` },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-mode': 'cors' },
      { 'accept-language': 'de' },
      { cookie: 'a=b' },
    ] as Record<string, string>[]) {
      expect([headers, of('POST', headers)]).not.toEqual([headers, undefined]);
    }
    expect(of('POST')).toBeUndefined();
  });

  it('lets a whole domain pass when it was configured', () => {
    const rules = { allowedHosts: ['*.Example.ORG'], trustedOrigins: [] };
    const under = (host: string) => browserRefusal({ host }, rules, 'GET');
    expect(under('a.b.example.org:80')).toBeUndefined();
    for (const host of ['example.org', 'badexample.org', 'example.org.evil.example']) {
      expect([host, under(host)]).not.toEqual([host, undefined]);
    }
  });

  it('refuses what a page of another site loads without an Origin, but lets a link to the server pass', () => {
    const foreign = { host: 'localhost:8083', 'sec-fetch-site': 'cross-site' };
    expect(refusal({ ...foreign, 'sec-fetch-mode': 'no-cors' })).toBe(
      'Expected no requests from pages of other sites',
    );
    expect(refusal(foreign)).toBeDefined();
    expect(refusal({ ...foreign, 'sec-fetch-mode': 'navigate' })).toBeUndefined();
    expect(refusal({ host: 'localhost:8083', 'sec-fetch-site': 'same-origin' })).toBeUndefined();
  });
});
