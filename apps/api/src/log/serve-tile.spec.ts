import { describe, expect, it } from '@jest/globals';
import { servableTile } from './serve-tile.js';

describe('a path of the log', () => {
  it.each([
    ['tile/0/000', 600],
    ['tile/0/001', 600],
    ['tile/0/002.p/88', 600],
    ['tile/0/002.p/1', 600],
    ['tile/0/000.p/200', 600],
    ['tile/1/000.p/2', 600],
    ['tile/1/000.p/1', 257],
    ['tile/1/000.p/1', 256],
    ['tile/entries/000', 600],
    ['tile/entries/002.p/88', 600],
    ['tile/2/000.p/1', 70_000],
    ['tile/0/x001/x234/067', 1_234_067 * 256 + 256],
  ])('%s is served for a tree of %i', (path, size) => {
    expect(servableTile(path, size)).not.toBeNull();
  });

  it.each([
    ['beyond the checkpoint', 'tile/0/002.p/89', 600],
    ['full where the tree is partial', 'tile/0/002', 600],
    ['partial at a full edge', 'tile/0/001.p/1', 256],
    ['width 256', 'tile/0/000.p/256', 600],
    ['width 0', 'tile/0/002.p/0', 600],
    ['a level that is not there', 'tile/2/000.p/1', 600],
    ['an empty tree', 'tile/0/000.p/1', 0],
    ['a short group', 'tile/0/0', 600],
    ['a group too many', 'tile/0/x000/001', 600],
    ['a leading zero in the width', 'tile/0/002.p/088', 600],
    ['a leading zero in the level', 'tile/00/000', 600],
    ['level 64', 'tile/64/000', 600],
    ['a trailing slash', 'tile/0/000/', 600],
    ['escaped', 'tile/0/%30%30%30', 600],
    ['climbing', 'tile/0/../0/000', 600],
    ['no tile', 'checkpoint', 600],
  ])('%s is not: %s', (_case, path, size) => {
    expect(servableTile(path, size)).toBeNull();
  });
});
