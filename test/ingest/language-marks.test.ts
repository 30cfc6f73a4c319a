import { describe, expect, it } from 'vitest';
import { languageByMarks } from '../../ingest/language-marks.ts';

const PLAIN = [
  ['en', 'Employees who have been with the company for a year may carry over any of their days'],
  ['it', 'Ogni dipendente che è in servizio da un anno può usare anche i giorni della quota nel mese'],
  ['de', 'Der Antrag wird nach einer Woche geprüft und ist mit dem Formular bei der Leitung einzureichen'],
  ['fr', 'Les salariés qui sont dans une équipe de nuit ont des pauses et une prime pour cette période'],
  ['es', 'Los empleados y las empleadas pueden pedir más días hasta el lunes, según sus turnos y su año'],
] as const;

/** What its neighbours share with a known language is no mark of it. */
const NEIGHBOURS = [
  'Os empregados podem transferir até cinco dias de férias para o ano seguinte com a aprovação da chefia',
  'De werknemers kunnen tot vijf vakantiedagen naar het volgende jaar overdragen met toestemming van de baas',
  'Els treballadors poden traslladar fins a cinc dies de vacances a l any següent amb el permís de la cap',
  'Angajații pot reporta până la cinci zile de concediu în anul următor cu acordul șefului lor direct',
];

describe('languageByMarks', () => {
  it.each(PLAIN)('tells plain %s', (language, text) => {
    expect(languageByMarks(text)).toBe(language);
  });

  it.each(NEIGHBOURS)('does not tell %j', (text) => {
    expect(languageByMarks(text)).toBeNull();
  });

  it('does not tell a text of two languages', () => {
    expect(languageByMarks(`${PLAIN[0][1]} ${PLAIN[1][1]}`)).toBeNull();
  });

  it('does not tell names and figures with few words between', () => {
    expect(languageByMarks('Rossi Bianchi Verdi total assets of the year Milano Torino')).toBeNull();
  });
});
