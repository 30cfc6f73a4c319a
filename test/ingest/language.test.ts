import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../ingest/index.ts';

const SAMPLES = [
  {
    language: 'en',
    text: 'Employees may carry over up to five days of annual leave into the following year.',
  },
  {
    language: 'it',
    text: 'I dipendenti possono riportare fino a cinque giorni di ferie nell’anno successivo.',
  },
  {
    language: 'de',
    text: 'Die Beschäftigten können bis zu fünf Urlaubstage in das folgende Jahr übertragen.',
  },
  {
    language: 'fr',
    text: 'Les salariés peuvent reporter jusqu’à cinq jours de congés sur l’année suivante.',
  },
  { language: 'es', text: 'Los empleados pueden trasladar hasta cinco días de vacaciones al año siguiente.' },
] as const;

describe('detectLanguage', () => {
  it.each(SAMPLES)('tells $language', ({ language, text }) => {
    expect(detectLanguage(text, 'und')).toBe(language);
  });

  it.each(SAMPLES)('tells $language after a passage in another language', ({ language, text }) => {
    const other = language === 'en' ? 'it' : 'en';
    expect(detectLanguage(text, other)).toBe(language);
  });

  it.each(['', '12.5 % 2024', 'OK', 'INV-2024-0113 | 5 | 12,50 €', '🔒🔒🔒', '\n\n'])(
    'keeps the language before for %j',
    (text) => {
      expect(detectLanguage(text, 'it')).toBe('it');
      expect(detectLanguage(text, 'und')).toBe('und');
    },
  );

  it('does not take a long passage in an unknown script for a known language', () => {
    expect(
      detectLanguage('従業員は年次有給休暇を翌年に五日まで繰り越すことができます。'.repeat(4), 'und'),
    ).toBe('und');
  });
});
