/** What the pages say, in the languages they speak. */
export const WORDS = {
  en: {
    signIn: 'Open the document',
    signInWhy: 'This link opens a company document. Say who you are, and it opens if you may read it.',
    signInOnly: 'Sign in',
    token: 'Paste your access token',
    tokenHelp:
      'An access token begins with ntk_. If you have none, ask your administrator, who makes one with:',
    tokenWrong: 'This token is not valid. It may have expired or been revoked: ask for a new one.',
    open: 'Open',
    signedIn: 'You are signed in',
    signedInWhy: 'Links from your assistant open here, as far as you may read them.',
    signOut: 'Sign out',
    notFound: 'Not found',
    notFoundWhy: 'There is no such document, or you may not read it.',
    notFoundHelp: 'If you think you should, ask the owner of the folder for access.',
    forbidden: 'This token does not open documents',
    forbiddenWhy: 'It lacks the scope documents:read. Sign out and use another one.',
    unavailable: 'Not available just now',
    unavailableWhy: 'Try again in a moment. If it lasts, tell your administrator.',
    refused: 'This request was not accepted',
    refusedWhy: 'Go back and try again.',
    path: 'Path',
    section: 'Section',
    changed: 'Changed',
    page: 'Page',
    slide: 'Slide',
    sheet: 'Sheet',
    part: 'Part',
    cited: 'Cited passage',
    toCited: 'Go to the cited passage',
    newer: 'The document has changed since this link was made. This is its current text, from the beginning.',
    readOn: 'Read on',
    fromStart: 'From the beginning',
    language: 'en-GB',
  },
  it: {
    signIn: 'Apri il documento',
    signInWhy: 'Questo link apre un documento aziendale. Indica chi sei: si apre se puoi leggerlo.',
    signInOnly: 'Accedi',
    token: 'Incolla il tuo token di accesso',
    tokenHelp:
      'Un token di accesso comincia con ntk_. Se non ne hai uno, chiedilo all’amministratore, che lo crea con:',
    tokenWrong: 'Questo token non è valido. Può essere scaduto o revocato: chiedine uno nuovo.',
    open: 'Apri',
    signedIn: 'Accesso effettuato',
    signedInWhy: 'I link del tuo assistente si aprono qui, per quanto puoi leggere.',
    signOut: 'Esci',
    notFound: 'Non trovato',
    notFoundWhy: 'Il documento non esiste oppure non puoi leggerlo.',
    notFoundHelp: 'Se pensi di averne diritto, chiedi l’accesso al responsabile della cartella.',
    forbidden: 'Questo token non apre documenti',
    forbiddenWhy: 'Non ha l’ambito documents:read. Esci e usane un altro.',
    unavailable: 'Non disponibile in questo momento',
    unavailableWhy: 'Riprova tra poco. Se il problema rimane, avvisa l’amministratore.',
    refused: 'La richiesta non è stata accettata',
    refusedWhy: 'Torna indietro e riprova.',
    path: 'Percorso',
    section: 'Sezione',
    changed: 'Modificato',
    page: 'Pagina',
    slide: 'Diapositiva',
    sheet: 'Foglio',
    part: 'Parte',
    cited: 'Passo citato',
    toCited: 'Vai al passo citato',
    newer:
      'Il documento è cambiato da quando è stato creato questo link. Questo è il testo attuale, dall’inizio.',
    readOn: 'Continua a leggere',
    fromStart: 'Dall’inizio',
    language: 'it-IT',
  },
} as const;

export type Tongue = keyof typeof WORDS;
export type Words = (typeof WORDS)[Tongue];

/** The language of the pages that a browser prefers; English when it asks for neither. */
export function tongueOf(acceptLanguage: string | undefined): Tongue {
  let best: { readonly tongue: Tongue; readonly weight: number } = { tongue: 'en', weight: 0 };
  for (const range of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const q = parameters.map((one) => one.trim()).find((one) => one.startsWith('q='));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    const tongue = tag.split('-')[0];
    if ((tongue === 'en' || tongue === 'it') && weight > best.weight) best = { tongue, weight };
  }
  return best.tongue;
}
