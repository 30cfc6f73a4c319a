import type { OfficeContentNode, OfficeParserAST, OfficeParserConfig } from 'officeparser';
import type { Block, Warning } from '../document.ts';
import { isUnmarkedHeader } from './header-row.ts';
import { cleanLine } from './tidy.ts';

/** Nothing is fetched or recognised, and no markup is kept twice. */
export const OFFICE_CONFIG: OfficeParserConfig = {
  // Charts come as attachments; pictures were left out of the archive before.
  extractAttachments: true,
  ocr: false,
  includeRawContent: false,
  ignoreSlideMasters: true,
  ignoreInternalLinks: true,
};

type ChartData = NonNullable<OfficeParserAST['attachments'][number]['chartData']>;

interface Context {
  readonly charts: ReadonlyMap<string, ChartData>;
  readonly titleStyles: ReadonlySet<string>;
  readonly page: number | null;
}

/** Node types that are part of their block's line. */
const INLINE = new Set(['text', 'break', 'embed']);

/**
 * Blocks of officeparser's tree (its reader of OpenDocument and PowerPoint). `titleStyles` are the paragraph
 * styles that mean a title, which OpenDocument does not mark as a heading.
 */
export function astToBlocks(
  ast: Pick<OfficeParserAST, 'content' | 'attachments'>,
  titleStyles: ReadonlySet<string> = new Set(),
): Block[] {
  const charts = new Map<string, ChartData>();
  for (const { name, chartData } of ast.attachments) {
    if (name !== undefined && chartData !== undefined) charts.set(name, chartData);
  }
  const context: Context = { charts, titleStyles, page: null };
  return ast.content.flatMap((node) =>
    node.type === 'slide' ? slideToBlocks(node, context) : nodeToBlocks(node, context),
  );
}

/** What officeparser itself could not read or would not repeat without end. */
const LOSSES = new Set<string>([
  'CONTENT_PART_NOT_READ',
  'TABLE_CELL_LIMIT_EXCEEDED',
  'REPEATED_CONTENT_LIMIT_EXCEEDED',
]);

export function astWarnings({ warnings }: Pick<OfficeParserAST, 'warnings'>): Warning[] {
  return warnings
    .filter((issue) => LOSSES.has(issue.code))
    .map((issue) => ({ code: 'part-skipped', detail: cleanLine(issue.message) }));
}

/** The first real title: a heading made up for a slide without one names nothing. */
export function firstTitle(blocks: readonly Block[]): string | null {
  const found = blocks.find((block) => block.kind === 'heading' && block.text !== slideName(block.page));
  return found?.kind === 'heading' ? found.text : null;
}

const slideName = (page: number | null): string => `Slide ${page ?? ''}`.trim();

/**
 * A slide begins with a heading, its title wherever that is drawn or its number, so that no text of it counts
 * as part of the slide before. Speaker notes and comments follow as paragraphs.
 */
function slideToBlocks(slide: OfficeContentNode & { type: 'slide' }, context: Context): Block[] {
  const page = slide.metadata?.slideNumber ?? null;
  const here = { ...context, page };
  const body = (slide.children ?? []).flatMap((node) => nodeToBlocks(node, here)).filter(isNotNumber);
  const notes = asideBlocks(slide, here).filter(isNotNumber);
  const titleAt = body.findIndex((block) => block.kind === 'heading');
  const [title] = titleAt === -1 ? [] : body.splice(titleAt, 1);
  if (title === undefined && body.length + notes.length === 0) return [];
  const text = title?.kind === 'heading' ? title.text : slideName(page);
  return [
    { kind: 'heading', level: 1, text, page },
    ...body.map((block) => (block.kind === 'heading' ? { ...block, level: 2 } : block)),
    ...notes,
  ];
}

/** The slide-number field prints the page, which every block already carries. */
function isNotNumber(block: Block): boolean {
  return block.kind === 'table' || block.text !== String(block.page);
}

/** Notes and comments on a node, as paragraphs whatever their style. */
function asideBlocks(node: OfficeContentNode, context: Context): Block[] {
  return [...(node.notes ?? []), ...(node.comments ?? [])]
    .flatMap((aside) => nodeToBlocks(aside, context))
    .map((block) => (block.kind === 'heading' ? { ...block, kind: 'paragraph' } : block));
}

function nodeToBlocks(node: OfficeContentNode, context: Context): Block[] {
  return [...ownBlocks(node, context), ...asideBlocks(node, context)];
}

function ownBlocks(node: OfficeContentNode, context: Context): Block[] {
  switch (node.type) {
    case 'table':
      return [tableToBlock(node, context)];
    case 'chart':
      return chartToBlocks(context.charts.get(node.metadata?.attachmentName ?? ''), context.page);
    case 'image':
      return pictureToBlocks(node.metadata?.altText, context.page);
    default:
      return textBlocks(node, context);
  }
}

/** What the author says a picture shows; names that programs give to pictures say nothing. */
function pictureToBlocks(said: string | undefined, page: number | null): Block[] {
  const text = cleanLine(said ?? '');
  const isName = !text.includes(' ') || /\.\w{3,4}$|^\p{L}+ ?\d+$/u.test(text);
  return isName ? [] : [{ kind: 'paragraph', text, page }];
}

/** The node's own line, then the blocks inside it. */
function textBlocks(node: OfficeContentNode, context: Context): Block[] {
  const children = node.children ?? [];
  const inline = children.filter((child) => INLINE.has(child.type));
  const line = cleanLine(children.length === 0 ? (node.text ?? '') : inlineText(inline));
  const own = line === '' ? [] : [toBlock(node, line, context)];
  const inner = children.filter((child) => !INLINE.has(child.type));
  return [
    ...own,
    ...inner.flatMap((child) => nodeToBlocks(child, context)),
    ...inline.flatMap((child) => asideBlocks(child, context)),
  ];
}

function toBlock(node: OfficeContentNode, text: string, { page, titleStyles }: Context): Block {
  if (node.type === 'heading') return { kind: 'heading', level: node.metadata?.level ?? 1, text, page };
  if (node.type === 'list') return { kind: 'item', text, page };
  if (node.type === 'paragraph' && titleStyles.has(node.metadata?.style ?? '')) {
    return { kind: 'heading', level: 1, text, page };
  }
  return { kind: 'paragraph', text, page };
}

function inlineText(inline: readonly OfficeContentNode[]): string {
  return inline.map((child) => (child.type === 'break' ? ' ' : (child.text ?? ''))).join('');
}

/** The tree does not mark header rows. */
function tableToBlock(table: OfficeContentNode, context: Context): Block {
  const rows = (table.children ?? [])
    .filter((row) => row.type === 'row')
    .map((row) => (row.children ?? []).map((cell) => cellText(cell, context)));
  const [first = [], ...rest] = rows;
  const named = isUnmarkedHeader(rows);
  return { kind: 'table', header: named ? first : [], rows: named ? rest : rows, page: context.page };
}

function cellText(cell: OfficeContentNode, context: Context): string {
  const blocks = (cell.children ?? []).flatMap((child) => nodeToBlocks(child, context));
  if (blocks.length === 0) return cleanLine(cell.text ?? '');
  return blocks
    .map((block) => (block.kind === 'table' ? [block.header, ...block.rows].flat().join(' ') : block.text))
    .join(' ');
}

/** A chart's figures as the table they were drawn from: a row for each label, a column for each series. */
function chartToBlocks(chart: ChartData | undefined, page: number | null): Block[] {
  if (chart === undefined) return [];
  const title: Block[] = chart.title ? [{ kind: 'paragraph', text: chart.title, page }] : [];
  const length = Math.max(0, ...chart.dataSets.map((set) => set.values.length));
  const rows = Array.from({ length }, (_, i) => [
    chart.labels[i] ?? '',
    ...chart.dataSets.map((set) => set.values[i] ?? ''),
  ]);
  const header = [chart.xAxisTitle ?? '', ...chart.dataSets.map((set) => set.name ?? '')];
  return [...title, { kind: 'table', header, rows, page }];
}
