import { isProvenText } from './decode.ts';
import { extensionOf } from './extension.ts';
import { OleStreams } from './ole-streams.ts';

/** Types that are programs, as detection names them. */
const PROGRAM_TYPES = new Set([
  'exe',
  'elf',
  'macho',
  'class',
  'jar',
  'apk',
  'msi',
  'wasm',
  'deb',
  'rpm',
  'swf',
]);
/** What Windows or a shell runs by its name; as text it looks like any other. */
const SCRIPTS = new Set(
  'bat,cmd,com,ps1,psm1,psd1,vbs,vbe,js,mjs,cjs,jse,ws,wsf,wsc,wsh,hta,sct,reg,scr,pif,lnk,inf,cpl,sh,bash,zsh,ksh,csh,fish,py,pl,rb,applescript,command'.split(
    ',',
  ),
);
/** ELF, and Mach-O in both widths and byte orders. */
const PROGRAM_STARTS = ['7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe'];
/** BIFF record BOUNDSHEET and its sheet type "Excel 4.0 macros" ([MS-XLS] 2.4.28). */
const BOUND_SHEET = 0x0085;
const MACRO_SHEET = 1;

/** True for what a computer runs: by type, by its first bytes, or a script by `#!` or its extension. */
export function isProgram(type: string, bytes: Uint8Array, name: string): boolean {
  if (PROGRAM_TYPES.has(type) || SCRIPTS.has(extensionOf(name))) return true;
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (PROGRAM_STARTS.includes(start) || start.startsWith('2321')) return true;
  // "MZ" opens every program of Windows, whatever else the file also is; and a letter about the MZ class.
  return start.startsWith('4d5a') && !isProvenText(bytes);
}

/** Basic and scripts of Office and OpenDocument containers, and Excel 4 macro sheets, by the names of their parts. */
export function zipHasMacros(names: readonly string[]): boolean {
  return names.some(
    (name) =>
      /(^|\/)vbaProject\.bin$|(^|\/)(macrosheets|intlmacrosheets)\/./i.test(name) ||
      (/^(Basic|Scripts)\/.+\/./i.test(name) && !/script-l[bc]\.xml$/i.test(name)),
  );
}

/** Visual Basic projects in old Office files, and Excel 4 macro sheets in old workbooks. */
export function oleHasMacros(bytes: Uint8Array, names: readonly string[]): boolean {
  const lower = names.map((name) => name.toLowerCase());
  if (lower.some((name) => name === '_vba_project' || name === '_vba_project_cur')) return true;
  if (!lower.includes('workbook') && !lower.includes('book')) return false;
  try {
    const streams = new OleStreams(bytes);
    return hasMacroSheet(streams.stream('Workbook') ?? streams.stream('Book') ?? new Uint8Array());
  } catch {
    return false;
  }
}

/** Walks the records of the workbook's globals, where every sheet is announced with its type. */
function hasMacroSheet(book: Uint8Array): boolean {
  const view = new DataView(book.buffer, book.byteOffset, book.byteLength);
  for (let at = 0; at + 4 <= book.length; at += 4 + view.getUint16(at + 2, true)) {
    const isSheet = view.getUint16(at, true) === BOUND_SHEET && at + 10 <= book.length;
    if (isSheet && view.getUint8(at + 4 + 5) === MACRO_SHEET) return true;
  }
  return false;
}
