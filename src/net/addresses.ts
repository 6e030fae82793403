// Which addresses tasks may connect to. The check is made on the address that the connection uses, not on the name in the
// URL: what a name resolves to is the answerer's choice. docs/guide/http-tasks.md gives the reasons of the defaults.

import { BlockList, isIP } from 'node:net';

export const ADDRESS_KINDS = [
  'metadata',
  'unspecified',
  'loopback',
  'link-local',
  'multicast',
  'private',
  'reserved',
  'public',
] as const;

export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** Entries are names, `*.domain`, addresses, CIDR blocks, or kinds (`private`). `allow` wins over `deny`. */
export interface AddressPolicy {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** What the configuration forbids; the message says what, why, and which key would allow it. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export interface Guard {
  /**
   * @param host as in the URL, without brackets. @param address what it stands for.
   * @param encrypted false for plain http.
   * @returns why no connection may be made; undefined when it may.
   */
  refusal(host: string, address: string, encrypted: boolean): Refused | undefined;
}

/** In this order: the first kind that holds an address is its kind. */
const BLOCKS: readonly (readonly [AddressKind, ...string[]])[] = [
  // Instances' metadata and credentials: AWS, GCP, ECS and EKS; Alibaba, Azure, Oracle.
  ['metadata', '169.254.169.254/32', '169.254.170.2/32', '169.254.170.23/32', 'fd00:ec2::/32'],
  ['metadata', 'fd20:ce::254/128', '100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32'],
  ['unspecified', '0.0.0.0/8', '::/128'],
  ['loopback', '127.0.0.0/8', '::1/128'],
  ['link-local', '169.254.0.0/16', 'fe80::/10'],
  ['multicast', '224.0.0.0/4', 'ff00::/8'],
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fec0::/10'],
  ['reserved', '240.0.0.0/4', '192.0.0.0/24'],
];

let made: readonly { readonly kind: AddressKind; readonly list: BlockList }[] | undefined;
/** Made when first asked: it takes 8 ms, and most processes make no HTTP call. */
function lists(): NonNullable<typeof made> {
  made ??= BLOCKS.map(([kind, ...blocks]) => ({ kind, list: listOf(blocks) }));
  return made;
}

const REFUSED: readonly AddressKind[] = ['metadata', 'unspecified', 'link-local', 'multicast', 'reserved'];

/** @param address an IPv4 or IPv6 address; IPv4 inside IPv6 (mapped, 6to4, NAT64) counts as the IPv4 address. */
export function addressKind(address: string): AddressKind {
  const plain = embeddedIpv4(address) ?? withoutZone(address);
  return lists().find(({ list }) => contains(list, plain))?.kind ?? 'public';
}

/** True when the text can stand in `http.allow` and `http.deny`. */
export function isPolicyEntry(text: string): boolean {
  if ((ADDRESS_KINDS as readonly string[]).includes(text)) return true;
  if (isBlock(text)) return true;
  return !text.includes('/') && /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_-]+)*$/i.test(text);
}

/**
 * @param reach of whoever chose the host. `unasked`: a task chose it, and nobody has said that Treadle may leave the machine
 * for such a task, so that only addresses of the machine and of private networks are left.
 */
export function createGuard(policy: AddressPolicy, reach: 'asked' | 'unasked' = 'asked'): Guard {
  const allow = matcher(policy.allow);
  const deny = matcher(policy.deny);
  return {
    refusal(host, address, encrypted) {
      const kind = addressKind(address);
      if (allow(host, address, kind)) return undefined;
      const to = host === address ? address : `${host} (${address})`;
      if (deny(host, address, kind)) {
        return new Refused(`Connections to ${to} are denied by http.deny of Treadle's configuration`);
      }
      if (REFUSED.includes(kind)) {
        return new Refused(
          `Connections to ${to}, a ${kind} address, are refused unless http.allow of Treadle's configuration lists it`,
        );
      }
      if (reach === 'unasked' && kind === 'public') {
        return new Refused(
          `Connections to ${to}, which a task chose, are refused unless Treadle's configuration has aws: true, or http.allow lists it`,
        );
      }
      if (!encrypted && kind === 'public') {
        return new Refused(
          `Connections to ${to} need the scheme https unless http.allow of Treadle's configuration lists it`,
        );
      }
      return undefined;
    },
  };
}

type Matches = (host: string, address: string, kind: AddressKind) => boolean;

function matcher(entries: readonly string[]): Matches {
  const kinds = new Set(entries);
  const list = listOf(entries.filter(isBlock));
  const names = entries.filter((entry) => !isBlock(entry)).map((entry) => entry.toLowerCase());
  return (host, address, kind) => {
    if (kinds.has(kind) || contains(list, embeddedIpv4(address) ?? withoutZone(address))) return true;
    const name = host.toLowerCase().replace(/\.$/, '');
    return names.some((entry) => (entry.startsWith('*.') ? name.endsWith(entry.slice(1)) : name === entry));
  };
}

function isBlock(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/') as [string, string?];
  const bits = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : 0;
  if (bits === 0 || rest.length > 0 || address.includes('%')) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}

function listOf(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address, prefix] = block.split('/') as [string, string?];
    const four = isIP(address) === 4;
    list.addSubnet(address, Number(prefix ?? (four ? 32 : 128)), four ? 'ipv4' : 'ipv6');
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function withoutZone(address: string): string {
  return address.split('%')[0]!;
}

/** The IPv4 address that an IPv6 address carries. */
function embeddedIpv4(address: string): string | undefined {
  const groups = groupsOf(withoutZone(address));
  if (groups === undefined) return undefined;
  const dotted = (at: number): string =>
    [groups[at]! >> 8, groups[at]! & 255, groups[at + 1]! >> 8, groups[at + 1]! & 255].join('.');
  const starts = (...first: number[]): boolean => first.every((group, i) => groups[i] === group);
  if (starts(0, 0, 0, 0, 0, 0xffff)) return dotted(6);
  if (starts(0, 0, 0, 0, 0, 0) && (groups[6] !== 0 || groups[7]! > 1)) return dotted(6);
  if (starts(0, 0, 0, 0, 0xffff, 0) || starts(0x64, 0xff9b)) return dotted(6);
  return starts(0x2002) ? dotted(1) : undefined;
}

/** The eight groups of an IPv6 address; undefined for anything else. */
function groupsOf(address: string): number[] | undefined {
  if (isIP(address) !== 6) return undefined;
  const text = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) =>
      `${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`,
  );
  const [head = '', tail] = text.split('::');
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const front = parse(head);
  const back = parse(tail ?? '');
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}
