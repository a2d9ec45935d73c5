/** Most pieces that one frame holds. */
export const FRAME_PIECES_MAX = 256;

/**
 * What a reading is of: an element by its symbol (`Cu`), or a fibre or other substance by its
 * lower-case code of at least three characters (`cotton`, `polyester`, `water`).
 */
export const ANALYTE = /^(?:[A-Z][a-z]?|[a-z][a-z0-9-]{2,31})$/;
