/** Guesses about what a text file is, from its beginning. Used where the name does not settle it. */

const MAIL_HEADER = /^([A-Za-z][A-Za-z0-9-]*):(?=\s|$)/;
/** Headers every mail has some of; three together at the very top do not occur in prose. */
const MAIL_HEADERS = new Set(
  'from,to,cc,bcc,date,subject,message-id,mime-version,received,return-path,reply-to,content-type,delivered-to'.split(
    ',',
  ),
);
const MIN_MAIL_HEADERS = 3;
const DELIMITERS = [',', ';', '\t', '|'];
const MIN_TABLE_LINES = 2;

/** An HTML document, not merely text with some tags in it. */
export function looksLikeHtml(start: string): boolean {
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]{0,2000}?-->\s*)*(<!doctype\s+html|<html[\s>])/i.test(start);
}

/** A mail as it travels: RFC 5322 headers from the first line on. */
export function looksLikeMail(start: string): boolean {
  const lines = start.replace(/^From .*\r?\n/, '').split(/\r?\n/);
  const found = new Set<string>();
  for (const line of lines) {
    if (/^[ \t]/.test(line) && found.size > 0) continue;
    const name = MAIL_HEADER.exec(line)?.[1]?.toLowerCase();
    if (name === undefined) break;
    if (MAIL_HEADERS.has(name)) found.add(name);
  }
  return found.size >= MIN_MAIL_HEADERS && (found.has('from') || found.has('received'));
}

/** Several mails one after the other, or one with the line that opens each mail of a mailbox (RFC 4155). */
export function looksLikeMailbox(start: string): boolean {
  return /^From \S+.*\b\d\d?:\d\d\b.*\r?\n/.test(start) && looksLikeMail(start);
}

/** A page saved whole: a mail by its form, that no one wrote to anyone. */
export function looksLikeSavedPage(start: string): boolean {
  const head = start.split(/\r?\n\r?\n/, 1)[0] ?? '';
  if (/^Snapshot-Content-Location:/im.test(head)) return true;
  return (
    /^Content-Type:\s*multipart\/related/im.test(head) &&
    /^MIME-Version:/im.test(head) &&
    !/^(To|Received):/im.test(head)
  );
}

export const looksLikeCalendar = (start: string): boolean =>
  /^\s*BEGIN:VCALENDAR\s*$/im.test(start.slice(0, 64));

export const looksLikeCard = (start: string): boolean => /^\s*BEGIN:VCARD\s*$/im.test(start.slice(0, 64));

/** XML that says so, or a drawing; a page is HTML and recognised as such before. */
export const looksLikeXml = (start: string): boolean =>
  /^\s*(<\?xml\s|<!DOCTYPE\s+(?!html)\w|<svg[\s>])/i.test(start);

/** Lines that all hold the same number of one delimiter. */
export function looksLikeTable(start: string): boolean {
  const lines = start.split(/\r?\n/).slice(0, 10);
  if (start.length > 0 && lines.length > 1) lines.pop();
  const full = lines.filter((line) => line.trim() !== '');
  if (full.length < MIN_TABLE_LINES) return false;
  return DELIMITERS.some((delimiter) => {
    const counts = new Set(full.map((line) => line.split(delimiter).length));
    return counts.size === 1 && !counts.has(1);
  });
}
