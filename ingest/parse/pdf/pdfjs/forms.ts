import type { FormField, PdfFile, TextItem } from './open.ts';

/** Fields that hold text a person wrote or chose; buttons and boxes hold states. */
const TEXT_FIELDS: ReadonlySet<string> = new Set(['text', 'combobox', 'listbox']);
/** Size a filled-in value is taken to have, and its share of a low field's height. */
const VALUE_SIZE = 10;
const HEIGHT_SHARE = 0.7;
/** Average width of a character, in font sizes. */
const CHARACTER_WIDTH = 0.5;

/**
 * What was filled in, by page, as text where its field stands: pdfjs keeps form values apart from page text.
 */
export async function readFormValues(file: PdfFile): Promise<ReadonlyMap<number, readonly TextItem[]>> {
  const byPage = new Map<number, TextItem[]>();
  const fields = await file.getFieldObjects().catch(() => null);
  for (const field of Object.values(fields ?? {}).flat()) {
    const page = (field.page ?? -1) + 1;
    const items = itemsOf(field);
    if (page < 1 || items.length === 0) continue;
    byPage.set(page, [...(byPage.get(page) ?? []), ...items]);
  }
  return byPage;
}

function itemsOf({ type, value, rect, hidden, password }: FormField): TextItem[] {
  if (type === undefined || !TEXT_FIELDS.has(type) || hidden === true || password === true) return [];
  const text = Array.isArray(value) ? value.join(' ') : value;
  if (typeof text !== 'string' || text.trim() === '' || rect === undefined) return [];
  const [left = 0, bottom = 0, right = 0, top = 0] = rect;
  const lines = text.split(/\r\n?|\n/);
  const size = Math.min(VALUE_SIZE, (HEIGHT_SHARE * Math.abs(top - bottom)) / lines.length || VALUE_SIZE);
  const first = Math.max(top, bottom) - size;
  return lines.map((line, at) => ({
    str: line,
    dir: 'ltr',
    width: Math.min(Math.abs(right - left), line.length * CHARACTER_WIDTH * size),
    height: size,
    transform: [size, 0, 0, size, Math.min(left, right), first - at * size * 1.2],
    fontName: 'form',
  }));
}
