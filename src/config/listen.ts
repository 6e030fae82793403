// Addresses that a server listens on.

/** `host` is a name or an address, without the brackets of IPv6. */
export interface Listen {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** `127.0.0.1:8083`, `[::1]:8083`, `localhost:0`, `:8083` (every address), `8083` (loopback). */
export const LISTEN_PATTERN = /^(?:(\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9.-]*):)?(\d{1,5})$/;

/** @returns undefined for what is no address. */
export function parseListen(value: unknown): Listen | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const match = LISTEN_PATTERN.exec(String(value));
  if (match === null || Number(match[2]) > 65_535) return undefined;
  const host = match[1] === undefined ? '127.0.0.1' : match[1].replace(/^\[|\]$/g, '');
  return { host: host === '' ? '0.0.0.0' : host, port: Number(match[2]) };
}

/** `host:port` as it is written in a URL. */
export function listenText(listen: Listen): string {
  return `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;
}

/** Is the address reachable from this machine only? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
