// What the architecture test reads of a TypeScript file without a compiler (TypeScript 7 has no API for it):
// comments and the insides of strings are blanked, position by position, and the module specifiers are listed.

export interface ModuleReference {
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  /** `import type`, `export type`, or every name in the braces marked `type`: gone at run time. */
  readonly typeOnly: boolean;
}

export interface SourceText {
  /** Same length and lines as the text: comments and insides of strings are spaces. */
  readonly code: string;
  /** The comments, joined, each starting on its own line; everything else is blank. */
  readonly comments: string;
  readonly references: readonly ModuleReference[];
}

/** Splits a TypeScript or JavaScript file. Never throws: broken code gives what can be made out. */
export function readSource(text: string): SourceText {
  const { code, comments, strings } = separate(text);
  return { code, comments, references: references(code, strings) };
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

interface Separated {
  readonly code: string;
  readonly comments: string;
  /** Offset of the opening quote → what the string says. */
  readonly strings: ReadonlyMap<number, string>;
}

/** A slash after one of these starts a regular expression, after anything else it divides. */
const BEFORE_REGEX =
  /(?:^|[=([{,;:!&|?+\-*%~^<>}]|\b(?:return|typeof|case|of|in|do|else|void|throw|await|yield))$/;

function separate(text: string): Separated {
  const code = [...blank(text)];
  const comments = [...blank(text)];
  const strings = new Map<number, string>();
  /** Depth of braces at which each open `${` ends. */
  const templates: number[] = [];
  let depth = 0;
  let i = 0;

  const keep = (into: string[], from: number, to: number): void => {
    for (let at = from; at < to; at++) into[at] = text[at] as string;
  };
  const quoted = (quote: string): void => {
    const from = i++;
    while (i < text.length && text[i] !== quote && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1;
    i = Math.min(i + 1, text.length);
    code[from] = quote;
    if (text[i - 1] === quote) code[i - 1] = quote;
    strings.set(from, text.slice(from + 1, i - 1));
  };
  /** From a backtick or from the brace that closes a `${…}`. */
  const template = (): void => {
    code[i] = text[i] as string;
    i++;
    while (i < text.length && text[i] !== '`') {
      if (text[i] === '$' && text[i + 1] === '{') {
        code[i + 1] = '{';
        i += 2;
        templates.push(depth++);
        return;
      }
      i += text[i] === '\\' ? 2 : 1;
    }
    if (i < text.length) code[i++] = '`';
  };
  const regex = (): void => {
    code[i++] = '/';
    let inClass = false;
    while (i < text.length && text[i] !== '\n' && (inClass || text[i] !== '/')) {
      if (text[i] === '[') inClass = true;
      else if (text[i] === ']') inClass = false;
      i += text[i] === '\\' ? 2 : 1;
    }
    if (text[i] === '/') code[i++] = '/';
  };

  while (i < text.length) {
    const two = text.slice(i, i + 2);
    const char = text[i] as string;
    if (two === '//' || two === '/*') {
      const from = i;
      const end = two === '//' ? text.indexOf('\n', i) : text.indexOf('*/', i + 2);
      i = end === -1 ? text.length : two === '//' ? end : end + 2;
      keep(comments, from, i);
    } else if (char === '"' || char === "'") quoted(char);
    else if (char === '`') template();
    else if (
      char === '/' &&
      BEFORE_REGEX.test(
        code
          .slice(Math.max(0, i - 200), i)
          .join('')
          .trimEnd(),
      )
    )
      regex();
    else if (char === '}' && templates.at(-1) === depth - 1) {
      templates.pop();
      depth--;
      template();
    } else {
      if (char === '{') depth++;
      if (char === '}') depth--;
      code[i] = char;
      i++;
    }
  }
  return { code: code.join(''), comments: comments.join(''), strings };
}

/** Spaces in place of everything but line ends; UTF-16 units, so offsets stay. */
function blank(text: string): string[] {
  const out: string[] = new Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text[i] === '\n' ? '\n' : ' ';
  return out;
}

const STATIC = /\b(import|export)\b(\s+type\b(?!\s*,|\s+from\s*['"]))?([^;'"`()=]*?)(?:\bfrom\s*)?(['"])/g;
const DYNAMIC = /\bimport\s*\(\s*(['"])|\bnew\s+URL\s*\(\s*(['"])|\bimport\.meta\.resolve\s*\(\s*(['"])/g;

function references(code: string, strings: ReadonlyMap<number, string>): ModuleReference[] {
  const found: ModuleReference[] = [];
  for (const match of code.matchAll(STATIC)) {
    const [whole, keyword, type, clause = ''] = match;
    if (keyword === 'export' && !/\bfrom\s*['"]$/.test(whole)) continue;
    const specifier = strings.get(match.index + whole.length - 1);
    if (specifier === undefined) continue;
    const names =
      /\{([^}]*)\}/
        .exec(clause)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const allTypes = names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
    const onlyBraces = clause.replace(/\{[^}]*\}/, '').trim() === '';
    const typeOnly = type !== undefined || (allTypes && onlyBraces);
    found.push({ specifier, line: lineAt(code, match.index), typeOnly });
  }
  for (const match of code.matchAll(DYNAMIC)) {
    const specifier = strings.get(match.index + match[0].length - 1);
    if (specifier !== undefined) found.push({ specifier, line: lineAt(code, match.index), typeOnly: false });
  }
  return found;
}
