/**
 * Lines that stand large or bold on covers, letterheads and forms and yet name no part of the document. The
 * shapes are general (address, telephone, date, caption in parentheses); the phrases are those of filings with
 * authorities, which every such document shares.
 */

const MONTH =
  '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|gen|mag|giu|lug|ago|set|ott|dic|mär|mai|okt|dez)\\p{L}*';
const STREET =
  '(?:street|st\\.|avenue|ave\\.?|drive|road|rd\\.|boulevard|blvd|lane|plaza|parkway|way|square|tower|straße|strasse|platz|allee)';

const SHAPES: readonly RegExp[] = [
  // Tick boxes, and captions in parentheses.
  /^[\u2610-\u2612\u25a1\u25a2\u25fb\uf0a8\uf0fe]/u,
  /^\([^()]*\)$/,
  // Telephone, mail, web, tax numbers.
  /^(?:tel|phone|telephone|telefono|fax|e-?mail|pec|p\.?\s?iva|c\.?\s?f\.?|vat|www\.|https?:)\b/i,
  /\b(?:telephone number|area code|partita iva|codice fiscale)\b/i,
  /\+?\(?\d{2,4}\)?[\s./-]\d{3}[\s./-]?\d{4}$/,
  // Streets, and towns with their postcode.
  new RegExp(`^\\d+[\\w./-]*\\s(?:[\\p{L}.'’\\d-]+\\s){0,5}${STREET}(?=$|[\\s,])`, 'iu'),
  /^(?:via|viale|piazza|piazzale|corso|largo|strada|rue|calle|av\.)\s.*\d/i,
  /^[^\d]{3,60},\s*(?:[A-Z]{2}|[A-Z]\.?[A-Z]\.?|\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)?)\.?,?\s+\d{5}(?:-\d{4})?$/u,
  /^(?:[A-Z]{1,2}-)?\d{4,5}\s+\p{Lu}[\p{L}\s'’-]{2,30}(?:\s\([A-Z]{2}\))?$/u,
  // A date alone, with or without a word before it.
  new RegExp(
    `^(?:(?:dated|date|data|as of|at|on|il|lì|am|of)[:\\s]+)?(?:\\d{1,2}\\s+)?${MONTH}\\.?\\s+(?:\\d{1,2}(?:st|nd|rd|th)?,?\\s+)?\\d{4}$`,
    'iu',
  ),
  // Salutations and addressees of letters.
  /^(?:spett\.?(?:le|\.?ab)|egregi[oa]?|gentil[ei](?:ssim[oa])?|gent\.m[oa]|alla c\.?a\.?|to whom|dear|sehr geehrte)\b/i,
  /^(?:page|pagina|pag\.|seite)\b.{0,8}$/i,
];

const FORM_LINES: readonly RegExp[] = [
  /^united states(?: of america)?$/i,
  /\bsecurities and exchange commission\b/i,
  /^(?:[\p{L}\s.]+\s)?form\s+(?:\d{1,2}-?[A-Z]{1,2}|[A-Z]-\d{1,2})(?:\/A)?(?:\s+for the\b.*)?$/iu,
  /\b(?:annual|quarterly|current|transition) report (?:pursuant|under|on form)\b/i,
  /^(?:current|annual|quarterly) report$/i,
];

const FORM_FIELDS: readonly RegExp[] = [
  /^for the (?:fiscal |quarterly |transition )?(?:year|quarter|period)s? ended\b/i,
  /^washington,? d\.? ?c\.?/i,
  /^commission file n/i,
  /^date of (?:earliest )?(?:report|event)\b/i,
  /\bexact name of registrant\b/i,
  /\b(?:securities registered pursuant|pursuant to section \d+\(?[a-z]?\)? (?:or \d+\(?[a-z]?\)? )?of the)\b/i,
  /^execution version$/i,
  /^\[.*\]$/,
];

/** Whether a line is an address, a date, a caption or a field of a form: no heading and no title. */
export function isBoilerplate(text: string): boolean {
  return [SHAPES, FORM_FIELDS, FORM_LINES].some((patterns) => patterns.some((pattern) => pattern.test(text)));
}

/** Whether a line says that this is a filing on an authority's form; its cover names no title. */
export function isFormLine(text: string): boolean {
  return FORM_LINES.some((pattern) => pattern.test(text));
}

const COMPANY =
  /(?:^|[\s,.])(?:corporation|corp\.?|inc\.?|incorporated|company|co\.|ltd\.?|limited|llc|l\.l\.c\.|plc|s\.?\s?p\.?\s?a\.?|s\.?\s?r\.?\s?l\.?s?|s\.?\s?a\.?\s?s\.?|s\.?\s?n\.?\s?c\.?|gmbh|ag|sarl|b\.?v\.?|n\.?v\.?)$/i;

const SUBSIDIARIES = /,? and (?:its |consolidated )*subsidiar(?:y|ies)(?: companies)?$/i;
/** "The development of our company" speaks of one. */
const SPEAKS = /\b(?:our|your|this|about|of|for|in|to|the)\b(?=.*\b(?:company|limited)$)/i;

/** Whether a line is nothing but a company's name: a letterhead, a signature. */
export function isCompanyName(text: string): boolean {
  const name = text.replace(SUBSIDIARIES, '');
  if (name.length > MAX_NAME_LENGTH || /\d/.test(name)) return false;
  return (name !== text && /^\p{Lu}/u.test(name)) || (COMPANY.test(name) && !SPEAKS.test(name));
}

const MAX_NAME_LENGTH = 60;
