/** Languages whose stems and stop words are known; `und` is everything else. */
export const LANGUAGES = ['en', 'it', 'de', 'fr', 'es'] as const;
export type Language = (typeof LANGUAGES)[number] | 'und';
