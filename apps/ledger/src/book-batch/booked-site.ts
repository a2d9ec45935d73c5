import type { FoldResult } from '#custody';

/** What one commit did to one site. */
export interface BookedSite {
  readonly partition: number;
  readonly result: FoldResult;
  readonly chunkBytes: number;
  readonly treeSize: number;
}
