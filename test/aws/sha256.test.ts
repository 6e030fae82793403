import { expect, test } from 'vitest';
import { Sha256 } from '../../src/aws/sha256.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('hashes what it is given, in one piece or several (FIPS 180-2)', async () => {
  const whole = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  for (const pieces of [['abc'], ['a', 'bc'], ['', 'ab', 'c']]) {
    const hash = new Sha256();
    for (const piece of pieces) hash.update(Buffer.from(piece));
    expect(hex(await hash.digest())).toBe(whole);
  }
  expect(hex(await new Sha256().digest())).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('with a secret it is an HMAC, whatever form the secret has (RFC 4231, case 2)', async () => {
  const bytes = Buffer.from('Jefe');
  const view = new Uint8Array([0, ...bytes]).subarray(1);
  for (const secret of ['Jefe', bytes, view, new Uint8Array(bytes).buffer]) {
    const hash = new Sha256(secret);
    hash.update(Buffer.from('thrown away'));
    hash.reset();
    hash.update(Buffer.from('what do ya want for nothing?'));
    expect(hex(await hash.digest())).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  }
});
