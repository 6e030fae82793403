// A terminal's text with its colours (SGR sequences) → an SVG for the documentation:
//   tmux capture-pane -pe | node scripts/terminal-picture.ts "treadle run" > docs/images/treadle-run.svg
// Each run of characters is placed by its column, so the picture keeps its grid with whatever monospace font there is.

import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { columns } from '../src/cli/render/text.ts';

const FONT_SIZE = 14;
const COLUMN = 8.43;
const ROW = 20;
const MARGIN = 20;
const TITLE_BAR = 34;
const LEAST_COLUMNS = 72;

const COLOURS: Readonly<Record<number, string>> = {
  30: '#3b4252',
  31: '#f07178',
  32: '#8fd18b',
  33: '#f0c674',
  34: '#82aaff',
  35: '#c792ea',
  36: '#7fd4e0',
  37: '#d8dee9',
};
const PLAIN = '#dfe5ee';
const DIM = '#8590a3';
const PAPER = '#1d222b';
const FRAME = '#3a4250';

interface Style {
  readonly colour: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

interface Run {
  readonly column: number;
  readonly text: string;
  readonly style: Style;
}

const NORMAL: Style = { colour: undefined, bold: false, dim: false };

/** The style after one SGR sequence, which may hold several numbers. */
function restyle(style: Style, sequence: string): Style {
  let next = style;
  for (const code of (sequence === '' ? '0' : sequence).split(';').map(Number)) {
    if (code === 0) next = NORMAL;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 39) next = { ...next, colour: undefined };
    else if (code >= 90 && code <= 97) next = { ...next, colour: COLOURS[code - 60] };
    else if (COLOURS[code] !== undefined) next = { ...next, colour: COLOURS[code] };
  }
  return next;
}

/** Lines of styled runs; sequences that are not colours are dropped. */
function parse(text: string): Run[][] {
  let style = NORMAL;
  return text.split('\n').map((line) => {
    const runs: Run[] = [];
    let column = 0;
    for (const [, sequence, plain] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+|\x1b)/g)) {
      if (sequence !== undefined) {
        style = restyle(style, sequence);
        continue;
      }
      const shown = stripVTControlCharacters(plain ?? '');
      // Wide gaps would be collapsed: what stands behind one is placed by itself.
      for (const { 0: word, index } of shown.matchAll(/\S+(?: \S+)*/g)) {
        runs.push({ column: column + columns(shown.slice(0, index)), text: word, style });
      }
      column += columns(shown);
    }
    return runs;
  });
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function svg(lines: readonly Run[][], title: string): string {
  const widest = Math.max(LEAST_COLUMNS, ...lines.flat().map((run) => run.column + columns(run.text)));
  const width = Math.ceil(widest * COLUMN + 2 * MARGIN);
  const height = TITLE_BAR + lines.length * ROW + MARGIN;
  const text = lines.flatMap((runs, row) =>
    runs.map(({ column, text, style }) => {
      const x = (MARGIN + column * COLUMN).toFixed(1);
      const y = TITLE_BAR + row * ROW + FONT_SIZE;
      const fill = style.dim ? DIM : (style.colour ?? PLAIN);
      const weight = style.bold ? ' font-weight="bold"' : '';
      const length = (columns(text) * COLUMN).toFixed(1);
      return `<text x="${x}" y="${y}" fill="${fill}" textLength="${length}"${weight}>${escapeXml(text)}</text>`;
    }),
  );
  const dots = ['#e0736d', '#e0b45c', '#79b86a'].map(
    (fill, i) => `<circle cx="${MARGIN + 4 + i * 18}" cy="${TITLE_BAR / 2}" r="5" fill="${fill}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9" fill="${PAPER}" stroke="${FRAME}"/>`,
    ...dots,
    `<text x="${width / 2}" y="${TITLE_BAR / 2 + 4}" fill="${DIM}" text-anchor="middle" font-family="system-ui, sans-serif" font-size="12">${escapeXml(title)}</text>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" xml:space="preserve">`,
    ...text,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const lines = parse(readFileSync(0, 'utf8').trimEnd());
process.stdout.write(svg(lines, process.argv[2] ?? 'Terminal'));
