// TypeScript as people write it for Lambda, where a bundler reads it: imports without an ending, `paths` of tsconfig.json, types
// imported like values, enums. Files are compiled one by one as they are imported, by the project's own esbuild or typescript;
// without one Node strips the types.
// Runs inside the function's process and shares nothing with Treadle.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, registerHooks, stripTypeScriptTypes } from 'node:module';
import { dirname, extname, isAbsolute, join, resolve as resolvePath, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SOURCE = /\.[mc]?tsx?$/;
/** What may stand in place of an ending that is not there, or of the one that the compiled file would have. */
const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
const COMPILED = { '.js': ['.ts', '.tsx'], '.mjs': ['.mts'], '.cjs': ['.cts'] };
const MOST_EXTENDED = 10;

/** @param handler absolute path of the file that the handler is in */
export function readTypeScript(handler) {
  const settings = settingsFor(dirname(handler));
  const compile = compilerFor(dirname(handler));
  registerHooks({
    resolve(specifier, context, next) {
      const found = fileFor(specifier, context.parentURL, settings);
      return found === undefined
        ? next(specifier, context)
        : { url: pathToFileURL(found).href, shortCircuit: true };
    },
    load(url, context, next) {
      if (!url.startsWith('file:') || !SOURCE.test(url) || url.includes('/node_modules/'))
        return next(url, context);
      const file = fileURLToPath(url);
      const isModule = extname(file) === '.mts' || (extname(file) !== '.cts' && isOfModules(file));
      return { ...compile(file, readFileSync(file, 'utf8'), isModule), shortCircuit: true };
    },
  });
}

/** @returns undefined for what Node finds by itself */
function fileFor(specifier, parentURL, { paths, baseUrl }) {
  if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') {
    if (parentURL === undefined || !parentURL.startsWith('file:') || parentURL.includes('/node_modules/'))
      return undefined;
    return fileAt(
      isAbsolute(specifier) ? specifier : resolvePath(dirname(fileURLToPath(parentURL)), specifier),
    );
  }
  if (/^[a-z][a-z+.-]*:/i.test(specifier) || parentURL?.includes('/node_modules/')) return undefined;
  for (const { prefix, suffix, targets } of paths) {
    if (!specifier.startsWith(prefix) || !specifier.endsWith(suffix)) continue;
    if (specifier.length < prefix.length + suffix.length) continue;
    const middle = specifier.slice(prefix.length, specifier.length - suffix.length);
    for (const target of targets) {
      const found = fileAt(target.replace('*', () => middle));
      if (found !== undefined) return found;
    }
  }
  return baseUrl === undefined ? undefined : fileAt(join(baseUrl, specifier));
}

/** The file of a path as TypeScript writes it, undefined when there is none. */
function fileAt(path) {
  if (isFile(path)) return path;
  const ending = extname(path);
  const candidates = [
    ...ENDINGS.map((one) => path + one),
    ...(COMPILED[ending] ?? []).map((one) => path.slice(0, -ending.length) + one),
    ...ENDINGS.map((one) => join(path, `index${one}`)),
  ];
  return candidates.find(isFile);
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** `paths` and `baseUrl` of the tsconfig.json beside the code or above it. */
function settingsFor(folder) {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'tsconfig.json');
    if (existsSync(file)) return settingsOf(file);
    if (dirname(at) === at) return { paths: [], baseUrl: undefined };
  }
}

function settingsOf(file) {
  let baseUrl;
  let mapped;
  let at = file;
  for (let count = 0; at !== undefined && count < MOST_EXTENDED; count++) {
    const { compilerOptions = {}, extends: parent } = readJsonc(at);
    const folder = dirname(at);
    if (baseUrl === undefined && typeof compilerOptions.baseUrl === 'string')
      baseUrl = resolvePath(folder, compilerOptions.baseUrl);
    if (mapped === undefined && typeof compilerOptions.paths === 'object' && compilerOptions.paths !== null)
      mapped = { folder, paths: compilerOptions.paths };
    const next =
      typeof parent === 'string' && parent.startsWith('.') ? resolvePath(folder, parent) : undefined;
    at = next === undefined ? undefined : [next, `${next}.json`].find(isFile);
  }
  const from = baseUrl ?? mapped?.folder ?? dirname(file);
  const paths = Object.entries(mapped?.paths ?? {}).map(([pattern, targets]) => {
    const [prefix, suffix] = pattern.includes('*') ? pattern.split('*', 2) : [pattern, ''];
    return { prefix, suffix, targets: [targets].flat().map((target) => resolvePath(from, String(target))) };
  });
  return { baseUrl, paths };
}

/** JSON with comments and commas at the end of lists, as tsconfig.json is. */
function readJsonc(file) {
  const text = readFileSync(file, 'utf8')
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_whole, string) => string ?? '')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_whole, string) => string ?? '');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${file}: ${error.message}`);
  }
}

/** Whether `.ts` files there are modules: `"type": "module"` of the nearest package.json. */
function isOfModules(file) {
  for (let at = dirname(file); ; at = dirname(at)) {
    const manifest = join(at, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
    if (dirname(at) === at) return false;
  }
}

/** The compiler that the code's own project has. */
function compilerFor(folder) {
  const require = createRequire(join(folder, 'x.js'));
  const own = (name) => {
    try {
      return require(name);
    } catch (error) {
      if (/MODULE_NOT_FOUND$|ERR_REQUIRE_ESM/.test(error.code)) return undefined;
      throw error;
    }
  };
  // Its esbuild is a process of its own, which a function under Node's permission model may not start.
  const mayStart = process.permission === undefined || process.permission.has('child');
  const esbuild = mayStart ? own('esbuild') : undefined;
  if (esbuild !== undefined) return (file, source, isModule) => byEsbuild(esbuild, file, source, isModule);
  const typescript = own('typescript');
  if (typeof typescript?.transpileModule === 'function')
    return (file, source, isModule) => byTypeScript(typescript, file, source, isModule);
  return stripped;
}

function byEsbuild(esbuild, file, source, isModule) {
  const { code } = esbuild.transformSync(source, {
    loader: /x$/.test(file) ? 'tsx' : 'ts',
    format: isModule ? 'esm' : 'cjs',
    target: `node${process.versions.node}`,
    sourcefile: file,
    sourcemap: 'inline',
  });
  return { format: isModule ? 'module' : 'commonjs', source: code };
}

function byTypeScript(typescript, file, source, isModule) {
  const { outputText } = typescript.transpileModule(source, {
    fileName: file,
    compilerOptions: {
      module: isModule ? typescript.ModuleKind.ESNext : typescript.ModuleKind.CommonJS,
      target: typescript.ScriptTarget.ES2022,
      esModuleInterop: true,
      inlineSourceMap: true,
      jsx: typescript.JsxEmit?.React,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  return { format: isModule ? 'module' : 'commonjs', source: outputText };
}

/** Types become white space. What is imported and only a type is left out, as a compiler does. */
function stripped(file, source, isModule) {
  let text;
  try {
    text = stripTypeScriptTypes(source);
  } catch (error) {
    const what = `${file.split(sep).join('/')}: ${error.message.trim().split('\n').pop()}`;
    const isUnsupported = error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
    const remedy = '; such TypeScript needs a compiler: npm install --save-dev esbuild';
    throw new SyntaxError(isUnsupported ? `${what}${remedy}` : what, { cause: error });
  }
  const uses = text.replace(/^\s*import\b[^;'"]*?from\s*(['"]).*?\1/gm, '');
  const code = text.replace(
    /^(\s*import\s+)([^;'"]*?)(\s+from\s*(['"]).*?\4)/gm,
    (whole, begin, names, end) => {
      const kept = usedNames(names, (name) =>
        new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(uses),
      );
      if (kept === names) return whole;
      // Without a name nothing is imported; the lines stay where they are.
      return kept === '' ? whole.replace(/[^\n]/g, ' ') : `${begin}${kept}${end}`;
    },
  );
  const hasModuleSyntax =
    /^\s*(import\s*[\w*{'"]|export\s)/m.test(code) || /^\s*import\s*[\w*{'"]|^\s*export\s/m.test(text);
  return { format: isModule || hasModuleSyntax ? 'module' : 'commonjs', source: code };
}

/** `a, { b, c as d }` with what is used of it; '' when nothing is. */
function usedNames(names, isUsed) {
  const braces = /\{([^}]*)\}/.exec(names);
  const listed =
    braces === null
      ? []
      : braces[1]
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean);
  const kept = listed.filter((name) => isUsed(name.split(/\s+as\s+/).at(-1)));
  const outside = names.replace(/,?\s*\{[^}]*\}/, '').trim();
  const outsideName = outside.replace(/^\*\s+as\s+/, '');
  const keepsOutside = outside !== '' && isUsed(outsideName);
  if (kept.length === listed.length && (outside === '' || keepsOutside)) return names;
  return [keepsOutside ? outside : '', kept.length > 0 ? `{ ${kept.join(', ')} }` : '']
    .filter(Boolean)
    .join(', ');
}
