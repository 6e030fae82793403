// A path as people read it: relative when it lies in the working folder, absolute when it lies elsewhere.

import { isAbsolute, relative, resolve } from 'node:path';

export function shownPath(path: string): string {
  const absolute = resolve(path);
  const short = relative(process.cwd(), absolute);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? absolute : short;
}
