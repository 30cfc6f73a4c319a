import { eld } from 'eld/small';

/** Languages whose stems and stop words are known; `und` is everything else. */
export const LANGUAGES = ['en', 'it', 'de', 'fr', 'es'] as const;
export type Language = (typeof LANGUAGES)[number] | 'und';

/** Below this many letters a guess is worse than the language of the passage before. */
const MIN_LETTERS = 40;
/** Characters looked at: more do not change the answer. */
const SAMPLE = 600;

const detector = eld.newInstance();

/** Language of a passage; a passage too short or too mixed to tell keeps `previous`. */
export function detectLanguage(text: string, previous: Language): Language {
  const letters = text.slice(0, SAMPLE).replace(/[^\p{L}\s]+/gu, ' ');
  if (letters.replace(/\s+/g, '').length < MIN_LETTERS) return previous;
  const guess = detector.detect(letters);
  const known = LANGUAGES.find((language) => language === guess.language);
  if (known !== undefined && (previous === 'und' || guess.isReliable())) return known;
  return previous === 'und' || !guess.isReliable() ? previous : 'und';
}
