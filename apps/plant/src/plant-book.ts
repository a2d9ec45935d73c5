import book from '../data/steel-plant-2026-11.json' with { type: 'json' };

/** Figures of the simulated plant; where each comes from stands in the data file. */
export const FIGURES = book.figures;
