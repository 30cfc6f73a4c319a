import { Parser as XmlParser } from 'htmlparser2';
import type { Warning } from '../document.ts';
import { dataToBlocks } from './data/blocks.ts';
import { type DataNode, leaf, MAX_DATA_DEPTH } from './data/tree.ts';
import { decodeText } from './decode.ts';
import { nestedTooDeep } from './json.ts';
import type { Parser } from './parser.ts';
import { cleanLine, truncated } from './tidy.ts';

/** Elements of one file; more is a database export, cut with a warning. */
const MAX_ELEMENTS = 500_000;
const ENCODING = /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/i;
/** Where a declaration of the encoding stands at the latest. */
const DECLARATION_WITHIN = 256;
/** Attributes that say how to read the file, not what it says. */
const NOISE = /^(xmlns(:.*)?|xsi:.*|xml:(space|base|id))$/i;
/** What a drawing says in words. */
const DRAWING_TEXT = new Set(['title', 'desc', 'text']);

interface Element {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: (Element | string)[];
}

/**
 * XML of any kind: values with the names of the elements they stand in, elements alike as a table; of an SVG
 * drawing only its words. Document types and entities they declare are never resolved, and nothing is fetched.
 */
export const parseXml: Parser = async ({ bytes, limits }) => {
  const start = Buffer.from(bytes.subarray(0, DECLARATION_WITHIN)).toString('latin1');
  const decoded = decodeText(bytes, ENCODING.exec(start)?.[1] ?? null);
  const warnings: Warning[] = [...decoded.warnings];
  const { root, cut } = readTree(decoded.text);
  const node = root.name === 'svg' ? drawing(root) : toNode(root, 0);
  const written = dataToBlocks(node, limits.maxCharacters);
  if (cut || written.cut) warnings.push(truncated(limits.maxCharacters));
  if (written.tooDeep) warnings.push(nestedTooDeep());
  return { ok: true, document: { title: null, blocks: written.blocks, pages: null, warnings } };
};

function readTree(xml: string): { root: Element; cut: boolean } {
  const top: Element = { name: '', attributes: [], children: [] };
  const open: Element[] = [top];
  let elements = 0;
  const parser = new XmlParser(
    {
      onopentag(name, attributes) {
        elements++;
        const element: Element = {
          name: name.replace(/^.*:/, ''),
          attributes: Object.entries(attributes).filter(([key]) => !NOISE.test(key)),
          children: [],
        };
        if (elements <= MAX_ELEMENTS) open.at(-1)?.children.push(element);
        open.push(element);
      },
      ontext(data) {
        if (elements > MAX_ELEMENTS) return;
        const children = open.at(-1)?.children;
        if (typeof children?.at(-1) === 'string') children.push(`${children.pop()}${data}`);
        else children?.push(data);
      },
      onclosetag() {
        if (open.length > 1) open.pop();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  const root = top.children.find((child) => typeof child !== 'string');
  return { root: root ?? top, cut: elements > MAX_ELEMENTS };
}

/** An element with words of its own reads as one text, marked-up words in it included. */
function toNode(element: Element, depth: number): DataNode {
  if (depth > MAX_DATA_DEPTH + 1) return leaf('');
  const inner = element.children.filter((child) => typeof child !== 'string');
  const hasWords = element.children.some((child) => typeof child === 'string' && child.trim() !== '');
  if (hasWords || (inner.length === 0 && element.attributes.length === 0)) {
    const text = leaf(textOf(element));
    if (element.attributes.length === 0) return text;
    return { kind: 'fields', entries: [...attributesOf(element), ['text', text]] };
  }
  const groups = new Map<string, Element[]>();
  for (const child of inner) {
    const group = groups.get(child.name);
    if (group === undefined) groups.set(child.name, [child]);
    else group.push(child);
  }
  const entries = [...groups].map(([name, group]): readonly [string, DataNode] => {
    const nodes = group.map((child) => toNode(child, depth + 1));
    return [name, nodes.length === 1 ? (nodes[0] ?? leaf('')) : { kind: 'list', items: nodes }];
  });
  return { kind: 'fields', entries: [...attributesOf(element), ...entries] };
}

const attributesOf = ({ attributes }: Element): (readonly [string, DataNode])[] =>
  attributes.map(([name, value]) => [name, leaf(value)] as const);

/** All words in an element; its stack is our own, for the nesting is the file's. */
function textOf(element: Element): string {
  const words: string[] = [];
  const waiting: (Element | string)[] = [element];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node === 'string') words.push(node);
    else for (let i = node.children.length - 1; i >= 0; i--) waiting.push(node.children[i] ?? '');
  }
  return cleanLine(words.join(''));
}

function drawing(root: Element): DataNode {
  const items: DataNode[] = [];
  const waiting: Element[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (DRAWING_TEXT.has(node.name)) items.push(leaf(textOf(node)));
    else {
      for (let i = node.children.length - 1; i >= 0; i--) {
        const child = node.children[i];
        if (child !== undefined && typeof child !== 'string') waiting.push(child);
      }
    }
  }
  return { kind: 'list', items };
}
