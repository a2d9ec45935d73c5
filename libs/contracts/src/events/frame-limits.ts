/** Most pieces that one frame holds. */
export const FRAME_PIECES_MAX = 256;
