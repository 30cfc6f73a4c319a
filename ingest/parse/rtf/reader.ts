import iconv from 'iconv-lite';
import type { Block } from '../../document.ts';
import { cleanLine } from '../tidy.ts';
import { destinationFlow } from './destinations.ts';
import { type Group, START } from './group.ts';
import { RtfTable } from './table.ts';
import type { RtfToken } from './tokens.ts';
import { CHARACTERS, CHARSET_PAGES } from './words.ts';

const PARAGRAPH_ENDS = new Set(['par', 'sect', 'page']);
const HEADING_STYLE = /^(?:heading|titolo|überschrift|titre|título|kop)\s+([1-9])\b/i;
/** Groups nested deeper than this are an attack: what is in them is passed over. */
const MAX_NESTING = 2_000;
const MAX_OUTLINE = 9;

/** Follows the groups of an RTF document and gathers its blocks. */
export class RtfReader {
  readonly blocks: Block[] = [];
  title = '';
  /** Groups that were never closed: the file is cut off. */
  get open(): number {
    return this.#stack.length;
  }

  readonly #stack: Group[] = [];
  #now: Group = START;
  #tooDeep = 0;
  /** The next word says what the group is; `\*` came before it. */
  #starred = false;
  #first = false;
  #bytes: number[] = [];
  #skip = 0;
  #text = '';
  #note = '';
  #notes: string[] = [];
  #header = '';
  readonly #headers = new Set<string>();
  #isItem = false;
  #font = 0;
  readonly #fonts = new Map<number, string>();
  #ansi = 'cp1252';
  #styleName = '';
  readonly #styles = new Map<number, number>();
  readonly #table = new RtfTable();

  take(token: RtfToken): void {
    if (token.kind !== 'byte') this.#flushBytes();
    switch (token.kind) {
      case 'open':
        if (this.#stack.length >= MAX_NESTING) this.#tooDeep++;
        else this.#stack.push(this.#now);
        this.#starred = false;
        this.#first = true;
        return;
      case 'close':
        this.#closeGroup();
        return;
      case 'word':
        this.#word(token.word, token.param);
        return;
      case 'byte':
        this.#first = false;
        if (this.#skip > 0) this.#skip--;
        else this.#bytes.push(token.byte);
        return;
      case 'text':
        this.#first = false;
        if (this.#skip > 0) this.#skip--;
        else this.#write(token.text);
    }
  }

  finish(): void {
    this.#flushBytes();
    this.#endParagraph();
    this.#endTable();
    // Running heads belong to no section: once each, before the text.
    const heads = [...this.#headers].filter((text) => /\p{L}{2}/u.test(text));
    this.blocks.unshift(...heads.map((text): Block => ({ kind: 'paragraph', text, page: null })));
  }

  #closeGroup(): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return;
    }
    const ended = this.#now;
    const outer = this.#stack.pop();
    if (outer === undefined) return;
    if (ended.flow === 'note' && outer.flow !== 'note') {
      const note = cleanLine(this.#note);
      if (note !== '') this.#notes.push(note);
      this.#note = '';
    }
    if (ended.flow === 'header' && outer.flow !== 'header') {
      this.#headers.add(cleanLine(this.#header));
      this.#header = '';
    }
    if (ended.flow === 'styles' && this.#styleName !== '') this.#endStyle(ended.style);
    // Formatting of a paragraph outlives the group it was set in: the paragraph ends after it.
    const kept = outer.flow === 'body' && ended.flow === 'body';
    this.#now = kept
      ? { ...outer, inTable: ended.inTable, outline: ended.outline, style: ended.style }
      : outer;
    this.#first = false;
    this.#skip = 0;
  }

  #word(word: string, param: number | null): void {
    if (word === '*') {
      this.#starred = true;
      return;
    }
    const isFirst = this.#first;
    this.#first = false;
    if (this.#skip > 0 && word !== 'u') this.#skip = 0;
    if (isFirst || this.#starred) {
      if (this.#destination(word)) return;
    }
    this.#format(word, param);
  }

  /** True when the word opens a destination. */
  #destination(word: string): boolean {
    const starred = this.#starred;
    this.#starred = false;
    const flow = destinationFlow(word, starred, this.#now.flow);
    if (flow === null) return false;
    this.#set({ flow });
    return true;
  }

  #format(word: string, param: number | null): void {
    const character = CHARACTERS[word];
    if (character !== undefined) this.#write(character);
    else if (PARAGRAPH_ENDS.has(word)) this.#paragraph();
    else if (word === 'cell' || word === 'nestcell') this.#endCell();
    else if (word === 'row' || word === 'nestrow') this.#endRow();
    else if (word === 'trhdr') this.#table.rowIsHead = true;
    else if (word === 'trowd') this.#table.rowIsHead = false;
    else if (word === 'u') {
      this.#skip = this.#now.unicodeSkip;
      this.#write(String.fromCharCode((param ?? 0) & 0xffff));
    } else {
      const change = this.#change(word, param);
      if (change === null) this.#encoding(word, param);
      else this.#set(change);
    }
  }

  /** What the word changes of the group; null when it is none of these. */
  #change(word: string, param: number | null): Partial<Group> | null {
    switch (word) {
      case 'uc':
        return { unicodeSkip: Math.min(Math.max(0, param ?? 1), 8) };
      case 'pard':
        return { inTable: false, outline: null, style: 0 };
      case 'plain':
        return { hidden: false, codePage: this.#ansi };
      case 'intbl':
        return { inTable: true };
      case 'outlinelevel':
        return { outline: param };
      case 's':
        return { style: param ?? 0 };
      case 'v':
      case 'deleted':
        return { hidden: param !== 0 };
      default:
        return null;
    }
  }

  #encoding(word: string, param: number | null): void {
    if (word === 'ansicpg' && param !== null && iconv.encodingExists(`cp${param}`)) {
      this.#ansi = `cp${param}`;
      this.#set({ codePage: this.#ansi });
    } else if (word === 'mac' || word === 'pc' || word === 'pca') {
      this.#ansi = { mac: 'macintosh', pc: 'cp437', pca: 'cp850' }[word];
      this.#set({ codePage: this.#ansi });
    } else if (word === 'f' && this.#now.flow === 'fonts') {
      this.#font = param ?? 0;
    } else if (word === 'fcharset') {
      const page = CHARSET_PAGES[param ?? 0];
      // Charset 0 of Western fonts says nothing where the whole document is in another code page.
      if (page !== undefined && param !== 0) this.#fonts.set(this.#font, page);
    } else if (word === 'f') {
      this.#set({ codePage: this.#fonts.get(param ?? 0) ?? this.#ansi });
    }
  }

  #set(change: Partial<Group>): void {
    this.#now = { ...this.#now, ...change };
  }

  #flushBytes(): void {
    if (this.#bytes.length === 0) return;
    const bytes = Buffer.from(this.#bytes);
    this.#bytes = [];
    this.#write(iconv.decode(bytes, this.#now.codePage));
  }

  #write(text: string): void {
    if (this.#now.hidden || this.#tooDeep > 0) return;
    switch (this.#now.flow) {
      case 'body':
        if (this.#now.inTable) this.#table.cell += text;
        else this.#text += text;
        return;
      case 'note':
        this.#note += text;
        return;
      case 'header':
        this.#header += text;
        return;
      case 'title':
        this.title += text;
        return;
      case 'styles':
        this.#styleName += text;
        return;
      case 'bullet':
        this.#isItem = true;
        return;
      default:
    }
  }

  #endStyle(style: number): void {
    const level = HEADING_STYLE.exec(this.#styleName.trim())?.[1];
    if (level !== undefined) this.#styles.set(style, Number(level));
    this.#styleName = '';
  }

  #paragraph(): void {
    if (this.#now.flow === 'note') this.#note += ' ';
    else if (this.#now.flow === 'header') this.#header += ' ';
    else if (this.#now.flow === 'body') {
      if (this.#now.inTable) this.#table.cell += ' ';
      else this.#endParagraph();
    }
  }

  #endParagraph(): void {
    const text = cleanLine(this.#text);
    this.#text = '';
    const isItem = this.#isItem;
    this.#isItem = false;
    if (text !== '') {
      this.#endTable();
      const { outline, style } = this.#now;
      const level =
        outline !== null && outline >= 0 && outline < MAX_OUTLINE ? outline + 1 : this.#styles.get(style);
      if (level !== undefined) this.blocks.push({ kind: 'heading', level, text, page: null });
      else this.blocks.push({ kind: isItem ? 'item' : 'paragraph', text, page: null });
    }
    this.#endNotes();
  }

  #endNotes(): void {
    for (const text of this.#notes) this.blocks.push({ kind: 'paragraph', text, page: null });
    this.#notes = [];
  }

  #endCell(): void {
    if (this.#now.flow !== 'body') return;
    // A table may begin without the paragraph before it having ended.
    if (!this.#now.inTable) {
      this.#table.cell = `${this.#text}${this.#table.cell}`;
      this.#text = '';
    }
    this.#table.endCell();
    this.#isItem = false;
  }

  #endRow(): void {
    if (this.#now.flow === 'body') this.#table.endRow();
  }

  #endTable(): void {
    const block = this.#table.finish();
    if (block === null) return;
    this.blocks.push(block);
    this.#endNotes();
  }
}
