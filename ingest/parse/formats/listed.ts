import { ascii, type Content, type Format } from '../format.ts';

/** [MS-ONESTORE] 2.3.1: the identifier a section file begins with. */
const ONENOTE = [
  0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3,
] as const;

const odf = (kind: string): string => `application/vnd.oasis.opendocument.${kind}`;

const listed = (type: string, label: string, extensions: readonly string[], content: Content): Format => ({
  type,
  label,
  extensions,
  content,
  parse: null,
});

/** Formats whose files are named in the catalog and whose text is not read. */
export const LISTED_FORMATS: readonly Format[] = [
  listed('vsd', 'Visio drawing', ['vsd'], { kind: 'ole', streams: ['visiodocument'] }),
  listed('vsdx', 'Visio drawing', ['vsdx'], { kind: 'zip', marks: ['ms-visio.drawing'] }),
  listed('pub', 'Publisher document', ['pub'], { kind: 'ole', streams: ['quill'] }),
  listed('odg', 'OpenDocument drawing', ['odg'], { kind: 'zip', marks: [odf('graphics')] }),
  listed('jar', 'Java program', ['jar', 'war', 'ear'], {
    kind: 'zip',
    marks: [],
    part: 'meta-inf/manifest.mf',
  }),
  listed('apk', 'Android program', ['apk'], { kind: 'zip', marks: [], part: 'androidmanifest.xml' }),
  listed('one', 'OneNote section', ['one', 'onepkg'], { kind: 'magic', bytes: [ONENOTE], within: 0 }),
  listed('wpd', 'WordPerfect document', ['wpd'], {
    kind: 'magic',
    bytes: [[0xff, ...ascii('WPC')]],
    within: 0,
  }),
  listed('doc', 'Word document from before Word 6', [], {
    kind: 'magic',
    bytes: [
      [0xdb, 0xa5, 0x2d],
      [0x9b, 0xa5, 0x21],
    ],
    within: 0,
  }),
];
