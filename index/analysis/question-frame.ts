/** How people begin when they ask somebody, in words that no document answers with. */
const POLITE = [
  // English
  '(?:please|hi|hello|hey|thanks|ok|so)\\b[,!]*',
  '(?:can|could|would|will) (?:you|someone|anybody|anyone) (?:please |kindly |also |quickly )?(?:tell|explain|show|give|find|help|let|remind|describe|look)(?: (?:me|us|to me|out|up|for me))?(?: (?:know|find|understand|out))?(?= )',
  '(?:please )?(?:tell|remind|show) (?:me|us)(?= )',
  "(?:i|we)(?:'d| would) (?:like|love) to (?:know|understand|find out)(?= )",
  '(?:i|we) (?:need|want|have) to (?:know|understand|find out)(?= )',
  "(?:i am|i'm|we are|we're) (?:looking for|wondering|trying to (?:find(?: out)?|understand|figure out))(?= )",
  '(?:do|does) (?:you|anyone|anybody|someone) know(?= )',
  '(?:where|how) (?:can|do|could) (?:i|we) (?:find|look up)(?: (?:out|information|info|details|something))?(?= )',
  // Italian
  '(?:per favore|per piacere|per cortesia|ciao|salve|buongiorno|buonasera|scusa|scusi|grazie)\\b[,!]*',
  '(?:mi|ci) (?:puoi|può|puo|potresti|potrebbe|sai|sa|sapresti|saprebbe) (?:per favore )?(?:dire|spiegare|indicare|mostrare|trovare|ricordare|aiutare a (?:trovare|capire))(?= )',
  '(?:puoi|può|puo|potresti|potrebbe|sapresti|saprebbe|sai) (?:per favore )?(?:dirmi|dirci|spiegarmi|spiegarci|indicarmi|mostrarmi|trovarmi|ricordarmi|aiutarmi a (?:trovare|capire))(?= )',
  '(?:dimmi|dicci|spiegami|mostrami|trovami|ricordami)(?= )',
  '(?:vorrei|vorremmo|voglio|devo|dovrei|mi piacerebbe|avrei bisogno di|ho bisogno di) (?:sapere|capire|conoscere)(?= )',
  '(?:sto cercando|stiamo cercando|mi chiedevo|mi domandavo)(?= )',
  '(?:dove|come) (?:posso|possiamo|si può|si puo) trovare(?: (?:informazioni|notizie|dettagli)(?: (?:su|sul|sulla|sui|sulle|circa))?)?(?= )',
];
const FRAME = new RegExp(`^[\\s¿¡(]*(?:${POLITE.join('|')})[\\s,:;.!]*`, 'iu');
/** Frames stand one in another (`Ciao, mi puoi dire …`), but not endlessly. */
const MOST_FRAMES = 4;

/**
 * A question without the words by which people turn to whoever answers: `Could you please tell me how …` asks
 * nothing more than `how …`. What would leave nothing is left as it is.
 */
export function withoutFrame(question: string): string {
  let rest = question;
  for (let times = 0; times < MOST_FRAMES; times += 1) {
    const next = rest.replace(FRAME, '');
    if (next === rest || !/[\p{L}\p{N}]/u.test(next)) break;
    rest = next;
  }
  return rest;
}
