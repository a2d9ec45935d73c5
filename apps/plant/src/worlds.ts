import type { ModelLine } from '#edge';
import { APPLIANCE_METAL } from './appliance-world.js';
import { BENCH } from './bench-world.js';
import { STEEL } from './steel-world.js';
import { TEXTILES } from './textile-world.js';
import { TRIAGE_LINE } from './triage-world.js';
import type { World } from './world.js';

/** What goes over a line of a model site. */
export function worldOf({ stream, eye }: ModelLine): World {
  switch (stream) {
    case 'steel':
      return STEEL;
    case 'ewaste':
      return eye === 'bench' ? BENCH : eye === 'camera' ? TRIAGE_LINE : APPLIANCE_METAL;
    case 'textiles':
      return TEXTILES;
  }
}
