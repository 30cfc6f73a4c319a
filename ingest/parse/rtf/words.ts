/** Groups whose content is not the text of the document (RTF 1.9.1, destinations). */
export const SKIPPED_DESTINATIONS: ReadonlySet<string> = new Set(
  'colortbl,pict,object,objdata,filetbl,revtbl,rsidtbl,listtable,listoverridetable,generator,xmlnstbl,themedata,colorschememapping,datastore,latentstyles,fldinst,bkmkstart,bkmkend,template,pgptbl,nonesttables,shppict,nonshppict,sp,sn,sv,fchars,lchars,docvar,private,wgrffmtfilter,mmathPr,userprops,operator,author,company,atnid,atnauthor,atntime,atndate,atnicn,atnparent,atnref,atrfstart,atrfend,xe,tc,rxe,txe,pnseclvl,listpicture,falt,panose,blipuid,picprop'.split(
    ',',
  ),
);
/** Destinations marked `\*` (to be passed over by whoever does not know them) that hold text for a reader. */
export const READ_DESTINATIONS: ReadonlySet<string> = new Set(['shptxt', 'pntext', 'annotation', 'footnote']);

/** Words that stand for a character. */
export const CHARACTERS: Readonly<Record<string, string>> = {
  tab: '\t',
  line: ' ',
  lbr: ' ',
  emdash: '\u2014',
  endash: '\u2013',
  bullet: '\u2022',
  lquote: '\u2018',
  rquote: '\u2019',
  ldblquote: '\u201c',
  rdblquote: '\u201d',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
  zwj: '\u200d',
  zwnj: '\u200c',
};

/** Code pages of `\fcharset`, as Windows numbers them. */
export const CHARSET_PAGES: Readonly<Record<number, string>> = {
  0: 'cp1252',
  77: 'macintosh',
  128: 'cp932',
  129: 'cp949',
  134: 'cp936',
  136: 'cp950',
  161: 'cp1253',
  162: 'cp1254',
  163: 'cp1258',
  177: 'cp1255',
  178: 'cp1256',
  186: 'cp1257',
  204: 'cp1251',
  222: 'cp874',
  238: 'cp1250',
  254: 'cp437',
  255: 'cp850',
};
