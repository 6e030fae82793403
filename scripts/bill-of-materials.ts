// The bill of materials and the notice, made from package-lock.json and what the bundle has.

/** What of package-lock.json (version 3) is read. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: true;
  readonly optional?: true;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  /** `node_modules/@scope/name` */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
  readonly integrity: string | undefined;
  /** Inside the published bundle. */
  readonly bundled: boolean;
}

interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

interface Manifest {
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
  readonly repository?: string | { readonly url?: string };
}

/** Every package once, by name and version, in that order. */
export function packagesOf({ packages }: LockFile, bundled: ReadonlySet<string>): Package[] {
  const found = new Map<string, Package>();
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '') continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const { version = '0', license, integrity } = entry;
    const key = `${name}@${version}`;
    const isBundled = bundled.has(path) || found.get(key)?.bundled === true;
    found.set(key, { path, name, version, license, integrity, bundled: isBundled });
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** @param manifestOf the package.json of a folder, which knows more of a package than the lock file. */
export function noticeOf(packages: readonly Package[], manifestOf: (folder: string) => Manifest): string {
  const lines = packages
    .filter(({ bundled }) => bundled)
    .map(({ name, version, license, path }) => {
      const manifest = manifestOf(path);
      const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name;
      const by = author === undefined ? '' : `, ${author.replace(/\s*[<(].*$/, '')}`;
      return `- ${name} ${version} (${license ?? manifest.license ?? 'licence not stated'})${by}`;
    });
  return `Treadle
Copyright the authors of Treadle. Licensed under the Apache License, Version 2.0 (LICENSE).

The published package contains the following packages, in parts or whole. Their licence texts are in
dist/THIRD-PARTY-LICENSES.txt of the package.

${lines.join('\n')}

models/ is reduced from the service models of botocore (https://github.com/boto/botocore), Copyright Amazon.com, Inc. or its
affiliates, licensed under the Apache License, Version 2.0.
`;
}

export function bomOf(product: Product, lock: LockFile, packages: readonly Package[]): object {
  const root = `pkg:npm/${product.name}@${product.version}`;
  const inLock = new Map(Object.entries(lock.packages));
  const byPath = new Map(
    [...inLock].filter(([path]) => path !== '').map(([path, entry]) => [path, refOf(path, entry)]),
  );
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': root,
        name: product.name,
        version: product.version,
        licenses: licensesOf(product.license),
        purl: root,
      },
    },
    components: packages.map(componentOf),
    dependencies: [
      { ref: root, dependsOn: packages.filter(({ bundled }) => bundled).map(purlOf) },
      ...packages.map((one) => {
        const { dependencies = {}, optionalDependencies = {} } = inLock.get(one.path) ?? {};
        const names = Object.keys({ ...dependencies, ...optionalDependencies });
        const refs = names.flatMap((name) => resolve(byPath, one.path, name) ?? []);
        return { ref: purlOf(one), dependsOn: [...new Set(refs)].sort(compare) };
      }),
    ],
  };
}

function componentOf(one: Package): object {
  return {
    type: 'library',
    'bom-ref': purlOf(one),
    name: one.name,
    version: one.version,
    // What is not bundled is there for development only: the published package has no dependencies.
    scope: one.bundled ? 'required' : 'excluded',
    ...(one.integrity !== undefined && { hashes: hashesOf(one.integrity) }),
    ...(one.license !== undefined && { licenses: licensesOf(one.license) }),
    purl: purlOf(one),
  };
}

/** Of Subresource Integrity: `sha512-` and Base64. */
function hashesOf(integrity: string): object[] {
  return integrity.split(' ').map((each) => {
    const [, bits, base64 = ''] = /^sha(\d+)-(.*)$/.exec(each) ?? [];
    return { alg: `SHA-${bits}`, content: Buffer.from(base64, 'base64').toString('hex') };
  });
}

function licensesOf(license: string): object[] {
  return /[ ()]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
}

function purlOf({ name, version }: Pick<Package, 'name' | 'version'>): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function refOf(path: string, { version = '0' }: LockEntry): string {
  return purlOf({ name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), version });
}

/** As Node resolves it: in the package, then in those around it, then at the top. */
function resolve(byPath: ReadonlyMap<string, string>, from: string, name: string): string | undefined {
  const parts = from.split('/node_modules/');
  for (let depth = parts.length; depth >= 0; depth--) {
    const prefix = depth === 0 ? '' : `${parts.slice(0, depth).join('/node_modules/')}/`;
    const found = byPath.get(`${prefix}node_modules/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
