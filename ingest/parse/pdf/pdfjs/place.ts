import type { Run, Span } from '../spans.ts';
import { cleanRun } from '../text.ts';
import type { TextItem } from './open.ts';

/** Text within a few degrees reads as one direction. */
const ANGLE_STEP = 5;

/** Turns an item so that it reads from left to right with y downwards, whatever its angle on the page. */
export function place(item: TextItem, viewport: readonly number[]): Run {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = item.transform;
  const [va = 1, vb = 0, vc = 0, vd = -1, ve = 0, vf = 0] = viewport;
  const alongX = va * a + vc * b;
  const alongY = vb * a + vd * b;
  const degrees = Math.round((Math.atan2(alongY, alongX) * 180) / Math.PI / ANGLE_STEP) * ANGLE_STEP;
  const angle = degrees === -180 ? 180 : degrees;
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  const x = va * e + vc * f + ve;
  const y = vb * e + vd * f + vf;
  const size = item.height > 0 ? item.height : Math.hypot(c, d) || 1;
  const span: Span = {
    text: cleanRun(item.str),
    x: x * cos + y * sin,
    y: y * cos - x * sin,
    width: item.width,
    size,
    font: item.fontName,
    rightToLeft: item.dir === 'rtl',
  };
  return { angle, span };
}
