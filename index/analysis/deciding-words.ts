import type { Language } from '../../ingest/index.ts';

/**
 * Words that turn a statement round or narrow it: negations and exceptions, conditions and times, duties, amounts and
 * choices, and the little words that name to whom, from where or by what. In small letters, as they are written.
 */
const WORDS: Readonly<Record<Exclude<Language, 'und'>, readonly string[]>> = {
  en: [
    'no not never none nobody nothing neither nor cannot t without lack lacks fail fails failed refuse refuses refused',
    'except excepting excluding exclude excludes excluded exclusive save unless only if when whenever where until till',
    'while before after since during provided subject may might must shall should will would can could need ought',
    'all any each every both either some or and but more most less least fewer over under above below beyond up down',
    'within than to from for on by with against between first last once twice half double',
  ],
  it: [
    'non no né ne senza mai nessun nessuno nessuna niente nulla tranne eccetto salvo escluso esclusa esclusi escluse',
    'solo soltanto solamente se quando finché fino prima dopo durante entro oltre purché qualora',
    'può possono potrà potranno deve devono dovrà dovranno tutti tutte ogni ciascuno ciascuna entrambi qualche o e ed',
    'oppure ma più meno almeno massimo sopra sotto da dal dalla a al alla ai per con su tra fra contro metà doppio',
  ],
  de: [
    'nicht kein keine keinen keiner keines keinem nie niemals nichts niemand weder noch ohne außer ausgenommen nur',
    'lediglich wenn falls sofern soweit bis vor nach während seit darf dürfen muss müssen soll sollen kann können wird',
    'werden alle jeder jede jedes beide oder und aber mehr weniger mindestens höchstens über unter binnen innerhalb ab',
    'von zu zum zur für auf durch mit gegen zwischen halb doppelt',
  ],
  fr: [
    'ne n pas jamais aucun aucune rien personne ni sans sauf excepté hormis seulement uniquement si lorsque quand',
    'jusque jusqu avant après pendant dans dès peut peuvent doit doivent devra devront pourra pourront tous toutes',
    'chaque ou et mais plus moins sur sous à au aux de du depuis pour par avec contre entre moitié double',
  ],
  es: [
    'no ni ningún ninguno ninguna nunca jamás nada nadie sin salvo excepto sólo solo solamente únicamente si cuando',
    'hasta antes después durante dentro puede pueden debe deben podrá podrán deberá deberán todos todas cada ambos o u',
    'y e pero más menos mínimo máximo sobre bajo desde de a al para por con contra entre mitad doble',
  ],
};

const SETS = new Map<Language, ReadonlySet<string>>(
  Object.entries(WORDS).map(([language, lines]) => [
    language as Language,
    new Set(lines.flatMap((line) => line.split(' '))),
  ]),
);

/** Letters of the languages above; most words have only the first. */
const PLAIN = /^[a-z]+$/;
const LATIN = /^[\p{Script=Latin}\p{M}]+$/u;

/**
 * Whether a word, in small letters, decides what a text says: also every number and identifier, and every word of a
 * language whose deciding words are not known.
 */
export function decides(word: string, language: Language): boolean {
  const known = SETS.get(language);
  return known === undefined || known.has(word) || !(PLAIN.test(word) || LATIN.test(word));
}
