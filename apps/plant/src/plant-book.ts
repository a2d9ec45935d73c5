import ewaste from '../data/ewaste-plant-2026-11.json' with { type: 'json' };
import book from '../data/steel-plant-2026-11.json' with { type: 'json' };
import textile from '../data/textile-plant-2026-11.json' with { type: 'json' };

/** Figures of the simulated plant; where each comes from stands in the data files. */
export const FIGURES = book.figures;
export const SHRED_FIGURES = ewaste.shred;
export const BENCH_FIGURES = ewaste.bench;
export const RECOVERY = ewaste.recovery;
export const TREATMENTS = ewaste.treatments;
export const TRIAGE = ewaste.triage;
export const DEVICES = ewaste.devices;
export const TEXTILE_FIGURES = textile.figures;
export const DISSOLUTION = textile.dissolution;
