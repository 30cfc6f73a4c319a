import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { languageByMarks } from './language-marks.ts';
import { LANGUAGES, type Language } from './languages.ts';

/** Below this many letters a guess is worse than the language of the passage before. */
const MIN_LETTERS = 40;
/** Characters looked at, and letters and spaces of them that are asked about: more do not change the answer. */
const SAMPLE = 600;
const ASKED = 240;

/**
 * The smallest of eld's tables: on 10,000 passages it tells these languages as well as the larger ones, at half
 * the memory. It loads at the first question, so that processes that ask none do not hold it.
 */
const require = createRequire(import.meta.url);
let detector: ReturnType<Eld['newInstance']> | null = null;

type Eld = typeof import('eld/extrasmall')['eld'];

function detectorOf(): ReturnType<Eld['newInstance']> {
  if (detector !== null) return detector;
  // eld names its entries for `import` only, and this function answers at once.
  const path = fileURLToPath(import.meta.resolve('eld/extrasmall'));
  detector = (require(path) as { readonly eld: Eld }).eld.newInstance();
  return detector;
}

/** Language of a passage; a passage too short or too mixed to tell keeps `previous`. */
export function detectLanguage(text: string, previous: Language): Language {
  const letters = text.slice(0, SAMPLE).replace(/[^\p{L}\s]+/gu, ' ');
  if (letters.replace(/\s+/g, '').length < MIN_LETTERS) return previous;
  const asked = letters.replace(/\s+/g, ' ').slice(0, ASKED);
  const plain = languageByMarks(asked);
  if (plain !== null) return plain;
  const guess = detectorOf().detect(asked);
  const known = LANGUAGES.find((language) => language === guess.language);
  if (known !== undefined && (previous === 'und' || guess.isReliable())) return known;
  return previous === 'und' || !guess.isReliable() ? previous : 'und';
}
