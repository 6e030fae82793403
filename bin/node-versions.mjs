// Which Node.js runs Treadle: the lines whose SQLite, zstd and type stripping need no flag (ADR 0015). The launcher reads it
// on any Node, and the build puts it into the library's entry; a test compares it with `engines` of package.json.

/** As people read it. */
export const NODES = '22.18+ or 24+';

/**
 * @param {string} version such as 24.9.0
 * @returns {boolean}
 */
export function suffices(version) {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 18);
}
